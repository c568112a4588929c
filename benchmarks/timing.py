"""Times of several ways to do a thing, taken in turn, and what is said of them."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Way = Callable[[], object]
ROUNDS = 5
"""The fewest runs that a figure is made of."""


def in_turn(
    ways: Mapping[str, Way],
    rounds: int = ROUNDS,
    *,
    warm: bool = True,
    clock: Callable[[], float] = time.process_time,
) -> dict[str, list[float]]:
    """Seconds of each way, by way; each goes once before (``warm``), and every other round goes backwards.

    The clock is what the processor spent on this process: on one thread, its time on a machine that nobody shares.
    """
    if warm:
        for run in ways.values():
            run()
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(rounds):
        for name in reversed(list(ways)) if turn % 2 else ways:
            start = clock()
            ways[name]()
            seconds[name].append(clock() - start)
    return seconds


def spread(values: Sequence[float]) -> dict[str, float]:
    """The median of some runs, its quartiles, and how many they were."""
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive") if len(values) > 1 else [values[0]] * 3
    return {"median": middle, "low": low, "high": high, "runs": len(values)}


def ratio(values: Sequence[float], units: Sequence[float]) -> dict[str, float]:
    """The spread of values in units that were taken in turn with them, pair by pair."""
    return spread([value / unit for value, unit in zip(values, units, strict=True)])


def spreads(seconds: Mapping[str, Sequence[float]], unit: str) -> dict[str, Any]:
    """Seconds of every way, and each way's ratio to the way called ``unit``."""
    return {
        name: {"seconds": spread(taken)} | ({} if name == unit else {"ratio": ratio(taken, seconds[unit])})
        for name, taken in seconds.items()
    }


def words(figure: Mapping[str, float], unit: str = "", digits: int = 2, scale: float = 1) -> str:
    """A figure as it stands in a table: the median, and the quartiles behind it."""
    middle, low, high = (f"{figure[name] * scale:,.{digits}f}" for name in ("median", "low", "high"))
    spaced = f" {unit}" if unit else ""
    return f"{middle}{spaced}" if figure["runs"] == 1 or low == high else f"{middle}{spaced} ({low} to {high})"
