import { describe, expect, it, vi } from "vitest";
import { SCENES, type Scene } from "../../js/gallery/widget_scenes.js";
import widget from "../../js/widgets/attention.js";
import { QUIET_AFTER } from "../../js/widgets/channel.js";
import { answerHeads, area, cleanUp, model, mount, show } from "./attention_view.js";
import { lastId } from "./widgets_model.js";
import { all, drawn, find, freshPages, listenersPut, named, page } from "./widgets_page.js";

freshPages();

describe("running other text", () => {
  async function run(text: string): Promise<void> {
    area().value = text;
    area().dispatchEvent(new Event("input", { bubbles: true }));
    find("form").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
    await drawn();
  }

  it("asks Python, and shows what comes", async () => {
    await show("sentiment");
    await run("a new text");
    expect(model.asked("run")).toEqual([{ what: "run", text: "a new text", text_pair: "", truncate: false }]);
    expect(model.saved).toEqual([]);
    model.fromPython({ text: "a new text" });
    model.answerNothing(lastId(model, "run"));
    await drawn();
    expect(area().value).toBe("a new text");
    expect(find(".xai-source").classList.contains("xai-dirty")).toBe(false);
  });

  it("keeps the text on a failure, says why, and cuts what is too long when asked to", async () => {
    await show("sentiment");
    await run("far too long");
    model.refuse(lastId(model, "run"), "InputError", "The text is 12 tokens too long.", "truncate");
    await drawn();
    const alert = find("[role=alert].xai-failure");
    expect(alert.textContent).toContain("The text is 12 tokens too long.");
    expect(area().value).toBe("far too long");
    expect(area().getAttribute("aria-describedby")).toBe(alert.id);
    named("Cut to what fits").click();
    expect(model.asked("run").at(-1)).toMatchObject({ text: "far too long", truncate: true });
    await drawn();
    expect(find(".xai-failure-words").textContent).toBe("");
  });

  it("shows a failure that Python found by itself", async () => {
    await show("sentiment", { error: "The text is empty." });
    expect(find(".xai-failure-words").textContent).toBe("The text is empty.");
  });

  it("shows progress, and cancels the request", async () => {
    await show("sentiment");
    await run("a new text");
    const bar = find("[role=progressbar]");
    await vi.waitFor(() => expect(bar.parentElement?.hidden).toBe(false));
    model.fromPython({ progress: { label: "Layers", done: 3, total: 12 } });
    await drawn();
    expect([bar.getAttribute("aria-valuenow"), bar.getAttribute("aria-valuemax")]).toEqual(["3", "12"]);
    expect(find(".xai-progress-label").textContent).toBe("Layers: 3 of 12");
    const id = lastId(model, "run");
    named("Cancel").click();
    expect(model.asked("cancel")).toEqual([{ what: "cancel", target: id }]);
    model.fromPython({ progress: null });
    await drawn();
    expect(bar.parentElement?.hidden).toBe(true);
    expect(find(".xai-failure-words").textContent).toBe("");
  });
});

describe("without a kernel", () => {
  it("says so in words when sending throws, and what is there stays", async () => {
    await show("sentiment");
    model.onSend = () => {
      throw new Error("comm is closed");
    };
    named("Layer after").click();
    await drawn();
    expect(find(".xai-notice").textContent).toContain("run the cell again");
    named("Layer before").click();
    await drawn();
    expect(all(".xai-token").length).toBeGreaterThan(0);
    area().value = "new";
    find("form").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
    await drawn();
    expect(find(".xai-failure-words").textContent).toContain("run the cell again");
    expect(area().value).toBe("new");
  });

  it("says so when nobody answers, until somebody does", async () => {
    await show("sentiment");
    vi.useFakeTimers();
    named("Layer after").click();
    await vi.advanceTimersByTimeAsync(QUIET_AFTER + 100);
    expect(find(".xai-notice").textContent).toContain("The kernel has not answered");
    answerHeads();
    await vi.advanceTimersByTimeAsync(100);
    expect(find(".xai-notice").textContent).toBe("");
  });
});

