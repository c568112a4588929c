/** Where a text stands among tokens, as half-open spans of their positions: letters' case and the spaces around do not count. */
export function findSpans(tokens: readonly string[], wanted: string): [start: number, stop: number][] {
  const needle = wanted.trim().toLowerCase();
  if (needle === "") return [];
  const lowered = tokens.map((token) => token.toLowerCase());
  const text = lowered.join("");
  const spans: [number, number][] = [];
  let token = 0;
  let begin = 0;
  for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + needle.length)) {
    while (begin + lowered[token]!.length <= at) begin += lowered[token++]!.length;
    let [stop, end] = [token, begin];
    while (end < at + needle.length) end += lowered[stop++]!.length;
    spans.push([token, stop]);
  }
  return spans;
}
