"""States of a widget that a student is asked to find: judged by what the widget shows, not by its settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from xai_widgets.attention.head_scores import head_score
from xai_widgets.errors import InputError
from xai_widgets.lesson.results import attribution_in
from xai_widgets.lesson.truth import Verdict, shown
from xai_widgets.widgets import AttentionWidget


class State:
    """Something that a widget can show."""

    def judge(self, widget: Any) -> Verdict:
        """Whether the widget shows it now, with the numbers of what it shows."""
        raise NotImplementedError

    def solution(self, widget: Any) -> str:
        """How to get there from the text that the widget shows; for those who are not sure."""
        raise NotImplementedError


def shows_head(score: str, *, above: float) -> State:
    """An AttentionWidget that shows one head alone, whose score in this text is above a bound.

    Args:
        score: see ``AttentionMap.head_scores``.
        above: the bound, 0 to 1.

    Raises:
        InputError: there is no such score, or the bound is none.
    """
    head_score(score)
    if not hasattr(above, "__float__") or not 0 <= above <= 1:
        raise InputError(f"above is {above!r}: a score of a head is between 0 and 1.")
    return _ShowsHead(score, above)


@dataclass(frozen=True)
class _ShowsHead(State):
    score: str
    above: float

    def judge(self, widget: Any) -> Verdict:
        widget = _attention_widget(widget)
        if len(widget.heads) != 1:
            heads = f"heads {', '.join(map(str, widget.heads))}" if widget.heads else "no head"
            return Verdict(False, f"The view shows {heads}: leave one alone on, then check again.")
        layer, head = widget.layer, widget.heads[0]
        row = widget.attention.layers(widget.kind).index(layer)
        value = float(widget.attention.head_scores(self.score, widget.kind)[row, head])
        label, given = head_score(self.score).label, f"layer {layer}, head {head}"
        if np.isnan(value):
            return Verdict(False, f"This text has nothing to measure the {label} score on: type another.", given)
        says = f"In this text layer {layer}, head {head} has a {label} score of {shown(value)}"
        if value > self.above:
            return Verdict(True, f"Yes. {says}.", given)
        return Verdict(False, f"{says}, which is not above {self.above:g}.", given)

    def solution(self, widget: Any) -> str:
        widget = _attention_widget(widget)
        layer, head, value = widget.attention.strongest_head(self.score, widget.kind)
        label = head_score(self.score).label
        return f"In this text the highest {label} score is that of layer {layer}, head {head}: {shown(value)}."


def model_says(name: str) -> State:
    """An AttributionWidget whose text the model answers with this: a class, or the token that comes next.

    Args:
        name: the answer, as the widget shows it.

    Raises:
        InputError: it is no text.
    """
    if not isinstance(name, str):
        raise InputError(f"The model answers with a text; {name!r:.80} came.")
    return _ModelSays(name)


@dataclass(frozen=True)
class _ModelSays(State):
    name: str

    def judge(self, widget: Any) -> Verdict:
        best = attribution_in(widget).candidates[0][0]
        text, said = widget.text, best.text.strip(" ")
        probability = "" if best.probability is None else f" (probability {shown(best.probability)})"
        words = f"The model answers “{said}”{probability} to “{text}”"
        if said == self.name.strip(" "):
            return Verdict(True, f"Yes. {words}.", text)
        return Verdict(False, f"{words}, not “{self.name.strip(' ')}”.", text)

    def solution(self, widget: Any) -> str:
        return f"{self.judge(widget).words.removeprefix('Yes. ')} Texts that it answers with “{self.name}” are many."


Judged = bool | tuple[bool, str] | Verdict
"""What a function of the author's own may say of a widget."""


@dataclass(frozen=True)
class OwnState(State):
    """A state that a function of the author's own knows.

    Attributes:
        function: takes the widget; says whether it is so, with or without words.
    """

    function: Callable[[Any], Judged]

    def judge(self, widget: Any) -> Verdict:
        """See ``State.judge``."""
        judged = self.function(widget)
        if isinstance(judged, Verdict):
            return judged
        right, words = judged if isinstance(judged, tuple) else (judged, "Yes." if judged else "Not yet.")
        return Verdict(bool(right), words)

    def solution(self, widget: Any) -> str:
        """See ``State.solution``."""
        return self.judge(widget).words


def _attention_widget(widget: Any) -> AttentionWidget:
    if not isinstance(widget, AttentionWidget):
        raise InputError(f"This looks at the head that an AttentionWidget shows; {type(widget).__name__} came.")
    return widget
