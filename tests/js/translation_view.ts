/** A TranslationWidget's view on a fake model, and the answers that Python would give it. */
import type { ScoresRequest, TranslationTraits, WireArray } from "../../js/contract.js";
import { SCENES, type TranslationScene } from "../../js/gallery/translation_scenes.js";
import widget from "../../js/widgets/translation.js";
import { FakeModel, lastId } from "./widgets_model.js";
import { all, drawn, page } from "./widgets_page.js";

export let scene: TranslationScene;
export let model: FakeModel<TranslationTraits>;

export const side = (number: number, pair = 0) =>
  all(`.xai-pair:nth-child(${pair + 1}) .xai-text`)[number] as HTMLElement;
export const chips = (number: number, pair = 0) => [
  ...side(number, pair).querySelectorAll<HTMLElement>(".xai-chip"),
];
export const chip = (text: string, number: number) =>
  chips(number).find(({ textContent }) => textContent === text) as HTMLElement;
/** What a token's score is said to be. */
export const score = (text: string, number: number) =>
  Number(chip(text, number).getAttribute("aria-label")?.split(", ")[1]);
export const point = (element: Element, type = "pointerover") =>
  element.dispatchEvent(new PointerEvent(type, { bubbles: type === "pointerover" }));
export const runs = () => model.asked("run");

/** A view of which nothing is drawn yet. */
export function mount(name: string, over: Partial<TranslationTraits> = {}): void {
  scene = (SCENES[name] as () => TranslationScene)();
  model = new FakeModel<TranslationTraits>({ ...scene.traits, ...over });
  widget.render({ model, el: page.host, signal: page.life.signal });
}

export async function show(name: string, over: Partial<TranslationTraits> = {}): Promise<void> {
  mount(name, over);
  await drawn();
}

/** Answers a request as Python does. */
export function respond(id: string, arrays: WireArray[]): void {
  const shapes = arrays.map(({ dtype, shape }) => ({ dtype, shape }));
  model.emit(
    "msg:custom",
    { type: "response", id, ok: true, arrays: shapes },
    arrays.map(({ data }) => data as DataView),
  );
}

export function scoresOf({ by, rows, align }: Pick<ScoresRequest, "by" | "rows" | "align">): WireArray[] {
  return scene.scores(model.get("payload"), by, rows, align);
}

export async function answerScores(): Promise<void> {
  for (const { id, request } of model.sent) if (request.what === "scores") respond(id, scoresOf(request));
  await drawn();
}

export async function answerHeads(): Promise<void> {
  for (const { id, request } of model.sent) {
    if (request.what !== "heads") continue;
    const { kind, layer, heads } = request;
    respond(id, [scene.heads(model.get("payload"), kind, layer, heads)]);
  }
  await drawn();
}

/** Answers the last question as Python does: traits and payload first, then the response. */
export async function answerRun(): Promise<void> {
  const {
    text,
    text_pair,
    forced = [],
    beam = null,
  } = runs().at(-1) as typeof runs extends () => (infer R)[] ? R : never;
  const question = { text, text_pair, forced, beam };
  const id = lastId(model, "run");
  const payload = scene.answer(question, model.get("payload").meta.run + 1);
  if (typeof payload === "string") model.refuse(id, "InputError", payload);
  else {
    const ids = forced.map((_, step) => payload.meta.steps[step]?.id ?? 0);
    model.fromPython({ ...question, forced: ids, payload });
    model.answerNothing(id);
  }
  await drawn();
}

/** The cross attention of the scene, [step][source position]. */
export function crossRows(name: "source" | "target" = "source"): number[][] {
  const [source, target] = scoresOf(scene.traits.payload.meta.initial) as [WireArray, WireArray];
  const array = name === "source" ? source : target;
  const [steps = 0, count = 0] = array.shape;
  const values = new Float32Array((array.data as DataView).buffer);
  return Array.from({ length: steps }, (_, step) => [...values.slice(step * count, (step + 1) * count)]);
}
