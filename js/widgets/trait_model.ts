import type { Listener, WidgetModel } from "./lifecycle.js";

/** A widget's model where no notebook is: traits that live in the page. What it answers is its subclasses' affair. */
export abstract class TraitModel<Traits extends object> implements WidgetModel<Traits> {
  protected readonly listeners = new Map<string, Set<Listener>>();

  constructor(protected readonly traits: Traits) {}

  abstract send(content: unknown): void;

  get<Name extends keyof Traits & string>(name: Name): Traits[Name] {
    return this.traits[name];
  }

  set<Name extends keyof Traits & string>(name: Name, value: Traits[Name]): void {
    if (JSON.stringify(this.traits[name]) === JSON.stringify(value)) return;
    this.traits[name] = value;
    this.emit(`change:${name}`);
  }

  save_changes(): void {}

  on(event: string, callback: Listener): void {
    this.listeners.set(event, (this.listeners.get(event) ?? new Set()).add(callback));
  }

  off(event: string, callback: Listener): void {
    this.listeners.get(event)?.delete(callback);
  }

  emit(event: string, message?: unknown, buffers: DataView[] = []): void {
    for (const listener of [...(this.listeners.get(event) ?? [])]) listener(message, buffers);
  }

  /** Answers a request with arrays: one buffer each. */
  succeed(id: string, ...arrays: { dtype: string; shape: number[]; data: DataView }[]): void {
    this.emit(
      "msg:custom",
      { type: "response", id, ok: true, arrays: arrays.map(({ dtype, shape }) => ({ dtype, shape })) },
      arrays.map(({ data }) => data),
    );
  }

  /** Answers a request with what went wrong. */
  refuse(id: string, name: string, message: string, offer: "truncate" | null = null): void {
    this.emit("msg:custom", { type: "response", id, ok: false, name, message, offer });
  }
}
