import { h } from "./dom.js";

/** Gives the person a file, as if they had followed a link to it. */
export function download(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  h("a", { href: url, download: name }).click();
  // Browsers read it after the click; a minute is enough for any of them.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
