import type { Request, RequestMessage } from "../contract.js";
import { TraitModel } from "../widgets/trait_model.js";

const DELAY = 30;

/** A widget's model with no Python behind it; `kernel` is "live", "gone" (never answers) or "closed" (cannot be asked). */
export abstract class SceneModel<Traits extends object> extends TraitModel<Traits> {
  constructor(
    traits: Traits,
    private readonly kernel: string,
  ) {
    super(traits);
  }

  protected abstract answer(id: string, request: Request): void;

  send(content: unknown): void {
    const { id, request } = content as RequestMessage;
    if (this.kernel === "closed") throw new Error("the comm is closed");
    if (this.kernel === "live") setTimeout(() => this.answer(id, request), DELAY);
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
