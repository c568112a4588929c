import type { Request, RequestMessage } from "../contract.js";
import { TraitModel } from "../widgets/trait_model.js";
import { fontsLoaded } from "./fonts.js";

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

type Widget = { render(context: never): unknown };

/** Shows what `?scene=...&dark&kernel=gone&<trait>=<JSON>` asks for: a scene, with what the address changes of its traits. */
export async function showScene<Made extends { traits: object }>(
  scenes: Record<string, () => Made>,
  fallback: string,
  widget: Widget,
  modelOf: (made: Made, kernel: string) => object,
): Promise<void> {
  const parameters = new URLSearchParams(location.search);
  const made = (scenes[parameters.get("scene") ?? fallback] ?? (scenes[fallback] as () => Made))();
  for (const [name, value] of parameters) {
    if (name in made.traits) Object.assign(made.traits, { [name]: JSON.parse(value) });
  }
  document.body.classList.toggle("dark", parameters.has("dark"));
  await fontsLoaded();
  const model = modelOf(made, parameters.get("kernel") ?? "live");
  widget.render({ model, el: document.getElementById("host") } as never);
  // The gallery shows this page in a frame of its own, which is to be as tall.
  const tell = () => parent.postMessage({ height: document.documentElement.offsetHeight }, "*");
  new ResizeObserver(tell).observe(document.body);
}
