import type {
  AnswerRecord,
  LessonTraits,
  PresetsTraits,
  QuestionMeta,
  QuestionViewTraits,
  WireVerdict,
} from "../contract.js";

const TOKENS = ["<s>", "red", "kite", "lamp", "red", "kite"];
const HINTS = ["What comes next?", "Where did “kite” stand before?", "What came after it there?"];
const LOOKS = { theme: "auto", presenter: false } as const;

function question(meta: Partial<QuestionMeta>, traits: Partial<QuestionViewTraits> = {}): QuestionViewTraits {
  const whole: QuestionMeta = {
    heading: "Predict first",
    question: "Layer 1, head 2: which token does the last “kite” take most from?",
    ask: "choice",
    pick: 1,
    choices: TOKENS.map((label, index) => ({
      label,
      special: index === 0,
      note: index === TOKENS.length - 1 ? "looks" : "",
    })),
    direction: "ltr",
    hints: HINTS.length,
    reveals: true,
    ...meta,
  };
  return {
    payload: { v: 1, kind: "question", meta: whole },
    chosen: [],
    attempts: 0,
    hints: [],
    verdict: null,
    ...LOOKS,
    ...traits,
  };
}

const told = (right: boolean | null, words: string): WireVerdict => ({
  right,
  words,
  over: true,
  numbers: ["0.00", "0.00", "0.00", "1.00", "0.00", "0.00"],
  best: [3],
});
const FOUND = "In layer 1, head 2, the second “kite” takes most from “lamp” (1.00).";

const CHECK: Partial<QuestionMeta> = {
  heading: "Check",
  question: "What does a row of the matrix add up to, in any layer and head?",
  ask: "number",
  choices: [],
  reveals: false,
};

function record(changes: Partial<AnswerRecord>): AnswerRecord {
  return {
    question: "Layer 1, head 2: which token does the last “kite” take most from?",
    kind: "prediction",
    answer: "lamp",
    right: true,
    verdict: `Yes. ${FOUND}`,
    attempts: 1,
    not_sure: false,
    hints: 1,
    asked: "2026-01-02T03:04:05+00:00",
    answered: "2026-01-02T03:05:05+00:00",
    seconds: 60,
    log: [],
    ...changes,
  };
}

const ANSWERS: LessonTraits = {
  payload: {
    v: 1,
    kind: "lesson",
    meta: {
      format: "xai_widgets/answers",
      version: 1,
      software: "xai-widgets",
      lesson: "04 Heads that do something",
      student: "",
      exported: "",
      answers: [
        record({}),
        record({
          question: "What does a row add up to?",
          kind: "check",
          answer: "0.5",
          right: false,
          attempts: 2,
        }),
        record({ question: "Which word decides?", answer: null, right: null, verdict: null, answered: null }),
      ],
    },
  },
  student: "",
  ...LOOKS,
};

const PRESETS: PresetsTraits = {
  payload: { v: 1, kind: "presets", meta: { names: ["looks one back", "remembers", "rests"] } },
  chosen: "remembers",
  error: "",
  ...LOOKS,
};

/** Every view of a lesson, in the states that a student sees. */
export const SCENES: Record<string, () => { traits: QuestionViewTraits | LessonTraits | PresetsTraits }> = {
  question: () => ({ traits: question({}) }),
  picked: () => ({ traits: question({}, { chosen: [1], hints: HINTS.slice(0, 2) }) }),
  right: () => ({ traits: question({}, { chosen: [3], attempts: 1, verdict: told(true, `Yes. ${FOUND}`) }) }),
  wrong: () => ({
    traits: question(
      {},
      { chosen: [1], attempts: 1, verdict: told(false, `You said the first “red” (0.00). ${FOUND}`) },
    ),
  }),
  unsure: () => ({ traits: question({}, { verdict: told(null, FOUND) }) }),
  check: () => ({ traits: question(CHECK) }),
  again: () => ({
    traits: question(CHECK, {
      attempts: 2,
      verdict: { right: false, words: "0.5 is too small.", over: false, numbers: [], best: [] },
    }),
  }),
  rtl: () => ({
    traits: question({
      question: "أي كلمة؟",
      direction: "rtl",
      choices: ["لم", "يكن", "الفيلم", "جيدا"].map((label) => ({ label, special: false, note: "" })),
    }),
  }),
  presets: () => ({ traits: PRESETS }),
  answers: () => ({ traits: ANSWERS }),
};
