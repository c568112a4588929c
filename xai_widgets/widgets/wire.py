"""The payload of an AttentionWidget: Python's side of ``js/contract.ts``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xai_widgets.attention.attention_map import AttentionMap
from xai_widgets.attention.thumbnails import layer_thumbnails, layers_at_first, rows_at_first, thumbnail_words
from xai_widgets.attention.weight_bytes import Bytes, weight_bytes

Part = Mapping[str, Sequence[int]]
"""Half-open spans of positions: {"query": [start, stop], "key": [start, stop]}."""

WIRE_VERSION = 1
LONGEST = 512
"""The most positions of a side that travel at once; a longer text is looked at in parts."""
_FIRST_PART = 256
_FIRST_HEADS_BYTES = 1_000_000
"""What the heads of the first payload may take; the others are asked for when they are looked at."""


def wire_array(array: NDArray[Any]) -> dict[str, Any]:
    """An array as it travels: dtype, shape and its bytes in C order, little-endian."""
    data = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
    return {"dtype": array.dtype.name, "shape": list(array.shape), "data": data.tobytes()}


def first_part(attention: AttentionMap, kind: str) -> Part | None:
    """The part of a long text that is shown first: its beginning. None where all of it travels at once."""
    _, _, *counts = attention.shape(kind)
    if max(counts) <= LONGEST:
        return None
    return {side: [0, min(count, _FIRST_PART)] for side, count in zip(("query", "key"), counts, strict=True)}


def first_heads(attention: AttentionMap, kind: str, layer: int) -> list[int]:
    """The heads of a layer that are shown first: all of them, or as many as the first payload has room for."""
    _, _, queries, keys = attention.shape(kind)
    weights = queries * keys if max(queries, keys) <= LONGEST else min(queries, _FIRST_PART) * min(keys, _FIRST_PART)
    return list(range(min(attention.heads(layer, kind), max(1, _FIRST_HEADS_BYTES // weights))))


def head_bytes(attention: AttentionMap, kind: str, layer: int, heads: Sequence[int], part: Part | None = None) -> Bytes:
    """Weight bytes [head, query, key] of some heads of a layer, of all positions or a part."""
    rows, columns = (slice(None), slice(None)) if part is None else (slice(*part["query"]), slice(*part["key"]))
    seen = attention.seen(layer, kind, rows=rows)
    if seen is not None:
        seen = (seen if len(seen) == 1 else seen[list(heads)])[..., columns]
    return weight_bytes(attention.weights(layer, list(heads), kind, rows=rows)[..., columns], seen)


def attention_payload(
    attention: AttentionMap, *, run: int, kind: str, layer: int, heads: Sequence[int], part: Part | None
) -> dict[str, Any]:
    """The payload of a map: tokens, thumbnails of its heads, and the bytes of the heads that are looked at first."""
    initial = list(heads)[: len(first_heads(attention, kind, layer))]
    arrays, thumbnails = {}, {}
    for k in attention.kinds:
        layers, of_each = layers_at_first(attention, k), rows_at_first(attention, k)
        arrays[f"thumbnails/{k}"] = wire_array(layer_thumbnails(attention, k, layers, of_each=of_each))
        thumbnails[k] = {"layers": list(layers), "exact": of_each is None}
    arrays["heads"] = wire_array(head_bytes(attention, kind, layer, initial, part))
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
            "initial": {"kind": kind, "layer": layer, "heads": initial, "part": part},
            "longest": LONGEST,
            "thumbnail": thumbnail_words(attention),
            "thumbnails": thumbnails,
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
