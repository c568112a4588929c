"""How faithful each method is on the ``sentiment`` demo model: writes the first part of ``docs/faithfulness.md``.

    python benchmarks/faithfulness.py [--sentences 500] [--model DIRECTORY] [--out docs/faithfulness.md]

The demo model's sentences come from a grammar that knows which words decide the label, so precision is measured
against the truth and not against somebody's opinion. SHAP and LIME run on fewer sentences: they cost hundreds of
passes each.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import torch
import transformers
from page import write_section

import xai_widgets as xai
from xai_widgets.attribution.evaluation import Evaluation
from xai_widgets.demos.sentences.sentiment import SentimentSentence, sample

SEED = 2_000_003
SLOW = ("shap", "lime")
SLOW_SHARE = 10
"""One sentence in so many for the slow methods."""

EXPLANATION = """# How faithful the methods are

Written by `python benchmarks/faithfulness.py`; `xai.evaluate(explainer, texts, methods)` gives the same table for any
model and texts.

The model is the `sentiment` demo model, {model}. The sentences are {count} held-out ones of its grammar, none of
which it learnt from, and all of which it labels right ({right} of the first {drawn} that were drawn). The logit of the
label is explained; words are taken away by putting `[MASK]` in their place.

- **precision**: the grammar says which words decide the label (opinions and the words that negate them). Share of
  them among as many words as they are, with the largest scores by size: "good" speaks against the label of "not good"
  and decides it all the same.
- **comprehensiveness**, **sufficiency** (DeYoung et al. 2020): how much of the label's probability is lost without
  the top 1, 5, 10, 20 and 50% of the words (at least one), and with them alone.
- **deletion AUC** (Samek et al. 2017): area under the probability as words are taken away, top first.
- **randomisation** (Adebayo et al. 2018): rank correlation of the scores with those of the same model with shuffled
  weights. A method that keeps its scores explains the text and not the model.
- **residual**: what the scores do not account for, as a share of value minus baseline value (median). Small by
  construction for methods that are complete; for saliency and attention it has no meaning, for they do not add up.
- **s / text**: seconds for one sentence on one core, the library's import and the progress bar left out.

Comprehensiveness, sufficiency and deletion judge by occlusion, so occlusion, SHAP and LIME, which work by the same
means, are at home in them. Precision and randomisation are not biased to any method.
"""


def right_ones(explainer: xai.Explainer, count: int) -> tuple[list[SentimentSentence], int]:
    """So many held-out sentences that the model labels right, and how many had to be drawn for them."""
    found: list[SentimentSentence] = []
    drawn = sample(2 * count, seed=SEED, split="held_out")
    for number, sentence in enumerate(drawn, start=1):
        encoding = explainer.tokenizer(sentence.text, return_tensors="pt")
        with torch.no_grad():
            best = int(explainer.model(**encoding).logits.argmax())
        if explainer.model.config.id2label[best] == sentence.label:
            found.append(sentence)
        if len(found) == count:
            return found, number
    return found, len(drawn)


def table(explainer: xai.Explainer, sentences: list[SentimentSentence], methods: list[str]) -> Evaluation:
    """The evaluation of the methods on the sentences, with the words that decide."""
    texts = [sentence.text for sentence in sentences]
    truth = [[sentence.spans[index] for index in sentence.deciding] for sentence in sentences]
    options = {name: {"evaluations" if name == "shap" else "samples": 200} for name in SLOW}
    xai.evaluate(explainer, texts[:1], methods, randomise=False, options=options)  # imports and warms up
    return xai.evaluate(explainer, texts, methods, truth=truth, options=options)


def main() -> None:
    """Runs the evaluation and writes the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sentences", type=int, default=500)
    parser.add_argument("--model", type=Path, help="another directory than the demo model's")
    parser.add_argument("--out", type=Path, default=Path("docs/faithfulness.md"))
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    explainer = xai.demo("sentiment") if chosen.model is None else xai.Explainer.from_pretrained(chosen.model)
    started = time.perf_counter()
    sentences, drawn = right_ones(explainer, chosen.sentences)
    names = [card.name for card in xai.methods()]
    fast = table(explainer, sentences, [name for name in names if name not in SLOW])
    slow = table(explainer, sentences[: max(1, len(sentences) // SLOW_SHARE)], list(SLOW))
    described = EXPLANATION.format(model=explainer.model_name, count=len(sentences), right=len(sentences), drawn=drawn)
    parts = [
        described,
        f"## {fast.n_texts} sentences\n\n{fast.as_markdown()}\n",
        f"## {slow.n_texts} sentences, SHAP and LIME with 200 evaluations\n\n{slow.as_markdown()}\n",
    ]
    write_section(chosen.out, "faithfulness.py", "\n".join(parts))
    print(f"{chosen.out}: {time.perf_counter() - started:.0f} s")
    print(fast.as_markdown(), slow.as_markdown(), sep="\n")


if __name__ == "__main__":
    main()
