/** A view on fixed data. The gallery shows it, and the picture tests hold what it looks like to the kept pictures. */
export interface Exhibit {
  /** Of its kept pictures. */
  name: string;
  title: string;
  page: "widget" | "attribution" | "translation" | "lesson";
  scene: string;
  /** What is set otherwise than in the scene. */
  traits?: Record<string, unknown>;
  /** Which part of it the kept pictures have; without one, all. */
  part?: string;
}

const [MAP, TEXT, SCENES] = [":has(> .xai-views)", ".xai-attribution", ".xai-presentations"];

const CAT = { page: "translation", scene: "translation" } as const;
const FILM = { page: "attribution", scene: "sentiment" } as const;

export const EXHIBITS: Exhibit[] = [
  {
    name: "attention",
    title: "Attention: lines, matrix and grid",
    page: "widget",
    scene: "pair",
    traits: { heads: [0, 3] },
  },
  {
    name: "attention-lines",
    title: "Lines, with a pinned token",
    page: "widget",
    part: MAP,
    scene: "sentiment",
    traits: { presentation: ["lines"], selection: [{ side: "query", start: 5, stop: 6 }] },
  },
  {
    name: "attention-matrix",
    title: "A matrix of cross attention, words merged",
    page: "widget",
    part: MAP,
    scene: "translation",
    traits: { presentation: ["matrix"], merge_words: true },
  },
  {
    name: "attention-grid",
    title: "All heads of a decoder",
    page: "widget",
    part: MAP,
    scene: "decoder",
    traits: { presentation: ["grid"] },
  },
  {
    name: "attention-part",
    title: "A part of a long text",
    page: "widget",
    part: MAP,
    scene: "parts",
    traits: { presentation: ["matrix"] },
  },
  {
    name: "attention-rtl",
    title: "A text from right to left",
    page: "widget",
    part: MAP,
    scene: "rtl",
    traits: { presentation: ["lines", "matrix"] },
  },
  { name: "attribution", title: "Attribution: the text, and what it adds up to", ...FILM },
  {
    name: "attribution-scores",
    title: "Scores under the words, attention beside them",
    part: TEXT,
    ...FILM,
    traits: { show_scores: true, merge_words: true, attention_head: [1, 2] },
  },
  {
    name: "attribution-compare",
    title: "Methods side by side, as a table",
    page: "attribution",
    part: ".xai-compare-scroller",
    scene: "contrast",
  },
  {
    name: "attribution-pair",
    title: "The similarity of two texts",
    page: "attribution",
    part: TEXT,
    scene: "similarity",
  },
  {
    name: "attribution-steps",
    title: "Every step of a translation",
    page: "attribution",
    scene: "translation",
  },
  { name: "translation-text", title: "Translation: the texts", ...CAT, traits: { presentation: ["text"] } },
  {
    name: "translation-alignment",
    title: "The alignment of two heads",
    part: SCENES,
    ...CAT,
    traits: {
      presentation: ["alignment"],
      colours: [
        { what: "attention", layer: 0, head: 0 },
        { what: "method", name: "gradient_x_input" },
      ],
    },
  },
  {
    name: "translation-steps",
    title: "Steps and candidates",
    part: SCENES,
    ...CAT,
    traits: { presentation: ["steps"] },
  },
  {
    name: "translation-beams",
    title: "The beams of the search",
    part: SCENES,
    ...CAT,
    traits: { presentation: ["beams"] },
  },
  {
    name: "translation-maps",
    title: "The maps of a head",
    part: SCENES,
    ...CAT,
    traits: { presentation: ["maps"] },
  },
  { name: "continuation", title: "A continuation", page: "translation", scene: "decoder" },
  { name: "lesson-question", title: "A lesson: predict first", page: "lesson", scene: "picked" },
  { name: "lesson-wrong", title: "What came out", page: "lesson", scene: "wrong" },
  { name: "lesson-check", title: "A check", page: "lesson", scene: "again" },
  { name: "lesson-answers", title: "The answers", page: "lesson", scene: "answers" },
];

/** Where an exhibit is to be seen: an address beside the gallery's own. */
export function addressOf({ page, scene, traits = {} }: Exhibit, dark: boolean): string {
  const asked = { ...traits, theme: dark ? "dark" : "light" };
  const parameters = new URLSearchParams({ scene });
  if (dark) parameters.set("dark", "");
  for (const [name, value] of Object.entries(asked)) parameters.set(name, JSON.stringify(value));
  return `${page}.html?${parameters}`;
}
