"""Gradient x input: the value's slope along each word embedding, times that embedding."""

from __future__ import annotations

import numpy as np
from torch import Tensor

from xai_widgets.attribution.attribution import Float
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
    lengths: list[list[Tensor]] = [[] for _ in inputs]

    def product(reading: int, grad: Tensor) -> Tensor:
        slope = grad.float()
        lengths[reading].append(slope.norm(dim=-1))
        return (slope * inputs[reading]).sum(dim=-1)

    scores = [numpy(row[:, 0]) for row in problem.gradients_of_first(product)]
    if max(map(_alignment, scores, lengths, inputs)) < _NOTHING_ALONG:
        problem.notes.append(
            "The model normalizes its word embeddings before it does anything else with them, so their length does "
            "not count and gradient × input is zero whatever the text. Use integrated gradients or occlusion."
        )
    return Scores(scores)


def _alignment(scores: Float, lengths: list[Tensor], embedding: Tensor) -> float:
    """The largest cosine of gradient and embedding, of products [step, position] and each step's gradient's lengths."""
    gradient = np.concatenate([numpy(step) for step in lengths])
    both = gradient.astype(np.float64) * np.linalg.norm(numpy(embedding), axis=-1)
    return float((np.abs(scores) / np.maximum(both, 1e-30)).max())
