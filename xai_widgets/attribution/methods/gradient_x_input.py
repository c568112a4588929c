"""Gradient x input: the value's slope along each word embedding, times that embedding."""

from __future__ import annotations

import torch
from torch import Tensor

from xai_widgets.attribution.method import Scores, method
from xai_widgets.attribution.problem import Problem, numpy

_NOTHING_ALONG = 1e-4
"""Largest cosine of gradient and embedding at which they count as orthogonal."""


@method(
    at_input=True,
    label="Gradient × input",
    reference="Shrikumar et al. 2016, Not Just a Black Box (arXiv:1605.01713)",
    needs=("gradients",),
    cost="1 forward and 1 backward per step",
)
def gradient_x_input(problem: Problem) -> Scores:
    """The sum over d_model of gradient times word embedding, signed.

    Complete where the model is linear in its word embeddings; elsewhere the residual can be large. There is no
    baseline: contributions are counted from zero.
    """
    inputs = [embedding.float() for embedding in problem.embeddings]
    aligned = []

    def product(reading: int, grad: Tensor) -> Tensor:
        slope = grad.float()
        along = (slope * inputs[reading]).sum(dim=-1)
        length = slope.norm(dim=-1) * inputs[reading].norm(dim=-1)
        aligned.append((along.abs() / length.clamp_min(1e-30)).max())
        return along

    rows = problem.gradients_of_first(product)
    if float(torch.stack(aligned).max()) < _NOTHING_ALONG:
        problem.notes.append(
            "The model normalizes its word embeddings before it does anything else with them, so their length does "
            "not count and gradient × input is zero whatever the text. Use integrated gradients or occlusion."
        )
    return Scores([numpy(row[:, 0]) for row in rows])
