"""What a picture of an attribution says in words: as ``js/widgets/attribution_words.ts`` does."""

from __future__ import annotations

import math
import re

from xai_widgets.export.drawing.attention_words import sentence
from xai_widgets.export.drawing.attribution_view import Attributed, Run
from xai_widgets.export.drawing.numbers import fixed, plain, signed

ATTENTION_WORDS = "attention, not attribution"
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


def kind_words(kind: str) -> str:
    """The kind of a value inside a sentence: "log probability"."""
    return kind.replace("log_prob", "log probability")


def target_words(shown: Attributed) -> str:
    """What is explained, of the step on show: "class 'positive'", "“cat”, step 3 of 9"."""
    attribution, step = shown.attribution, shown.view.step
    if attribution.steps is None:
        return isolated(attribution.target)
    text = attribution.steps.text[step].strip()
    return f"“{isolated(text)}”, step {step + 1} of {len(attribution.steps)}"


def isolated(words: str) -> str:
    """Words that run from right to left turn around nothing but themselves."""
    return f"\u2068{words}\u2069" if _RIGHT_TO_LEFT.search(words) else words


def headline_words(shown: Attributed) -> str:
    """What is explained, with its value."""
    what = f"{kind_words(shown.attribution.value_kind)} of {target_words(shown)}"
    return f"{what[:1].upper()}{what[1:]} = {plain(shown.first.number('value', shown.view.step))}"


def by_words(shown: Attributed) -> str:
    """By which method, and of which model."""
    method, model = shown.attribution.method, shown.attribution.model_name
    badge = ATTENTION_WORDS if method.attention_based else ""
    return " · ".join(part for part in (f"by {method.label}", badge, model) if part)


def scale_words(run: Run) -> str:
    """What the scale of colours measures."""
    return f"Score ({kind_words(run.attribution.value_kind)})" if run.signed else "Score"


def note_words(shown: Attributed) -> list[str]:
    """How a colour is to be read, one sentence each, and what is not shown."""
    attribution = shown.attribution
    if shown.first.signed:
        unit = kind_words(attribution.value_kind)
        notes = [f"A colour is a score, in the unit of the {unit}: positive raises it, negative lowers it."]
    else:
        notes = ["Scores have no sign: a colour says how much a token matters, not whether it raises or lowers."]
    if shown.view.merge_words:
        notes.append("Words: the scores of their tokens, summed.")
    if attribution.baseline is not None:
        notes.append(f"Baseline: {attribution.baseline}.")
    notes += [sentence(note) for note in attribution.notes]
    hidden = float(shown.first.hidden[shown.view.step])
    if hidden != 0:
        notes.append(f"Hidden special tokens have {signed(hidden)} of the scores.")
    return notes


def sum_labels(*, has_sign: bool) -> dict[str, str]:
    """What the bars are called; scores without a sign raise nothing."""
    return {
        "baseline": "Baseline",
        "raises": "Tokens that raise it" if has_sign else "Scores, without sign",
        "lowers": "Tokens that lower it",
        "hidden": "Hidden special tokens",
        "residual": "Left unexplained",
        "value": "Value",
    }


def residual_words(run: Run, step: int) -> str:
    """What the residual means, for this method."""
    method = run.attribution.method
    left, whole = run.number("residual", step), run.number("value", step) - run.number("baseline_value", step)
    of = f"{plain(abs(left))} of {plain(abs(whole))}"
    if method.attention_based:
        return "These scores are shares of attention: they are not in the unit of the value and do not add up to it."
    if not method.signed:
        return f"Scores without a sign do not add up to the value: {of} is left."
    if not method.complete:
        missed = f"miss {plain(whole)} by {plain(abs(left))}" if abs(left) > abs(whole) else f"leave {of} unexplained"
        return f"The scores {missed}; {method.label} does not promise more."
    share = 0.0 if whole == 0 else abs(left / whole)
    words = "under 0.1%" if share < 0.001 else f"{fixed(100 * share, 1)}%"
    return f"The scores add up to the value, but for {words} of it ({of})."


def agreement_note(agreement: float, *, has_sign: bool) -> str:
    """How well the order of two rows' scores agrees, under the name of the second."""
    if math.isnan(agreement):
        return "no order to compare"
    return f"agreement {fixed(agreement, 2).replace('-', '−')}{'' if has_sign else ', by size'}"


def agreement_words(first: str, count: int, *, by_size: bool) -> str:
    """What the agreement is; ``by_size``: some row says that it is."""
    ranked = "By size: one of the two has no sign, so absolute scores are ranked. " if by_size else ""
    return (
        f"Agreement: Spearman's rank correlation with {first} over the {count} rows on show; 1 is the same order, "
        f"0 none. {ranked}Each row has its own scale of colours."
    )
