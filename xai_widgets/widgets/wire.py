"""The payload of an AttentionWidget: Python's side of ``js/contract.ts``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xai_widgets.attention.attention_map import AttentionMap
from xai_widgets.attention.thumbnails import thumbnail_bytes, thumbnail_words
from xai_widgets.attention.weight_bytes import Bytes, weight_bytes

WIRE_VERSION = 1
_FIRST_HEADS_BYTES = 1_000_000
"""What the heads of the first payload may take; the others are asked for when they are looked at."""


def wire_array(array: NDArray[Any]) -> dict[str, Any]:
    """An array as it travels: dtype, shape and its bytes in C order, little-endian."""
    data = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
    return {"dtype": array.dtype.name, "shape": list(array.shape), "data": data.tobytes()}


def first_heads(attention: AttentionMap, kind: str, layer: int) -> list[int]:
    """The heads of a layer that are shown first: all of them, or as many as the first payload has room for."""
    _, _, queries, keys = attention.shape(kind)
    room = max(1, _FIRST_HEADS_BYTES // (queries * keys))
    return list(range(min(attention.heads(layer, kind), room)))


def head_bytes(attention: AttentionMap, kind: str, layer: int, heads: Sequence[int]) -> Bytes:
    """Weight bytes [head, query, key] of some heads of a layer."""
    seen = attention.seen(layer, kind)
    if seen is not None and len(seen) > 1:
        seen = seen[list(heads)]
    return weight_bytes(attention.weights(layer, list(heads), kind), seen)


def attention_payload(
    attention: AttentionMap, *, run: int, kind: str, layer: int, heads: Sequence[int]
) -> dict[str, Any]:
    """The payload of a map: tokens, thumbnails of every head, and the bytes of the heads that are looked at first."""
    room = len(first_heads(attention, kind, layer))
    initial = list(heads)[:room]
    arrays = {f"thumbnails/{k}": wire_array(thumbnail_bytes(attention, k)) for k in attention.kinds}
    arrays["heads"] = wire_array(head_bytes(attention, kind, layer, initial))
    kinds = [kind_meta(attention, k, sides_of(k)) for k in attention.kinds]
    tokens = {}
    for meta in kinds:
        queries, keys = attention.tokens(meta["kind"])
        tokens[meta["queries"]], tokens[meta["keys"]] = queries.as_dict(), keys.as_dict()
    return {
        "v": WIRE_VERSION,
        "kind": "attention",
        "meta": {
            "run": run,
            "model": attention.model_name,
            "source": attention.source,
            "kinds": kinds,
            "initial": {"kind": kind, "layer": layer, "heads": initial},
            "thumbnail": thumbnail_words(attention),
            "live": attention.rerun is not None,
            "inputs": [] if attention.rerun is None else text_inputs(attention.rerun.labels),
        },
        "tokens": tokens,
        "arrays": arrays,
    }


def sides_of(kind: str) -> tuple[str, str]:
    """What the (query, key) tokens of a kind are called on the wire."""
    sides = {"self": ("text", "text"), "encoder": ("source", "source"), "decoder": ("target", "target")}
    return sides.get(kind, ("target", "source"))


def kind_meta(attention: AttentionMap, kind: str, sides: tuple[str, str]) -> dict[str, Any]:
    """The layers and heads of a kind; ``sides``: what its (query, key) tokens are called."""
    queries, keys = sides
    layers = attention.layers(kind)
    return {
        "kind": kind,
        "layers": list(layers),
        "heads": [attention.heads(layer, kind) for layer in layers],
        "queries": queries,
        "keys": keys,
        "masked": any(attention.seen(layer, kind) is not None for layer in layers),
    }


def text_inputs(labels: Sequence[str]) -> list[dict[str, Any]]:
    """The text boxes of a view: one for each text that the model takes, the second optional."""
    return [
        {"name": name, "label": label, "optional": name == "text_pair"}
        for name, label in zip(("text", "text_pair"), labels, strict=False)
    ]
