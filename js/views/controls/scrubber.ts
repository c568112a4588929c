import type { View } from "../view.js";
import { h, on, setAttribute, setText, uniqueId } from "./dom.js";

export interface ScrubberData {
  /** Where it stands, from 0. */
  at: number;
  count: number;
  playing: boolean;
  /** What stands there, in words: "Step 3 of 13". */
  words: string;
}

export interface ScrubberOptions {
  /** `settled` is false while the slider is being dragged. */
  onMove(at: number, settled: boolean): void;
  onPlay(): void;
}

/** One place after the other: by a slider, by steps to either side, or played. */
export function scrubber(label: string): View<ScrubberData, ScrubberOptions> {
  const id = uniqueId("xai-scrubber");
  const back = h("button.xai-step", { "aria-label": `${label} before` }, "‹");
  const forth = h("button.xai-step", { "aria-label": `${label} after` }, "›");
  const play = h("button.xai-small.xai-play");
  const slider = h("input.xai-slider", { id, type: "range", min: 0, step: 1, "aria-label": label });
  const words = h("output.xai-scrubber-words", { for: id });
  const element = h(
    "div.xai-scrubber",
    { role: "group", "aria-label": label },
    h("div.xai-stepper", {}, back, forth),
    play,
    slider,
    words,
  );
  let data: ScrubberData = { at: 0, count: 0, playing: false, words: "" };
  let latest: ScrubberOptions | null = null;

  function step(by: number): void {
    const at = data.at + by;
    if (at >= 0 && at < data.count) latest?.onMove(at, true);
  }
  on(back, "click", () => step(-1));
  on(forth, "click", () => step(1));
  on(play, "click", () => latest?.onPlay());
  on(slider, "input", () => latest?.onMove(Number(slider.value), false));
  on(slider, "change", () => latest?.onMove(Number(slider.value), true));

  return {
    element,
    update(next, options) {
      data = next;
      latest = options;
      const last = Math.max(0, next.count - 1);
      setAttribute(slider, "max", last);
      slider.value = String(next.at);
      setAttribute(slider, "aria-valuetext", next.words);
      setText(words, next.words);
      setText(play, next.playing ? "Pause" : "Play");
      // aria-disabled, not disabled: a button that goes dead under the finger would throw the focus away.
      setAttribute(back, "aria-disabled", next.at <= 0 ? "true" : "false");
      setAttribute(forth, "aria-disabled", next.at >= last ? "true" : "false");
      slider.disabled = play.disabled = next.count < 2;
    },
    destroy() {
      latest = null;
    },
  };
}
