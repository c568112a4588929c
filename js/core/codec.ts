import { WEIGHT_LEVELS, WEIGHT_NAN, WEIGHT_UNSEEN, type WireArray } from "../contract.js";

/** A weight that the mask forbids, in decoded weights: "cannot see". */
export const UNSEEN = -1;

/** An array that arrived does not hold what it says. */
export class CodecError extends Error {
  override readonly name = "CodecError";
}

const TYPES = { uint8: Uint8Array, int32: Int32Array, float32: Float32Array };

type Decoded<D extends WireArray["dtype"]> = InstanceType<(typeof TYPES)[D]>;

function bytesOf(data: WireArray["data"]): Uint8Array {
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/**
 * The numbers of an array of the wire, without a copy where alignment allows. The wire is little-endian, and so is
 * every machine that runs a browser.
 */
export function decodeArray<D extends WireArray["dtype"]>(
  array: WireArray,
  dtype: D,
  name = "array",
): Decoded<D> {
  if (array.dtype !== dtype) throw new CodecError(`${name} is ${array.dtype}, not ${dtype}.`);
  const bad = array.shape.find((size) => !Number.isInteger(size) || size < 0);
  if (bad !== undefined) throw new CodecError(`${name} has a size of ${bad} in its shape.`);
  const count = array.shape.reduce((product, size) => product * size, 1);
  const itemSize = TYPES[dtype].BYTES_PER_ELEMENT;
  const expected = count * itemSize;
  // Some programs save a widget's state in a notebook without its bytes.
  if (array.data == null) throw new CodecError(`${name} came without bytes. Run the cell again.`);
  const bytes = bytesOf(array.data);
  if (bytes.byteLength !== expected) {
    const shape = `[${array.shape.join(", ")}]`;
    throw new CodecError(`${name} has ${bytes.byteLength} bytes; ${dtype} ${shape} takes ${expected}.`);
  }
  const { buffer, byteOffset } = bytes.byteOffset % itemSize === 0 ? bytes : bytes.slice();
  return new TYPES[dtype](buffer as ArrayBuffer, byteOffset, count) as Decoded<D>;
}

/** Weight of each byte: 0 to 1, NaN, or UNSEEN. */
export const WEIGHT_OF_BYTE: Float32Array = Float32Array.from({ length: 256 }, (_, byte) => {
  if (byte === WEIGHT_NAN) return Number.NaN;
  return byte === WEIGHT_UNSEEN ? UNSEEN : (byte / WEIGHT_LEVELS) ** 2;
});

export function decodeWeights(bytes: Uint8Array): Float32Array {
  const weights = new Float32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) weights[i] = WEIGHT_OF_BYTE[bytes[i]!]!;
  return weights;
}
