"""How well cross attention and attributions align words: writes the second part of ``docs/faithfulness.md``.

    python benchmarks/alignment.py [--sentences 500] [--model DIRECTORY] [--out docs/faithfulness.md]

The ``translation`` demo model's sentences come from a grammar that knows which word translates which, and the model
never saw that: its alignments are measured against the truth.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
import transformers
from page import write_section

import xai_widgets as xai
from xai_widgets.alignment import best_head, links
from xai_widgets.alignment.word_matrix import Words, word_matrix, words_of
from xai_widgets.demos.sentences.translation import TranslationPair, sample
from xai_widgets.generation.step_scores import StepScores, scores_of_attention, scores_of_attribution

SEED = 3_000_003
SEARCH_SENTENCES = 200
"""Sentences on which the best head is found; none of them is scored."""
ALIGNMENTS = tuple(links.METHODS)
METHODS = (
    "gradient_x_input",
    "integrated_gradients",
    "deeplift",
    "occlusion",
    "saliency",
    "smoothgrad",
    "attention_rollout",
    "attention_x_gradient",
    "value_norms",
)
"""Those that this model can be asked by; LIME and SHAP take thousands of passes for a sentence's steps."""

TEXT = """## How well words are aligned

Written by `python benchmarks/alignment.py`.

The model is the `translation` demo model, {model}. Each of {count} held-out
sentences of its grammar is read with the grammar's own translation as its target (teacher forcing), so that the true
alignment is known; the model itself writes {same} of them to the letter. It never saw an alignment.

A token's scores are taken from the row that writes it. Sub-words are merged into the grammar's words, special tokens
are left out, negative scores count by their size. **argmax**: each target word goes with the source word of its largest
score; **intersection**: where each is the other's largest; **itermax**: the same, and again among what is left over
(Jalili Sabet et al. 2020). The figure is the alignment error rate (Och & Ney 2003) over all sentences together, with
all pairs of the truth sure: 0 is the truth. Argmax cannot quite reach it, for it gives each target word one partner,
and {several} of the {targets} target words have several.

The best head was looked for among all {heads} cross-attention heads on {search} other sentences, where its error rate
by argmax was {found:.3f}.

| scores | argmax | intersection | itermax |
|---|---|---|---|
{rows}

*By position* goes by the order of the words alone: what does worse knows less than that.
"""


def scored(explainer: xai.Explainer, pairs: Sequence[TranslationPair]) -> list[xai.Generation]:
    """The model's reading of each sentence with the grammar's translation."""
    return [explainer.score(pair.text, pair.target.text) for pair in pairs]


def words_of_pair(generation: xai.Generation, pair: TranslationPair) -> tuple[Words, Words]:
    """The grammar's words, source and target, as tokens of the model."""
    return (
        words_of(generation.prompt, pair.spans, "source"),
        words_of(generation.tokens, pair.target.spans, "target"),
    )


class ErrorRates:
    """The error rate of one kind of scores over all sentences, by each way to align."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._hits = dict.fromkeys(ALIGNMENTS, 0)
        self._totals = dict.fromkeys(ALIGNMENTS, 0)

    def add(self, matrix: np.ndarray, words: tuple[Words, Words], truth: xai.Alignment) -> None:
        """Counts one sentence; ``matrix`` is [target word, source word]."""
        for method in ALIGNMENTS:
            found = xai.Alignment.from_words(matrix, *words, method=method)
            hits, total = found.matches(truth)
            self._hits[method] += hits
            self._totals[method] += total

    def row(self) -> str:
        """The line of the table."""
        rates = [f"{1 - self._hits[method] / self._totals[method]:.3f}" for method in ALIGNMENTS]
        return f"| {' | '.join([self.name, *rates])} |"


def by_position(words: tuple[Words, Words]) -> np.ndarray:
    """The nearer a source word is to the target word's place in its sentence, the larger; [target, source]."""
    source, target = (np.arange(len(side.text)) / max(1, len(side.text) - 1) for side in words)
    return 1.0 / (1.0 + np.abs(target[:, None] - source[None, :]))


def of_attention(generation: xai.Generation, head: tuple[int, int]) -> Iterator[tuple[str, StepScores]]:
    """The best head, the mean of each layer, and of all of them."""
    attention = generation.attention()
    named = f"cross attention, best head (layer {head[0]}, head {head[1]})"
    yield named, scores_of_attention(generation, attention, *head)
    for layer in attention.layers("cross"):
        yield f"cross attention, mean of layer {layer}", scores_of_attention(generation, attention, layer)
    yield "cross attention, mean of all", scores_of_attention(generation, attention)


def of_methods(generation: xai.Generation) -> Iterator[tuple[str, StepScores]]:
    """The attributions of all steps by each method."""
    for name in METHODS:
        yield f"`{name}`", scores_of_attribution(generation, generation.attribute(method=name))


def table(explainer: xai.Explainer, pairs: Sequence[TranslationPair], head: tuple[int, int]) -> list[ErrorRates]:
    """The error rates of everything that has scores for the steps."""
    rates: dict[str, ErrorRates] = {}
    started = time.perf_counter()
    for number, (pair, generation) in enumerate(zip(pairs, scored(explainer, pairs), strict=True), start=1):
        words = words_of_pair(generation, pair)
        truth = xai.Alignment(pair.alignment, source=pair.words, target=pair.target.words)
        for name, scores in (*of_attention(generation, head), *of_methods(generation)):
            matrix = word_matrix(scores.source, words[1], words[0])
            rates.setdefault(name, ErrorRates(name)).add(matrix, words, truth)
        rates.setdefault("by position", ErrorRates("by position")).add(by_position(words), words, truth)
        if number % 50 == 0:
            print(f"{number} sentences, {time.perf_counter() - started:.0f} s")
    return list(rates.values())


def share(count: int, total: int) -> str:
    """So many of so many, in per cent."""
    return f"{count:,} ({count / total:.1%})"


def main() -> None:
    """Finds the best head, scores all, and writes the section."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sentences", type=int, default=500)
    parser.add_argument("--model", type=Path, help="another directory than the demo model's")
    parser.add_argument("--out", type=Path, default=Path("docs/faithfulness.md"))
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    explainer = xai.demo("translation") if chosen.model is None else xai.Explainer.from_pretrained(chosen.model)
    drawn = sample(SEARCH_SENTENCES + chosen.sentences, seed=SEED, split="held_out")
    search, pairs = drawn[:SEARCH_SENTENCES], drawn[SEARCH_SENTENCES:]
    maps = [generation.attention() for generation in scored(explainer, search)]
    found = best_head(
        maps,
        [xai.Alignment(pair.alignment) for pair in search],
        rows="writes",
        source_words=[pair.spans for pair in search],
        target_words=[pair.target.spans for pair in search],
    )
    same = sum(explainer.generate(pair.text).text == pair.target.text for pair in pairs)
    rates = table(explainer, pairs, (found.layer, found.head))
    targets = sum(len(pair.target.words) for pair in pairs)
    several = sum(
        sum(target == number for _, target in pair.alignment) > 1
        for pair in pairs
        for number in range(len(pair.target.words))
    )
    shape = maps[0].shape("cross")
    section = TEXT.format(
        model=explainer.model_name,
        count=len(pairs),
        same=share(same, len(pairs)),
        several=share(several, targets),
        targets=f"{targets:,}",
        heads=shape[0] * shape[1],
        search=len(search),
        found=found.error_rate,
        rows="\n".join(rate.row() for rate in rates),
    )
    write_section(chosen.out, "alignment.py", section)
    print(section)


if __name__ == "__main__":
    main()
