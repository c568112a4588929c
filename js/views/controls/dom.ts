type Attribute = string | number | boolean | null | undefined;

/**
 * An element with attributes and children. Strings become text nodes, so what a model or a person wrote can never
 * become markup. `true` sets an empty attribute; `false`, null and undefined leave it out.
 */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, Attribute> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  element.append(...children);
  return element;
}

/** Sets, or with `false`, null and undefined removes, and touches nothing that is already so. */
export function setAttribute(element: Element, name: string, value: Attribute): void {
  if (value === false || value === null || value === undefined) {
    if (element.hasAttribute(name)) element.removeAttribute(name);
    return;
  }
  const text = value === true ? "" : String(value);
  if (element.getAttribute(name) !== text) element.setAttribute(name, text);
}

/** Writes text only where it differs: a live region is read aloud anew at every write. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** An id that is unique in the page: several widgets show the same controls side by side. */
export function uniqueId(prefix: string): string {
  return `${prefix}-${randomId()}`;
}

/** `crypto.randomUUID` exists in secure contexts only, and a notebook server on a plain-HTTP host is none. */
export function randomId(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
