"""What a picture of a translation says in words: as ``js/widgets/translation_words.ts`` and its neighbours do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp
from typing import Any

from xai_widgets.attribution.method_card import MethodCard
from xai_widgets.export.drawing.attention_words import sentence
from xai_widgets.export.drawing.attribution_words import ATTENTION_WORDS, isolated
from xai_widgets.export.drawing.numbers import fixed
from xai_widgets.export.drawing.score_colours import Scale
from xai_widgets.export.drawing.translation_view import Colour, Translated


def colour_words(by: Mapping[str, Any], methods: Sequence[MethodCard]) -> tuple[str, Scale]:
    """What a colour is, in words ("Attention: layer 2, head 3", "Gradient × input"), and what its scale measures."""
    if by["what"] == "method":
        card = next(card for card in methods if card.name == by["name"])
        badge = f" ({ATTENTION_WORDS})" if card.attention_based else ""
        return f"{card.label}{badge}", "signed" if card.signed else "size"
    layer, head = by["layer"], by["head"]
    heads = "mean of its heads" if head is None else f"head {head}"
    if layer is not None:
        return f"Attention: layer {layer}, {heads}", "weight"
    where = "mean of all layers and heads" if head is None else f"{heads}, mean of all layers"
    return f"Attention: {where}", "weight"


def percent(share: float) -> str:
    """A share as people read it."""
    hundredths = 100 * share
    if 0 < hundredths < 0.1:
        return "< 0.1%"
    return f"{fixed(hundredths, 1 if hundredths < 99.95 else 0)}%"


def log_prob_number(log_prob: float) -> str:
    """A log-probability with the digits that it is read by."""
    return "0" if log_prob == 0 else f"−{fixed(abs(log_prob), 2)}"


def log_prob_words(log_prob: float) -> str:
    """A log-probability and the probability that it stands for."""
    return f"log-probability {log_prob_number(log_prob)} ({percent(exp(log_prob))})"


def title_words(shown: Translated) -> str:
    """What is looked at, and of which model."""
    generation, step = shown.generation, shown.view.step
    name = "Translation" if generation.start else "Generation"
    what = f"{name}: “{isolated(generation.tokens.text[step].strip())}”, step {step + 1} of {len(generation.steps)}"
    if shown.view.selection:
        side, rows = shown.looked()
        labels = " ".join((shown.source if side == "source" else shown.target).labels[row] for row in rows)
        what = f"{name}: “{isolated(labels)}” of the {side}"
    return f"{what} · {generation.model_name}" if generation.model_name else what


def labels_of(shown: Translated) -> tuple[str, str]:
    """What the two texts are called."""
    return ("Source", "Target") if shown.generation.start else ("Prompt", "Continuation")


def alignment_words(shown: Translated, colour: Colour) -> str:
    """How many words go together, and how well that agrees with the reference."""
    assert colour.alignment is not None
    source, target = shown.words
    count = len(colour.alignment.pairs)
    pairs = "pair" if count == 1 else "pairs"
    words = f"{count} {pairs} of {len(source.text)} source and {len(target.text)} target words."
    if shown.reference is None:
        return words
    rate = percent(colour.alignment.error_rate(shown.reference))
    return f"{words} Alignment error rate: {rate} (0% is the reference itself)."


def note_words(shown: Translated, methods: Sequence[MethodCard]) -> list[str]:
    """What has to be known of what is on show, one sentence each."""
    notes = []
    scales = {colour.scale for colour in shown.colours}
    if "weight" in scales:
        row = "from which a token was written" if shown.view.rows == "writes" else "in which a token was read again"
        kinds = (
            "cross attention to the source, decoder self-attention to the target; " if shown.generation.start else ""
        )
        notes.append(f"Attention: {kinds}the row {row}.")
    if "signed" in scales:
        notes.append("A score is in the unit of what it explains: positive raises it, negative lowers it.")
    if shown.view.merge_words:
        notes.append("Words: the mean over a word's steps of the sum over the other's tokens.")
    if shown.hidden_share > 0:
        notes.append(f"Share of hidden tokens: {percent(shown.hidden_share)}.")
    said = [card.reference for card in methods]
    return notes + [sentence(words) for words in (*said, *shown.generation.notes)]
