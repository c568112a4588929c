type Attribute = string | number | boolean | null | undefined;

type Tag = keyof HTMLElementTagNameMap;

/**
 * An element by tag and classes ("div.xai-lines"), with attributes and children. Strings become text nodes, so what a
 * model or a person wrote can never become markup. `true` sets an empty attribute; `false`, null and undefined leave it
 * out. A button submits no form unless its type says so.
 */
export function h<K extends Tag>(
  selector: K | `${K}.${string}`,
  attributes: Record<string, Attribute> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const [tag, ...classes] = selector.split(".") as [K, ...string[]];
  const element = document.createElement(tag);
  if (tag === "button") setAttribute(element, "type", tag);
  element.classList.add(...classes);
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  element.append(...children);
  return element;
}

/** Listens to events of a kind, until the signal where there is one. */
export function on<K extends keyof HTMLElementEventMap>(
  target: HTMLElement | Window,
  kind: K,
  heard: (event: HTMLElementEventMap[K]) => void,
  signal?: AbortSignal,
): void {
  target.addEventListener(kind, heard as EventListener, signal && { signal });
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

/** Says whether what it is given differs from what it was given before, by value. */
export function changes(): (value: unknown) => boolean {
  let before = "";
  return (value) => {
    const now = JSON.stringify(value);
    const other = now !== before;
    before = now;
    return other;
  };
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
