import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CellRequest, Request, WireArray } from "../../js/contract.js";
import { decodeArray } from "../../js/core/codec.js";
import { type Asked, Channel, isMoot, QUIET_AFTER, RequestError } from "../../js/widgets/channel.js";
import { FakeModel } from "./widgets_model.js";

const cell = (query: number): CellRequest => ({
  what: "cell",
  run: 1,
  kind: "self",
  layer: 0,
  heads: [0],
  query: [query, query + 1],
  key: [0, 1],
});

let model: FakeModel<object>;
let controller: AbortController;

beforeEach(() => {
  model = new FakeModel({});
  controller = new AbortController();
});
afterEach(() => {
  controller.abort();
  vi.useRealTimers();
});

describe("Channel", () => {
  it("gives each request its own answer, in whatever order they come", async () => {
    const channel = new Channel(model, controller.signal);
    const [first, second] = [channel.request(cell(0)), channel.request(cell(1))];
    model.answer(second.id, Float32Array.of(0.5), [1]);
    model.answer(first.id, Float32Array.of(0.25), [1]);
    const values = async (asked: Asked) => [...decodeArray((await asked.answer)[0] as WireArray, "float32")];
    expect(await values(first)).toEqual([0.25]);
    expect(await values(second)).toEqual([0.5]);
  });

  it("lets the answers to other views of the model pass by", async () => {
    const mine = new Channel(model, controller.signal);
    const others = new Channel(model, controller.signal);
    const [asked, other] = [mine.request(cell(0)), others.request(cell(0))];
    expect(asked.id).not.toBe(other.id);
    const settled = vi.fn();
    void asked.answer.then(settled, settled);
    model.answer(other.id, Float32Array.of(1), [1]);
    await other.answer;
    expect(settled).not.toHaveBeenCalled();
  });

  it("rejects with Python's name, words and offer", async () => {
    const channel = new Channel(model, controller.signal);
    const { id, answer } = channel.request({ what: "run", text: "a", text_pair: "", truncate: false });
    model.refuse(id, "InputError", "12 tokens too long", "truncate");
    await expect(answer).rejects.toMatchObject({
      name: "InputError",
      message: "12 tokens too long",
      offer: "truncate",
    });
  });

  it("makes an older run stale, but no older cell", async () => {
    const channel = new Channel(model, controller.signal);
    const run = (text: string) => channel.request({ what: "run", text, text_pair: "", truncate: false });
    const [kept, older, newer] = [channel.request(cell(0)), run("a"), run("b")];
    const error = await older.answer.catch((reason: unknown) => reason);
    expect(isMoot(error)).toBe(true);
    model.answerNothing(newer.id);
    await expect(newer.answer).resolves.toEqual([]);
    model.answer(kept.id, Float32Array.of(1), [1]);
    await expect(kept.answer).resolves.toHaveLength(1);
  });

  it("rejects what is pending, and what comes after, when the view ends", async () => {
    const channel = new Channel(model, controller.signal);
    const { answer } = channel.request(cell(0));
    controller.abort();
    await expect(answer).rejects.toMatchObject({ name: "Closed" });
    await expect(channel.request(cell(1)).answer).rejects.toMatchObject({ name: "Closed" });
    expect(model.listening()).toBe(0);
    expect(model.sent).toHaveLength(1);
  });

  it("says in words that there is no kernel where sending throws", async () => {
    model.onSend = () => {
      throw new Error("comm is closed");
    };
    const quiet = vi.fn();
    const { answer } = new Channel(model, controller.signal, quiet).request(cell(0));
    await expect(answer).rejects.toMatchObject({ name: "NoKernel" });
    expect(quiet).toHaveBeenCalledWith(true);
  });

  it("tells when nothing is heard, and when something is heard again", async () => {
    vi.useFakeTimers();
    const quiet = vi.fn();
    const channel = new Channel(model, controller.signal, quiet);
    const { id, answer } = channel.request(cell(0));
    vi.advanceTimersByTime(QUIET_AFTER + 1);
    expect(quiet.mock.calls).toEqual([[true]]);
    model.answer(id, Float32Array.of(1), [1]);
    await answer;
    vi.advanceTimersByTime(QUIET_AFTER * 2);
    expect(quiet.mock.calls).toEqual([[true], [false]]);
  });

  describe("what nobody waits for yet", () => {
    const ahead: Request = { what: "heads", run: 1, kind: "self", layer: 1, heads: [0], ahead: true };
    const thumbnails: Request = { what: "thumbnails", run: 1, kind: "self", layers: [0], exact: true };

    it("is asked for without a word, whether the kernel is busy or gone", () => {
      vi.useFakeTimers();
      const quiet = vi.fn();
      const channel = new Channel(model, controller.signal, quiet);
      for (const request of [ahead, thumbnails]) channel.request(request);
      model.onSend = () => {
        throw new Error("comm is closed");
      };
      for (const request of [ahead, thumbnails]) channel.request(request);
      vi.advanceTimersByTime(QUIET_AFTER * 3);
      expect(quiet).not.toHaveBeenCalled();
    });

    it("is told of from when somebody waits, once, until it comes", async () => {
      vi.useFakeTimers();
      const quiet = vi.fn();
      const channel = new Channel(model, controller.signal, quiet);
      const { id, answer } = channel.request(ahead);
      vi.advanceTimersByTime(QUIET_AFTER * 2);
      channel.expect();
      vi.advanceTimersByTime(QUIET_AFTER / 2);
      channel.expect();
      vi.advanceTimersByTime(QUIET_AFTER / 2 + 1);
      expect(quiet.mock.calls).toEqual([[true]]);
      model.answer(id, Float32Array.of(1), [1]);
      await answer;
      vi.advanceTimersByTime(QUIET_AFTER * 2);
      expect(quiet.mock.calls).toEqual([[true], [false]]);
    });
  });

  it("refuses an answer whose bytes are missing", async () => {
    const channel = new Channel(model, controller.signal);
    const { id, answer } = channel.request(cell(0));
    model.emit("msg:custom", { type: "response", id, ok: true, arrays: [{ dtype: "float32", shape: [1] }] });
    await expect(answer).rejects.toBeInstanceOf(RequestError);
  });

  it("ignores messages that are no answers", () => {
    new Channel(model, controller.signal);
    for (const message of [null, "hello", 3, {}, { type: "other" }]) model.emit("msg:custom", message);
  });

  it("makes ids without crypto.randomUUID", async () => {
    const original = crypto.randomUUID;
    Object.defineProperty(crypto, "randomUUID", { value: undefined, configurable: true });
    try {
      const channel = new Channel(model, controller.signal);
      const ids = [channel.request(cell(0)).id, channel.request(cell(0)).id];
      expect(new Set(ids).size).toBe(2);
      expect(ids[0]).toMatch(/^[0-9a-f]{32}$/);
    } finally {
      Object.defineProperty(crypto, "randomUUID", { value: original, configurable: true });
    }
  });
});
