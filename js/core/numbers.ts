/** A number as people read it: enough digits to tell it from its like, a true minus sign. */
export function plain(value: number): string {
  if (Number.isNaN(value)) return "not a number";
  const size = Math.abs(value);
  const words = size === 0 ? "0" : size < 0.0001 ? size.toExponential(1) : size.toFixed(digits(size));
  return value < 0 && Number(words) !== 0 ? `−${words}` : words;
}

/** The same, and a plus where it is positive. */
export function signed(value: number): string {
  return value > 0 ? `+${plain(value)}` : plain(value);
}

export function percent(share: number): string {
  const hundredths = 100 * share;
  if (hundredths > 0 && hundredths < 0.1) return "< 0.1%";
  return `${hundredths.toFixed(hundredths < 99.95 ? 1 : 0)}%`;
}

/** The number that is nearest, of some that there are; 0 where there is none. */
export function nearest(numbers: readonly number[], wanted: number): number {
  return numbers.reduce(
    (best, other) => (Math.abs(other - wanted) < Math.abs(best - wanted) ? other : best),
    numbers[0] ?? 0,
  );
}

function digits(size: number): number {
  // Two digits that count, also of small numbers.
  if (size < 0.1) return 1 - Math.floor(Math.log10(size));
  if (size < 1) return 3;
  return size < 100 ? 2 : 1;
}
