/** An Explainer over the embedded sentiment model, as notebooks make it. */
export const SENTIMENT = 'xai.demo("sentiment")';
