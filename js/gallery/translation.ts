/**
 * The whole TranslationWidget on a made-up model, with no Python behind it: `npm run gallery`, and open
 * `js/gallery/translation.html?scene=rtl&dark&kernel=gone&presentation=["text","beams"]` (any trait, in JSON).
 */
import type { Request, RunRequest, TranslationTraits, WireArray } from "../contract.js";
import widget from "../widgets/translation.js";
import { SceneModel, showScene } from "./scene_model.js";
import { SCENES, type TranslationScene } from "./translation_scenes.js";

class TranslationModel extends SceneModel<TranslationTraits> {
  constructor(
    private readonly scene: TranslationScene,
    kernel: string,
  ) {
    super(scene.traits, kernel);
  }

  protected answer(id: string, request: Request): void {
    const { payload } = this.traits;
    if (request.what === "run") this.run(id, request);
    else if (request.what === "scores") {
      this.succeed(id, ...this.scene.scores(payload, request.by, request.rows, request.align).map(viewed));
    } else if (request.what === "heads") {
      const { kind, layer, heads } = request;
      this.succeed(id, viewed(this.scene.heads(payload, kind, layer, heads)));
    } else this.succeed(id);
  }

  private run(id: string, { text, text_pair, forced = [], beam = null }: RunRequest): void {
    const question = { text, text_pair, forced, beam };
    const answer = this.scene.answer(question, this.traits.payload.meta.run + 1);
    if (typeof answer === "string") {
      this.refuse(id, "InputError", answer);
      return;
    }
    const ids = forced.map((_, step) => answer.meta.steps[step]?.id ?? 0);
    for (const [name, value] of Object.entries({ ...question, forced: ids }))
      this.set(name as "text", value as string);
    this.set("payload", answer);
    this.succeed(id);
  }
}

function viewed({ dtype, shape, data }: WireArray) {
  return { dtype, shape, data: data as DataView };
}

void showScene(SCENES, "translation", widget, (made, kernel) => new TranslationModel(made, kernel));
