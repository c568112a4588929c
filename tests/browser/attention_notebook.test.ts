import { describe, expect, test } from "vitest";
import { AttentionView } from "./harness/attention_view.js";
import { SENTIMENT } from "./harness/cells.js";
import { openNotebook } from "./harness/notebook.js";

const opened = openNotebook(
  "attention-notebook",
  [`import xai_widgets as xai\nw = xai.AttentionWidget(explainer=${SENTIMENT}, text="not a good film")\nw`],
  "notebook",
  undefined,
  "shared",
);

const view = () => new AttentionView(opened.page);

describe("AttentionWidget in Notebook 7", () => {
  test("draws, reads a token, and switches the layer", async () => {
    await expect.poll(() => view().words("Queries")).toEqual(["[CLS]", "not", "a", "good", "film", "[SEP]"]);
    const { colours } = await view().painted(view().root.locator(".xai-lines-canvas"));
    expect(colours).toBeGreaterThan(10);
    await view().token("Queries", "good").hover();
    await expect.poll(() => view().readout.textContent()).toMatch(/^good looks at: .+, layer 0/);
    await view().root.getByRole("button", { name: "Layer after" }).click();
    await expect.poll(() => opened.jupyter.value("w.layer")).toBe(1);
  });

  test("runs the model on what is typed", async () => {
    await view().type("a wonderful film");
    await expect.poll(() => opened.jupyter.value("w.text")).toBe("a wonderful film");
    await expect.poll(() => view().words("Keys")).toEqual(["[CLS]", "a", "wonderful", "film", "[SEP]"]);
  });
});
