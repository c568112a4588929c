"""The answers that lessons ask for most: in attention weights, in scores of tokens, in what a model says next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from xai_widgets.attribution.attribution import Attribution, ScoredTokens
from xai_widgets.errors import InputError
from xai_widgets.generation.generation import Generation
from xai_widgets.lesson.answer import Answer, OfTokens, names_of
from xai_widgets.lesson.choice import Choice, choices_of, position_of, quoted
from xai_widgets.lesson.results import attention_in, attribution_in, generation_in, result_of
from xai_widgets.lesson.truth import Truth
from xai_widgets.whole import whole

_PLACES = {
    "self": "In layer",
    "encoder": "In the encoder's layer",
    "cross": "In the cross attention of layer",
    "decoder": "In the decoder's layer",
}


def strongest_key(layer: int, head: int, query: int | str, *, kind: str | None = None) -> Answer:
    """Which token a query takes most from, in one head.

    The choices are the tokens that the query can see, special ones included.

    Args:
        layer, head: of an AttentionMap, or of a Generation's attention.
        query: the token that looks: its position (negative: from the end), or its text where it stands there once.
        kind: see ``AttentionMap.kinds``; default: the first.
    """
    return _StrongestWeight(layer, head, query, "query", kind)


def strongest_query(layer: int, head: int, key: int | str, *, kind: str | None = None) -> Answer:
    """Which token takes most from a key, in one head.

    Args:
        layer, head, kind: as in ``strongest_key``.
        key: the token that is looked at: its position, or its text where it stands there once.
    """
    return _StrongestWeight(layer, head, key, "key", kind)


@dataclass(frozen=True)
class _StrongestWeight(OfTokens):
    """The largest weight of a row (of a query) or of a column (of a key)."""

    layer: int
    head: int
    token: int | str
    side: str
    kind: str | None

    def tokens(self, result: Any) -> tuple[Choice, ...]:
        return self._seen(result)[1]

    def whole(self, result: Any) -> Truth:
        attention = attention_in(result)
        at, choices, positions = self._seen(result)
        if self.side == "query":
            weights = attention.weights(self.layer, self.head, self.kind, rows=slice(at, at + 1))[0]
        else:
            weights = attention.weights(self.layer, self.head, self.kind)[:, at]
        own = attention.tokens(self.kind)[0 if self.side == "query" else 1]
        name = quoted(choices_of(own, range(len(own))), at)
        place = f"{_PLACES[self.kind or attention.kinds[0]]} {self.layer}, head {self.head}"
        does = f"{name} takes most from" if self.side == "query" else f"what takes most from {name} is"
        return Truth(choices, tuple(float(weights[position]) for position in positions), f"{place}, {does}")

    def _seen(self, result: Any) -> tuple[int, tuple[Choice, ...], list[int]]:
        """Where the token is, what can be picked on the other side, and where that is: what the mask allows."""
        attention = attention_in(result)
        attention.check(self.layer, [self.head], self.kind)
        queries, keys = attention.tokens(self.kind)
        own, other = (queries, keys) if self.side == "query" else (keys, queries)
        at = position_of(own, self.token)
        mask = attention.seen(self.layer, self.kind)
        allowed = np.ones(len(other), bool)
        if mask is not None:
            of_head = mask[self.head if len(mask) > 1 else 0]
            allowed = of_head[at] if self.side == "query" else of_head[:, at]
        positions = np.flatnonzero(allowed).tolist()
        note = "looks" if self.side == "query" else "is looked at"
        return at, choices_of(other, positions, at if queries == keys else None, note), positions


def written_from(layer: int, head: int, token: int | str) -> Answer:
    """Which token a head took most from when a token of a Generation was about to be written.

    That is a row of its attention: see ``Generation.row``. Of an encoder-decoder the choices are the source's tokens.

    Args:
        layer, head: which.
        token: the token that was written: its step (negative: from the end), or its text where it was written once.
    """
    return _WrittenFrom(layer, head, token)


@dataclass(frozen=True)
class _WrittenFrom(OfTokens):
    layer: int
    head: int
    token: int | str

    def tokens(self, result: Any) -> tuple[Choice, ...]:
        generation, step = self._step(result)
        return self._row(generation, step).tokens(generation)

    def whole(self, result: Any) -> Truth:
        generation, step = self._step(result)
        written = quoted(choices_of(generation.tokens, range(len(generation.tokens))), step)
        lead = f"Before {written} was written, layer {self.layer}, head {self.head} took most from"
        return replace(self._row(generation, step).whole(generation), lead=lead)

    def _step(self, result: Any) -> tuple[Generation, int]:
        generation = generation_in(result)
        return generation, position_of(generation.tokens, self.token)

    def _row(self, generation: Generation, step: int) -> _StrongestWeight:
        kind = "cross" if generation.start else "self"
        return _StrongestWeight(self.layer, self.head, generation.row(step), "query", kind)


def strongest_token(
    direction: str = "raises", *, step: int | None = None, side: int = 0, words: bool = True, special: bool = False
) -> Answer:
    """Which token of an Attribution adds most to the value that is explained, or takes most away.

    Args:
        direction: "raises" or "lowers". Of a method whose scores have no signs, "raises" is the largest score.
        step: the step, where several are explained.
        side: which text: 0, or 1 for the second.
        words: merge sub-words into words, their scores summed.
        special: whether special tokens can be picked, and be right.
    """
    if direction not in ("raises", "lowers"):
        raise InputError(f"A score 'raises' or 'lowers' the value: direction is {direction!r}.")
    return _StrongestToken(direction, step, side, words, special)


@dataclass(frozen=True)
class _StrongestToken(OfTokens):
    direction: str
    step: int | None
    side: int
    words: bool
    special: bool

    def tokens(self, result: Any) -> tuple[Choice, ...]:
        _, scored, positions = self._scored(result)
        return choices_of(scored.tokens, positions)

    def whole(self, result: Any) -> Truth:
        attribution, scored, positions = self._scored(result)
        sign = 1 if self.direction == "raises" else -1
        method, what = attribution.method, f"{attribution.value_kind} of {attribution.target}"
        if method.signed:
            lead = f"{method.label}: what {self.direction} the {what} most is"
        else:
            lead = f"{method.label}, whose scores have no signs: for the {what} the largest is that of"
        return Truth(
            choices_of(scored.tokens, positions), tuple(sign * float(scored.scores[at]) for at in positions), lead
        )

    def _scored(self, result: Any) -> tuple[Attribution, ScoredTokens, list[int]]:
        attribution = attribution_in(result)
        attribution = attribution if self.step is None else attribution.step(self.step)
        if attribution.steps is not None:
            raise InputError("Several steps are explained here: name one with step=.")
        count = len(attribution.sides)
        side = whole(self.side)
        if side is None or not 0 <= side < count:
            raise InputError(f"There is no text {self.side!r}: texts are 0 to {count - 1}.")
        scored = (attribution.words() if self.words else attribution).sides[side]
        return attribution, scored, [at for at, skip in enumerate(scored.tokens.special) if self.special or not skip]


def likeliest(*, step: int = 0) -> Answer:
    """What the model answers: a class, or the token that comes next.

    Of an Attribution or a Generation. Without ``among`` the choices are its likeliest candidates, in the order of the
    alphabet.

    Args:
        step: the step, where there are several.
    """
    return _Likeliest(step)


@dataclass(frozen=True)
class _Likeliest(Answer):
    step: int

    def choices(self, result: Any, among: Sequence[str] | None = None) -> tuple[Choice, ...]:
        names = sorted(self._candidates(result)) if among is None else names_of(among)
        return tuple(Choice(name) for name in names)

    def truth(self, result: Any, among: Sequence[str] | None = None) -> Truth:
        known = self._candidates(result)
        choices = self.choices(result, among)
        values = tuple(known.get(choice.label, np.nan) for choice in choices)
        missing = f"not among its {len(known)} likeliest"
        return Truth(choices, values, "The model's answer is", "probability", missing)

    def _candidates(self, result: Any) -> dict[str, float]:
        """The probability of each candidate by what it reads as; of those that read alike, the likeliest."""
        found = result_of(result)
        steps: Sequence[Any]
        if isinstance(found, Generation):
            steps = [one.candidates for one in found.steps]
        else:
            steps = attribution_in(found).candidates
        step = whole(self.step)
        if step is None or not 0 <= step < len(steps):
            raise InputError(f"There is no answer {self.step!r} of the model here: there are {len(steps)}.")
        probabilities: dict[str, float] = {}
        for one in reversed(steps[step]):
            if one.probability is None:
                raise InputError("This model answers with a number and has no probabilities to compare.")
            probabilities[one.text.strip(" ")] = one.probability
        return probabilities
