/** Bytes as a notebook hands them over: a view into a larger buffer. */
export function viewed(base64: string): DataView {
  const bytes = Buffer.from(base64, "base64");
  const larger = new Uint8Array(bytes.length + 9);
  larger.set(bytes, 5);
  return new DataView(larger.buffer, 5, bytes.length);
}
