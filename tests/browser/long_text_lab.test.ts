import { expect, test } from "vitest";
import { AttentionView } from "./harness/attention_view.js";
import { openNotebook } from "./harness/notebook.js";

const opened = openNotebook(
  "long-text-lab",
  [
    `import torch
import transformers
import xai_widgets as xai

torch.manual_seed(0)
tokenizer = xai.demo("language-model").tokenizer
config = transformers.GPT2Config(n_layer=3, n_head=4, n_embd=64, n_positions=4096, vocab_size=len(tokenizer), bos_token_id=1, eos_token_id=1)
model = transformers.GPT2LMHeadModel(config).eval()
with torch.no_grad():  # far from uniform
    for block in model.transformer.h:
        block.attn.c_attn.weight *= 12
text = "red kite lamp " * 500 + "cow " + "red kite lamp " * 100
w = xai.AttentionWidget(model, tokenizer, text)
w`,
  ],
  "lab",
  undefined,
  "shared",
);

const view = () => new AttentionView(opened.page);
const python = <Value>(expression: string) => opened.jupyter.value<Value>(expression);
const eventually = <Value>(expression: string) => expect.poll(() => python<Value>(expression));

test("shows the beginning of a long text, and says where in it that is", async () => {
  const words = view().root.locator(".xai-overview-words");
  await expect.poll(() => words.textContent()).toMatch(/^Tokens 1–256 of \d,\d{3}$/);
  await expect.poll(() => view().root.textContent()).toContain("to tokens outside of this part");
  expect((await view().painted(view().root.locator(".xai-overview-canvas"))).colours).toBeGreaterThan(10);
});

test("goes along the text", async () => {
  await view().root.getByLabel("The part after").click();
  await eventually("w.part").toEqual({ query: [256, 512], key: [256, 512] });
  await view().root.locator(".xai-overview-map").press("ArrowLeft");
  await eventually("w.part").toEqual({ query: [256, 512], key: [128, 384] });
  await opened.jupyter.python('w.part = {"query": [0, 200], "key": [0, 200]}');
  await expect
    .poll(() => view().root.locator(".xai-overview-words").textContent())
    .toMatch(/^Tokens 1–200 of/);
});

test("drags the frame over the whole map", async () => {
  const map = view().root.locator(".xai-overview-map");
  await map.scrollIntoViewIfNeeded();
  const box = (await map.boundingBox())!;
  await opened.page.mouse.move(box.x + 4, box.y + 4);
  await opened.page.mouse.down();
  await opened.page.mouse.move(box.x + 60, box.y + 60, { steps: 4 });
  await opened.page.mouse.up();
  await expect.poll(() => python<number>("w.part['query'][0]")).toBeGreaterThan(600);
});

test("finds a token, goes there and pins it", async () => {
  const find = view().root.getByLabel("Find a token");
  await find.fill("cow");
  await find.press("Enter");
  await expect.poll(() => view().root.locator(".xai-find-words").textContent()).toBe("1 of 1");
  await eventually("w.attention.tokens()[0].text[w.selection[0]['start']].strip()").toBe("cow");
  await eventually("w.part['query'][0] <= w.selection[0]['start'] < w.part['query'][1]").toBe(true);
  const token = view().root.locator(".xai-token", { hasText: "cow" }).first();
  await expect.poll(() => token.isVisible()).toBe(true);
  await find.fill("giraffe");
  await find.press("Enter");
  await expect.poll(() => view().root.locator(".xai-find-words").textContent()).toBe("Not in this text.");
});

test("thumbnails become exact while nobody asks for anything", async () => {
  await expect.poll(() => view().root.textContent(), { timeout: 30_000 }).not.toContain("some of its rows");
});

test("goes on to the next layer, although the echo of the one before is on its way", async () => {
  const shown = await view().layer.evaluate(async (element) => {
    const select = element as HTMLSelectElement;
    const step = () =>
      select.closest(".xai-stepper")?.querySelector<HTMLButtonElement>("[aria-label='Layer after']")?.click();
    const shown = [select.value];
    const look = setInterval(() => shown.at(-1) !== select.value && shown.push(select.value));
    // Python is told of the first step, and of the second before it has answered.
    const { send } = WebSocket.prototype;
    const told = new Promise<void>((resolve) => {
      WebSocket.prototype.send = function (data) {
        send.call(this, data);
        if (new TextDecoder().decode(data as ArrayBuffer).includes('"state":{"layer":')) resolve();
      };
    });
    step();
    await told;
    WebSocket.prototype.send = send;
    step();
    // Before the second is told in its turn, which would put right what the echo has taken back.
    await new Promise((resolve) => setTimeout(resolve, 200));
    clearInterval(look);
    return shown;
  });
  expect(shown).toEqual(["0", "1", "2"]);
  await eventually<number>("w.layer").toBe(2);
});
