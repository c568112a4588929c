/**
 * The whole AttentionWidget on made-up weights, with no Python behind it: `npm run gallery`, and open
 * `js/gallery/widget.html?scene=pair&dark&kernel=gone&layer=1` (any trait by its name, in JSON).
 */
import type { AttentionTraits, Request } from "../contract.js";
import widget from "../widgets/attention.js";
import { SceneModel, showScene } from "./scene_model.js";
import { byteOf, SCENES, type Scene } from "./widget_scenes.js";

class AttentionModel extends SceneModel<AttentionTraits> {
  constructor(
    private readonly scene: Scene,
    kernel: string,
  ) {
    super(scene.traits, kernel);
  }

  protected answer(id: string, request: Request): void {
    if (request.what === "heads" || request.what === "cell") {
      this.succeed(id, request.what === "heads" ? this.heads(request) : this.cell(request));
      return;
    }
    if (request.what === "run") {
      const over = request.text.length - 60;
      if (over > 0 && !request.truncate) {
        this.refuse(
          id,
          "InputError",
          `The text is ${over} characters longer than this page takes (60).`,
          "truncate",
        );
        return;
      }
      this.set("text", request.text);
    }
    this.succeed(id);
  }

  private heads({ kind, layer, heads, part }: Extract<Request, { what: "heads" }>) {
    const { payload } = this.scene.traits;
    const meta = payload.meta.kinds.find((other) => other.kind === kind);
    const [queries = 0, keys = 0] = [meta?.queries, meta?.keys].map(
      (name) => payload.tokens[name ?? ""]?.text.length,
    );
    const { query: rows, key: columns } = part ?? { query: [0, queries], key: [0, keys] };
    const shape = [heads.length, rows[1] - rows[0], columns[1] - columns[0]];
    const bytes: number[] = [];
    for (const head of heads)
      for (let query = rows[0]; query < rows[1]; query++)
        for (let key = columns[0]; key < columns[1]; key++)
          bytes.push(byteOf(this.scene.weight(kind, layer, head, query, key)));
    return { dtype: "uint8", shape, data: new DataView(Uint8Array.from(bytes).buffer) };
  }

  private cell({ kind, layer, heads, query, key }: Extract<Request, { what: "cell" }>) {
    const values = heads.map((head) => {
      let sum = 0;
      for (let row = query[0]; row < query[1]; row++)
        for (let column = key[0]; column < key[1]; column++)
          sum += Math.max(0, this.scene.weight(kind, layer, head, row, column));
      return sum / (query[1] - query[0]);
    });
    return { dtype: "float32", shape: [heads.length], data: new DataView(Float32Array.from(values).buffer) };
  }
}

void showScene(SCENES, "sentiment", widget, (made, kernel) => new AttentionModel(made, kernel));
