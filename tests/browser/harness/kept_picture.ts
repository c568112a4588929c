import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import pixelmatch from "pixelmatch";
import type { Locator } from "playwright-core";
import { PNG } from "pngjs";
import { OUTPUT } from "./places.js";

/**
 * How much a pixel may differ (0 to 1) before it counts, and how many may, as a share of all: another build of the
 * browser rounds the edges of letters and lines otherwise. What is a pixel off its place, or of another colour, is
 * thousands of pixels more.
 */
const TOLERANCE = { pixel: 0.03, share: 0.001 };

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
  const marked = new PNG({ width, height });
  const count = pixelmatch(now.data, before.data, marked.data, width, height, { threshold: TOLERANCE.pixel });
  const most = Math.round(TOLERANCE.share * width * height);
  return count <= most
    ? null
    : { words: `${count} pixels differ, ${most} may`, image: PNG.sync.write(marked) };
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
