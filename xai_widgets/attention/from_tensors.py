"""Attention weights that somebody already has, checked and brought into one form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from xai_widgets.attention.attention_stack import AttentionStack, Float, TensorStack
from xai_widgets.errors import InputError
from xai_widgets.text import TokenSequence
from xai_widgets.whole import whole

_REMEDY = (
    "Models that run SDPA or flash attention return none. Pass the model itself (Explainer(model, tokenizer)"
    ".attention(text)), or load it with attn_implementation='eager' and call it with output_attentions=True."
)


def stacks_from_tensors(
    given: Mapping[str, tuple[Any, Any, Any]],
    *,
    sentence_b_start: int | None,
    attention_mask: Any,
    batch_index: int | None,
    include_layers: Sequence[int] | None,
) -> dict[str, AttentionStack]:
    """The stacks of what was given: kind -> (layers, query tokens, key tokens), see AttentionMap.from_tensors."""
    present = {kind: what for kind, what in given.items() if what[0] is not None}
    if not present:
        raise InputError(f"No attention weights came: every argument is None. {_REMEDY}")
    if "self" in present and len(present) > 1:
        raise InputError("Give either attention= (one stack) or encoder_/decoder_/cross_attention=, not both.")
    stacks: dict[str, AttentionStack] = {}
    for kind, (layers, queries, keys) in present.items():
        name = "attention" if kind == "self" else f"{kind}_attention"
        numbers, arrays = _layers(name, layers, batch_index, include_layers)
        sides = [
            _tokens(name, side, tokens, arrays[0].shape[axis], sentence_b_start)
            for side, tokens, axis in (("query", queries, 1), ("key", keys, 2))
        ]
        # The mask belongs to what the tokenizer padded: the only sequence, or the encoder's.
        keep = _kept(attention_mask, batch_index, arrays[0].shape[2]) if kind != "decoder" else None
        if keep is not None:
            rows = keep if kind != "cross" else slice(None)
            arrays = [array[:, rows, keep] for array in arrays]
            sides = [sides[0][rows], sides[1][keep]]
        stacks[kind] = TensorStack(arrays, sides[0], sides[1], numbers, causal=False if kind == "cross" else None)
    return stacks


def _layers(
    name: str, layers: Any, batch_index: int | None, include: Sequence[int] | None
) -> tuple[list[int], list[Float]]:
    wanted = list(_iterable(name, layers, "the tuple of layers as the model returns it"))
    if include is not None:
        for given in _iterable("include_layers", include, "the numbers of the layers to keep"):
            number = whole(given)
            if number is None or not 0 <= number < len(wanted):
                raise InputError(f"include_layers names layer {given!r}; {name} has layers 0 to {len(wanted) - 1}.")
    numbers = [i for i, layer in enumerate(wanted) if layer is not None and (include is None or i in include)]
    if not numbers:
        raise InputError(f"{name} holds no weights: it is empty, or every layer is None. {_REMEDY}")
    arrays = [_array(name, number, wanted[number], batch_index) for number in numbers]
    for number, array in zip(numbers, arrays, strict=True):
        if array.shape[1:] != arrays[0].shape[1:]:
            raise InputError(
                f"{name}: layer {number} has {_size(array)} positions, layer {numbers[0]} has {_size(arrays[0])}; "
                "all layers of a stack must have the same."
            )
    return numbers, arrays


def _array(name: str, number: int, layer: Any, batch_index: int | None) -> Float:
    # torch is not imported here: whatever can leave its device and graph does so by itself.
    for step in ("detach", "cpu", "float", "numpy"):
        layer = getattr(layer, step)() if hasattr(layer, step) else layer
    try:
        if np.iscomplexobj(layer):
            raise TypeError
        array = np.asarray(layer, dtype=np.float32)
    except (TypeError, ValueError):
        raise InputError(
            f"Layer {number} of {name} is {layer!r:.80}; expected real numbers, [batch, head, query, key] or "
            "[head, query, key]. Pass the tuple of layers as the model returns it."
        ) from None
    if array.ndim == 4:
        if batch_index is None and array.shape[0] != 1:
            raise InputError(
                f"{name} holds a batch of {array.shape[0]} texts: say which with batch_index=0 to {array.shape[0] - 1}."
            )
        if batch_index is not None and not 0 <= batch_index < array.shape[0]:
            raise InputError(f"batch_index={batch_index} is not in the batch: 0 to {array.shape[0] - 1} are.")
        array = array[batch_index or 0]
    if array.ndim != 3:
        raise InputError(
            f"Layer {number} of {name} has shape {array.shape}; expected [batch, head, query, key] or "
            "[head, query, key]. Pass the tuple of layers as the model returns it."
        )
    if not array.size:
        raise InputError(f"Layer {number} of {name} is empty: its shape is {array.shape}, [head, query, key].")
    return array


def _iterable(name: str, given: Any, expected: str) -> Any:
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise InputError(f"{name} is {given!r:.80}: pass {expected}.")
    return given


def _size(array: Float) -> str:
    return f"{array.shape[1]} x {array.shape[2]}"


def _tokens(name: str, side: str, tokens: Any, count: int, second: int | None) -> TokenSequence:
    if tokens is None:
        raise InputError(f"{name} came without the tokens of its {side} positions: one string for each of {count}.")
    if second is not None and not 0 < (whole(second) or 0) < count:
        raise InputError(f"sentence_b_start={second!r} is outside the text: 1 to {count - 1} are allowed.")
    if not hasattr(tokens, "__len__"):
        raise InputError(f"{name} came with the tokens {tokens!r:.80}: give one string for each of {count} positions.")
    if len(tokens) != count:
        raise InputError(f"{name} has {count} {side} positions, but {len(tokens)} tokens came.")
    if isinstance(tokens, TokenSequence):
        return tokens
    return TokenSequence.from_strings(tokens, pair_start=second)


def _kept(mask: Any, batch_index: int | None, count: int) -> slice | None:
    """The positions that are not padding."""
    if mask is None:
        return None
    for step in ("detach", "cpu", "numpy"):
        mask = getattr(mask, step)() if hasattr(mask, step) else mask
    keep = np.asarray(mask).astype(bool)
    keep = keep[batch_index or 0] if keep.ndim == 2 else keep
    if keep.shape != (count,):
        raise InputError(f"attention_mask has shape {keep.shape}; the weights have {count} positions.")
    kept = np.flatnonzero(keep)
    if not kept.size or kept[-1] - kept[0] + 1 != kept.size:
        raise InputError("attention_mask must be 1 on one run of neighbouring positions, and 0 on padding around it.")
    return slice(int(kept[0]), int(kept[-1]) + 1)
