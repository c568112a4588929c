import type {
  AttributionCandidate,
  AttributionMeta,
  AttributionPayload,
  AttributionRun,
  AttributionTarget,
  AttributionTraits,
  MethodMeta,
  WireArray,
  WireTokens,
} from "../contract.js";
import { WIRE_VERSION } from "../contract.js";
import { tokens } from "./widget_scenes.js";

/** A made-up model: scores follow from method, target and position, so that every answer agrees with every other. */
export interface AttributionScene {
  traits: AttributionTraits;
  /** The payload that answers a question. */
  answer(question: Question, run: number): AttributionPayload;
}

type Question = Pick<
  AttributionTraits,
  "text" | "target" | "method" | "compare" | "value" | "baseline" | "at"
>;

interface Plan {
  model: string;
  sides: { label: string; key: string; tokens: WireTokens }[];
  steps?: WireTokens;
  candidates: AttributionCandidate[][];
  inputs?: AttributionMeta["inputs"];
  values?: string[];
  valueKind?: string;
  attention?: AttributionMeta["attention"];
  text: string;
  text_pair?: string;
  /** Scores that are wanted, by token; the others are made up. */
  strong?: Record<string, number>;
  live?: boolean;
  changes?: Partial<AttributionTraits>;
}

function method(name: string, label: string, part: Partial<MethodMeta> = {}): MethodMeta {
  return {
    name,
    label,
    reference: "Somebody and Others 2020, A Paper About It (arXiv:2001.00001)",
    cost: "1 forward and 1 backward",
    complete: false,
    signed: true,
    attention_based: false,
    baselines: [],
    unavailable: null,
    ...part,
  };
}

export const METHODS: MethodMeta[] = [
  method("gradient_x_input", "Gradient × input", {
    reference: "Shrikumar et al. 2016, Not Just a Black Box (arXiv:1605.01713)",
  }),
  method("integrated_gradients", "Integrated gradients", {
    reference: "Sundararajan et al. 2017, Axiomatic Attribution for Deep Networks (arXiv:1703.01365)",
    cost: "12 forward and backward passes or more, in batches",
    complete: true,
    baselines: ["pad", "mask", "zero", "mean"],
  }),
  method("saliency", "Saliency", { signed: false }),
  method("shap", "SHAP", { unavailable: 'needs pip install "xai-widgets[attribution]"' }),
  method("attention_rollout", "Attention rollout", {
    reference: "Abnar and Zuidema 2020, Quantifying Attention Flow in Transformers (arXiv:2005.00928)",
    signed: false,
    attention_based: true,
  }),
];

function noise(a: number, b: number, c: number, d: number): number {
  const x = Math.sin(a * 12.9898 + b * 78.233 + c * 37.719 + d * 4.581) * 43758.5453;
  return x - Math.floor(x);
}

export function floats(values: number[], shape: number[]): WireArray {
  return { dtype: "float32", shape, data: new DataView(Float32Array.from(values).buffer) };
}

