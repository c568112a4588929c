"""One forward pass, with every layer's attention kept: the two ways to the weights."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from xai_widgets.errors import UnsupportedModelError
from xai_widgets.models.attention_call import AttentionCall, attention_call, bind_arguments
from xai_widgets.models.interface import AttentionFunction, observe_attention
from xai_widgets.models.layer_name import kind_of, layer_numbers
from xai_widgets.models.twin import eager_twin

Tick = Callable[[str, int], None]
"""Told before each step of a pass (what, how many are done); raises to cancel it."""


@dataclass(frozen=True)
class Layer:
    """One layer's attention: its own number, and either its call or its weights [head, query, key]."""

    number: int
    call: AttentionCall | None = None
    weights: Tensor | None = None


@dataclass(frozen=True)
class Captured:
    """What a forward pass left: the model's output and its attention, by kind and in the order of the layers."""

    output: Any
    layers: dict[str, list[Layer]]
    path: str
    """``"interface"``: weights are computed from query and key when asked for; ``"eager"``: the model gave them."""


class _Recorder:
    """Collects the attention calls of one forward pass."""

    def __init__(self, model: nn.Module, tick: Tick) -> None:
        # One module may be registered under several names; the first is where the model itself has it.
        self._names = {id(module): name for name, module in reversed(list(model.named_modules()))}
        self._tick = tick
        self.calls: list[tuple[str, AttentionCall]] = []
        self.unexplained: str | None = None

    def __call__(self, function: AttentionFunction, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        self._tick("attention layer", len(self.calls))
        result = function(*args, **kwargs)
        arguments = bind_arguments(args, kwargs)
        name = self._names.get(id(arguments["module"]))
        if name is None or self.unexplained is not None:
            return result
        with torch.no_grad():
            kernel = function.__module__.startswith("transformers.integrations")
            call = attention_call(arguments, honours_causal=kernel)
            if call.explains(arguments["value"].detach()[0], result[0].detach()[0]):
                self.calls.append((name, call))
            else:
                self.unexplained = name
                self.calls.clear()
        return result


class _Ticking(TorchFunctionMode):
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


def capture(
    model: nn.Module, inputs: Mapping[str, Any], *, encoder_decoder: bool, tick: Tick, grad: bool = False
) -> Captured:
    """Runs ``model(**inputs)`` once (batch of one) and keeps what every attention layer was given.

    The layers that transformers' attention interface runs are recorded, and each is checked on a few rows
    against the layer's own output. Where no layer goes through the interface, or one does something to its
    weights that the check does not find in them, the pass is run again on a twin that shares the parameters
    and runs eager attention with ``output_attentions=True``.

    Raises UnsupportedModelError where the model has no attention weights either way.
    """
    recorder = _Recorder(model, tick)
    with torch.set_grad_enabled(grad), observe_attention(recorder):
        output = model(**inputs)
    if recorder.calls and recorder.unexplained is None:
        layers = _stack(recorder.calls, encoder_decoder=encoder_decoder)
        return Captured(output, layers, "interface")
    return Captured(output, eager_layers(model, inputs, encoder_decoder=encoder_decoder, tick=tick), "eager")


def _stack(calls: list[tuple[str, AttentionCall]], *, encoder_decoder: bool) -> dict[str, list[Layer]]:
    stacks: dict[str, list[tuple[str, AttentionCall]]] = {}
    for name, call in calls:
        stacks.setdefault(kind_of(name, encoder_decoder=encoder_decoder), []).append((name, call))
    return {
        kind: [
            Layer(number, call=call)
            for number, (_, call) in zip(layer_numbers([name for name, _ in stack]), stack, strict=True)
        ]
        for kind, stack in stacks.items()
    }


def eager_layers(
    model: nn.Module, inputs: Mapping[str, Any], *, encoder_decoder: bool, tick: Tick
) -> dict[str, list[Layer]]:
    """The weights as the model itself returns them under eager attention, by kind."""
    with torch.no_grad(), _Ticking(tick):
        output = eager_twin(model)(**inputs, output_attentions=True)
    names = {"encoder": "encoder_attentions", "cross": "cross_attentions", "decoder": "decoder_attentions"}
    kinds = names if encoder_decoder else {"self": "attentions"}
    layers: dict[str, list[Layer]] = {}
    for kind, attribute in kinds.items():
        found = getattr(output, attribute, None) or ()
        # Hybrid models give None for the layers that have no attention.
        stack = [Layer(i, weights=w[0].float()) for i, w in enumerate(found) if isinstance(w, Tensor)]
        if stack:
            layers[kind] = stack
    if not layers:
        raise UnsupportedModelError(
            f"{type(model).__name__} has no attention weights: no layer goes through the attention interface, and "
            "output_attentions=True returns none under eager attention. Models without softmax attention (Mamba, "
            "RWKV, FNet and their kin) cannot be shown as an attention map; attributions do work for them."
        )
    return layers
