/** An Explainer over the embedded sentiment model, as notebooks make it. */
export const SENTIMENT = process.env.XAI_TEST_EXPLAINER ?? 'xai.demo("sentiment")';
