import { describe, expect, it } from "vitest";
import { WEIGHT_NAN, WEIGHT_UNSEEN } from "../../js/contract.js";
import { cellsOf, poolCells } from "../../js/core/cells.js";
import { UNSEEN } from "../../js/core/codec.js";
import {
  clampTransform,
  IDENTITY,
  labelStep,
  offsetToShow,
  rowAt,
  rowsBetween,
  zoomAbout,
} from "../../js/core/geometry.js";
import { blocksOf, selectLines } from "../../js/core/lines.js";
import { randomFrom } from "../../js/gallery/fixtures.js";

describe("rows", () => {
  it("finds the row that was drawn at a place", () => {
    for (const height of [7, 19.5, 26]) {
      const rows = { count: 12, height };
      for (let row = 0; row < rows.count; row++) {
        for (const within of [0.01, 0.5, 0.99]) expect(rowAt(rows, (row + within) * height)).toBe(row);
      }
      expect(rowAt(rows, -0.1)).toBeNull();
      expect(rowAt(rows, 12 * height + 0.1)).toBeNull();
    }
  });

  it("knows which rows are in a window", () => {
    const rows = { count: 10, height: 20 };
    expect(rowsBetween(rows, 0, 200)).toEqual([0, 10]);
    expect(rowsBetween(rows, 30, 50)).toEqual([1, 3]);
    expect(rowsBetween(rows, 500, 600)).toEqual([10, 10]);
    expect(rowsBetween(rows, -100, -50)).toEqual([0, 0]);
  });

  it("leaves out labels that would overlap", () => {
    expect(labelStep(20, 14)).toBe(1);
    expect(labelStep(3, 14)).toBe(5);
  });
});

describe("zoom", () => {
  it("keeps what is under the pointer under the pointer", () => {
    const before = { scale: 2, x: -30, y: -70 };
    const after = zoomAbout(before, 5, 120, 40);
    expect((120 - after.x) / after.scale).toBeCloseTo((120 - before.x) / before.scale, 9);
    expect((40 - after.y) / after.scale).toBeCloseTo((40 - before.y) / before.scale, 9);
  });

  it("never shows a gap beside the picture", () => {
    const size = { width: 300, height: 200 };
    const far = { scale: 2, x: -900, y: 50 };
    expect(clampTransform(far, size, size)).toEqual({ scale: 2, x: -300, y: 0 });
    expect(clampTransform({ scale: 1, x: -4, y: 9 }, size, size)).toEqual(IDENTITY);
  });

  it("moves no further than it takes to show a cell", () => {
    expect(offsetToShow(-50, 60, 70, 100)).toBe(-50);
    expect(offsetToShow(-50, 20, 30, 100)).toBe(-20);
    expect(offsetToShow(0, 120, 130, 100)).toBe(-30);
  });
});

describe("cells", () => {
  it("keeps unseen, NaN and what is under the threshold apart", () => {
    const cells = cellsOf(Float32Array.of(0.5, 0.1, UNSEEN, Number.NaN), 2, 0.2);
    expect([...cells.levels]).toEqual([179, 0, WEIGHT_UNSEEN, WEIGHT_NAN]);
    expect(cells).toMatchObject({ rows: 2, columns: 2, hasNaN: true, hasUnseen: true });
  });

  it("pools to the strongest of each block, at the ragged edges too", () => {
    const random = randomFrom(3);
    const [rows, columns, factor] = [7, 10, 3];
    const weights = Float32Array.from({ length: rows * columns }, () => (random() < 0.4 ? UNSEEN : random()));
    const cells = cellsOf(weights, columns, 0);
    const pooled = poolCells(cells, factor);
    expect([pooled.rows, pooled.columns]).toEqual([3, 4]);
    for (let row = 0; row < 3; row++) {
      for (let column = 0; column < 4; column++) {
        const block: number[] = [];
        for (let r = row * factor; r < Math.min(rows, (row + 1) * factor); r++) {
          for (let c = column * factor; c < Math.min(columns, (column + 1) * factor); c++) {
            block.push(cells.levels[r * columns + c]!);
          }
        }
        const seen = block.filter((level) => level !== WEIGHT_UNSEEN);
        const expected = seen.length === 0 ? WEIGHT_UNSEEN : Math.max(...seen);
        expect(pooled.levels[row * 4 + column]).toBe(expected);
      }
    }
  });
});

describe("lines", () => {
  const head = (values: number[]) => ({ head: 0, values: Float32Array.from(values) });
  const axis = (count: number) => ({
    labels: Array.from({ length: count }, String),
    spans: [],
    special: [],
    segments: [],
    direction: "ltr" as const,
  });
  const data = { queries: axis(2), keys: axis(3) };
  const heads = [head([0.7, 0.2, 0.1, UNSEEN, Number.NaN, 0.9])];

  it("are of everything at rest, of the token that is pointed at, or of what is pinned", () => {
    const drawn = (blocks: ReturnType<typeof blocksOf>) => {
      const lines = selectLines(heads, 3, blocks, 0, 100);
      return Array.from({ length: lines.count }, (_, i) => [lines.queries[i], lines.keys[i]]);
    };
    expect(drawn(blocksOf(data, [], null))).toEqual([
      [0, 0],
      [0, 1],
      [0, 2],
      [1, 2],
    ]);
    expect(drawn(blocksOf(data, [], { query: 1, key: null }))).toEqual([[1, 2]]);
    expect(drawn(blocksOf(data, [], { query: null, key: 2 }))).toEqual([
      [0, 2],
      [1, 2],
    ]);
    const both = [
      { side: "query" as const, start: 0, stop: 1 },
      { side: "key" as const, start: 2, stop: 3 },
    ];
    expect(drawn(blocksOf(data, both, null))).toEqual([
      [0, 0],
      [0, 1],
      [0, 2],
      [1, 2],
    ]);
  });

  it("say what they leave out: under the threshold", () => {
    const lines = selectLines(heads, 3, blocksOf(data, [], null), 0.5, 100);
    expect(lines.count).toBe(2);
    expect(lines.leftOut).toBeCloseTo(0.3 / 1.9, 5);
  });

  it("are the strongest where there are too many", () => {
    const random = randomFrom(5);
    const values = Array.from({ length: 400 }, () => random());
    const wide = { queries: axis(20), keys: axis(20) };
    const lines = selectLines([head(values)], 20, blocksOf(wide, [], null), 0, 50);
    expect(lines.count).toBeGreaterThan(40);
    expect(lines.count).toBeLessThanOrEqual(50);
    const strongest = [...values].sort((a, b) => b - a)[lines.count - 1]!;
    expect(Math.min(...lines.weights.subarray(0, lines.count))).toBeCloseTo(strongest, 5);
  });

  it("are some where more of the strongest are equal than can be drawn", () => {
    const wide = { queries: axis(10), keys: axis(10) };
    const lines = selectLines([head(Array(100).fill(1))], 10, blocksOf(wide, [], null), 0, 30);
    expect(lines.count).toBe(30);
    expect(lines.leftOut).toBeCloseTo(0.7, 5);
  });
});
