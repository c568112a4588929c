"""Attention rollout: attention followed back through the layers, residual connections included."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from xai_widgets.attribution.attention_pass import AttentionPass, Stacks, scores_of_rows
from xai_widgets.attribution.method import Scores, method
from xai_widgets.attribution.problem import Problem, numpy


@method(
    label="Attention rollout",
    reference="Abnar and Zuidema 2020, Quantifying Attention Flow in Transformers (arXiv:2005.00928)",
    needs=("attention weights",),
    cost="1 forward and 1 backward per step, under eager attention",
    signed=False,
    attention_based=True,
)
def attention_rollout(problem: Problem) -> Scores:
    """The share of each token in the position that the value is read from; shares sum to one.

    Each layer mixes half of its head-averaged attention with half of its input (the residual connection), and the
    layers are multiplied. In an encoder-decoder each decoder layer does so twice, over target and over source. The
    value itself has no part in it but to say which position is read: scores are the same for every class.
    """
    followed = AttentionPass(problem)
    flows = [_flow(stacks) for stacks in followed.stacks]
    rows = []
    for step in range(problem.n_steps):
        gradients = followed.gradients(step)
        row = []
        for number, reading in enumerate(problem.readings):
            sides = [r for r in problem.readings if r.index == reading.index]
            flow = flows[reading.index][sides.index(problem.readings[number])]
            row.append(numpy(flow[followed.read_rows(reading.index, step, gradients)].mean(dim=0)))
        rows.append(row)
    return Scores(scores_of_rows(problem, rows))


def _flow(stacks: Stacks) -> list[Tensor]:
    """How much each position of the last text takes from each position of every text: [query, position] each."""
    with torch.no_grad():
        if "self" in stacks:
            return [_mixed(stacks["self"])]
        source = _mixed(stacks["encoder"])
        length = stacks["decoder"][0].shape[1]
        from_source = torch.zeros(length, source.shape[1], device=source.device)
        from_target = torch.eye(length, device=source.device)
        for own, cross in zip(stacks["decoder"], stacks["cross"], strict=True):
            mix = _half(own)
            from_target, from_source = mix @ from_target, mix @ from_source
            weights = _mean(cross)
            from_target, from_source = 0.5 * from_target, 0.5 * from_source + 0.5 * weights @ source
        return [from_source, from_target]


def _mixed(stack: Sequence[Tensor]) -> Tensor:
    flow = torch.eye(stack[0].shape[1], device=stack[0].device)
    for weights in stack:
        flow = _half(weights) @ flow
    return flow


def _half(weights: Tensor) -> Tensor:
    return 0.5 * _mean(weights) + 0.5 * torch.eye(weights.shape[1], device=weights.device)


def _mean(weights: Tensor) -> Tensor:
    """Heads averaged; rows sum to one also where a sink took a part."""
    mean = weights.detach().float().mean(dim=0)
    return mean / mean.sum(dim=-1, keepdim=True).clamp_min(1e-12)
