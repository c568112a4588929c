import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Locator } from "playwright-core";
import { PNG } from "pngjs";
import { OUTPUT } from "./places.js";

/**
 * Pictures are compared by the mean colours of squares, `side` pixels wide: by how many of 256 levels a mean may differ, and
 * how many squares may differ by more. Between Chromium 147 and 156, of two builders, letters are drawn otherwise, and 1 in 800
 * squares differs at most; a label one pixel off its place, or another colour of what is chosen, makes it 1 in 300 or more of
 * a view.
 */
const TOLERANCE = { side: 8, levels: 10, share: 0.002, more: 2 };

/** Whether pictures that differ are kept anew, in place of a failure. */
export const UPDATING = process.env.XAI_UPDATE_PICTURES === "1";

/** After so many it is given up. */
const MOST = 60;

/** So many pictures in a row that are the same: nothing moves any more. */
const STILL = 3;

/**
 * What is wrong with an element beside its picture that is kept in `file`, in words; "" as soon as they look the same.
 * What differs lies in tests/browser/output afterwards: the picture, and where it differs. Kept anew are colours to the
 * nearest `step` of 256: steps of 4 are far within the tolerance, and make a file smaller by a third.
 */
export async function difference(element: Locator, file: string, step = 4): Promise<string> {
  const name = path.basename(file, ".png");
  const output = (what: string) => path.join(OUTPUT, `${name}.${what}.png`);
  await Promise.all(["actual", "difference"].map((what) => rm(output(what), { force: true })));
  const kept = existsSync(file) ? await readFile(file) : null;
  let before: Buffer | null = null;
  let same = 0;
  for (let shots = 0; shots < MOST; shots++) {
    const picture = await element.screenshot({ animations: "disabled", caret: "hide" });
    const found = compared(picture, kept);
    if (found === null) return "";
    same = before?.equals(picture) ? same + 1 : 1;
    before = picture;
    if (same === STILL) {
      if (!UPDATING) return differing(picture, found, name, output);
      await writeFile(file, packed(picture, step));
      return "";
    }
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  return `${name}: does not come to rest`;
}

async function differing(
  picture: Buffer,
  { words, image }: Difference,
  name: string,
  output: (what: string) => string,
): Promise<string> {
  await mkdir(OUTPUT, { recursive: true });
  await writeFile(output("actual"), picture);
  if (image !== null) await writeFile(output("difference"), image);
  return `${name}: ${words}`;
}

interface Difference {
  words: string;
  /** Where it is, as a picture. */
  image: Buffer | null;
}

/** In what a picture differs from the kept one; null where they look the same. */
function compared(picture: Buffer, kept: Buffer | null): Difference | null {
  if (kept === null) return { words: "none is kept", image: null };
  const [now, before] = [PNG.sync.read(picture), PNG.sync.read(kept)];
  const { width, height } = before;
  if (now.width !== width || now.height !== height) {
    const words = `${now.width} by ${now.height} pixels, and the kept one ${width} by ${height}`;
    return { words, image: null };
  }
  const squares = differingSquares(now, before);
  const across = Math.ceil(width / TOLERANCE.side);
  const most = Math.round(TOLERANCE.share * across * Math.ceil(height / TOLERANCE.side)) + TOLERANCE.more;
  if (squares.size <= most) return null;
  // Where it differs as it is now, and all else faint.
  for (let at = 0; at < now.data.length; at++) {
    const [x, y] = [(at >> 2) % width, Math.floor((at >> 2) / width)];
    const square = Math.floor(y / TOLERANCE.side) * across + Math.floor(x / TOLERANCE.side);
    if (at % 4 < 3 && !squares.has(square)) now.data[at] = 200 + (now.data[at] as number) / 5;
  }
  return {
    words: `${squares.size} squares of ${TOLERANCE.side} pixels differ, ${most} may`,
    image: PNG.sync.write(now),
  };
}

/** The squares whose mean colours differ, by their number from the top left. */
function differingSquares(one: PNG, other: PNG): Set<number> {
  const [means, others] = [meansOf(one), meansOf(other)];
  const found = new Set<number>();
  means.forEach((mean, at) => {
    if (Math.abs(mean - (others[at] as number)) > TOLERANCE.levels) found.add(Math.floor(at / 3));
  });
  return found;
}

/** Mean red, green and blue of every square. */
function meansOf({ width, height, data }: PNG): Float64Array {
  const { side } = TOLERANCE;
  const across = Math.ceil(width / side);
  const sums = new Float64Array(3 * across * Math.ceil(height / side));
  const counts = new Float64Array(sums.length);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const row = Math.floor(pixel / width);
    const square = Math.floor(row / side) * across + Math.floor((pixel % width) / side);
    for (let channel = 0; channel < 3; channel++) {
      const at = 3 * square + channel;
      sums[at] = (sums[at] as number) + (data[4 * pixel + channel] as number);
      counts[at] = (counts[at] as number) + 1;
    }
  }
  return sums.map((sum, at) => sum / (counts[at] as number));
}

function packed(picture: Buffer, step: number): Buffer {
  const image = PNG.sync.read(picture);
  image.data.forEach((level, at) => {
    image.data[at] = Math.min(255, step * Math.round(level / step));
  });
  const options = {
    colorType: 2,
    inputColorType: 6,
    inputHasAlpha: true,
    deflateLevel: 9,
    deflateStrategy: 0,
    filterType: 0,
  };
  return PNG.sync.write(image, options as never);
}
