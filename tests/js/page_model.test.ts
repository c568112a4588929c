import { describe, expect, test, vi } from "vitest";
import type { AttentionPayload, Request, ResponseMessage, WireArray } from "../../js/contract.js";
import type { Answer, Content } from "../../js/page/content.js";
import { holdingOf } from "../../js/page/holding.js";
import { PageModel } from "../../js/page/page_model.js";

const REST = "Run the cell.";
const N = 3;

/** Head h of layer l of a kind is full of one byte: 10 * l + h, more for the second kind. */
function bytesOf(layer: number, heads: number[], base: number): WireArray {
  const data = Uint8Array.from(heads.flatMap((head) => Array(N * N).fill(base + 10 * layer + head)));
  return { dtype: "uint8", shape: [heads.length, N, N], data };
}

function heads(kind: string, layer: number, heads: number[], base = 0): Answer {
  return { request: { what: "heads", kind, layer, heads }, arrays: [bytesOf(layer, heads, base)] };
}

/** Layers 0 to 5 of 4 heads, of two kinds; `thumbnails` have one cell a pair, or are smaller. */
function content(answers: Answer[], over: object = {}, thumbnails: "whole" | "pooled" = "pooled"): Content {
  const size = thumbnails === "whole" ? N : 2;
  const layers = [0, 1, 2, 3, 4, 5];
  const meta = (kind: string) => ({
    kind,
    layers,
    heads: layers.map(() => 4),
    queries: "text",
    keys: "text",
  });
  const cells = layers.flatMap((layer) =>
    [0, 1, 2, 3].flatMap((head) => Array(size * size).fill(100 + 10 * layer + head)),
  );
  const payload = {
    kind: "attention",
    meta: { kinds: [meta("encoder"), meta("decoder")] },
    tokens: { text: { text: ["a", "b", "c"] } },
    arrays: {
      "thumbnails/encoder": { dtype: "uint8", shape: [6, 4, size, size], data: Uint8Array.from(cells) },
    },
  } as unknown as AttentionPayload;
  return {
    esm: "",
    css: "",
    traits: { payload, kind: "encoder", layer: 0, heads: [0, 1, 2, 3], ...over },
    answers,
  };
}

function shown(of: Content) {
  const refusals: string[] = [];
  const holding = holdingOf(of, REST);
  const model = new PageModel(of.traits, holding, (refused) => refusals.push(refused));
  const ask = (request: object) =>
    new Promise<{ message: ResponseMessage; buffers: DataView[] }>((resolve) => {
      const heard = (message: unknown, buffers: DataView[]) => {
        model.off("msg:custom", heard);
        resolve({ message: message as ResponseMessage, buffers });
      };
      model.on("msg:custom", heard);
      model.send({ type: "request", id: "1", request: { run: 7, ...request } as unknown as Request });
    });
  const settled = () => new Promise<void>((resolve) => setTimeout(resolve, 0));
  const choice = () => [model.get("kind"), model.get("layer"), model.get("heads")];
  return { model, holding, refusals, ask, settled, choice };
}

const SOME = [heads("encoder", 0, [0, 1, 2, 3]), heads("encoder", 3, [1]), heads("encoder", 3, [2])];

describe("answers", () => {
  test("heads are put together, whichever way they were kept", async () => {
    const { ask } = shown(content(SOME));
    const { message, buffers } = await ask({ what: "heads", kind: "encoder", layer: 3, heads: [2, 1] });
    expect(message).toMatchObject({ id: "1", ok: true, arrays: [{ dtype: "uint8", shape: [2, N, N] }] });
    const bytes = new Uint8Array(buffers[0]?.buffer as ArrayBuffer);
    expect([...bytes]).toEqual([...Array(9).fill(32), ...Array(9).fill(31)]);
  });

  test("a head that was not kept is refused in words that name those that were", async () => {
    const { ask } = shown(content(SOME));
    const { message } = await ask({ what: "heads", kind: "encoder", layer: 3, heads: [0, 1] });
    expect(message).toMatchObject({
      ok: false,
      message: "Of layer 3 this was kept: heads 1 and 2. Run the cell.",
    });
  });

  test.each([
    [{ what: "run", text: "a", text_pair: "", truncate: false }, "There is no model here. Run the cell."],
    [{ what: "cell", kind: "encoder", layer: 0, heads: [0] }, "This was not kept. Run the cell."],
    [{ what: "heads", kind: "decoder", layer: 0, heads: [0] }, "No head of the decoder attention was kept."],
  ])("what needs a model is refused in words: %j", async (request, words) => {
    const { message } = await shown(content(SOME)).ask(request);
    expect(message).toMatchObject({ ok: false, message: expect.stringContaining(words) });
  });

  test("there is nothing to cancel", async () => {
    const { message } = await shown(content(SOME)).ask({ what: "cancel", target: null });
    expect(message).toMatchObject({ ok: true, arrays: [] });
  });

  test("other answers are found by what was asked, in whatever order it says so", async () => {
    const data = Float32Array.from([0.5, -1]).buffer;
    const kept: Answer = {
      request: { what: "scores", by: { what: "attention", layer: null, head: 2 }, rows: "writes" },
      arrays: [{ dtype: "float32", shape: [2], data }],
    };
    const { ask } = shown({
      ...content([kept]),
      traits: { payload: { kind: "translation" } },
    });
    const asked = { rows: "writes", by: { head: 2, layer: null, what: "attention" }, what: "scores" };
    const { message, buffers } = await ask(asked);
    expect(message).toMatchObject({ ok: true, arrays: [{ dtype: "float32", shape: [2] }] });
    expect(buffers[0]?.getFloat32(4, true)).toBe(-1);
    expect((await ask({ ...asked, rows: "reads" })).message).toMatchObject({ ok: false });
  });
});

