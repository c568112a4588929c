/** An AttentionWidget's view on a fake model, and the answers that Python would give it. */
import type { AttentionTraits, HeadsRequest } from "../../js/contract.js";
import { SCENES, type Scene } from "../../js/gallery/widget_scenes.js";
import widget from "../../js/widgets/attention.js";
import { FakeModel } from "./widgets_model.js";
import { drawn, find, page } from "./widgets_page.js";

export let model: FakeModel<AttentionTraits>;
export let cleanUp: () => void;

export const area = () => find<HTMLTextAreaElement>("textarea");

/** Weights that the size of the map asks for, all alike: what they are is the views' affair. */
export function answerHeads(): void {
  for (const { id, request } of model.sent) {
    if (request.what !== "heads") continue;
    const [queries, keys] = sizes(request);
    model.answer(id, new Uint8Array(request.heads.length * queries * keys).fill(100), [
      request.heads.length,
      queries,
      keys,
    ]);
  }
}

function sizes(request: HeadsRequest): [number, number] {
  const { meta, tokens } = model.get("payload");
  const kind = meta.kinds.find((other) => other.kind === request.kind);
  return [kind?.queries, kind?.keys].map((name) => tokens[name ?? ""]?.text.length ?? 0) as [number, number];
}

/** A view of these traits, of which nothing is drawn yet. */
export function mount(traits: AttentionTraits): void {
  model = new FakeModel<AttentionTraits>(traits);
  cleanUp = widget.render({ model, el: page.host, signal: page.life.signal });
}

export async function show(name: string, over: Partial<AttentionTraits> = {}): Promise<void> {
  const { traits } = (SCENES[name] as () => Scene)();
  mount({ ...traits, presentation: ["lines"], ...over });
  await drawn();
  answerHeads();
  await drawn();
}
