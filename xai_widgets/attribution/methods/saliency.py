"""Saliency: how steeply the value changes with each word embedding."""

from __future__ import annotations

from torch import Tensor

from xai_widgets.attribution.method import Scores, method
from xai_widgets.attribution.problem import Problem, numpy


@method(
    at_input=True,
    label="Saliency",
    reference="Simonyan et al. 2014, Deep Inside Convolutional Networks (arXiv:1312.6034)",
    needs=("gradients",),
    cost="1 forward and 1 backward per step",
    signed=False,
)
def saliency(problem: Problem) -> Scores:
    """The L2 norm over d_model of the gradient at each word embedding: never negative, in value per unit of length.

    Says how sensitive the value is, not what it is made of: the scores do not add up to anything.
    """

    def norm(_reading: int, grad: Tensor) -> Tensor:
        return grad.float().norm(dim=-1)

    return Scores([numpy(rows[:, 0]) for rows in problem.gradients_of_first(norm)])
