/** What went wrong, in words. */
export function errorWords(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Words as a sentence of their own: a capital at the start, a stop at the end. */
export function sentence(words: string): string {
  const text = capital(words.trim());
  return text === "" || /[.!?]$/.test(text) ? text : `${text}.`;
}

/** Words that run from right to left turn around nothing but themselves. */
export function isolated(words: string): string {
  return /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/u.test(words) ? `\u2068${words}\u2069` : words;
}
