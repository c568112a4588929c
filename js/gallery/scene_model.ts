import type { Request, RequestMessage } from "../contract.js";
import type { Listener, WidgetModel } from "../widgets/lifecycle.js";

const DELAY = 30;

/** A widget's model with no Python behind it; `kernel` is "live", "gone" (never answers) or "closed" (cannot be asked). */
export abstract class SceneModel<Traits extends object> implements WidgetModel<Traits> {
  private readonly listeners = new Map<string, Set<Listener>>();

  constructor(
    protected readonly traits: Traits,
    private readonly kernel: string,
  ) {}

  protected abstract answer(id: string, request: Request): void;

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

  send(content: unknown): void {
    const { id, request } = content as RequestMessage;
    if (this.kernel === "closed") throw new Error("the comm is closed");
    if (this.kernel === "live") setTimeout(() => this.answer(id, request), DELAY);
  }

  protected succeed(id: string, ...all: { dtype: string; shape: number[]; data: DataView }[]): void {
    const arrays = all.map(({ dtype, shape }) => ({ dtype, shape }));
    const buffers = all.map(({ data }) => data);
    this.emit("msg:custom", { type: "response", id, ok: true, arrays }, buffers);
  }

  protected refuse(id: string, message: string, offer: "truncate" | null = null): void {
    this.emit("msg:custom", { type: "response", id, ok: false, name: "InputError", message, offer });
  }

  private emit(event: string, message?: unknown, buffers: DataView[] = []): void {
    for (const listener of [...(this.listeners.get(event) ?? [])]) listener(message, buffers);
  }
}

/** Reads `?scene=...&dark&kernel=gone&<trait>=<JSON>`: the scene's traits with what the address changes. */
export function fromAddress<Made extends { traits: object }>(
  scenes: Record<string, () => Made>,
  fallback: string,
): { made: Made; kernel: string; host: HTMLElement } {
  const parameters = new URLSearchParams(location.search);
  const made = (scenes[parameters.get("scene") ?? fallback] ?? (scenes[fallback] as () => Made))();
  for (const [name, value] of parameters) {
    if (name in made.traits) Object.assign(made.traits, { [name]: JSON.parse(value) });
  }
  document.body.classList.toggle("dark", parameters.has("dark"));
  const host = document.getElementById("host") as HTMLElement;
  return { made, kernel: parameters.get("kernel") ?? "live", host };
}
