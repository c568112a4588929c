/**
 * From a word typed in the text box to the map drawn anew, in JupyterLab on MiniLM's real weights at 128 tokens; and the
 * model's forward pass alone, in the same kernel, in turn. Started by `live_editing.py`, which says more.
 */
import { writeFile } from "node:fs/promises";
import { test } from "vitest";
import { AttentionView } from "../tests/browser/harness/attention_view.js";
import { openNotebook } from "../tests/browser/harness/notebook.js";
import { watchPaints } from "./painted.js";

const ROUNDS = 15;

const opened = openNotebook("live-editing", [
  `import sys
sys.path.insert(0, ${JSON.stringify(import.meta.dirname)})
import time
import subjects
import torch
import xai_widgets as xai
explainer = xai.Explainer.from_pretrained(subjects.minilm_directory())
text = subjects.english(explainer.tokenizer, 128)

def forward():
    encoding = explainer.tokenizer(w.text, return_tensors="pt")
    begin = time.perf_counter()
    with torch.no_grad():
        explainer.model(**encoding)
    return 1e3 * (time.perf_counter() - begin), encoding["input_ids"].shape[1]

w = xai.AttentionWidget(explainer=explainer, text=text)
w`,
]);

/** In the page: milliseconds from the end of a word to the last paint of a map for the text with it. */
function redrawn(start: number): Promise<number> {
  const limit = 30_000;
  return new Promise((resolve, reject) => {
    const look = () => {
      if (performance.now() - start > limit) return reject(new Error("the map was not drawn anew"));
      const { canvas } = window.painted;
      if (canvas > start && performance.now() - canvas > 600) resolve(canvas - start);
      else setTimeout(look, 10);
    };
    look();
  });
}

/** The value of an expression in the kernel, whatever else is printed before it. */
async function value<Value>(expression: string): Promise<Value> {
  const printed = await opened.jupyter.python(`import json; print("\\n" + json.dumps(${expression}))`);
  const lines = printed.split("\n");
  if (lines.length > 2) console.log(printed);
  return JSON.parse(lines.at(-1)!) as Value;
}

test("measures", async () => {
  const { page } = opened;
  const view = new AttentionView(page);
  await page.evaluate(watchPaints);
  await view.text.waitFor();
  await page.waitForTimeout(2000);
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    const words = await value<string>("w.text");
    // The same number of tokens every time: one word for another.
    await view.text.fill(words.replace(/ \w+$/, ""));
    await page.keyboard.press("End");
    const typed = page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          window.addEventListener("keydown", (event) => event.key === "Enter" && resolve(event.timeStamp), { capture: true });
        }),
    );
    await page.waitForTimeout(50);
    await page.keyboard.insertText(round % 2 === 0 ? " music" : " ending");
    await page.keyboard.press("Enter");
    const total = await page.evaluate(redrawn, await typed);
    const [forward, tokens] = await value<[number, number]>("forward()");
    rounds.push({ total, forward, tokens });
  }
  console.log(JSON.stringify(rounds));
  await writeFile(process.env.XAI_FIGURES!, JSON.stringify({ rounds }));
});
