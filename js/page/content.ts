import type { WireArray } from "../contract.js";
import { WEIGHT_OF_BYTE } from "../core/codec.js";
import { bytesOfLetters } from "./letters.js";

/** Version of what stands in a page; see `xai_widgets/export/page_content.py`, which writes it. */
export const CONTENT_VERSION = 1;

/** An array among the bytes behind the heading: "weight" is one byte a weight, handed over as float32. */
interface Place {
  dtype: WireArray["dtype"] | "weight";
  shape: number[];
  at: number;
}

export interface Answer {
  /** A request as a view makes it, but for its `run`. */
  request: { what: string } & Record<string, unknown>;
  arrays: WireArray[];
}

/** What a file holds of a widget. */
export interface Content {
  /** The widget's module and style sheet. */
  esm: string;
  css: string;
  traits: Record<string, unknown> & { payload: { kind: string } };
  answers: Answer[];
}

const ITEM_SIZE = { uint8: 1, weight: 1, int32: 4, float32: 4 };

/** Reads `<version>:<length>:<letters>`; throws in words for people. */
export async function contentOf(text: string): Promise<Content> {
  const start = text.indexOf(":") + 1;
  const version = Number(text.slice(0, start - 1));
  if (version > CONTENT_VERSION) {
    throw new Error(
      `This view was kept by a newer xai_widgets (format ${version}; this one reads up to ${CONTENT_VERSION}).`,
    );
  }
  const bytes = await inflated(bytesOfLetters(text.slice(start)));
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const heading = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + size)));
  const arrayAt = (place: Place) => arrayOf(place, bytes.subarray(4 + size));
  const payload = heading.traits.payload;
  payload.arrays = Object.fromEntries(
    Object.entries<Place>(payload.arrays).map(([name, place]) => [name, arrayAt(place)]),
  );
  for (const answer of heading.answers) answer.arrays = answer.arrays.map(arrayAt);
  return heading;
}

async function inflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function arrayOf({ dtype, shape, at }: Place, bytes: Uint8Array): WireArray {
  const count = shape.reduce((product, size) => product * size, 1);
  const data = bytes.subarray(at, at + count * ITEM_SIZE[dtype]);
  if (dtype !== "weight") return { dtype, shape, data };
  const weights = Float32Array.from(data, (byte) => WEIGHT_OF_BYTE[byte] as number);
  return { dtype: "float32", shape, data: weights.buffer };
}