describe("what is held", () => {
  test.each([
    [SOME, "pooled", "Saved view: some heads of layers 0 and 3 of the encoder attention. Run the cell."],
    [
      [1, 2, 3].map((layer) => heads("encoder", layer, [0, 1, 2, 3])),
      "pooled",
      "Saved view: layers 1 to 3 of the encoder attention. Run the cell.",
    ],
    [
      [0, 1].map((layer) => heads("decoder", layer, [1, 3])),
      "pooled",
      "Saved view: heads 1 and 3 of layers 0 and 1 of the decoder attention. Run the cell.",
    ],
    [[], "pooled", "Saved view: the overview of every head. Run the cell."],
    [[], "whole", "Saved view: layers 0 to 5 of the encoder attention. Run the cell."],
  ] as const)("is said in words", (answers, thumbnails, words) => {
    expect(shown(content([...answers], {}, thumbnails)).holding.about).toBe(words);
  });

  test("thumbnails of a short text are its heads", async () => {
    const { ask } = shown(content([], {}, "whole"));
    const { buffers } = await ask({ what: "heads", kind: "encoder", layer: 4, heads: [3] });
    expect([...new Uint8Array(buffers[0]?.buffer as ArrayBuffer)]).toEqual(Array(9).fill(143));
  });

  test("thumbnails stand for no head where heads were named", async () => {
    const { ask } = shown(content([heads("encoder", 1, [0])], {}, "whole"));
    const { message } = await ask({ what: "heads", kind: "encoder", layer: 4, heads: [3] });
    expect(message).toMatchObject({ ok: false });
  });
});

describe("choices", () => {
  test("what is held is shown", async () => {
    const { model, settled, choice, refusals } = shown(content(SOME));
    model.set("heads", [1, 2]);
    model.set("layer", 3);
    await settled();
    expect(choice()).toEqual(["encoder", 3, [1, 2]]);
    expect(refusals).toEqual([""]);
  });

  test("another layer shows what was kept of it", async () => {
    const { model, settled, choice } = shown(content(SOME));
    model.set("heads", [0]);
    model.set("layer", 3);
    await settled();
    expect(choice()).toEqual(["encoder", 3, [1, 2]]);
  });

  test("a step over layers that were not kept goes to the next that was, and back", async () => {
    const { model, settled, choice, refusals } = shown(content(SOME));
    model.set("layer", 1);
    await settled();
    expect(choice()[1]).toBe(3);
    model.set("layer", 2);
    await settled();
    expect(choice()[1]).toBe(0);
    expect(refusals[0]).toContain("Layer 1 was not kept; what was: layers 0 and 3. Run the cell.");
  });

  test("a jump to a layer that was not kept goes nowhere, and says why", async () => {
    const { model, settled, choice, refusals } = shown(content(SOME));
    model.set("heads", [2]);
    model.set("layer", 5);
    await settled();
    expect(choice()).toEqual(["encoder", 0, [0, 1, 2, 3]]);
    expect(refusals).toEqual(["Layer 5 was not kept; what was: layers 0 and 3. Run the cell."]);
    model.set("threshold", 0.5);
    await settled();
    expect(refusals.at(-1)).toBe("");
  });

  test("a head that was not kept stays off, and those that are on stay on", async () => {
    const { model, settled, choice, refusals } = shown(content(SOME, { layer: 3, heads: [1] }));
    model.set("heads", [0, 1]);
    await settled();
    expect(choice()).toEqual(["encoder", 3, [1]]);
    expect(refusals).toEqual(["Of layer 3 this was kept: heads 1 and 2. Run the cell."]);
    model.set("heads", [3]);
    await settled();
    expect(choice()).toEqual(["encoder", 3, [1]]);
  });

  test("no head at all is a choice", async () => {
    const { model, settled, choice, refusals } = shown(content(SOME));
    model.set("heads", []);
    await settled();
    expect(choice()).toEqual(["encoder", 0, []]);
    expect(refusals).toEqual([""]);
  });

  test("another kind is shown where it was kept, and refused where it was not", async () => {
    const { model, settled, choice, refusals } = shown(content(SOME));
    model.set("kind", "decoder");
    await settled();
    expect(choice()[0]).toBe("encoder");
    expect(refusals).toEqual(["No head of the decoder attention was kept. Run the cell."]);

    const both = shown(content([...SOME, heads("decoder", 4, [0])]));
    both.model.set("kind", "decoder");
    await both.settled();
    expect(both.choice()).toEqual(["decoder", 4, [0]]);
  });

  test("a view that starts with more heads than were kept starts with those", () => {
    const { choice } = shown(content(SOME, { layer: 3, heads: [0, 1, 2] }));
    expect(choice()).toEqual(["encoder", 3, [1, 2]]);
  });
});

test("traits tell those who listen, until they listen no more", () => {
  const { model } = shown(content(SOME));
  const heard = vi.fn();
  model.on("change:threshold", heard);
  model.set("threshold", 0.1);
  model.set("threshold", 0.1);
  expect(heard).toHaveBeenCalledTimes(1);
  model.off("change:threshold", heard);
  model.set("threshold", 0.2);
  expect(heard).toHaveBeenCalledTimes(1);
});
