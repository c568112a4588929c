"""Answer: how the right answer is found in a live result, never in the lesson's text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from xai_widgets.errors import InputError
from xai_widgets.lesson.choice import Choice, index_of
from xai_widgets.lesson.truth import Truth

Told = str | Sequence[str] | Mapping[str, float]
"""What a function of the author's own may say: the right name or names, or a number for each."""


class Answer:
    """Finds the right answer in a live result."""

    def choices(self, result: Any, among: Sequence[str] | None = None) -> tuple[Choice, ...]:
        """What can be picked, which is asked before anything is shown; ``among``: only these.

        Raises:
            InputError: the result is of another kind than this asks, or does not have what it names.
        """
        raise NotImplementedError

    def truth(self, result: Any, among: Sequence[str] | None = None) -> Truth:
        """What the result says of each choice, in the same order; asked when the student has answered."""
        raise NotImplementedError


class OfTokens(Answer):
    """An answer whose choices are all tokens of something, or some of them by what they read as."""

    def whole(self, result: Any) -> Truth:
        """What the result says of all of its tokens; see ``tokens``."""
        raise NotImplementedError

    def tokens(self, result: Any) -> tuple[Choice, ...]:
        """All tokens that can be picked, without asking for any number."""
        raise NotImplementedError

    def choices(self, result: Any, among: Sequence[str] | None = None) -> tuple[Choice, ...]:
        """See ``Answer.choices``."""
        tokens = self.tokens(result)
        return tuple(tokens[index] for index in _indices(tokens, among))

    def truth(self, result: Any, among: Sequence[str] | None = None) -> Truth:
        """See ``Answer.truth``."""
        whole = self.whole(result)
        return whole.only(_indices(whole.choices, among))


def names_of(among: Iterable[str]) -> list[str]:
    """Names to pick from, without the spaces around them.

    Raises:
        InputError: they are no list.
    """
    if isinstance(among, str) or not isinstance(among, Iterable):
        raise InputError(f"among is {among!r:.80}: give a list of names.")
    return [str(name).strip(" ") for name in among]


def _indices(tokens: Sequence[Choice], among: Sequence[str] | None) -> list[int]:
    if among is None:
        return list(range(len(tokens)))
    wanted = set(names_of(among))
    missing = wanted - {token.label for token in tokens}
    if missing:
        raise InputError(f"{sorted(missing)} cannot be picked: there are {[token.label for token in tokens]}.")
    return [index for index, token in enumerate(tokens) if token.label in wanted]


@dataclass(frozen=True)
class OfNames(Answer):
    """An answer of the author's own, among names: see ``largest``."""

    function: Callable[[Any], Told]
    lead: str = "The answer is"
    unit: str = ""

    def choices(self, result: Any, among: Sequence[str] | None = None) -> tuple[Choice, ...]:  # noqa: ARG002
        """See ``Answer.choices``."""
        if not among:
            raise InputError("A function of your own needs names to pick from: among=['positive', 'negative'].")
        return tuple(Choice(name) for name in names_of(among))

    def truth(self, result: Any, among: Sequence[str] | None = None) -> Truth:
        """See ``Answer.truth``."""
        choices = self.choices(result, among)
        told = self.function(result)
        if not isinstance(told, Mapping):
            right = {index_of(choices, name) for name in ([told] if isinstance(told, str) else told)}
            values = tuple(1.0 if index in right else 0.0 for index in range(len(choices)))
            return Truth(choices, values, self.lead, numbered=False)
        for name in told:
            index_of(choices, name)
        return Truth(choices, tuple(float(told.get(one.label, np.nan)) for one in choices), self.lead, self.unit)


def largest(function: Callable[[Any], Told], *, lead: str = "The answer is", unit: str = "") -> Answer:
    """An answer of your own, for ``among=`` with names.

    Args:
        function: takes what the question is about and gives a number for each name, or for some, of which the largest
            is right (``{"above 0.5": 0.63}``); or the right name, or names.
        lead: the verdict's sentence up to what is right: "The method with the smallest residual is".
        unit: a word before the numbers.

    Raises:
        InputError: it is no function.
    """
    if not callable(function):
        raise InputError(f"{function!r:.80} is no function: give one of what the question is about.")
    return OfNames(function, lead, unit)
