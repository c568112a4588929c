"""Truth: what a live result says of every choice, and the verdict that it makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import floor, log10

import numpy as np

from xai_widgets.errors import InputError
from xai_widgets.lesson.choice import Choice, quoted


@dataclass(frozen=True)
class Verdict:
    """What is said to an answer.

    Attributes:
        right: whether it was right; None for "not sure".
        words: what the result shows, with its numbers.
        given: the answer as a person would say it; "" where there is nothing to say.
    """

    right: bool | None
    words: str
    given: str = ""


@dataclass(frozen=True)
class Truth:
    """What a live result says of every choice: the largest numbers are right.

    Attributes:
        choices: what can be picked.
        values: a number for each of them; NaN where the result has none.
        lead: the sentence up to what is right: "In layer 1, head 2, “kite” takes most from".
        unit: a word before the numbers ("probability"); "" for none.
        missing: what stands in the place of a number that the result does not have; "" for nothing.
        numbered: whether the numbers mean anything to a reader.
    """

    choices: tuple[Choice, ...]
    values: tuple[float, ...]
    lead: str
    unit: str = ""
    missing: str = ""
    numbered: bool = True

    def right(self, count: int = 1) -> tuple[int, ...]:
        """The choices that are right where ``count`` are to be picked, the largest first.

        Raises:
            InputError: the result has fewer numbers than that.
        """
        known = [index for index, value in enumerate(self.values) if not np.isnan(value)]
        if len(known) < count:
            raise InputError(f"The result has a number for {len(known)} of the choices, and {count} are asked for.")
        return tuple(sorted(known, key=lambda index: -self.values[index])[:count])

    def is_right(self, picked: Sequence[int]) -> bool:
        """Whether no other choices have larger numbers; of choices that are equal, each is right."""
        best = [self.values[index] for index in self.right(len(picked))]
        return sorted((self.values[index] for index in picked), reverse=True) == best

    def only(self, indices: Sequence[int]) -> Truth:
        """The same of some of the choices."""
        choices = tuple(self.choices[index] for index in indices)
        return replace(self, choices=choices, values=tuple(self.values[index] for index in indices))

    def numbers(self) -> tuple[str, ...]:
        """The number of each choice as it is shown; "" where there is none."""
        digits = self._digits()
        return tuple("" if np.isnan(value) or not self.numbered else shown(value, digits) for value in self.values)

    def finding(self, count: int = 1) -> str:
        """What is right, in a sentence with its numbers."""
        return f"{self.lead} {self._listed(self.right(count))}."

    def verdict(self, picked: Sequence[int]) -> Verdict:
        """What is said to those who picked these."""
        right = self.right(len(picked))
        given = ", ".join(self.choices[index].label for index in picked)
        if self.is_right(picked):
            return Verdict(True, f"Yes. {self.finding(len(picked))}", given)
        hits = len(set(picked) & set(right))
        share = f": {hits} of {len(picked)}" if hits else ""
        return Verdict(False, f"You said {self._listed(picked)}{share}. {self.finding(len(picked))}", given)

    def refusal(self, picked: Sequence[int]) -> Verdict:
        """What is said to those who picked wrong and go on trying: nothing of what is right."""
        hits = len(set(picked) & set(self.right(len(picked))))
        share = f", {hits} of {len(picked)}" if hits else ""
        given = ", ".join(self.choices[index].label for index in picked)
        return Verdict(False, f"Not {self._listed(picked)}{share}.", given)

    def _listed(self, indices: Sequence[int]) -> str:
        each = [quoted(self.choices, index) + self._number(index) for index in indices]
        return each[0] if len(each) == 1 else f"{', '.join(each[:-1])} and {each[-1]}"

    def _number(self, index: int) -> str:
        if not self.numbered:
            return ""
        number = self.numbers()[index]
        words = f"{self.unit} {number}".strip() if number else self.missing
        return f" ({words})" if words else ""

    def _digits(self) -> int:
        """Digits behind the point: two of the largest number that say something, and so many that the next differs."""
        largest = sorted((value for value in self.values if not np.isnan(value)), reverse=True)[:2]
        size = abs(largest[0]) if largest else 0.0
        least = max(2, 1 - floor(log10(size))) if size > 0 else 2
        if len(set(largest)) < 2:
            return least
        most = least + 4
        return next((d for d in range(least, most) if len({shown(value, d) for value in largest}) == 2), most)


def shown(value: float, digits: int = 2) -> str:
    """A number as it is shown, with a minus that is not a hyphen."""
    return f"{value:.{digits}f}".replace("-", "−")