function scene(plan: Plan): AttributionScene {
  const sideTokens = Object.fromEntries(plan.sides.map(({ key, tokens: own }) => [key, own]));

  function score(
    name: string,
    target: AttributionTarget,
    step: number,
    side: number,
    position: number,
  ): number {
    const own = plan.sides[side]?.tokens;
    const word = own?.text[position]?.trim() ?? "";
    const which = METHODS.findIndex((each) => each.name === name);
    const wanted =
      plan.strong?.[word] ?? (noise(position, side, step, 1) - 0.5) * (own?.special[position] ? 0.3 : 0.8);
    const lean = typeof target === "number" && target > 0 ? -1 : 1;
    const made =
      lean * wanted * (1 + 0.4 * noise(which, position, 3, step)) +
      0.15 * (noise(which, position, 7, step) - 0.5);
    // A decoder has not read what comes after.
    if (side === 1 && plan.steps !== undefined && position > step) return 0;
    return METHODS[which]?.signed === false ? Math.abs(made) : made;
  }

  function answer(question: Question, run: number): AttributionPayload {
    const within = plan.steps !== undefined && typeof question.at === "number";
    const several = plan.steps !== undefined && !within;
    const shownSteps = within ? [question.at as number] : range(plan.steps?.text.length ?? 1);
    const candidates = within ? [plan.candidates[question.at as number] ?? []] : plan.candidates;
    const arrays: AttributionPayload["arrays"] = {};
    const named = [question.method, ...question.compare.filter((other) => other !== question.method)];
    const runs = named.map((name, index): AttributionRun => {
      const card = METHODS.find((each) => each.name === name) ?? (METHODS[0] as MethodMeta);
      const values = plan.steps === undefined ? [3.21] : shownSteps.map((i) => 2 + 3 * noise(i, 2, 4, 1));
      const left = [...values];
      const starts = values.map(() => (card.baselines.length > 0 ? 0.42 : 0));
      plan.sides.forEach(({ tokens: own }, side) => {
        const made: number[] = [];
        shownSteps.forEach((step, row) => {
          for (let position = 0; position < own.text.length; position++) {
            const each = score(name, question.target, step, side, position);
            made.push(each);
            left[row] = (left[row] as number) - each;
          }
        });
        const shape = several ? [shownSteps.length, own.text.length] : [own.text.length];
        arrays[`scores/${index}/${side}`] = floats(made, shape);
      });
      if (card.complete) {
        // Complete: what is left goes to the first token, but for a trace.
        const array = arrays[`scores/${index}/0`] as WireArray;
        const view = array.data as DataView;
        const length = plan.sides[0]?.tokens.text.length ?? 0;
        left.forEach((rest, step) => {
          const share = (rest - (starts[step] ?? 0)) / length;
          for (let position = 0; position < length; position++) {
            const at = 4 * (step * length + position);
            view.setFloat32(at, view.getFloat32(at, true) + share, true);
          }
          left[step] = (starts[step] ?? 0) + 0.004;
        });
      }
      const target = within
        ? `token '${candidates[0]?.find(({ id }) => id === question.target)?.text}' (step ${question.at})`
        : explainedWords(plan, question.target);
      return {
        method: card,
        target,
        value_kind: plan.valueKind ?? question.value,
        value: values,
        baseline_value: starts,
        residual: left.map((rest, step) => rest - (starts[step] ?? 0)),
        baseline: card.baselines.length > 0 ? `the ${question.baseline || "pad"} token in every place` : null,
        notes: [],
      };
    });
    return {
      v: WIRE_VERSION,
      kind: "attribution",
      meta: {
        run,
        model: plan.model,
        live: plan.live ?? true,
        inputs: plan.inputs ?? [{ name: "text", label: "Text", optional: false }],
        sides: plan.sides.map(({ label, key }) => ({ label, tokens: key })),
        steps: several ? "steps" : null,
        within,
        candidates,
        explained: several || question.target !== null ? null : (candidates[0]?.[0]?.id ?? null),
        runs,
        methods: METHODS,
        values: plan.values ?? ["logit", "log_prob", "probability"],
        attention: plan.attention ?? null,
        previous: null,
      },
      tokens: several ? { ...sideTokens, steps: plan.steps as WireTokens } : sideTokens,
      arrays,
    };
  }

  const question: Question = {
    text: plan.text,
    target: null,
    method: "gradient_x_input",
    compare: [],
    value: "logit",
    baseline: "",
    at: null,
    ...plan.changes,
  };
  const traits: AttributionTraits = {
    ...question,
    payload: answer(question, 1),
    error: "",
    progress: null,
    text_pair: plan.text_pair ?? "",
    step: 0,
    selection: [],
    merge_words: false,
    hide_special: false,
    show_scores: false,
    attention_head: null,
    theme: "auto",
    group: "",
    ...plan.changes,
  };
  return { traits, answer };
}

function explainedWords(plan: Plan, target: AttributionTarget): string {
  if (plan.steps !== undefined) return `${plan.steps.text.length} tokens, one a step`;
  const nameOf = (name: number | string | undefined) =>
    plan.candidates[0]?.find(({ id, text }) => id === name || text === name)?.text ?? String(name);
  if (plan.valueKind !== undefined) return "the two texts";
  if (Array.isArray(target)) return `class '${nameOf(target[0])}' minus class '${nameOf(target[1])}'`;
  return `class '${nameOf(target ?? plan.candidates[0]?.[0]?.id)}'`;
}

const candidate = (
  id: number,
  text: string,
  value: number,
  probability: number | null,
): AttributionCandidate => ({
  id,
  text,
  value,
  probability,
});
const PAIR: AttributionMeta["inputs"] = [
  { name: "text", label: "First text", optional: false },
  { name: "text_pair", label: "Second text", optional: false },
];
const range = (count: number) => Array.from({ length: count }, (_, index) => index);
const step = (texts: string[]) =>
  texts.map((text, index) => candidate(index, text, 4 - index, 0.72 / (index * 2.4 + 1)));

