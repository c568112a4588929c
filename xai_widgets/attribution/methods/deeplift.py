"""DeepLIFT: differences from a baseline passed back through the activations, by the Captum library."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from xai_widgets.attribution.baseline import Baseline
from xai_widgets.attribution.extra import EXTRA, library
from xai_widgets.attribution.method import Scores, method
from xai_widgets.attribution.passes import Passes
from xai_widgets.attribution.problem import Problem, numpy
from xai_widgets.errors import UnsupportedModelError
from xai_widgets.models.twin import twin

_DEFAULT_BASELINES = ("pad", "mask", "zero")
_ACTIVATIONS = ("GELU", "SiLU", "Mish", "ReLU", "Tanh", "Sigmoid", "QuickGELU")


@method(
    label="DeepLIFT",
    reference="Shrikumar et al. 2017, Learning Important Features Through Propagating Activation Differences "
    "(arXiv:1704.02685); library: Captum",
    needs=("gradients",),
    cost="1 forward and 1 backward per step, on a batch of two",
    extra=EXTRA,
)
def deeplift(problem: Problem, baseline: Any = None) -> Scores:
    """The sum over d_model of (embedding - baseline) times DeepLIFT's multiplier, signed.

    The rescale rule holds for the elementwise activations (GELU, ReLU, SiLU, tanh ...). Attention and layer norms,
    for which the method has no rule, are passed with their gradient: the scores do not add up, and the residual says
    by how much.

    Args:
        problem: what is explained.
        baseline: see Baseline: "pad" (the default where there is one), "mask", "zero", "mean", a token, an array.
    """
    start = Baseline.of(baseline, problem, default=_DEFAULT_BASELINES)
    attr = library("captum.attr", "DeepLIFT")
    inputs = [embedding.float() for embedding in problem.embeddings]
    scores = [np.zeros((problem.n_steps, len(r.tokens)), np.float32) for r in problem.readings]
    starts = []
    for group in problem.groups:
        mixed = [start.embeddings[n] if n in group else inputs[n] for n in range(len(inputs))]
        starts.append(numpy(problem.values(mixed)[0]))
        begins = [start.embeddings[n] for n in group]
        value = _Value(problem, group)
        for step in range(problem.n_steps):
            problem.tick("explaining step", step, problem.n_steps)
            value.step = step
            name = type(problem.passes.model).__name__
            found = _attributions(attr.DeepLift(value), [inputs[n] for n in group], begins, name)
            for number, rows in zip(group, found, strict=True):
                scores[number][step] = numpy(rows.sum(dim=-1))[0] / len(problem.groups)
    return Scores(scores, np.mean(starts, axis=0), start.words)


def _attributions(explainer: Any, inputs: list[Tensor], begins: list[Tensor], name: str) -> tuple[Tensor, ...]:
    try:
        with warnings.catch_warnings(), torch.inference_mode(False), torch.enable_grad():
            # It warns that it puts hooks on the modules, which are the twin's.
            warnings.simplefilter("ignore")
            ends = tuple(embedding.clone().requires_grad_() for embedding in inputs)
            found: tuple[Tensor, ...] = explainer.attribute(ends, tuple(begins))
            return found
    except RuntimeError as error:
        if "more than once" not in str(error):
            raise
        raise UnsupportedModelError(
            f"DeepLIFT cannot explain {name}: it uses one activation module several times in a pass. Use "
            "integrated_gradients."
        ) from error


class _Value(nn.Module):  # type: ignore[misc]  # torch is not typed here
    """The value of one step as a module of the word embeddings: a twin, so that no hook reaches the model.

    Captum knows the rescale rule by the class of a module. Every elementwise activation of the twin stands under a
    class that it treats as any activation, from input and output alone. A module may run once in a pass, so of two
    texts only the one that is explained runs on the twin.
    """

    def __init__(self, problem: Problem, group: list[int]) -> None:
        super().__init__()
        self.step = 0
        self.model = twin(problem.passes.model)
        for name, module in list(self.model.named_modules()):
            if any(part in type(module).__name__ for part in _ACTIVATIONS) and not list(module.parameters()):
                known = nn.Softplus()
                known.forward = module.forward
                parent, _, child = name.rpartition(".")
                setattr(self.model.get_submodule(parent), child, known)
        readings = [problem.readings[number] for number in group]
        self._index = readings[0].index
        own = [replace(reading, index=0) for reading in readings]
        self._passes = [Passes(self.model, [problem.passes.arguments[self._index]], own)]
        whole = len(problem.passes.arguments) == 1
        self._outputs = [None] if whole else list(problem.passes.run(grad=False).outputs)
        self._readout = problem.readout

    def forward(self, *embeddings: Tensor) -> Tensor:
        """The values [batch, 1] at embeddings [batch, position, d_model], one of each reading."""
        at = self._passes[0].run(embeddings, grad=True)
        outputs = [*self._outputs[: self._index], at.outputs[0], *self._outputs[self._index + 1 :]]
        return self._readout.values(outputs, self._readout.places)[:, self.step]
