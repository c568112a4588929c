import { beforeEach, describe, expect, it, vi } from "vitest";
import type { HeadsRequest, WireArray } from "../../js/contract.js";
import { type HeadSource, HeadStore, type Wanted } from "../../js/widgets/head_store.js";
import { settle } from "./widgets_model.js";

const wanted = (heads: number[], run = 1, layer = 0): Wanted => ({
  run,
  kind: "self",
  layer,
  heads,
  part: null,
});

/** Heads of 2 x 2 bytes, filled with their own number. */
function block(heads: number[]): WireArray {
  const data = Uint8Array.from(heads.flatMap((head) => [head, head, head, head]));
  return { dtype: "uint8", shape: [heads.length, 2, 2], data };
}

let requests: HeadsRequest[];
let changes: number;
let source: HeadSource;

beforeEach(() => {
  requests = [];
  changes = 0;
  source = {
    fetch: async (request) => {
      requests.push(request);
      return block(request.heads);
    },
    decode: (array) => array.data as Uint8Array,
    onChange: () => {
      changes += 1;
    },
    explain: (error) => (error as Error).message,
  };
});

describe("HeadStore", () => {
  it("has what came with the payload, and asks for nothing", async () => {
    const store = new HeadStore(source);
    store.seed(wanted([3, 5]), block([3, 5]));
    const held = store.want(wanted([3, 5]));
    expect([...held.bytes.keys()]).toEqual([3, 5]);
    expect([...(held.bytes.get(5) ?? [])]).toEqual([5, 5, 5, 5]);
    await settle();
    expect(requests).toEqual([]);
  });

  it("asks ahead for what nobody looks at yet, once, and has it when somebody does", async () => {
    const store = new HeadStore(source);
    store.want(wanted([0]));
    await settle();
    store.ahead(wanted([0, 1], 1, 1));
    store.ahead(wanted([0, 1], 1, 1));
    await settle();
    expect(requests.slice(1)).toEqual([{ what: "heads", ...wanted([0, 1], 1, 1), ahead: true }]);
    expect(store.want(wanted([0, 1], 1, 1)).pending).toEqual([]);
    store.ahead(wanted([0, 1], 1, 1));
    await settle();
    expect(requests).toHaveLength(2);
  });

  it("keeps to itself what could not be had ahead, and asks again when somebody looks", async () => {
    const store = new HeadStore(source);
    store.want(wanted([0]));
    await settle();
    const { fetch } = source;
    source.fetch = () => Promise.reject(new Error("not kept"));
    store.ahead(wanted([0], 1, 1));
    await settle();
    source.fetch = fetch;
    const held = store.want(wanted([0], 1, 1));
    expect(held.failed).toBeNull();
    expect(held.pending).toEqual([0]);
    await settle();
    expect([...store.want(wanted([0], 1, 1)).bytes.keys()]).toEqual([0]);
  });

  it("asks once for all that is missing in a turn", async () => {
    const store = new HeadStore(source);
    store.seed(wanted([0]), block([0]));
    expect(store.want(wanted([0, 2])).pending).toEqual([2]);
    expect(store.want(wanted([0, 1, 2])).pending).toEqual([1, 2]);
    await settle();
    expect(requests.map((request) => request.heads)).toEqual([[1, 2]]);
    store.want(wanted([0, 1, 2]));
    expect(changes).toBe(1);
    expect(requests).toHaveLength(1);
    expect(store.want(wanted([0, 1, 2])).pending).toEqual([]);
  });

  it("does not ask again for what is on its way", async () => {
    let arrive = (_: WireArray) => {};
    source.fetch = vi.fn(
      () =>
        new Promise<WireArray>((resolve) => {
          arrive = resolve;
        }),
    );
    const store = new HeadStore(source);
    store.want(wanted([1]));
    await settle();
    store.want(wanted([1]));
    await settle();
    expect(source.fetch).toHaveBeenCalledTimes(1);
    arrive(block([1]));
    await settle();
    expect(store.want(wanted([1])).pending).toEqual([]);
  });

  it("lets go of what was looked at longest ago, never of what is looked at", async () => {
    const store = new HeadStore(source, 12);
    store.seed(wanted([0, 1, 2]), block([0, 1, 2]));
    store.want(wanted([0]));
    store.want(wanted([3]));
    await settle();
    store.want(wanted([3]));
    expect(store.want(wanted([0])).pending).toEqual([]);
    expect(store.want(wanted([1])).pending).toEqual([1]);
    await settle();
    const all = store.want(wanted([0, 1, 2, 3, 4, 5, 6]));
    await settle();
    expect(store.want(wanted([0, 1, 2, 3, 4, 5, 6])).pending).toEqual([]);
    expect(all.pending.length).toBeGreaterThan(0);
  });

  it("drops older runs, and the answers that come late for them", async () => {
    let arrive = (_: WireArray) => {};
    source.fetch = () =>
      new Promise<WireArray>((resolve) => {
        arrive = resolve;
      });
    const store = new HeadStore(source);
    store.seed(wanted([0]), block([0]));
    store.want(wanted([1]));
    await settle();
    const late = arrive;
    store.seed(wanted([0], 2), block([7]));
    late(block([1]));
    await settle();
    expect(changes).toBe(0);
    expect([...(store.want(wanted([0], 2)).bytes.get(0) ?? [])]).toEqual([7, 7, 7, 7]);
    expect(store.want(wanted([1], 2)).pending).toEqual([1]);
  });

  it("says why a head could not be had, and tries again when it is come back to", async () => {
    let fails = true;
    const fetch = source.fetch;
    source.fetch = async (request) => {
      if (!fails) return fetch(request);
      throw new Error("There is no kernel");
    };
    const store = new HeadStore(source);
    store.want(wanted([1]));
    await settle();
    expect(store.want(wanted([1])).failed).toEqual({ heads: [1], words: "There is no kernel" });
    fails = false;
    store.want(wanted([1], 1, 4));
    expect(store.want(wanted([1])).pending).toEqual([1]);
    await settle();
    expect(store.want(wanted([1])).failed).toBeNull();
  });

  it("does not ask again for what is stale: the next map is on its way", async () => {
    source.fetch = vi.fn(async () => {
      throw new Error("stale");
    });
    source.explain = () => null;
    const store = new HeadStore(source);
    source.onChange = () => store.want(wanted([1]));
    store.want(wanted([1]));
    await settle();
    store.want(wanted([1]));
    await settle();
    expect(source.fetch).toHaveBeenCalledTimes(1);
    store.want(wanted([1], 2));
    await settle();
    expect(source.fetch).toHaveBeenCalledTimes(2);
  });

  it("takes an answer with another number of heads for a failure", async () => {
    source.fetch = async () => block([1, 2, 3]);
    const store = new HeadStore(source);
    store.want(wanted([1]));
    await settle();
    expect(store.want(wanted([1])).failed?.words).toContain("1 heads asked for, 3 came");
  });
});
