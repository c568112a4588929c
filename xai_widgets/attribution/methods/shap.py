"""SHAP: each word's fair share of the value, by the shap library."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from xai_widgets.attribution.attribution import Float
from xai_widgets.attribution.baseline import Baseline
from xai_widgets.attribution.coalitions import Coalitions, spread
from xai_widgets.attribution.extra import EXTRA, library
from xai_widgets.attribution.method import Scores, method
from xai_widgets.attribution.problem import Problem
from xai_widgets.attribution.units import units_of
from xai_widgets.errors import InputError

_DEFAULT_BASELINES = ("mask", "pad", "mean")
_EVALUATIONS = 500
_ALGORITHMS = ("auto", "exact", "permutation")


@method(
    label="SHAP",
    reference="Lundberg and Lee 2017, A Unified Approach to Interpreting Model Predictions (arXiv:1705.07874); "
    "library: shap",
    needs=(),
    cost="up to 500 forward passes (evaluations), in batches; equal ones are run once",
    complete=True,
    extra=EXTRA,
)
def shap(
    problem: Problem,
    unit: str | int = "word",
    baseline: Any = None,
    evaluations: int | None = None,
    algorithm: str = "auto",
    seed: int = 0,
) -> Scores:
    """Shapley values: a word's mean effect over all orders in which words could come in, signed.

    Of two texts whose similarity is explained, each is taken apart while the other stays; the scores are halved, so
    that both together add up.

    Args:
        problem: what is explained.
        unit: "word" or "token".
        baseline: what stands in the place of a missing word: "mask" (the default where there is one), "pad", "zero",
            "mean", a token, an array.
        evaluations: how many texts may be evaluated (for each side of a similarity); None: 500, or the two for each
            word that one order takes.
        algorithm: "exact" (all coalitions), "permutation" (as many orders as there are evaluations for), or "auto":
            exact where the evaluations allow.
        seed: of the orders; the random state stays as it was.
    """
    if algorithm not in _ALGORITHMS:
        raise InputError(f"There is no algorithm {algorithm!r} for SHAP: choose one of {', '.join(_ALGORITHMS)}.")
    if not isinstance(unit, str):
        raise InputError("Shapley values are of words or tokens that do not overlap: unit='word' or unit='token'.")
    start = Baseline.of(baseline, problem, default=_DEFAULT_BASELINES)
    units = units_of(problem, unit)
    effects = np.zeros((len(units), problem.n_steps), np.float32)
    starts = []
    for group in problem.groups:
        members = [index for index, one in enumerate(units) if one.reading in group]
        allowed = max(_EVALUATIONS, 2 * len(members) + 1) if evaluations is None else evaluations
        coalitions = Coalitions(problem, [units[index] for index in members], start, total=allowed)
        values, empty = _shapley(coalitions, len(members), allowed, algorithm, seed)
        effects[members] = values / len(problem.groups)
        starts.append(empty)
    return Scores(spread(problem, units, effects), np.mean(starts, axis=0), start.words)


def _shapley(coalitions: Coalitions, count: int, evaluations: int, algorithm: str, seed: int) -> tuple[Float, Float]:
    """Shapley values [unit, step] and the value [step] of nothing."""
    explainers = library("shap.explainers", "SHAP")
    exact = algorithm == "exact" or (algorithm == "auto" and 2**count <= evaluations)
    if exact and 2**count > evaluations:
        raise InputError(f"{count} words have {2**count} coalitions: give evaluations={2**count}, or not 'exact'.")
    if not exact and evaluations < 2 * count + 1:
        raise InputError(f"{count} words need at least {2 * count + 1} evaluations; {evaluations} were allowed.")
    nothing, everything = np.zeros((1, count)), np.ones((1, count))
    state = np.random.get_state()  # noqa: NPY002 - shap draws from it, and it is the caller's
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if exact:
                explainer = explainers.Exact(coalitions.values, nothing)
                explanation = explainer(everything, max_evals=2**count, batch_size=2**count, silent=True)
            else:
                explainer = explainers.Permutation(coalitions.values, nothing, seed=seed)
                explanation = explainer(everything, max_evals=evaluations, batch_size=evaluations, silent=True)
    finally:
        np.random.set_state(state)  # noqa: NPY002
    values: Float = np.asarray(explanation.values[0], np.float32).reshape(count, -1)
    return values, coalitions.values(nothing)[0]
