"""An AttentionMap in BertViz's own views."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from xai_widgets.attention.attention_map import AttentionMap
from xai_widgets.attention.selection import Numbers, Part, check_room, parts_of
from xai_widgets.errors import InputError
from xai_widgets.text import TokenSequence

_VIEWS = ("head", "model")
_MODES = ("dark", "light")
_WEIGHT_BYTES = 45
"""BertViz writes its data twice, once into a comment."""
_LESS_THAN = "\ufdd0"
"""Stands for "<" in what BertViz is given: a code point that is no character, so that no text has it."""


def bertviz_html(
    attention: AttentionMap,
    view: str,
    layers: Numbers,
    heads: Numbers,
    kind: str | None,
    layer: int | None,
    display_mode: str,
    max_weights: int,
) -> Any:
    """See ``AttentionMap.to_bertviz``."""
    if view not in _VIEWS:
        raise InputError(f"BertViz has no view {view!r} here: choose one of {', '.join(map(repr, _VIEWS))}.")
    if display_mode not in _MODES:
        raise InputError(f"There is no display_mode {display_mode!r}: choose one of {', '.join(map(repr, _MODES))}.")
    kinds = attention.kinds if kind is None else (kind,)
    parts = parts_of(attention, layers, None, kinds)
    chosen = None if heads is None else parts_of(attention, layers, heads, kinds)[0].heads
    numbers = _layers(parts)
    counts = _heads(parts, view)
    shown = [part if view == "head" or chosen is None else Part(part.kind, part.layer, chosen) for part in parts]
    check_room(
        attention, shown, max_weights, what="numbers in a cell's HTML", each=_WEIGHT_BYTES, argument="max_weights"
    )
    if layer is not None and layer not in numbers:
        raise InputError(f"Layer {layer} is not among those that are shown: {', '.join(map(str, numbers))}.")
    layer = None if layer is None else int(layer)
    arguments: dict[str, Any] = {"include_layers": numbers, "prettify_tokens": False, "html_action": "return"}
    if view == "head":
        arguments |= {"layer": layer, "heads": None if chosen is None else list(chosen)}
    else:
        arguments |= {"display_mode": display_mode, "include_heads": list(chosen or range(counts))}
    for name in kinds:
        arguments |= _weights_and_tokens(attention, name, numbers)
    with warnings.catch_warnings():
        # BertViz leaves its JavaScript file open.
        warnings.simplefilter("ignore", ResourceWarning)
        html = getattr(import_module("bertviz"), f"{view}_view")(**arguments)
    # BertViz writes tokens into a script element as they are, where "</script>" would end it.
    html.data = html.data.replace(r"\ufdd0", r"\u003c")
    return html


def _layers(parts: Sequence[Part]) -> list[int]:
    by_kind: dict[str, list[int]] = {}
    for part in parts:
        by_kind.setdefault(part.kind, []).append(part.layer)
    first, *others = by_kind.values()
    if any(other != first for other in others):
        listed = "; ".join(f"{kind!r} has {', '.join(map(str, layers))}" for kind, layers in by_kind.items())
        raise InputError(f"BertViz shows the same layers of every kind, and {listed}: name layers= or a kind=.")
    return first


def _heads(parts: Sequence[Part], view: str) -> int:
    """How many heads there are; BertViz takes the layers of a kind, and its model view all kinds, to have the same."""
    for part in parts:
        of_kind = next(other for other in parts if view == "model" or other.kind == part.kind)
        if len(part.heads) != len(of_kind.heads):
            raise InputError(
                f"BertViz shows layers with one number of heads: layer {of_kind.layer} of kind {of_kind.kind!r} has "
                f"{len(of_kind.heads)}, layer {part.layer} of kind {part.kind!r} {len(part.heads)}. Name layers= or a "
                "kind=."
            )
    return len(parts[0].heads)


def _weights_and_tokens(attention: AttentionMap, kind: str, layers: Sequence[int]) -> dict[str, Any]:
    torch = import_module("torch")
    tensors = {layer: torch.from_numpy(attention.weights(layer, kind=kind))[None] for layer in layers}
    # BertViz finds a layer by its place in a list; what stands in the gaps is never shown.
    weights = [tensors.get(layer, tensors[layers[0]]) for layer in range(max(layers) + 1)]
    queries, keys = attention.tokens(kind)
    if kind == "self":
        return {"attention": weights, "tokens": _texts(keys), "sentence_b_start": _second_text(keys)}
    names = {"encoder": ("encoder", "encoder"), "decoder": ("decoder", "decoder"), "cross": ("decoder", "encoder")}
    tokens = {f"{side}_tokens": _texts(given) for side, given in zip(names[kind], (queries, keys), strict=True)}
    return {f"{kind}_attention": weights, **tokens}


def _texts(tokens: TokenSequence) -> list[str]:
    return [text.replace("<", _LESS_THAN) for text in tokens.text]


def _second_text(tokens: TokenSequence) -> int | None:
    """The position at which the second text starts; None where there is one text."""
    return tokens.segments.index(1) if 1 in tokens.segments else None
