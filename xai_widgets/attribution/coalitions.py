"""Coalitions: the values of a text of which only some words are there. What perturbation methods evaluate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from xai_widgets.attribution.attribution import Float
from xai_widgets.attribution.baseline import Baseline
from xai_widgets.attribution.problem import Problem, numpy
from xai_widgets.attribution.units import Unit

Presence = NDArray[np.bool_]
"""Which units are there: bool [coalition, unit]."""


class Coalitions:
    """Values of a text whose missing units are replaced by a baseline; each coalition is evaluated once.

    Ids, positions and attention mask stay as they are: what is missing is a word embedding, so every coalition
    has the text's own length and all of them run in full batches.

    Args:
        problem: what is explained.
        units: what can be missing.
        baseline: what stands in its place.
        total: how many evaluations are expected, for the progress bar; 0: not known.
    """

    def __init__(self, problem: Problem, units: Sequence[Unit], baseline: Baseline, total: int = 0) -> None:
        self._problem = problem
        self._units = units
        self._total = total
        self._there = [embedding.float() for embedding in problem.embeddings]
        self._missing = baseline.embeddings
        self._known: dict[bytes, Float] = {np.ones(len(units), bool).tobytes(): problem.value}

    def values(self, presence: Any) -> Float:
        """The values, float32 [coalition, step], of coalitions given as [coalition, unit] of booleans or 0 and 1."""
        wanted: Presence = np.ascontiguousarray(np.asarray(presence).astype(bool))
        keys = [row.tobytes() for row in wanted]
        new = {key: row for key, row in zip(keys, wanted, strict=True) if key not in self._known}
        rows = np.array(list(new.values()))
        done = len(self._known)

        def run(start: int, stop: int) -> Float:
            return numpy(self._problem.values(self._embeddings(rows[start:stop])))

        for start, stop, found in self._problem.batches.over(len(rows), run):
            self._known.update(zip(list(new)[start:stop], found, strict=True))
            self._problem.tick("texts with words missing", done + stop, max(self._total, done + stop))
        return np.stack([self._known[key] for key in keys])

    def _embeddings(self, presence: Presence) -> list[Tensor]:
        batch = []
        for number, (there, missing) in enumerate(zip(self._there, self._missing, strict=True)):
            keep = np.ones((len(presence), there.shape[1]), bool)
            for column, unit in enumerate(self._units):
                if unit.reading == number:
                    keep[:, list(unit.positions)] &= presence[:, column, None]
            kept = torch.from_numpy(keep).to(there.device)[..., None]
            batch.append(torch.where(kept, there, missing))
        return batch


def spread(problem: Problem, units: Sequence[Unit], effects: Float) -> list[Float]:
    """Scores [step, position] for each reading of the effects [unit, step] of its units.

    The tokens of a unit share its effect evenly, so that merging them gives it back; where units overlap, a token
    gets the mean of its shares. Tokens behind the place at which a causal model is read have no part.
    """
    scores = [np.zeros((problem.n_steps, len(reading.tokens)), np.float64) for reading in problem.readings]
    counts = [np.zeros(len(reading.tokens)) for reading in problem.readings]
    for unit, effect in zip(units, effects, strict=True):
        positions = np.array(unit.positions)
        counts[unit.reading][positions] += 1
        for step, place in enumerate(problem.readout.places):
            cut = problem.readings[unit.reading].causal and place is not None
            seen = positions[positions <= place] if cut else positions
            scores[unit.reading][step, seen] += effect[step] / max(1, len(seen))
    return [(rows / np.maximum(count, 1)).astype(np.float32) for rows, count in zip(scores, counts, strict=True)]
