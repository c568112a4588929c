"""Attention x gradient: the attention that speaks for the value, followed back through the layers."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from xai_widgets.attribution.attention_pass import AttentionPass, Stacks, scores_of_rows
from xai_widgets.attribution.method import Scores, method
from xai_widgets.attribution.problem import Problem, numpy


@method(
    label="Attention × gradient",
    reference="Chefer et al. 2021, Generic Attention-model Explainability (arXiv:2103.15679)",
    needs=("attention weights", "gradients"),
    cost="1 forward and 1 backward per step, under eager attention",
    signed=False,
    attention_based=True,
)
def attention_x_gradient(problem: Problem) -> Scores:
    """Relevance of each token to the position that the value is read from; never negative.

    Each layer's weights are multiplied by their gradients, cut at zero, averaged over heads, and added up along the
    layers by the rules of the paper (its equations 5, 6 and 10). What a position owes to itself by the residual
    connections alone (the identity that the rules start from) is left out.
    """
    followed = AttentionPass(problem)
    rows = []
    for step in range(problem.n_steps):
        problem.tick("explaining step", step, problem.n_steps)
        gradients = followed.gradients(step)
        relevances = [
            _relevance(_positive(stacks, grads)) for stacks, grads in zip(followed.stacks, gradients, strict=True)
        ]
        row = []
        for number, reading in enumerate(problem.readings):
            sides = [r for r in problem.readings if r.index == reading.index]
            relevance = relevances[reading.index][sides.index(problem.readings[number])]
            row.append(numpy(relevance[followed.read_rows(reading.index, step, gradients)].mean(dim=0)))
        rows.append(row)
    return Scores(scores_of_rows(problem, rows))


def _positive(stacks: Stacks, gradients: Stacks) -> Stacks:
    return {
        kind: [
            (weights.detach().float() * grad.float()).clamp_min(0).mean(dim=0)
            for weights, grad in zip(stack, gradients[kind], strict=True)
        ]
        for kind, stack in stacks.items()
    }


def _relevance(stacks: Stacks) -> list[Tensor]:
    """Relevance of every position of every text to each position of the last text, [query, position] each."""
    if "self" in stacks:
        return [_added(stacks["self"])]
    source = _added(stacks["encoder"])
    of_target = torch.zeros_like(stacks["decoder"][0])
    of_source = torch.zeros_like(stacks["cross"][0])
    identity = torch.eye(len(of_target), device=of_target.device)
    for own, cross in zip(stacks["decoder"], stacks["cross"], strict=True):
        of_target, of_source = of_target + own @ (identity + of_target), of_source + own @ of_source
        of_source = of_source + _normalized(of_target).T @ cross @ _normalized(source)
    return [of_source, of_target]


def _added(stack: Sequence[Tensor]) -> Tensor:
    """Relevance within one text, without the identity that the rules start from."""
    relevance = torch.zeros_like(stack[0])
    identity = torch.eye(len(relevance), device=relevance.device)
    for weights in stack:
        relevance = relevance + weights @ (identity + relevance)
    return relevance


def _normalized(relevance: Tensor) -> Tensor:
    """Rows that sum to one, plus the identity (equations 8 and 9)."""
    shares = relevance / relevance.sum(dim=-1, keepdim=True).clamp_min(1e-12)
    return shares + torch.eye(len(relevance), device=relevance.device)
