export type WaterfallName = "baseline" | "raises" | "lowers" | "hidden" | "residual" | "value";

/** One bar of a waterfall, from where the one before it ended; baseline and value stand on zero. */
export interface WaterfallStep {
  name: WaterfallName;
  from: number;
  to: number;
}

export interface Account {
  value: number;
  baseline: number;
  residual: number;
  /** The scores of the tokens that are not shown, summed. */
  hidden: number;
}

/** From the baseline's value over what the scores add to the value: every difference is some bar's length. */
export function waterfall(account: Account, shown: Iterable<Float32Array>): WaterfallStep[] {
  let [raises, lowers] = [0, 0];
  for (const row of shown) {
    for (const score of row) {
      if (score > 0) raises += score;
      else lowers += score || 0;
    }
  }
  const steps: WaterfallStep[] = [{ name: "baseline", from: 0, to: account.baseline }];
  let at = account.baseline;
  const add = (name: WaterfallName, by: number) => {
    steps.push({ name, from: at, to: at + by });
    at += by;
  };
  add("raises", raises);
  add("lowers", lowers);
  if (account.hidden !== 0) add("hidden", account.hidden);
  add("residual", account.residual);
  steps.push({ name: "value", from: 0, to: account.value });
  return steps;
}
