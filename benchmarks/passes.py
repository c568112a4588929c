"""What attributions cost, counted in forward and backward passes: what the measures of it share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from timing import ratio, spread, words

RESIDUAL = 0.01
"""What integrated gradients may leave of value minus baseline value."""
STEPS = (10, 20, 30, 40, 50, 75, 100, 150, 200, 300, 500)

Figures = dict[str, Any]


def steps_needed(integrated: Callable[[int], Any], difference: float) -> int | None:
    """The fewest of Captum's steps that leave as little as ours may; None where none of ``STEPS`` does."""
    for steps in STEPS:
        if abs(float(integrated(steps).sum()) - difference) <= RESIDUAL * abs(difference):
            return steps
    return None


def in_passes(light: Mapping[str, list[float]], heavy: Mapping[str, list[float]]) -> Figures:
    """Seconds by name as passes: ``light`` was taken in turn with "one pass", ``heavy`` after it."""
    unit = light["one pass"]
    one = spread(unit)
    passes = {name: ratio(taken, unit) for name, taken in light.items() if name != "one pass"}
    passes |= {name: spread([seconds / one["median"] for seconds in taken]) for name, taken in heavy.items()}
    return {"one pass": one, "passes": passes}


def lines_of(rows: Sequence[Figures]) -> list[list[str]]:
    """The lines of a table with a column for each row of figures: one pass in milliseconds, all else in passes."""
    names = dict.fromkeys(name for row in rows for name in row["passes"])
    lines = [["one forward and backward pass", *(words(row["one pass"], "ms", 1, 1e3) for row in rows)]]
    return lines + [
        [name, *(words(row["passes"][name]) if name in row["passes"] else "" for row in rows)] for name in names
    ]
