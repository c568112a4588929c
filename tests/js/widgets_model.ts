import type { Request, RequestMessage } from "../../js/contract.js";
import type { Listener, WidgetModel } from "../../js/widgets/lifecycle.js";

/** Stands in for anywidget's model: traits, events and messages, with a count of who listens. */
export class FakeModel<Traits extends object> implements WidgetModel<Traits> {
  readonly sent: RequestMessage[] = [];
  saved: Partial<Traits>[] = [];
  private readonly listeners = new Map<string, Set<Listener>>();
  private unsaved: Partial<Traits> = {};
  /** What happens on `send`: nothing, unless a test says otherwise. */
  onSend: (message: RequestMessage) => void = () => {};

  constructor(private readonly traits: Traits) {}

  get<Name extends keyof Traits & string>(name: Name): Traits[Name] {
    return this.traits[name];
  }

  set<Name extends keyof Traits & string>(name: Name, value: Traits[Name]): void {
    if (JSON.stringify(this.traits[name]) === JSON.stringify(value)) return;
    this.traits[name] = value;
    this.unsaved[name] = value;
    this.emit(`change:${name}`);
  }

  /** As when Python sets a trait: nothing to save. */
  fromPython(traits: Partial<Traits>): void {
    Object.assign(this.traits, traits);
    for (const name of Object.keys(traits)) this.emit(`change:${name}`);
  }

  /** As in Jupyter: what has not changed is not sent. */
  save_changes(): void {
    if (Object.keys(this.unsaved).length > 0) this.saved.push(this.unsaved);
    this.unsaved = {};
  }

  send(content: unknown): void {
    this.sent.push(content as RequestMessage);
    this.onSend(content as RequestMessage);
  }

  on(event: string, callback: Listener): void {
    const listeners = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, listeners.add(callback));
  }

  off(event: string, callback: Listener): void {
    this.listeners.get(event)?.delete(callback);
  }

  emit(event: string, message: unknown = undefined, buffers: DataView[] = []): void {
    for (const listener of [...(this.listeners.get(event) ?? [])]) listener(message, buffers);
  }

  listening(): number {
    return [...this.listeners.values()].reduce((sum, listeners) => sum + listeners.size, 0);
  }

  asked<What extends Request["what"]>(what: What): Extract<Request, { what: What }>[] {
    return this.sent
      .map((message) => message.request)
      .filter((request): request is Extract<Request, { what: What }> => request.what === what);
  }

  answer(id: string, bytes: Uint8Array | Float32Array, shape: number[]): void {
    const dtype = bytes instanceof Float32Array ? "float32" : "uint8";
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.emit("msg:custom", { type: "response", id, ok: true, arrays: [{ dtype, shape }] }, [view]);
  }

  answerNothing(id: string): void {
    this.emit("msg:custom", { type: "response", id, ok: true, arrays: [] });
  }

  refuse(id: string, name: string, message: string, offer: "truncate" | null = null): void {
    this.emit("msg:custom", { type: "response", id, ok: false, name, message, offer });
  }
}

/** The last of what the model was asked, by kind of request. */
export function lastId(model: FakeModel<never> | FakeModel<object>, what: Request["what"]): string {
  const message = [...model.sent].reverse().find(({ request }) => request.what === what);
  if (message === undefined) throw new Error(`nothing was asked for: ${what}`);
  return message.id;
}

export const settle = () => new Promise<void>((resolve) => setTimeout(resolve, 0));
