/**
 * The whole AttributionWidget on made-up scores, with no Python behind it: `npm run gallery`, and open
 * `js/gallery/attribution.html?scene=similarity&dark&kernel=gone&merge_words=true` (any trait, in JSON).
 */
import type { AttributionTraits, Request, RunRequest } from "../contract.js";
import widget from "../widgets/attribution.js";
import { type AttributionScene, SCENES } from "./attribution_scenes.js";
import { SceneModel, showScene } from "./scene_model.js";

class AttributionModel extends SceneModel<AttributionTraits> {
  constructor(
    private readonly scene: AttributionScene,
    kernel: string,
  ) {
    super(scene.traits, kernel);
  }

  protected answer(id: string, request: Request): void {
    if (request.what === "run") this.run(id, request);
    else if (request.what === "attention_row") {
      const { payload } = this.traits;
      const count = payload.tokens[payload.meta.sides[0]?.tokens ?? ""]?.text.length ?? 0;
      const weights = Array.from({ length: count }, (_, i) => 1 / (1 + ((i * 7 + request.head * 3) % count)));
      const sum = weights.reduce((a, b) => a + b, 0);
      const data = new DataView(Float32Array.from(weights, (weight) => weight / sum).buffer);
      this.succeed(id, { dtype: "float32", shape: [count], data });
    } else this.succeed(id);
  }

  private run(
    id: string,
    { what: _, text: __, text_pair: ___, truncate: ____, ...changes }: RunRequest,
  ): void {
    const question = { ...this.traits, ...changes };
    const names = this.traits.payload.meta.candidates[0]?.map(({ text }) => text) ?? [];
    if (typeof question.target === "string" && !names.includes(question.target)) {
      this.refuse(
        id,
        "InputError",
        `There is no class '${question.target}'. There are: ${names.join(", ")}.`,
      );
      return;
    }
    const { meta } = this.traits.payload;
    const payload = this.scene.answer(question, meta.run + 1);
    const first = meta.runs[0];
    if (first !== undefined) {
      const { target, value, value_kind } = first;
      const { text, text_pair } = this.traits;
      payload.meta.previous = { text, text_pair, target, value, value_kind };
      meta.sides.forEach(({ tokens }, side) => {
        const [own, array] = [
          this.traits.payload.tokens[tokens],
          this.traits.payload.arrays[`scores/0/${side}`],
        ];
        if (own !== undefined) payload.tokens[`previous/${side}`] = own;
        if (array !== undefined) payload.arrays[`previous/${side}`] = array;
      });
    }
    for (const [name, value] of Object.entries(changes)) this.set(name as "target", value as string);
    this.set("payload", payload);
    this.succeed(id);
  }
}

void showScene(SCENES, "sentiment", widget, (made, kernel) => new AttributionModel(made, kernel));