describe("a notebook that was saved on another layer, reopened without a kernel", () => {
  it("shows what was saved, writes nothing, and gives way to a choice", async () => {
    vi.useFakeTimers();
    const { traits } = (SCENES.sentiment as () => Scene)();
    traits.payload.meta.initial.heads = [0, 3];
    const data = new Uint8Array(2 * 18 * 18).fill(50);
    traits.payload.arrays.heads = { dtype: "uint8", shape: [2, 18, 18], data };
    mount({ ...traits, layer: 2, heads: [1], presentation: ["lines"] });
    await vi.advanceTimersByTimeAsync(100);
    const layer = () => find<HTMLSelectElement>(".xai-layer select").value;
    expect(layer()).toBe("2");
    await vi.advanceTimersByTimeAsync(QUIET_AFTER + 100);
    expect(layer()).toBe("0");
    expect(find(".xai-notice").textContent).toContain("This is what was saved");
    expect([model.get("layer"), model.saved]).toEqual([2, []]);
    named("Layer after").click();
    await vi.advanceTimersByTimeAsync(100);
    expect(layer()).toBe("1");
    expect(find(".xai-notice").textContent).toContain("What is drawn stays");
  });
});

describe("the life of a view", () => {
  it("leaves nothing behind when its signal aborts", async () => {
    await show("sentiment");
    expect(model.listening()).toBeGreaterThan(0);
    page.life.abort();
    expect(model.listening()).toBe(0);
    expect(page.host.childElementCount).toBe(0);
  });

  it("stops every listener that it put on the page", async () => {
    const signals = await listenersPut(() =>
      show("sentiment", { presentation: ["lines", "matrix", "grid"] }),
    );
    page.life.abort();
    expect(signals.length).toBeGreaterThan(0);
    expect(signals.map((signal) => signal?.aborted)).toEqual(signals.map(() => true));
  });

  it("leaves nothing behind when a host without signals cleans up", async () => {
    await show("sentiment");
    cleanUp();
    expect(model.listening()).toBe(0);
    expect(page.host.childElementCount).toBe(0);
  });

  it("saves a gesture that was not saved yet", async () => {
    await show("sentiment");
    named("Layer after").click();
    page.life.abort();
    expect(model.saved).toEqual([{ layer: 1 }]);
  });

  it("has two views of one model that move together and hear only their own answers", async () => {
    await show("sentiment");
    const other = document.createElement("div");
    document.body.append(other);
    widget.render({ model, el: other, signal: page.life.signal });
    await drawn();
    answerHeads();
    await drawn();
    (other.querySelector("[aria-label='Layer after']") as HTMLElement).click();
    await drawn();
    expect(find<HTMLSelectElement>(".xai-layer select").value).toBe("1");
    const ids = [...page.host.querySelectorAll("[id]"), ...other.querySelectorAll("[id]")].map(
      ({ id }) => id,
    );
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("keeps keys from the notebook, but not Ctrl+S", async () => {
    await show("sentiment");
    const heard: string[] = [];
    const listen = (event: KeyboardEvent) => heard.push(event.key);
    document.body.addEventListener("keydown", listen);
    const press = (init: KeyboardEventInit) =>
      find(".xai-head").dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, ...init }));
    const root = find(".xai-root");
    press({ key: "a" });
    expect(root.hasAttribute("data-lm-suppress-shortcuts")).toBe(true);
    press({ key: "s", ctrlKey: true });
    expect(root.hasAttribute("data-lm-suppress-shortcuts")).toBe(false);
    expect(heard).toEqual(["s"]);
    document.body.removeEventListener("keydown", listen);
  });

  it("is light or dark as it is told", async () => {
    await show("sentiment", { theme: "dark" });
    expect(find(".xai-root").dataset.theme).toBe("dark");
    expect(find(".xai-root").hasAttribute("data-follow")).toBe(false);
    model.fromPython({ theme: "auto" });
    await drawn();
    expect(find(".xai-root").dataset.theme).toBe("light");
    document.body.style.backgroundColor = "rgb(20, 20, 20)";
    await drawn();
    expect(find(".xai-root").dataset.theme).toBe("dark");
    document.body.style.backgroundColor = "";
  });
});
