import type { Locator, Page } from "playwright-core";

/** A view of an AttentionWidget, by what a person sees of it. */
export class AttentionView {
  readonly root: Locator;

  /** The view of that number among those on the page. */
  constructor(
    readonly page: Page,
    index = 0,
  ) {
    this.root = page.locator(".xai-root").nth(index);
  }

  tokens(side: "Queries" | "Keys"): Locator {
    return this.root.locator(`.xai-tokens[aria-label^="${side}"] .xai-token`);
  }

  async words(side: "Queries" | "Keys"): Promise<string[]> {
    return (await this.tokens(side).allTextContents()).map((text) => text.trim());
  }

  token(side: "Queries" | "Keys", text: string): Locator {
    return this.tokens(side).getByText(text, { exact: true });
  }

  head(head: number): Locator {
    return this.root.getByRole("button", { name: `Head ${head}`, exact: true });
  }

  /** The heads that are on. */
  async heads(): Promise<number[]> {
    const pressed = await this.root.locator('.xai-head[aria-pressed="true"]').allTextContents();
    return pressed.map(Number);
  }

  get layer(): Locator {
    return this.root.getByLabel("Layer", { exact: true });
  }

  get text(): Locator {
    return this.root.locator("textarea[name=text]");
  }

  get failure(): Locator {
    return this.root.locator(".xai-failure:not(.xai-empty)");
  }

  get readout(): Locator {
    return this.root.locator(".xai-readout-words");
  }

  get matrix(): Locator {
    return this.root.getByRole("grid");
  }

  presentation(name: "Lines" | "Matrix" | "Grid"): Locator {
    return this.root.getByRole("button", { name, exact: true });
  }

  /** One of several of which one is chosen: a kind of attention, or which pairs of texts are shown. */
  choice(label: string): Locator {
    return this.root.locator(".xai-segmented label").getByText(label, { exact: true });
  }

  async type(text: string): Promise<void> {
    await this.text.fill(text);
    await this.text.press("Enter");
  }

  /** How many pixels of a canvas have been painted, and in how many colours. */
  async painted(canvas: Locator): Promise<{ share: number; colours: number }> {
    return canvas.evaluate((element) => {
      const canvas = element as HTMLCanvasElement;
      const context = canvas.getContext("2d");
      if (context === null || canvas.width * canvas.height === 0) return { share: 0, colours: 0 };
      const pixels = new Uint32Array(context.getImageData(0, 0, canvas.width, canvas.height).data.buffer);
      const seen = new Set(pixels);
      return { share: pixels.filter((pixel) => pixel >>> 24 > 0).length / pixels.length, colours: seen.size };
    });
  }

  /** What is in a canvas, to tell whether it has changed. */
  async picture(canvas: Locator): Promise<string> {
    return canvas.evaluate((element) => (element as HTMLCanvasElement).toDataURL());
  }
}
