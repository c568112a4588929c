"""Units: the pieces of a text that are taken away together, tokens, words or runs of tokens."""

from __future__ import annotations

from dataclasses import dataclass

from xai_widgets.attribution.passes import Reading
from xai_widgets.attribution.problem import Problem
from xai_widgets.errors import InputError


@dataclass(frozen=True)
class Unit:
    """Positions of one reading that are taken away together."""

    reading: int
    positions: tuple[int, ...]


def units_of(problem: Problem, unit: str | int) -> list[Unit]:
    """The units of all readings, in order. Special tokens are in none: an empty text has them too.

    Args:
        problem: what is explained.
        unit: "token", "word", or a number: every run of so many tokens, overlapping.

    Raises:
        InputError: another unit, or no token that could be taken away.
    """
    if isinstance(unit, bool) or not (unit in ("token", "word") or (isinstance(unit, int) and unit >= 1)):
        raise InputError(f"There is no unit {unit!r}: choose 'token', 'word', or how many tokens go together.")
    units = [
        Unit(number, positions)
        for number, reading in enumerate(problem.readings)
        for positions in _positions(reading, unit)
    ]
    if not units:
        raise InputError("There is nothing in the text that could be taken away: it is all special tokens.")
    return units


def _positions(reading: Reading, unit: str | int) -> list[tuple[int, ...]]:
    tokens = reading.tokens
    ordinary = [position for position, special in enumerate(tokens.special) if not special]
    if unit == "token":
        return [(position,) for position in ordinary]
    if unit == "word":
        spans = [tuple(p for p in span if not tokens.special[p]) for span in tokens.word_spans()]
        return [span for span in spans if span]
    size = min(int(unit), len(ordinary))
    runs = [tuple(ordinary[start : start + size]) for start in range(len(ordinary) - size + 1)]
    return [run for run in runs if run]
