"""Attention weights that a pass used, and how the value changes with them: what attention-based methods read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from xai_widgets.attribution.attribution import Float
from xai_widgets.attribution.passes import Passes
from xai_widgets.attribution.problem import Problem
from xai_widgets.errors import UnsupportedModelError
from xai_widgets.models.twin import eager_twin

_ENCODER_DECODER = {"encoder": "encoder_attentions", "cross": "cross_attentions", "decoder": "decoder_attentions"}

Stacks = dict[str, list[Tensor]]
"""Weights, or what is made of them, by kind ("self", or "encoder", "cross", "decoder"), one per layer."""


class AttentionPass:
    """One pass under eager attention on a twin, with the graph from its weights to the values.

    Attributes:
        stacks: for each pass of the question, the weights [head, query, key] of every layer that has attention.

    Raises:
        UnsupportedModelError: the model returns no attention weights, or not those of its tokens.
    """

    def __init__(self, problem: Problem) -> None:
        model = problem.passes.model
        self._name = type(model).__name__
        self._problem = problem
        passes = Passes(eager_twin(model), problem.passes.arguments, problem.readings)
        at = passes.run(grad=True, call=_with_attention)
        with torch.enable_grad():
            self._values = problem.readout.values(at.outputs, problem.readout.places)[0]
        self._batched = [_stacks(output, self._name) for output in at.outputs]
        self._check_lengths()
        self.stacks = [{kind: [w[0] for w in stack] for kind, stack in found.items()} for found in self._batched]

    def gradients(self, step: int) -> list[Stacks]:
        """How the value of a step changes with each weight: the same shapes as ``stacks``.

        Raises:
            UnsupportedModelError: the weights that the model returns are not those that it goes on with.
        """
        flat = [weights for stacks in self._batched for stack in stacks.values() for weights in stack]
        grads = torch.autograd.grad(self._values[step], flat, retain_graph=True, allow_unused=True)
        if all(grad is None for grad in grads):
            raise UnsupportedModelError(
                f"{self._name} returns attention weights that are not the ones it goes on with, so their gradients "
                "are not known. Use gradient_x_input or occlusion."
            )
        filled = iter(torch.zeros_like(w) if grad is None else grad for w, grad in zip(flat, grads, strict=True))
        return [{kind: [next(filled)[0] for _ in stack] for kind, stack in found.items()} for found in self._batched]

    def read_rows(self, index: int, step: int, gradients: list[Stacks]) -> list[int]:
        """The positions from which the value is read: the step's place, or those that the head pools.

        After the last attention layer every position is on its own, so the rows of its weights that the value
        depends on are the positions that are read.
        """
        place = self._problem.readout.places[step]
        if place is not None:
            return [place]
        last = list(gradients[index].values())[-1][-1]
        rows = (last.float().abs().amax(dim=(0, 2)) > 0).nonzero()[:, 0].tolist()
        return rows or list(range(last.shape[1]))

    def _check_lengths(self) -> None:
        for index, stacks in enumerate(self._batched):
            lengths = [len(r.tokens) for r in self._problem.readings if r.index == index]
            sides = {"cross": (lengths[-1], lengths[0]), "decoder": (lengths[-1], lengths[-1])}
            for kind, stack in stacks.items():
                wanted = sides.get(kind, (lengths[0], lengths[0]))
                if any(tuple(weights.shape[2:]) != wanted for weights in stack):
                    raise UnsupportedModelError(
                        f"{self._name} does not attend from token to token (pooled or blocked {kind} attention), so "
                        "its weights cannot be followed back to the tokens. Use gradient_x_input or occlusion."
                    )


def _with_attention(model: Any, arguments: Mapping[str, Any]) -> Any:
    return model(**arguments, output_attentions=True)


def _stacks(output: Any, name: str) -> Stacks:
    names = _ENCODER_DECODER if getattr(output, "encoder_attentions", None) else {"self": "attentions"}
    found = {kind: getattr(output, attribute, None) or () for kind, attribute in names.items()}
    stacks = {kind: [w for w in stack if isinstance(w, Tensor) and w.dim() == 4] for kind, stack in found.items()}
    if not all(stacks.values()):
        raise UnsupportedModelError(
            f"{name} gives no attention weights that could be followed. Methods that do not need them work: "
            "gradient_x_input, integrated_gradients, occlusion."
        )
    return stacks


def scores_of_rows(problem: Problem, rows: list[list[Float]]) -> list[Float]:
    """Scores [step, position] for each reading of its row of every step."""
    return [np.stack([row[number] for row in rows]).astype(np.float32) for number in range(len(problem.readings))]
