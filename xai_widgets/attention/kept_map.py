"""An AttentionMap in a file: the archive and the JSON that hold it. ``docs/data.md`` describes both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from xai_widgets.attention.attention_stack import KINDS, SOURCES, Bool
from xai_widgets.attention.kept_stack import KeptStack
from xai_widgets.attention.selection import Numbers, Part, check_room, parts_of
from xai_widgets.attention.weight_bytes import weight_bytes
from xai_widgets.errors import InputError
from xai_widgets.files import PathLike, written
from xai_widgets.kept import Get, Put, Stream, from_json, heading, read_kept, reading, to_json, write_archive
from xai_widgets.text import TokenSequence
from xai_widgets.text.kept_tokens import tokens_from_json, tokens_to_json

if TYPE_CHECKING:
    from xai_widgets.attention.attention_map import AttentionMap

T = TypeVar("T")

WHAT = "AttentionMap"
WRITERS = {
    ".npz": "xai_widgets.attention.kept_map:save_archive",
    ".json": "xai_widgets.attention.kept_map:save_json",
    ".svg": "xai_widgets.export.picture:save_attention",
    ".png": "xai_widgets.export.picture:save_attention",
    ".pdf": "xai_widgets.export.picture:save_attention",
    ".html": "xai_widgets.export.page:write_own_page",
}
"""What a map can be saved as: suffix -> ``"module:function"``; see ``files.save``."""

MAX_JSON_WEIGHTS = 2_000_000
_JSON_BYTES = 15
_DTYPES = ("float32", "uint8")
_BYTES_NOTE = "Kept as one byte each: what is shown is within 0.004 of the exact weight."


def save_archive(
    attention: AttentionMap, path: PathLike, layers: Numbers = None, kind: str | None = None, weights: str = "float32"
) -> None:
    """Writes a map as ``.npz``, head by head, so that it need not be in memory whole; see ``AttentionMap.save``."""
    if weights not in _DTYPES:
        raise InputError(f"Weights are kept as {' or '.join(map(repr, _DTYPES))}; {weights!r} came.")
    parts = _parts(attention, layers, kind)
    write_archive(path, lambda put: _describe(attention, parts, put, weights))


def save_json(
    attention: AttentionMap,
    path: PathLike,
    layers: Numbers = None,
    kind: str | None = None,
    max_weights: int = MAX_JSON_WEIGHTS,
) -> None:
    """Writes what ``AttentionMap.to_json`` gives."""
    text = json_of(attention, layers, kind, max_weights)
    with written(path) as file:
        file.write(text.encode("ascii"))


def json_of(attention: AttentionMap, layers: Numbers, kind: str | None, max_weights: int) -> str:
    """See ``AttentionMap.to_json``."""
    parts = _parts(attention, layers, kind)
    check_room(attention, parts, max_weights, what="numbers in JSON text", each=_JSON_BYTES, argument="max_weights")
    return to_json(lambda put: _describe(attention, parts, put, "float32"))


def load(path: PathLike) -> dict[str, Any]:
    """What a saved map is made of: the arguments of ``AttentionMap``."""
    meta, get = read_kept(path, WHAT)
    return _read(meta, get, str(path))


def parse(text: str | bytes) -> dict[str, Any]:
    """What the map of a JSON text is made of: the arguments of ``AttentionMap``."""
    meta, get = from_json(text, WHAT)
    return _read(meta, get, "The JSON")


def _parts(attention: AttentionMap, layers: Numbers, kind: str | None) -> list[Part]:
    """All heads of the layers, in ascending order within each kind."""
    parts = parts_of(attention, layers, None, None if kind is None else [kind])
    return sorted(set(parts), key=lambda part: (attention.kinds.index(part.kind), part.layer))


def _describe(attention: AttentionMap, parts: Sequence[Part], put: Put, dtype: str) -> dict[str, Any]:
    tokens: list[TokenSequence] = []
    masks: list[Bool] = []
    kept_masks: list[Any] = []

    def token_number(sequence: TokenSequence) -> int:
        if sequence not in tokens:
            tokens.append(sequence)
        return tokens.index(sequence)

    def mask_number(mask: Bool | None) -> int | None:
        if mask is None:
            return None
        for number, known in enumerate(masks):
            if np.array_equal(known, mask):
                return number
        masks.append(mask)
        kept_masks.append(put(f"masks/{len(masks) - 1}", Stream.of(mask)))
        return len(masks) - 1

    kinds: dict[str, dict[str, Any]] = {}
    for part in parts:
        queries, keys = attention.tokens(part.kind)
        kind = kinds.setdefault(
            part.kind,
            {"kind": part.kind, "queries": token_number(queries), "keys": token_number(keys), "layers": []},
        )
        shape = (len(part.heads), len(queries), len(keys))
        stream = Stream(shape, dtype, _heads(attention, part, dtype))
        layer = {"layer": part.layer, "weights": put(f"weights/{part.kind}/{part.layer}", stream)}
        kind["layers"].append(layer | {"mask": mask_number(attention.seen(part.layer, part.kind))})
    return heading(WHAT) | {
        "model": attention.model_name,
        "path": attention.path,
        "notes": list(dict.fromkeys([*attention.notes, *_notes(attention, parts, dtype)])),
        "kinds": list(kinds.values()),
        "tokens": [tokens_to_json(sequence) for sequence in tokens],
        "masks": kept_masks,
    }


def _heads(attention: AttentionMap, part: Part, dtype: str) -> Iterator[Any]:
    seen = attention.seen(part.layer, part.kind) if dtype == "uint8" else None
    for head in part.heads:
        weights = attention.weights(part.layer, head, part.kind)
        if dtype == "uint8":
            yield weight_bytes(weights, None if seen is None else seen[head if len(seen) > 1 else 0])
        else:
            yield weights


def _notes(attention: AttentionMap, parts: Sequence[Part], dtype: str) -> Iterator[str]:
    if dtype == "uint8":
        yield _BYTES_NOTE
    for kind in attention.kinds:
        kept, there = [part.layer for part in parts if part.kind == kind], attention.layers(kind)
        if 0 < len(kept) < len(there):
            yield f"Of kind {kind!r}, layers {', '.join(map(str, kept))} of {len(there)} were kept."


def _read(meta: Any, get: Get, where: str) -> dict[str, Any]:
    with reading(WHAT, where):
        tokens = [tokens_from_json(kept) for kept in meta["tokens"]]
        masks = [np.asarray(get(kept)).astype(bool) for kept in meta["masks"]]
        stacks = {str(kept["kind"]): _stack(kept, tokens, masks, get) for kept in meta["kinds"]}
        if not stacks or not set(stacks) <= set(KINDS) or meta["path"] not in SOURCES:
            raise ValueError(f"it has the kinds {list(stacks)} by {meta['path']!r}")
        return {
            "stacks": stacks,
            "path": meta["path"],
            "model_name": str(meta["model"]),
            "notes": [str(note) for note in meta["notes"]],
        }


def _stack(kept: Any, tokens: Sequence[TokenSequence], masks: Sequence[Bool], get: Get) -> KeptStack:
    layers = kept["layers"]
    return KeptStack(
        [int(layer["layer"]) for layer in layers],
        [_weights(get(layer["weights"])) for layer in layers],
        [None if layer["mask"] is None else _entry(masks, layer["mask"]) for layer in layers],
        _entry(tokens, kept["queries"]),
        _entry(tokens, kept["keys"]),
    )


def _entry(entries: Sequence[T], number: int) -> T:
    if number < 0:
        raise IndexError(f"there is no entry {number}")
    return entries[number]


def _weights(array: Any) -> Any:
    if array.dtype.name not in _DTYPES:
        raise TypeError(f"weights are {array.dtype}")
    return array
