"""Gradient x input: the value's slope along each word embedding, times that embedding."""

from __future__ import annotations

from torch import Tensor

from xai_widgets.attribution.method import Scores, method
from xai_widgets.attribution.problem import Problem, numpy


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
    inputs = problem.embeddings

    def product(reading: int, grad: Tensor) -> Tensor:
        return (grad.float() * inputs[reading].float()).sum(dim=-1)

    return Scores([numpy(rows[:, 0]) for rows in problem.gradients_of_first(product)])
