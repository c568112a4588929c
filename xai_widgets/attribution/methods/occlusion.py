"""Occlusion: what the value loses when a token, a word or a run of tokens is taken away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from xai_widgets.attribution.attribution import Float
from xai_widgets.attribution.baseline import Baseline
from xai_widgets.attribution.coalitions import Coalitions, spread
from xai_widgets.attribution.method import Scores, method
from xai_widgets.attribution.problem import Problem, numpy
from xai_widgets.attribution.units import Unit, units_of
from xai_widgets.errors import InputError

_DEFAULT_BASELINES = ("mask", "pad", "mean")


@method(
    label="Occlusion",
    reference="Zeiler and Fergus 2014, Visualizing and Understanding Convolutional Networks (arXiv:1311.2901); "
    "Li et al. 2016, Understanding Neural Networks through Representation Erasure (arXiv:1612.08220)",
    needs=(),
    cost="one forward pass per token, word or run, in batches",
)
def occlusion(problem: Problem, unit: str | int = "token", how: str = "mask", baseline: Any = None) -> Scores:
    """Value minus the value without the unit, signed; the tokens of a unit share its effect.

    Args:
        problem: what is explained.
        unit: "token", "word", or how many neighbouring tokens go together (every such run; means where they overlap).
        how: "mask" puts the baseline in the unit's place, "delete" shortens the text.
        baseline: what is put there: "mask" (the default where there is one), "pad", "zero", "mean", a token, an array.
    """
    units = units_of(problem, unit)
    if how == "mask":
        return _masked(problem, units, Baseline.of(baseline, problem, default=_DEFAULT_BASELINES))
    if how != "delete":
        raise InputError(f"There is no way {how!r} to occlude: choose 'mask' or 'delete'.")
    if baseline is not None:
        raise InputError("Deleted tokens have no baseline in their place: give baseline= with how='mask'.")
    return _deleted(problem, units)


def _masked(problem: Problem, units: Sequence[Unit], baseline: Baseline) -> Scores:
    coalitions = Coalitions(problem, units, baseline, total=len(units) + len(problem.groups))
    values = coalitions.values(~np.eye(len(units), dtype=bool))
    empty = coalitions.values([[unit.reading not in group for unit in units] for group in problem.groups])
    return Scores(spread(problem, units, problem.value - values), empty.mean(axis=0), baseline.words)


def _deleted(problem: Problem, units: Sequence[Unit]) -> Scores:
    deletion = problem.readout.deletion
    if deletion == "nothing":
        raise InputError("The answer is a position of the text, so nothing can be deleted from it: use how='mask'.")
    fixed = set(problem.readout.places) if deletion == "read" else set()
    last = len(problem.readings) - 1
    kept: list[list[list[int]]] = []
    for unit in units:
        gone = set() if unit.reading == last and fixed & set(unit.positions) else set(unit.positions)
        kept.append(
            [
                [p for p in range(len(reading.tokens)) if number != unit.reading or p not in gone]
                for number, reading in enumerate(problem.readings)
            ]
        )
    effects: Float = np.zeros((len(units), problem.n_steps), np.float32)
    alike: dict[Any, list[int]] = {}
    for index, item in enumerate(kept):
        whole = all(len(p) == len(r.tokens) for p, r in zip(item, problem.readings, strict=True))
        # Nothing is left to read from: the text's only token, or the first of a text that is read from there.
        empty = not all(item) or (item[last][0] != 0 and 0 in problem.readout.places)
        if not whole and not empty:
            alike.setdefault((tuple(map(len, item)), problem.places_of_kept(item)), []).append(index)
    done = 0
    for members in alike.values():

        def run(start: int, stop: int, members: Sequence[int] = members) -> Float:
            return numpy(problem.values_of_kept([kept[index] for index in members[start:stop]]))

        for start, stop, values in problem.batches.over(len(members), run):
            effects[members[start:stop]] = problem.value - values
            problem.tick("texts with tokens deleted", done + stop, len(units))
        done += len(members)
    return Scores(spread(problem, units, effects))
