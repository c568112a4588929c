"""Value norms: how long the vectors are that attention brings, not how large the weights are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from xai_widgets.attribution.attention_pass import AttentionPass, scores_of_rows
from xai_widgets.attribution.method import Scores, method
from xai_widgets.attribution.problem import Problem, numpy
from xai_widgets.errors import InputError, UnsupportedModelError
from xai_widgets.models.attention_call import AttentionCall, attention_call, bind_arguments
from xai_widgets.models.interface import AttentionFunction, observe_attention
from xai_widgets.models.layer_name import kind_of, layer_numbers
from xai_widgets.models.recorder import module_names


@method(
    label="Value norms",
    reference="Kobayashi et al. 2020, Attention is Not Only a Weight (arXiv:2004.10102)",
    needs=("attention weights",),
    cost="2 forward and 1 backward",
    signed=False,
    attention_based=True,
)
def value_norms(problem: Problem, layer: int | None = None) -> Scores:
    """The norm of what each token's vector, weighted and transformed by all heads, adds to the position that is read.

    That is the norm over d_model of the sum over heads of attention weight times value times output projection, in
    the row of the position that the value is read from. In an encoder-decoder the source is seen through cross
    attention and the target through the decoder's own.

    Args:
        problem: what is explained.
        layer: one layer by its number; None: the mean over layers, each scaled to sum to one.
    """
    recorder = _Projections(problem.passes.model)
    followed = AttentionPass(problem)
    found = []
    for arguments in problem.passes.arguments:
        with torch.no_grad(), observe_attention(recorder.observe), recorder:
            problem.passes.model(**arguments)
        found.append(recorder.layers())
    rows = []
    for step in range(problem.n_steps):
        gradients = followed.gradients(step)
        row = []
        for reading in problem.readings:
            layers = found[reading.index]
            kind = "self" if len(layers) == 1 else ("decoder" if reading.argument.startswith("decoder") else "cross")
            at = followed.read_rows(reading.index, step, gradients)
            row.append(numpy(_mean_over_layers(layers[kind], at, layer)))
        rows.append(row)
    return Scores(scores_of_rows(problem, rows))


def _mean_over_layers(layers: Mapping[int, Projected], rows: list[int], layer: int | None) -> Tensor:
    if layer is not None:
        if layer not in layers:
            raise InputError(f"There is no layer {layer} with attention: layers are {', '.join(map(str, layers))}.")
        return layers[layer].norms(rows)
    norms = [projected.norms(rows) for projected in layers.values()]
    return torch.stack([row / row.sum().clamp_min(1e-12) for row in norms]).mean(dim=0)


class Projected:
    """One layer's attention with its values and output projection: what it brings from where."""

    def __init__(self, call: AttentionCall, value: Tensor) -> None:
        self.call = call
        self.value = value
        self.projection: Tensor | None = None

    def vectors(self, rows: list[int]) -> Tensor:
        """What each key brings to the query rows, summed over heads: [row, key, d_model]."""
        assert self.projection is not None
        weights = self.call.weights(range(self.call.n_heads), rows)
        value = self.value.float().repeat_interleave(self.call.n_heads // len(self.value), dim=0)
        brought = weights[..., None] * value[:, None]  # [head, row, key, d]
        joined = brought.permute(1, 2, 0, 3).flatten(2)
        return joined @ self.projection.float().T

    def norms(self, rows: list[int]) -> Tensor:
        """Norm of what each key brings, mean over the rows: [key]."""
        return self.vectors(rows).norm(dim=-1).mean(dim=0)


class _Projections(TorchFunctionMode):  # type: ignore[misc]  # torch is untyped here
    """Watches one pass: attention calls, and the linear maps that read their outputs.

    Which module a layer's output projection is differs by architecture; that it multiplies the very memory that the
    attention function returned does not.
    """

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self._model = model
        self._names = module_names(model)
        self._seen: list[tuple[str, Projected]] = []
        self._waiting: tuple[int, Projected] | None = None

    def observe(self, function: AttentionFunction, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Runs an attention function and keeps what its layer's norms need."""
        result = function(*args, **kwargs)
        arguments = bind_arguments(args, kwargs)
        name = self._names.get(id(arguments["module"]), "")
        call = attention_call(arguments, honours_causal=function.__module__.startswith("transformers.integrations"))
        projected = Projected(call, arguments["value"].detach()[0])
        self._seen.append((name, projected))
        self._waiting = (result[0].data_ptr(), projected)
        return result

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        if self._waiting is not None:
            found = _projection(func, args, self._waiting[0])
            if found is not None:
                self._waiting[1].projection = found.detach()
                self._waiting = None
        return func(*args, **(kwargs or {}))

    def layers(self) -> dict[str, dict[int, Projected]]:
        """The layers of the pass by kind and number; starts anew."""
        seen, self._seen, self._waiting = self._seen, [], None
        if not seen or any(projected.projection is None for _, projected in seen):
            raise UnsupportedModelError(
                f"Value norms need each layer's output projection, which {type(self._model).__name__} does not apply "
                "to the plain output of its attention. Use attention_rollout or gradient_x_input."
            )
        encoder_decoder = bool(getattr(self._model.config, "is_encoder_decoder", False))
        stacks: dict[str, list[tuple[str, Projected]]] = {}
        for name, projected in seen:
            stacks.setdefault(kind_of(name, encoder_decoder=encoder_decoder), []).append((name, projected))
        return {
            kind: dict(zip(layer_numbers([n for n, _ in stack]), [p for _, p in stack], strict=True))
            for kind, stack in stacks.items()
        }


def _projection(func: Any, args: tuple[Any, ...], memory: int) -> Tensor | None:
    """The weight [d_model, head x d] of a linear map that reads this memory, or None."""
    if func is nn.functional.linear and args[0].data_ptr() == memory:
        weight: Tensor = args[1]
        return weight
    if func is torch.addmm and args[1].data_ptr() == memory:  # GPT-2's Conv1D keeps its weight the other way round
        transposed: Tensor = args[2].T
        return transposed
    return None
