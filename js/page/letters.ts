/** Two of these letters are thirteen bits: see `xai_widgets/export/page_letters.py`, which writes them. */
const ALPHABET = Array.from({ length: 0x5f }, (_, i) => String.fromCharCode(0x20 + i))
  .filter((letter) => !'"&<\\'.includes(letter))
  .join("");
const BITS = 13;

const VALUES = new Int16Array(128).fill(-1);
for (let i = 0; i < ALPHABET.length; i++) VALUES[ALPHABET.charCodeAt(i)] = i;

/** The bytes that the letters after "length:" stand for; throws where they are not all there. */
export function bytesOfLetters(text: string): Uint8Array<ArrayBuffer> {
  const start = text.indexOf(":") + 1;
  const length = Number(text.slice(0, start - 1));
  const groups = Math.ceil((length * 8) / BITS);
  if (start === 0 || !Number.isInteger(length) || text.length - start !== 2 * groups) {
    throw new Error("What this view holds is not complete.");
  }
  const bytes = new Uint8Array(length);
  let held = 0;
  let bits = 0;
  let at = 0;
  for (let i = start; i < text.length; i += 2) {
    const [first = -1, second = -1] = [VALUES[text.charCodeAt(i)], VALUES[text.charCodeAt(i + 1)]];
    if (first < 0 || second < 0) throw new Error("What this view holds has been changed.");
    held = ((held << BITS) | (first * ALPHABET.length + second)) & 0xfffff;
    bits += BITS;
    while (bits >= 8 && at < length) {
      bits -= 8;
      bytes[at++] = (held >> bits) & 0xff;
    }
  }
  return bytes;
}
