"""LIME: a linear model of how the value depends on which words are there, by the Captum library."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import torch
from torch import Tensor

from xai_widgets.attribution.attribution import Float
from xai_widgets.attribution.baseline import Baseline
from xai_widgets.attribution.coalitions import Coalitions, spread
from xai_widgets.attribution.extra import EXTRA, library
from xai_widgets.attribution.method import Scores, method
from xai_widgets.attribution.problem import Problem
from xai_widgets.attribution.units import units_of
from xai_widgets.errors import InputError

_DEFAULT_BASELINES = ("mask", "pad", "mean")


@method(
    label="LIME",
    reference='Ribeiro et al. 2016, "Why Should I Trust You?" (arXiv:1602.04938); library: Captum',
    needs=(),
    cost="up to 500 forward passes (samples), in batches; equal ones are run once",
    extra=EXTRA,
)
def lime(
    problem: Problem,
    unit: str | int = "word",
    baseline: Any = None,
    samples: int = 500,
    kernel_width: float = 0.25,
    alpha: float = 1.0,
    seed: int = 0,
) -> Scores:
    """Weights of a ridge regression on the presence of words, fitted to texts with words missing, signed.

    Samples and weighting are those of LIME for texts: a random number of random words is missing, and a text counts
    the more the closer it is to the whole (exponential kernel of the cosine distance). The baseline value is the
    regression's intercept, so the residual says how well it fits the text itself.

    Args:
        problem: what is explained.
        unit: "word" or "token".
        baseline: what stands in the place of a missing word: "mask" (the default where there is one), "pad", "zero",
            "mean", a token, an array.
        samples: how many texts are drawn (for each side of a similarity).
        kernel_width: of the kernel; 0.25 is LIME's 25 on its distances times 100.
        alpha: strength of the ridge penalty.
        seed: of the samples; they are drawn from a generator of their own.
    """
    if samples < 2:
        raise InputError(f"LIME needs at least two samples to fit; samples={samples} came.")
    start = Baseline.of(baseline, problem, default=_DEFAULT_BASELINES)
    units = units_of(problem, unit)
    effects = np.zeros((len(units), problem.n_steps), np.float32)
    intercepts = []
    for group in problem.groups:
        members = [index for index, one in enumerate(units) if one.reading in group]
        coalitions = Coalitions(problem, [units[index] for index in members], start, total=samples)
        drawn = _samples(len(members), samples, seed)
        # One evaluation for all steps; each then has a regression of its own on the same samples.
        coalitions.values(drawn.numpy())
        fits = [_fit(coalitions, drawn, step, kernel_width, alpha) for step in range(problem.n_steps)]
        effects[members] = np.stack([weights for weights, _ in fits], axis=1) / len(problem.groups)
        intercepts.append(np.array([intercept for _, intercept in fits], np.float32))
    return Scores(spread(problem, units, effects), np.mean(intercepts, axis=0), start.words)


def _samples(count: int, samples: int, seed: int) -> Tensor:
    """Which units are there, float [sample, unit]; the first sample is the whole text."""
    source = np.random.default_rng(seed)
    there = np.ones((samples, count), np.float32)
    for row in there[1:]:
        row[source.choice(count, source.integers(1, count + 1), replace=False)] = 0.0
    return torch.from_numpy(there)


def _fit(coalitions: Coalitions, drawn: Tensor, step: int, kernel_width: float, alpha: float) -> tuple[Float, float]:
    """Weights [unit] and intercept of the regression for one step."""
    attr = library("captum.attr", "LIME")
    linear_model = library("captum._utils.models.linear_model", "LIME")
    regression = linear_model.SkLearnRidge(alpha=alpha)
    rows = iter(drawn.split(1))
    explainer = attr.LimeBase(
        lambda there: torch.from_numpy(coalitions.values(there.numpy())[:, step]),
        regression,
        similarity_func=attr._core.lime.get_exp_kernel_similarity_function("cosine", kernel_width=kernel_width),
        perturb_func=lambda _whole, **_: next(rows),
        perturb_interpretable_space=True,
        from_interp_rep_transform=lambda sample, _whole, **_: sample,
        to_interp_rep_transform=None,
    )
    # Captum's fit reads its samples by a loader, which draws a seed.
    with warnings.catch_warnings(), torch.random.fork_rng(devices=[]):
        warnings.simplefilter("ignore")
        weights = explainer.attribute(
            torch.ones(1, drawn.shape[1]), n_samples=len(drawn), perturbations_per_eval=len(drawn)
        )
    found: Float = weights.numpy().reshape(-1).astype(np.float32)
    return found, float(regression.bias().reshape(-1)[0])
