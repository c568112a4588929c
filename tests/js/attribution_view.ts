/** An AttributionWidget's view on a fake model, and the answers that Python would give it. */
import type { AttributionTraits } from "../../js/contract.js";
import { type AttributionScene, SCENES } from "../../js/gallery/attribution_scenes.js";
import widget from "../../js/widgets/attribution.js";
import { FakeModel, lastId } from "./widgets_model.js";
import { all, drawn, page } from "./widgets_page.js";

export let scene: AttributionScene;
export let model: FakeModel<AttributionTraits>;
export let cleanUp: () => void;

export const chips = (side = 0) => [
  ...(all(".xai-sides .xai-text")[side]?.querySelectorAll<HTMLElement>(".xai-chip") ?? []),
];
export const chip = (text: string, side = 0) =>
  chips(side).find(({ textContent }) => textContent === text) as HTMLElement;
export const runs = () => model.asked("run");

export async function show(name: string, over: Partial<AttributionTraits> = {}): Promise<void> {
  scene = (SCENES[name] as () => AttributionScene)();
  model = new FakeModel<AttributionTraits>({ ...scene.traits, ...over });
  cleanUp = widget.render({ model, el: page.host, signal: page.life.signal });
  await drawn();
}

/** Answers the last question as Python does: traits and payload first, then the response. */
export async function answer(change: Partial<AttributionTraits["payload"]["meta"]> = {}): Promise<void> {
  const { what: _, truncate: __, ...question } = runs().at(-1) ?? { what: "run", truncate: false };
  const traits = { ...scene.traits, ...question };
  const payload = scene.answer(traits, model.get("payload").meta.run + 1);
  Object.assign(payload.meta, change);
  const id = lastId(model, "run");
  model.fromPython({ ...question, payload });
  model.answerNothing(id);
  await drawn();
}
