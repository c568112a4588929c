/**
 * The whole AttentionWidget on made-up weights, with no Python behind it:
 *   npm run gallery
 * and open `js/gallery/widget.html?scene=pair&dark&kernel=gone&layer=1` (any trait by its name, in JSON).
 */
import type { AttentionTraits, Request, RequestMessage } from "../contract.js";
import widget from "../widgets/attention.js";
import type { Listener, WidgetModel } from "../widgets/lifecycle.js";
import { byteOf, SCENES, type Scene } from "./widget_scenes.js";

const DELAY = 30;

class SceneModel implements WidgetModel<AttentionTraits> {
  private readonly listeners = new Map<string, Set<Listener>>();

  constructor(
    private readonly scene: Scene,
    private readonly kernel: string,
  ) {}

  get<Name extends keyof AttentionTraits & string>(name: Name): AttentionTraits[Name] {
    return this.scene.traits[name];
  }

  set<Name extends keyof AttentionTraits & string>(name: Name, value: AttentionTraits[Name]): void {
    if (JSON.stringify(this.scene.traits[name]) === JSON.stringify(value)) return;
    this.scene.traits[name] = value;
    this.emit(`change:${name}`);
  }

  save_changes(): void {}

  on(event: string, callback: Listener): void {
    this.listeners.set(event, (this.listeners.get(event) ?? new Set()).add(callback));
  }

  off(event: string, callback: Listener): void {
    this.listeners.get(event)?.delete(callback);
  }

  send(content: unknown): void {
    const { id, request } = content as RequestMessage;
    if (this.kernel === "closed") throw new Error("the comm is closed");
    if (this.kernel === "live") setTimeout(() => this.answer(id, request), DELAY);
  }

  private emit(event: string, message?: unknown, buffers: DataView[] = []): void {
    for (const listener of [...(this.listeners.get(event) ?? [])]) listener(message, buffers);
  }

  private answer(id: string, request: Request): void {
    if (request.what === "heads" || request.what === "cell") {
      const { dtype, shape, data } = request.what === "heads" ? this.heads(request) : this.cell(request);
      this.emit("msg:custom", { type: "response", id, ok: true, arrays: [{ dtype, shape }] }, [data]);
      return;
    }
    if (request.what === "run" && request.text.length > 60 && !request.truncate) {
      const message = `The text is ${request.text.length - 60} characters longer than this page takes (60).`;
      this.emit("msg:custom", {
        type: "response",
        id,
        ok: false,
        name: "InputError",
        message,
        offer: "truncate",
      });
      return;
    }
    if (request.what === "run") this.set("text", request.text);
    this.emit("msg:custom", { type: "response", id, ok: true, arrays: [] });
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

const parameters = new URLSearchParams(location.search);
const made = (SCENES[parameters.get("scene") ?? "sentiment"] ?? (SCENES.sentiment as () => Scene))();
for (const [name, value] of parameters) {
  if (name in made.traits) Object.assign(made.traits, { [name]: JSON.parse(value) });
}
document.body.classList.toggle("dark", parameters.has("dark"));
const host = document.getElementById("host") as HTMLElement;
widget.render({ model: new SceneModel(made, parameters.get("kernel") ?? "live"), el: host });