const SENTIMENT: Plan = {
  model: "sentiment (demo, BERT)",
  sides: [
    {
      label: "Text",
      key: "text",
      tokens: tokens("_[CLS] the film was not good , but the act +ing made me forget the plot . _[SEP]"),
    },
  ],
  candidates: [
    [
      candidate(1, "positive", 3.21, 0.914),
      candidate(0, "negative", 0.4, 0.055),
      candidate(2, "neutral", -0.2, 0.031),
    ],
  ],
  attention: { layers: range(4), heads: range(4).map(() => 4) },
  text: "the film was not good, but the acting made me forget the plot.",
  strong: { good: 1.43, not: -1.72, forget: 0.9, ing: 0.35, plot: -0.4 },
};

export const SCENES: Record<string, () => AttributionScene> = {
  sentiment: () => scene(SENTIMENT),
  rollout: () => scene({ ...SENTIMENT, changes: { method: "attention_rollout", merge_words: true } }),
  contrast: () =>
    scene({
      ...SENTIMENT,
      changes: {
        target: [1, 0],
        method: "integrated_gradients",
        compare: ["gradient_x_input", "saliency", "attention_rollout"],
      },
    }),
  words: () =>
    scene({
      model: "gpt2",
      sides: [
        {
          label: "Text",
          key: "text",
          tokens: tokens("The capital of France is the city of↵ ↵ Love and light , called"),
        },
      ],
      candidates: [
        range(8).map((i) =>
          candidate(
            i,
            [" Paris", " the", " Lyon", " a", " home", "\n", " London", " beautiful"][i] ?? "",
            12 - i,
            0.6 / (1 + i * i),
          ),
        ),
      ],
      text: "The capital of France is",
      strong: { France: 4.2, capital: 2.1 },
      changes: { show_scores: true, value: "log_prob" },
    }),
  similarity: () =>
    scene({
      model: "all-MiniLM-L6-v2",
      sides: [
        { label: "First text", key: "text", tokens: tokens("_[CLS] a cat sat on the mat _[SEP]") },
        {
          label: "Second text",
          key: "text_pair",
          tokens: tokens("_[CLS] the kitten rest +s on a rug _[SEP]"),
        },
      ],
      candidates: [[]],
      inputs: PAIR,
      values: ["cosine similarity"],
      valueKind: "cosine similarity",
      text: "a cat sat on the mat",
      text_pair: "the kitten rests on a rug",
      strong: { cat: 0.31, kitten: 0.35, rug: 0.2 },
      changes: { compare: ["integrated_gradients", "saliency"] },
    }),
  translation: () =>
    scene({
      model: "translation (demo, Marian)",
      sides: [
        {
          label: "Source",
          key: "source",
          tokens: tokens("the small black cat does not see the red house . _</s>"),
        },
        {
          label: "Target so far",
          key: "target",
          tokens: tokens("_<pad> le petit chat noir ne voit pas la maison rouge ."),
        },
      ],
      steps: tokens("le petit chat noir ne voit pas la maison rouge . _</s>"),
      candidates: "le petit chat noir ne voit pas la maison rouge . </s>"
        .split(" ")
        .map((word) => step([word, "les", "un", "grand"])),
      inputs: [
        { name: "text", label: "Source", optional: false },
        { name: "text_pair", label: "Target", optional: true },
      ],
      attention: { layers: range(3), heads: range(3).map(() => 8) },
      text: "the small black cat does not see the red house.",
      changes: { step: 2 },
    }),
  rtl: () =>
    scene({
      model: "Arabic BERT",
      sides: [
        {
          label: "Text",
          key: "text",
          tokens: tokens("_[CLS] القط الصغير جلس على السجادة الحمراء _[SEP]", "rtl"),
        },
      ],
      candidates: [[candidate(0, "إيجابي", 2.1, 0.8), candidate(1, "سلبي", 0.3, 0.2)]],
      text: "القط الصغير جلس على السجادة الحمراء",
    }),
  saved: () =>
    scene({
      model: "",
      live: false,
      inputs: [],
      sides: [
        {
          label: "Text",
          key: "text",
          tokens: tokens(
            "_[CLS] <img src=x onerror=alert(1)> </script><script> <!--<script> \u0024{x} _[SEP]",
          ),
        },
      ],
      candidates: [[candidate(0, "<b>bold</b>", 1.5, null)]],
      text: "",
    }),
  long: () =>
    scene({
      model: "long",
      sides: [
        {
          label: "Text",
          key: "text",
          tokens: tokens(
            `_<s> ${range(500)
              .map((i) => `word${i}`)
              .join(" ")}`,
          ),
        },
      ],
      candidates: [[candidate(0, "one", 2, 0.7), candidate(1, "two", 1, 0.3)]],
      text: range(500)
        .map((i) => `word${i}`)
        .join(" "),
      changes: { compare: ["saliency"] },
    }),
};
