"""The second way to the weights: as the model itself returns them, under eager attention."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from xai_widgets.errors import UnsupportedModelError
from xai_widgets.models.attention_call import bind_arguments
from xai_widgets.models.banded_weights import banded_kinds, banded_weights
from xai_widgets.models.interface import AttentionFunction, observe_attention
from xai_widgets.models.layer import Layer
from xai_widgets.models.layer_name import kind_of, layer_numbers
from xai_widgets.models.recorder import Tick, module_names
from xai_widgets.models.task import takes
from xai_widgets.models.twin import eager_twin

_OUTPUTS = {
    "self": "attentions",
    "encoder": "encoder_attentions",
    "cross": "cross_attentions",
    "decoder": "decoder_attentions",
}
# Layers that return their scores before the softmax in place of weights, and the kinds in which they do.
_SCORES = {"SqueezeBertSelfAttention": ("self",), "ProphetNetAttention": ("encoder", "cross")}
# How far eager attention may move the model's answer, as a share of it: rounding, not other weights.
_SAME_ANSWER = {torch.float64: 1e-3, torch.float32: 1e-2}
_SAME_ANSWER_IN_HALF = 0.3


class _Ticking(TorchFunctionMode):  # type: ignore[misc]  # torch is untyped here
    """Lets a pass that does not go through the interface be cancelled, from outside the model.

    The mode belongs to the thread that entered it, so no hook is put on the model.
    """

    def __init__(self, tick: Tick) -> None:
        super().__init__()
        self._tick = tick

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        if func is nn.functional.linear:
            self._tick("", 0)
        return func(*args, **(kwargs or {}))


class _Returned:
    """Collects the weights that the functions of the attention interface return, with the names of their modules."""

    def __init__(self, twin: nn.Module) -> None:
        self._names = module_names(twin)
        self.weights: list[tuple[str, Tensor]] = []

    def __call__(self, function: AttentionFunction, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        result = function(*args, **kwargs)
        name = self._names.get(id(bind_arguments(args, kwargs)["module"]))
        if name is not None and isinstance(result[1], Tensor):
            self.weights.append((name, result[1]))
        return result


def eager_layers(
    model: nn.Module, inputs: Mapping[str, Any], answer: Any, *, encoder_decoder: bool, tick: Tick
) -> dict[str, list[Layer]]:
    """The weights by kind, from ``output_attentions=True`` on a twin that runs eager attention.

    ``answer`` is what the model itself gave for these inputs: the twin must give the same.

    Raises UnsupportedModelError where the twin answers something else.
    """
    kinds = ("encoder", "cross", "decoder") if encoder_decoder else ("self",)
    twin = eager_twin(model)
    if not takes(twin, "output_attentions"):
        return {kind: [] for kind in kinds}
    returned = _Returned(twin)
    with torch.no_grad(), _Ticking(tick), observe_attention(returned):
        output = twin(**inputs, output_attentions=True)
    if not _same_answer(answer, output):
        raise UnsupportedModelError(
            f"{type(model).__name__} answers something else when it is asked for its attention weights, so they "
            "are not the weights behind its answer. Load it with attn_implementation='eager' and look again."
        )
    scores = {kind for module in twin.modules() for kind in _SCORES.get(type(module).__name__, ())}
    banded = banded_kinds(twin)
    layers: dict[str, list[Layer]] = {}
    for kind in kinds:
        # Hybrid models give None for the layers that have no attention.
        own = [(i, w) for i, w in enumerate(getattr(output, _OUTPUTS[kind], None) or ()) if isinstance(w, Tensor)]
        if kind in banded:
            of_globals = getattr(output, banded[kind], None) or [None] * len(own)
            layers[kind] = [Layer(i, banded_weights(w, of_globals[i])) for i, w in own]
            continue
        named = [(n, w) for n, w in returned.weights if kind_of(n, encoder_decoder=encoder_decoder) == kind]
        if named and len(named) >= len(own):
            own = list(zip(layer_numbers([n for n, _ in named]), [w for _, w in named], strict=True))
        if kind in scores:
            own = [(i, torch.softmax(w.float(), dim=-1)) for i, w in own]
        if kind == "cross":
            # ProphetNet's n-gram streams follow the main one, which is the one that the target's tokens are in.
            own = [(i, w[..., : _n_queries(output, w), :]) for i, w in own]
        layers[kind] = [Layer(i, weights=w[0].float()) for i, w in own if _are_weights(w)]
    return layers


def _n_queries(output: Any, cross: Tensor) -> int:
    """How many of the queries of a cross attention are the target's tokens."""
    decoder = next((w for w in getattr(output, _OUTPUTS["decoder"], None) or () if isinstance(w, Tensor)), cross)
    return int(decoder.shape[-2])


def _are_weights(tensor: Tensor) -> bool:
    """Whether it is [1, head, query, key] and no row takes more than one: RWKV gives its states for attention."""
    if tensor.dim() != 4 or tensor.shape[0] != 1:
        return False
    rounding = 1e-3 if tensor.dtype in _SAME_ANSWER else 5e-2
    return not bool((tensor < 0).any()) and not bool((tensor.float().sum(dim=-1) > 1 + rounding).any())


def _same_answer(answer: Any, twins: Any) -> bool:
    given_tensors = answer if isinstance(answer, tuple) else answer.to_tuple()
    pairs = zip(given_tensors, twins.to_tuple(), strict=False)
    first = next(((a, b) for a, b in pairs if isinstance(a, Tensor) and isinstance(b, Tensor)), None)
    if first is None or first[0].shape != first[1].shape:
        return first is None
    given, made = (tensor.detach().float() for tensor in first)
    share = float((made - given).norm() / given.norm().clamp_min(1e-6))
    # Not a number either way is shown as it is.
    return math.isnan(share) or share < _SAME_ANSWER.get(first[0].dtype, _SAME_ANSWER_IN_HALF)
