import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Progress } from "../../js/contract.js";
import { PROGRESS_DELAY } from "../../js/views/controls/progress_bar.js";
import { type StatusData, statusLine } from "../../js/views/controls/status_line.js";

const HOSTILE = "</script><script><img src=x onerror=alert(1)>";
const onCancel = vi.fn();
const onTruncate = vi.fn();
let view: ReturnType<typeof statusLine>;

const find = (selector: string) => view.element.querySelector(selector) as HTMLElement;
const update = (over: Partial<StatusData>) =>
  view.update(
    { about: "a model", progress: null, notice: "", failure: null, ...over },
    { onCancel, onTruncate },
  );
const work = (done: number): Progress => ({ label: "running", done, total: 8 });

beforeEach(() => {
  vi.useFakeTimers();
  view = statusLine();
  document.body.replaceChildren(view.element);
  update({});
});
afterEach(() => {
  view.destroy();
  vi.useRealTimers();
});

describe("statusLine", () => {
  it("does not flicker: what is soon done was never under way", () => {
    update({ progress: work(1) });
    vi.advanceTimersByTime(PROGRESS_DELAY - 1);
    expect(find(".xai-progress").hidden).toBe(true);
    expect(find(".xai-about").hidden).toBe(false);
    update({});
    vi.advanceTimersByTime(PROGRESS_DELAY * 2);
    expect(find(".xai-progress").hidden).toBe(true);
  });

  it("shows how far the work is in place of what is on show, and can stop it", () => {
    update({ progress: work(1) });
    vi.advanceTimersByTime(PROGRESS_DELAY / 2);
    update({ progress: work(2) });
    vi.advanceTimersByTime(PROGRESS_DELAY / 2);
    expect(find(".xai-about").hidden).toBe(true);
    const bar = find("[role=progressbar]");
    expect(bar.getAttribute("aria-label")).toBe("Running");
    expect([bar.getAttribute("aria-valuenow"), bar.getAttribute("aria-valuemax")]).toEqual(["2", "8"]);
    find(".xai-progress button").click();
    expect(onCancel).toHaveBeenCalledTimes(1);
    update({ progress: { label: "waiting", done: 0, total: 0 } });
    expect(bar.hasAttribute("aria-valuenow")).toBe(false);
    update({});
    expect(find(".xai-about").hidden).toBe(false);
  });

  it("says what went wrong as text, in an alert that was there before", () => {
    const alert = find("[role=alert]");
    update({ failure: { message: HOSTILE, offer: null } });
    expect(find("[role=alert]")).toBe(alert);
    expect(alert.textContent).toBe(HOSTILE);
    expect(alert.querySelector("img, script, button")).toBeNull();
    update({ failure: { message: "too long", offer: "truncate" } });
    alert.querySelector("button")?.click();
    expect(onTruncate).toHaveBeenCalledTimes(1);
    update({});
    expect(alert.textContent).toBe("");
  });
});
