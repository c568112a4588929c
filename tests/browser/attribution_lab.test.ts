import { beforeEach, describe, expect, test } from "vitest";
import { SENTIMENT } from "./harness/cells.js";
import { openNotebook } from "./harness/notebook.js";

const TEXT = "The film was good but the ending was boring.";

const opened = openNotebook(
  "attribution-lab",
  [
    `import xai_widgets as xai

explainer = ${SENTIMENT}
w = xai.AttributionWidget(explainer=explainer, text="${TEXT}")
w`,
    `linked = xai.AttentionWidget(explainer=explainer, text="${TEXT}", presentation="lines")
end = xai.link(w, linked)
linked`,
    `steps = xai.AttributionWidget(explainer=xai.demo("translation"), text="The black cat sleeps.", step=1)
steps`,
  ],
  "lab",
  undefined,
  "shared",
);

const view = () => opened.page.locator(".xai-root").nth(0);
const attention = () => opened.page.locator(".xai-root").nth(1);
const chips = () => view().locator(".xai-chip");
const chip = (text: string) => chips().getByText(text, { exact: true });
const text = () => view().locator("textarea[name=text]");
const readout = () => view().locator(".xai-readout-words");
const python = <Value>(expression: string) => opened.jupyter.value<Value>(expression);
const eventually = <Value>(expression: string) => expect.poll(() => python<Value>(expression));

beforeEach(async () => {
  await opened.page.mouse.move(0, 0);
  await opened.jupyter.python(
    `w.run("${TEXT}", target=None, method="gradient_x_input", compare=[], value="logit"); w.selection = []`,
  );
  await expect.poll(() => text().inputValue()).toBe(TEXT);
});

describe("AttributionWidget in JupyterLab", () => {
  test("shows the text, coloured", async () => {
    const words = (await chips().allTextContents()).map((word) => word.trim());
    expect(words).toEqual(await python("[text.strip() for text in w.attributions[0].tokens.text]"));
    const colours = await chips().evaluateAll((all) =>
      all.map((one) => getComputedStyle(one).backgroundColor),
    );
    expect(new Set(colours).size).toBeGreaterThan(4);
  });

  test("says a token's score when it is pointed at, as Python has it", async () => {
    await chip("boring").hover();
    await expect.poll(() => readout().textContent()).toContain("boring");
    const score = await python<number>(
      "float(w.attributions[0].scores[w.attributions[0].tokens.text.index(' boring')])",
    );
    const said = (await readout().textContent()) ?? "";
    const number = Number(/[+−-][\d.]+/.exec(said)?.[0].replace("−", "-"));
    expect(number).toBeCloseTo(score, 2);
  });

  test("adds up: baseline, scores and residual make the value", async () => {
    const numbers = (await view().locator(".xai-sum-number").allTextContents()).map((one) =>
      Number(one.replace("−", "-").replace("+", "")),
    );
    expect(numbers).toHaveLength(5);
    const [baseline = 0, raise = 0, lower = 0, left = 0, value = 0] = numbers;
    expect(baseline + raise + lower + left).toBeCloseTo(value, 1);
    expect(value).toBeCloseTo(await python<number>("float(w.attributions[0].value)"), 1);
  });

  test("explains another answer when it is clicked", async () => {
    const other = await python<string>("w.attributions[0].candidates[0][1].text");
    await view().locator(".xai-candidate").getByText(other, { exact: true }).click();
    await eventually<string>("w.attributions[0].target").toBe(`class '${other}'`);
  });

  test("contrasts two answers", async () => {
    await view().locator(".xai-versus:not(.xai-away)").first().click();
    await eventually<number>("len(w.target) if isinstance(w.target, tuple) else 0").toBe(2);
  });

  test("keeps the name of an answer that does not exist, and says which do", async () => {
    const field = view().locator(".xai-target .xai-field");
    await field.fill("posotive");
    await field.press("Enter");
    await expect.poll(() => view().textContent()).toContain("The nearest names: 'positive'");
    expect(await field.inputValue()).toBe("posotive");
    expect(await python("w.target")).toBeNull();
  });

  test("takes another method, and shows one beside it", async () => {
    await view().getByLabel("Method", { exact: true }).selectOption("integrated_gradients");
    await eventually<string>("w.attributions[0].method.name").toBe("integrated_gradients");
    await view().getByLabel("Compare with").selectOption("occlusion");
    await eventually<string[]>("[a.method.name for a in w.attributions]").toEqual([
      "integrated_gradients",
      "occlusion",
    ]);
    await expect.poll(() => view().locator(".xai-compare").textContent()).toMatch(/agreement/);
  });

  test("runs on what is typed, and keeps what was shown before", async () => {
    await text().fill("The soup was not good.");
    await text().press("Enter");
    await eventually<string>("w.text").toBe("The soup was not good.");
    await expect.poll(() => chips().allTextContents()).toContain("soup");
    expect(await python("w.payload['meta']['previous']['text']")).toBe(TEXT);
  });

  test("keeps a text that is refused, and says why", async () => {
    await text().fill("   ");
    await text().press("Enter");
    await expect.poll(() => view().textContent()).toContain("The text is empty");
    expect(await text().inputValue()).toBe("   ");
    expect(await python("w.text")).toBe(TEXT);
    // What is in the box is the person's: nothing but the person takes it away.
    await text().fill(TEXT);
  });

  test("shows hostile text as text", async () => {
    const hostile = "<img src=x onerror=alert(1)>";
    await text().fill(hostile);
    await text().press("Enter");
    await eventually<string>("w.text").toBe(hostile);
    await expect.poll(async () => (await chips().allTextContents()).join("")).toContain("onerror");
    expect(await view().locator("img").count()).toBe(0);
  });

  test("a linked attention widget follows: text, pins, and what is pointed at", async () => {
    await text().fill("The soup was not good.");
    await text().press("Enter");
    await eventually<string>("linked.text").toBe("The soup was not good.");
    await chip("not").click();
    await eventually<unknown[]>("linked.selection").toEqual(
      await python("[{**p, 'side': 'key'} for p in w.selection]"),
    );
    await chip("good").hover();
    await expect.poll(() => attention().locator(".xai-readout-words").textContent()).toContain("good");
  });

  test("explains another answer at a step, and goes back to all of them", async () => {
    const stepwise = opened.page.locator(".xai-root").nth(2);
    const headline = stepwise.locator(".xai-headline-what");
    const other = await python<{ id: number; text: string }>("steps.payload['meta']['candidates'][1][1]");
    await expect.poll(() => headline.textContent()).toMatch(/, step 2 of \d+ = /);
    await stepwise.locator(`.xai-candidate[data-id="${other.id}"]`).click();
    await eventually("[steps.at, steps.target]").toEqual([1, other.id]);
    await expect.poll(() => headline.textContent()).toContain(`'${other.text}', step 2 = `);
    const value = Number((await headline.textContent())?.split(" = ")[1]?.replace("−", "-"));
    expect(value).toBeCloseTo(await python<number>("float(steps.attributions[0].value)"), 1);
    await stepwise.getByRole("button", { name: "All steps" }).click();
    await eventually("[steps.at, steps.target, steps.step]").toEqual([null, null, 1]);
    await expect.poll(() => headline.textContent()).toMatch(/, step 2 of \d+ = /);
  });
});
