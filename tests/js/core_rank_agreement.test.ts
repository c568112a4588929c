import { expect, it } from "vitest";
import { rankAgreement, ranks } from "../../js/core/rank_agreement.js";
import { randomFrom } from "../../js/gallery/fixtures.js";

/** Rank of each value as the mean place that it could take among all, counted one by one. */
function naiveRanks(values: number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const same = values.filter((other) => other === value).length;
    return below + (same + 1) / 2;
  });
}

function naivePearson(a: number[], b: number[]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  const sum = (f: (i: number) => number) => a.reduce((total, _, i) => total + f(i), 0);
  const both = sum((i) => (a[i]! - meanA) * (b[i]! - meanB));
  return both / Math.sqrt(sum((i) => (a[i]! - meanA) ** 2) * sum((i) => (b[i]! - meanB) ** 2));
}

it("is Pearson's correlation of the ranks, with ties, as counted one by one", () => {
  const random = randomFrom(5);
  for (let round = 0; round < 50; round++) {
    const length = 3 + Math.floor(random() * 30);
    // Few different values: many ties.
    const made = () => Array.from({ length }, () => Math.floor(random() * 6) - 3);
    const [a, b] = [made(), made()];
    expect([...ranks(a)]).toEqual(naiveRanks(a));
    const expected = naivePearson(naiveRanks(a), naiveRanks(b));
    if (Number.isNaN(expected)) expect(rankAgreement(a, b)).toBeNull();
    else expect(rankAgreement(a, b)).toBeCloseTo(expected, 12);
  }
});

it("is 1 for the same order, -1 for the reverse, and null where there is no order", () => {
  expect(rankAgreement([1, 5, 2], [10, 900, 11])).toBeCloseTo(1, 12);
  expect(rankAgreement([1, 5, 2], [-10, -900, -11])).toBeCloseTo(-1, 12);
  expect(rankAgreement([1, 1, 1], [1, 2, 3])).toBeNull();
  expect(rankAgreement([4], [2])).toBeNull();
  expect(rankAgreement([], [])).toBeNull();
});
