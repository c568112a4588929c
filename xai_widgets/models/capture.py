"""One forward pass, with every layer's attention kept: the two ways to the weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from xai_widgets.errors import UnsupportedModelError
from xai_widgets.models.attention_call import AttentionCall
from xai_widgets.models.banded_weights import banded_kinds
from xai_widgets.models.eager import eager_layers
from xai_widgets.models.interface import observe_attention
from xai_widgets.models.layer import Layer as Layer
from xai_widgets.models.layer_name import kind_of, layer_numbers
from xai_widgets.models.memory import refuse_too_long_for_queries, refuse_too_long_for_weights
from xai_widgets.models.not_exact import not_exact
from xai_widgets.models.random_state import kept_random_state
from xai_widgets.models.recorder import Recorder
from xai_widgets.models.recorder import Tick as Tick
from xai_widgets.models.twin import observable

Layers = dict[str, list[Layer]]


@dataclass(frozen=True)
class Captured:
    """What a forward pass left: the model's output and its attention, by kind and in the order of the layers."""

    output: Any
    layers: Layers
    path: str
    """``"interface"``: weights are computed from query and key when asked for; ``"eager"``: the model gave them."""
    left_out: dict[str, str] = field(default_factory=dict)
    """Kind -> a sentence, where the model has attention of that kind that has no exact weights (LongT5's encoder)."""


def capture(
    model: nn.Module, inputs: Mapping[str, Any], *, encoder_decoder: bool, tick: Tick, grad: bool = False
) -> Captured:
    """Runs ``model(**inputs)`` once (batch of one) and keeps what every attention layer was given.

    The layers that transformers' attention interface runs are recorded, and each is checked on a few rows
    against the layer's own output. Where layers do not go through the interface, or one does something to its
    weights that the check does not find in them, the pass is run again on a twin that shares the parameters
    and runs eager attention with ``output_attentions=True``.

    Raises UnsupportedModelError where the model has no exact attention weights either way, and InputError where what
    would be kept of so long a text does not fit into memory.
    """
    kinds = ("encoder", "cross", "decoder") if encoder_decoder else ("self",)
    ids = next((inputs[name] for name in ("decoder_input_ids", "input_ids") if name in inputs), None)
    if ids is not None:
        refuse_too_long_for_queries(model, ids)
    subject = observable(model)
    recorder = Recorder(subject, tick)
    with kept_random_state(model), torch.set_grad_enabled(grad), observe_attention(recorder):
        output = subject(**inputs)
    reasons = not_exact(subject, encoder_decoder=encoder_decoder)
    layers = _stack(recorder.calls, encoder_decoder=encoder_decoder)
    missing = [kind for kind in kinds if kind not in layers and kind not in reasons]
    if missing:
        if ids is not None and not set(missing) <= banded_kinds(subject).keys():
            refuse_too_long_for_weights(model, ids)
        with kept_random_state(model):
            eager = eager_layers(subject, inputs, output, encoder_decoder=encoder_decoder, tick=tick)
        layers |= {kind: eager[kind] for kind in missing}
    return _checked(subject, output, layers, inputs, reasons)


def _stack(calls: list[tuple[str, AttentionCall]], *, encoder_decoder: bool) -> Layers:
    stacks: dict[str, list[tuple[str, AttentionCall]]] = {}
    for name, call in calls:
        stacks.setdefault(kind_of(name, encoder_decoder=encoder_decoder), []).append((name, call))
    merged = [(name, call) for name, call in stacks.get("decoder", []) if "Merged" in type(call.module).__name__]
    if merged and "cross" not in stacks:
        # One softmax over the target's tokens and the source's (T5Gemma 2): two kinds whose rows sum to one together.
        parts = [(name, call.parts(call.n_queries)) for name, call in merged]
        stacks["decoder"] = [(name, first) for name, (first, _) in parts]
        stacks["cross"] = [(name, others) for name, (_, others) in parts]
    return {
        kind: [
            Layer(number, call)
            for number, (_, call) in zip(layer_numbers([name for name, _ in stack]), stack, strict=True)
        ]
        for kind, stack in stacks.items()
    }


def _checked(
    model: nn.Module, output: Any, found: Layers, inputs: Mapping[str, Any], reasons: dict[str, str]
) -> Captured:
    """What was found, less the layers that do not attend from token to token."""
    name = type(model).__name__
    source = _length(inputs, "input_ids", "inputs_embeds")
    target = _length(inputs, "decoder_input_ids", "decoder_inputs_embeds") or source
    layers: Layers = {}
    left_out = {kind: f"{_subject(name, kind)} {reason}" for kind, reason in reasons.items()}
    for kind, stack in found.items():
        tokens = (source if kind in {"self", "encoder"} else target, target if kind == "decoder" else source)
        fitting = [layer for layer in stack if layer.positions == tokens or None in tokens]
        if kind in reasons:
            continue
        if not stack and kind != "self":
            left_out[kind] = f"{_subject(name, kind)} gives no weights"
        if fitting:
            layers[kind] = fitting
        if len(fitting) < len(stack):
            other = next(layer for layer in stack if layer not in fitting)
            left_out[kind] = (
                f"{len(stack) - len(fitting)} of {len(stack)} layers of {name} attend over other positions than the "
                f"{tokens[0]} x {tokens[1]} tokens (layer {other.number}: {other.positions[0]} x {other.positions[1]})"
            )
    if not layers:
        raise UnsupportedModelError(_refusal(name, left_out))
    eager = not all(isinstance(layer.source, AttentionCall) for stack in layers.values() for layer in stack)
    sentences = {kind: f"{words}." for kind, words in left_out.items()}
    return Captured(output, layers, "eager" if eager else "interface", sentences)


def _subject(name: str, kind: str) -> str:
    return name if kind == "self" else f"The {kind} attention of {name}"


def _length(inputs: Mapping[str, Any], *names: str) -> int | None:
    found = next((inputs[name] for name in names if isinstance(inputs.get(name), Tensor)), None)
    return None if found is None else found.shape[1]


def _refusal(name: str, left_out: dict[str, str]) -> str:
    if left_out:
        words = "; ".join(dict.fromkeys(left_out.values()))
        words = f"{words}. There are no exact weights from token to token"
    else:
        words = (
            f"{name} has no attention weights: no layer goes through the attention interface, and "
            "output_attentions=True returns none under eager attention (Mamba and its kin have none)"
        )
    return f"{words}. It cannot be shown as an attention map; attributions do work for it."
