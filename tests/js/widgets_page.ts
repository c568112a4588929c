import { afterEach, beforeEach, vi } from "vitest";

/** Where the widget under test is shown, and what ends its life. */
export const page = { host: document.createElement("div"), life: new AbortController() };

/** A fresh page for every test of a file; whatever a test has left running ends with it. */
export function freshPages(): void {
  beforeEach(() => {
    page.host = document.createElement("div");
    page.life = new AbortController();
    document.body.replaceChildren(page.host);
  });
  afterEach(() => {
    page.life.abort();
    vi.useRealTimers();
    vi.restoreAllMocks();
  });
}

export const wait = (milliseconds: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** A gesture is drawn in one frame, what a view says of it in the next: frames, not milliseconds, on a busy machine. */
export async function drawn(): Promise<void> {
  for (let frames = 0; frames < 4; frames++) {
    await new Promise<void>((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
  }
}

export const find = <E extends Element = HTMLElement>(selector: string) =>
  page.host.querySelector(selector) as E;

export const all = <E extends Element = HTMLElement>(selector: string) => [
  ...page.host.querySelectorAll<E>(selector),
];

export const words = (selector: string) => find(selector).textContent;

/** The button of that name, as a screen reader says it. */
export const named = (name: string) =>
  all<HTMLButtonElement>("button").find(
    (each) => (each.getAttribute("aria-label") ?? each.textContent) === name,
  ) as HTMLButtonElement;

/** The control that a label with these words belongs to. */
export function labelled(words: string, index = 0): HTMLSelectElement {
  const label = all<HTMLLabelElement>("label").filter(({ textContent }) => textContent === words)[index];
  return (label?.querySelector("input") ?? find(`#${label?.htmlFor}`)) as HTMLSelectElement;
}

export function choose(control: HTMLSelectElement, value: string): void {
  control.value = value;
  control.dispatchEvent(new Event("change", { bubbles: true }));
}

/** What a screen reader calls a control. */
export function nameOf(control: HTMLElement): string | null {
  const label = control.id === "" ? null : find(`label[for="${control.id}"]`);
  const name =
    control.getAttribute("aria-label") ?? label?.textContent ?? control.closest("label")?.textContent;
  return name ?? control.textContent;
}

/** The signals that end the listeners which are put on the page meanwhile; undefined for one that nothing ends. */
export async function listenersPut(meanwhile: () => Promise<void>): Promise<(AbortSignal | undefined)[]> {
  const signals: (AbortSignal | undefined)[] = [];
  for (const target of [window, document, document.body, document.documentElement]) {
    vi.spyOn(target, "addEventListener").mockImplementation(
      (_type: unknown, _heard: unknown, options: unknown) => {
        signals.push((options as AddEventListenerOptions | undefined)?.signal);
      },
    );
  }
  await meanwhile();
  vi.restoreAllMocks();
  return signals;
}
