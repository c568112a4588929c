/** An Explainer over the embedded sentiment model, as notebooks make it. */
export const SENTIMENT = 'xai.demo("sentiment")';

/** Explainers over the embedded models that write: a translator, and a decoder-only model. */
export const TRANSLATION = 'xai.demo("translation")';
export const LANGUAGE_MODEL = 'xai.demo("language-model")';
