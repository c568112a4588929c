import { type AttentionPayload, WEIGHT_NAN, WEIGHT_UNSEEN } from "../contract.js";
import type { HeldHeads } from "./held_heads.js";

/** The most rows and columns of a thumbnail, as in Python. */
const SIZE = 32;

/**
 * Puts thumbnails into a payload that came without, where every head of a kind is held: a page that holds the weights need
 * not hold pictures of them too.
 */
export function putThumbnails(payload: AttentionPayload, held: HeldHeads): void {
  for (const kindMeta of payload.meta.kinds) {
    const { kind, layers, heads } = kindMeta;
    const name = `thumbnails/${kind}`;
    if (payload.arrays[name] !== undefined || !held.whole(kindMeta)) continue;
    const widest = Math.max(...heads);
    const pooled = layers.map((layer) =>
      held.heads(kind, layer).map((head) => thumbnail(held, kind, layer, head)),
    );
    const [first] = pooled.flat();
    if (first === undefined) continue;
    const data = new Uint8Array(layers.length * widest * first.bytes.length).fill(WEIGHT_NAN);
    for (const [index, ofLayer] of pooled.entries())
      for (const [head, { bytes }] of ofLayer.entries())
        data.set(bytes, (index * widest + head) * bytes.length);
    payload.arrays[name] = {
      dtype: "uint8",
      shape: [layers.length, widest, first.rows, first.columns],
      data,
    };
    payload.meta.thumbnails[kind] = { layers, exact: true };
  }
}

/** A head as a small picture: the strongest weight of each block, as `pooled_bytes` has it in Python. */
function thumbnail(held: HeldHeads, kind: string, layer: number, head: number) {
  const array = held.bytes(kind, layer, [head], null);
  const [, queries = 0, keys = 0] = array?.shape ?? [];
  const [rows, columns] = [Math.min(queries, SIZE), Math.min(keys, SIZE)];
  const weights = array?.data as Uint8Array;
  const bytes = new Uint8Array(rows * columns).fill(WEIGHT_UNSEEN);
  // What is no number is seen through every other byte; what cannot be seen is seen where nothing else is.
  const rank = (byte: number) => (byte === WEIGHT_UNSEEN ? -1 : byte);
  for (let query = 0; query < queries; query++) {
    const row = blockOf(query, queries, rows) * columns;
    for (let key = 0; key < keys; key++) {
      const at = row + blockOf(key, keys, columns);
      const byte = weights[query * keys + key] as number;
      if (rank(byte) > rank(bytes[at] as number)) bytes[at] = byte;
    }
  }
  return { bytes, rows, columns };
}

/** The block that a position is in, of blocks that start at floor(block * count / blocks). */
function blockOf(position: number, count: number, blocks: number): number {
  return Math.floor(((position + 1) * blocks - 1) / count);
}
