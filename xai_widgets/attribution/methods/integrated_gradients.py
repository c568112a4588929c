"""Integrated gradients: the slopes collected on the straight way from a baseline to the text."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from xai_widgets.attribution.baseline import Baseline
from xai_widgets.attribution.method import Scores, method
from xai_widgets.attribution.problem import Problem, numpy
from xai_widgets.errors import InputError

_DEFAULT_BASELINES = ("pad", "mask", "zero")
_FIRST_PARTS = (0.0, 0.1, 0.25, 0.5, 1.0)
"""Near a baseline, where all words are alike, values change fastest: the first parts are shorter there."""
_POINTS_IN_PART = 5
_CANCELLING = 5
"""What the parts miss one by one may be so many times the tolerance: more would have cancelled by luck."""


@method(
    label="Integrated gradients",
    reference="Sundararajan et al. 2017, Axiomatic Attribution for Deep Networks (arXiv:1703.01365)",
    needs=("gradients",),
    cost="20 forward and backward passes or more, in batches, until the residual is under the tolerance",
    complete=True,
)
def integrated_gradients(
    problem: Problem,
    baseline: Any = None,
    tolerance: float = 0.01,
    points: int | None = None,
    max_points: int = 400,
) -> Scores:
    """The sum over d_model of (embedding - baseline) times the mean gradient between them, signed.

    The way is cut in parts, each with Gauss-Legendre points. What a part should add up to is known, the difference of
    the values at its ends, so the part that misses most is halved until the residual of the whole is under the
    tolerance. Of two texts whose similarity is explained, each goes its own way while the other stays;
    the scores are halved, so that both together add up.

    Args:
        problem: what is explained.
        baseline: see Baseline: "pad" (the default where there is one), "mask", "zero", "mean", a token, an array.
        tolerance: the largest residual allowed, as a share of value minus baseline value.
        points: take exactly so many Gauss-Legendre points on the whole way instead.
        max_points: stop here, whatever the residual; it is noted then.
    """
    if (points is not None and points < 1) or max_points < 1:
        raise InputError(f"Integrated gradients need at least one point: points={points}, max_points={max_points}.")
    start = Baseline.of(baseline, problem, default=_DEFAULT_BASELINES)
    starts, scores = [], [np.zeros((problem.n_steps, len(r.tokens)), np.float64) for r in problem.readings]
    used = 0
    for moved in problem.groups:
        way = _Way(problem, start, moved)
        starts.append(way.start_value)
        if points is not None:
            parts = way.parts([0.0, 1.0], points)
            count = points
        else:
            parts = way.parts(_FIRST_PARTS, _POINTS_IN_PART)
            count = len(parts) * _POINTS_IN_PART
            while way.unsure(parts, tolerance) and count + 2 * _POINTS_IN_PART <= max_points:
                worst = max(parts, key=way.weight)
                parts.remove(worst)
                parts += way.parts([worst.start, (worst.start + worst.stop) / 2, worst.stop], _POINTS_IN_PART)
                count += 2 * _POINTS_IN_PART
            if (missing := way.missing(parts)) > tolerance:
                problem.notes.append(
                    f"The residual is {missing:.1%} of the difference after {count} points: take more."
                )
        used = max(used, count)
        for part in parts:
            for number, rows in zip(moved, part.scores, strict=True):
                scores[number] += rows / len(problem.groups)
    return Scores(
        [rows.astype(np.float32) for rows in scores],
        np.mean(starts, axis=0).astype(np.float32),
        start.words,
        {"points": used},
    )


@dataclass(eq=False)
class _Part:
    """A part of the way: its scores, float64 [step, position] per moved reading, and what they miss, [step]."""

    start: float
    stop: float
    scores: list[Any]
    missing: Any


class _Way:
    """The straight way from the baseline to the text for some of the readings, while the others stay."""

    def __init__(self, problem: Problem, baseline: Baseline, moved: Sequence[int]) -> None:
        self._problem = problem
        self._moved = moved
        ends = [embedding.float() for embedding in problem.embeddings]
        self._starts = [baseline.embeddings[n] if n in moved else end for n, end in enumerate(ends)]
        self._differences = [end - start for start, end in zip(self._starts, ends, strict=True)]
        self._values = {1.0: problem.value.astype(np.float64)}
        self.start_value = self._value_at([0.0])[0]
        difference = np.abs(self._values[1.0] - self.start_value)
        # A difference near zero has no meaningful share: a twentieth of the values themselves stands in.
        floor = 0.05 * np.maximum(np.abs(self._values[1.0]), np.abs(self.start_value)) + 1e-12
        self._scale = np.maximum(difference, floor)

    def missing(self, parts: Sequence[_Part]) -> float:
        """The largest residual of a step, as a share of its difference."""
        return float((np.abs(sum(part.missing for part in parts)) / self._scale).max())

    def unsure(self, parts: Sequence[_Part], tolerance: float) -> bool:
        """Whether too much is missing, or what the parts miss cancels."""
        return self.missing(parts) > tolerance or sum(map(self.weight, parts)) > _CANCELLING * tolerance

    def weight(self, part: _Part) -> float:
        """How much one part misses, as a share of the whole difference."""
        return float((np.abs(part.missing) / self._scale).max())

    def parts(self, bounds: Sequence[float], count: int) -> list[_Part]:
        """The parts between the bounds, each with ``count`` Gauss-Legendre points, all in one run."""
        nodes, weights = np.polynomial.legendre.leggauss(count)
        starts, lengths = np.array(bounds[:-1]), np.diff(bounds)
        alphas = (starts[:, None] + lengths[:, None] * (nodes + 1) / 2).reshape(-1)
        shares = (lengths[:, None] * weights / 2).reshape(-1)
        values = self._value_at(bounds)
        rows = self._products(alphas)
        parts = []
        for index, (start, stop) in enumerate(itertools.pairwise(bounds)):
            own = slice(index * count, (index + 1) * count)
            scores = [np.tensordot(row[:, own], shares[own], axes=(1, 0)) for row in rows]
            added = sum(score.sum(axis=-1) for score in scores)
            parts.append(_Part(start, stop, scores, values[index + 1] - values[index] - added))
        return parts

    def _at(self, alphas: Any) -> list[Tensor]:
        at = torch.tensor(alphas, dtype=torch.float32)[:, None, None]
        return [
            start + at.to(start.device) * difference
            for start, difference in zip(self._starts, self._differences, strict=True)
        ]

    def _value_at(self, alphas: Sequence[float]) -> list[Any]:
        new = [alpha for alpha in alphas if alpha not in self._values]

        def run(first: int, last: int) -> Any:
            return numpy(self._problem.values(self._at(new[first:last]))).astype(np.float64)

        for first, last, found in self._problem.batches.over(len(new), run):
            self._values.update(zip(new[first:last], found, strict=True))
        return [self._values[alpha] for alpha in alphas]

    def _products(self, alphas: Any) -> list[Any]:
        """The sum over d_model of gradient times difference, float64 [step, point, position] per moved reading."""

        def product(number: int, grad: Tensor) -> Tensor:
            return (grad.float() * self._differences[number]).sum(dim=-1)

        found: list[list[Any]] = [[] for _ in self._moved]
        for _, last, rows in self._problem.batches.over(
            len(alphas), lambda first, last: self._problem.gradients(self._at(alphas[first:last]), product)[1]
        ):
            self._problem.tick("points on the way from the baseline", last, len(alphas))
            for index, number in enumerate(self._moved):
                found[index].append(rows[number].double().cpu().numpy())
        return [np.concatenate(rows, axis=1) for rows in found]
