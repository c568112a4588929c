import type { Request, RequestMessage } from "../../js/contract.js";
import { TraitModel } from "../../js/widgets/trait_model.js";

/** Stands in for anywidget's model: keeps what was sent and saved, and answers when it is told to. */
export class FakeModel<Traits extends object> extends TraitModel<Traits> {
  readonly sent: RequestMessage[] = [];
  saved: Partial<Traits>[] = [];
  private unsaved: Partial<Traits> = {};
  /** What happens on `send`: nothing, unless a test says otherwise. */
  onSend: (message: RequestMessage) => void = () => {};

  override set<Name extends keyof Traits & string>(name: Name, value: Traits[Name]): void {
    if (JSON.stringify(this.traits[name]) !== JSON.stringify(value)) this.unsaved[name] = value;
    super.set(name, value);
  }

  /** As when Python sets a trait: nothing to save. */
  fromPython(traits: Partial<Traits>): void {
    Object.assign(this.traits, traits);
    for (const name of Object.keys(traits)) this.emit(`change:${name}`);
  }

  /** As in Jupyter: what has not changed is not sent. */
  override save_changes(): void {
    if (Object.keys(this.unsaved).length > 0) this.saved.push(this.unsaved);
    this.unsaved = {};
  }

  send(content: unknown): void {
    this.sent.push(content as RequestMessage);
    this.onSend(content as RequestMessage);
  }

  listening(): number {
    return [...this.listeners.values()].reduce((sum, { size }) => sum + size, 0);
  }

  asked<What extends Request["what"]>(what: What): Extract<Request, { what: What }>[] {
    return this.sent
      .map((message) => message.request)
      .filter((request): request is Extract<Request, { what: What }> => request.what === what);
  }

  answer(id: string, bytes: Uint8Array | Float32Array, shape: number[]): void {
    const dtype = bytes instanceof Float32Array ? "float32" : "uint8";
    const data = new DataView(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength);
    this.succeed(id, { dtype, shape, data });
  }

  answerNothing(id: string): void {
    this.succeed(id);
  }
}

/** The last of what the model was asked, by kind of request. */
export function lastId(model: FakeModel<never> | FakeModel<object>, what: Request["what"]): string {
  const message = [...model.sent].reverse().find(({ request }) => request.what === what);
  if (message === undefined) throw new Error(`nothing was asked for: ${what}`);
  return message.id;
}

export const settle = () => new Promise<void>((resolve) => setTimeout(resolve, 0));
