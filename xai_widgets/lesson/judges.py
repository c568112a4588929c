"""Judges: each takes one kind of answer, a pick, a number, a text or a state, and compares it with what is live."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite, nan
from typing import Any, Literal

from xai_widgets.errors import InputError
from xai_widgets.lesson.answer import Answer
from xai_widgets.lesson.choice import Choice, index_of
from xai_widgets.lesson.states import State
from xai_widgets.lesson.truth import Truth, Verdict
from xai_widgets.whole import whole

Ask = Literal["choice", "number", "text", "state"]
Of = Callable[[], Any]
"""Gives what the question is about, as it is now."""


class Judge:
    """Compares an answer with what is live.

    Attributes:
        ask: what the student gives.
        choices: what can be picked; empty where nothing is.
        pick: how many are to be picked.
    """

    ask: Ask
    choices: tuple[Choice, ...] = ()
    pick = 1

    def read(self, given: Any) -> Any:
        """An answer from a program or from the view, in the form that ``verdict`` takes.

        Raises:
            InputError: it is no such answer; the message says what is.
        """
        raise NotImplementedError

    def verdict(self, answer: Any) -> Verdict:
        """What is said to the answer."""
        raise NotImplementedError

    def solution(self) -> str:
        """What is right, in words."""
        raise NotImplementedError

    def truth(self) -> Truth | None:
        """What the result said of every choice at the latest verdict or solution; None where nothing is picked."""
        return None


class ChoiceJudge(Judge):
    """Picks among tokens or names.

    ``telling``: whether a wrong pick is told what is right; else there is another attempt.
    """

    ask: Ask = "choice"

    def __init__(self, answer: Answer, of: Of, *, among: Sequence[str] | None, pick: int, telling: bool) -> None:
        self._answer, self._of, self._among, self._telling = answer, of, among, telling
        self.choices = answer.choices(of(), among)
        self.pick = pick
        self._latest: Truth | None = None
        if not 1 <= (whole(pick) or 0) < len(self.choices):
            raise InputError(f"There are {len(self.choices)} choices: {pick!r} of them cannot be picked.")

    def read(self, given: Any) -> tuple[int, ...]:
        """Choices by their labels or numbers; one, or a list of as many as are to be picked."""
        several = given if isinstance(given, list | tuple) else [given]
        picked = tuple(dict.fromkeys(index_of(self.choices, one) for one in several))
        if len(picked) != self.pick:
            raise InputError(f"Pick {self.pick}: {len(picked)} came.")
        return picked

    def verdict(self, answer: Any) -> Verdict:
        """See ``Judge.verdict``."""
        truth = self._look()
        return truth.verdict(answer) if self._telling or truth.is_right(answer) else truth.refusal(answer)

    def solution(self) -> str:
        """See ``Judge.solution``."""
        return self._look().finding(self.pick)

    def truth(self) -> Truth | None:
        """See ``Judge.truth``."""
        return self._latest

    def _look(self) -> Truth:
        self._latest = self._answer.truth(self._of(), self._among)
        return self._latest


@dataclass
class NumberJudge(Judge):
    """A number, within a tolerance."""

    value: Callable[[], float]
    tolerance: float
    ask: Ask = "number"

    def __post_init__(self) -> None:
        if not hasattr(self.tolerance, "__float__") or not self.tolerance >= 0:
            raise InputError(f"tolerance is {self.tolerance!r}: give how far a number may be off, 0 or more.")

    def read(self, given: Any) -> float:
        """A number, or a text that is one; a decimal comma is understood."""
        try:
            number = float(given.strip().replace("−", "-").replace(",", ".") if isinstance(given, str) else given)
        except (TypeError, ValueError):
            number = nan
        if not isfinite(number):
            raise InputError(f"{given!r} is not a number: type one such as 0.25.")
        return number

    def verdict(self, answer: Any) -> Verdict:
        """See ``Judge.verdict``."""
        value = self.value()
        if abs(answer - value) <= self.tolerance:
            return Verdict(True, f"Yes. It is {value:.4g}.", f"{answer:g}")
        return Verdict(False, f"{answer:g} is too {'small' if answer < value else 'large'}.", f"{answer:g}")

    def solution(self) -> str:
        """See ``Judge.solution``."""
        return f"It is {self.value():.4g}."


@dataclass
class TextJudge(Judge):
    """A word or a text; case and the spaces around it do not matter."""

    value: Callable[[], str]
    ask: Ask = "text"

    def read(self, given: Any) -> str:
        """Any text that is not empty."""
        if not isinstance(given, str) or not given.strip():
            raise InputError("The answer is empty: type a word.")
        return given.strip()

    def verdict(self, answer: Any) -> Verdict:
        """See ``Judge.verdict``."""
        value = self.value().strip()
        if answer.casefold() == value.casefold():
            return Verdict(True, f"Yes. It is “{value}”.", answer)
        return Verdict(False, f"Not “{answer}”.", answer)

    def solution(self) -> str:
        """See ``Judge.solution``."""
        return f"It is “{self.value().strip()}”."


@dataclass
class StateJudge(Judge):
    """What a widget shows."""

    state: State
    widget: Any
    ask: Ask = "state"

    def read(self, given: Any) -> None:
        """Traits to set on the widget first, by name; from the view nothing comes, for its own hand has set them."""
        if not isinstance(given or {}, dict):
            raise InputError(
                f"{given!r:.80} is no state: give a dict of traits to set, or {{}} to judge what is shown."
            )
        for name, value in (given or {}).items():
            if not self.widget.has_trait(name):
                raise InputError(f"{type(self.widget).__name__} has no {name!r} to set.")
            setattr(self.widget, name, value)

    def verdict(self, answer: Any) -> Verdict:  # noqa: ARG002 - what the widget shows is the answer
        """See ``Judge.verdict``."""
        return self.state.judge(self.widget)

    def solution(self) -> str:
        """See ``Judge.solution``."""
        return self.state.solution(self.widget)
