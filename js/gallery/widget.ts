/**
 * The whole AttentionWidget on made-up weights, with no Python behind it:
 *   npx esbuild js/gallery/widget.ts --bundle --outdir=js/gallery/dist
 * and open `js/gallery/widget.html?scene=pair&dark&kernel=gone&layer=1` (any trait by its name, in JSON).
 */
import type { AttentionTraits, Request } from "../contract.js";
import widget from "../widgets/attention.js";
import { fromAddress, SceneModel } from "./scene_model.js";
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

  private heads({ kind, layer, heads }: Extract<Request, { what: "heads" }>) {
    const { payload } = this.scene.traits;
    const meta = payload.meta.kinds.find((other) => other.kind === kind);
    const [queries = 0, keys = 0] = [meta?.queries, meta?.keys].map(
      (name) => payload.tokens[name ?? ""]?.text.length,
    );
    const bytes = new Uint8Array(heads.length * queries * keys);
    let at = 0;
    for (const head of heads)
      for (let query = 0; query < queries; query++)
        for (let key = 0; key < keys; key++)
          bytes[at++] = byteOf(this.scene.weight(kind, layer, head, query, key));
    return { dtype: "uint8", shape: [heads.length, queries, keys], data: new DataView(bytes.buffer) };
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

const { made, kernel, host } = fromAddress(SCENES, "sentiment");
widget.render({ model: new AttentionModel(made, kernel), el: host });
