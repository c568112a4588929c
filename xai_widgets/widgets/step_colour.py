"""What colours the tokens of a step: attention of a head or of several, or an attribution method."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from xai_widgets.attention.attention_map import AttentionMap
from xai_widgets.errors import InputError
from xai_widgets.whole import whole

MEAN = {"what": "attention", "layer": None, "head": None}
"""The mean over all heads of all layers."""


def main_kind(attention: AttentionMap) -> str:
    """The attention that leads from what is written to what it was made from."""
    return "cross" if "cross" in attention.kinds else attention.kinds[0]


def step_colour(given: Any, attention: AttentionMap, methods: Sequence[str]) -> dict[str, Any]:
    """The colour that a person named, as it travels.

    Args:
        given: "attention" (the mean over all), a pair (layer, head), in which None stands for the mean over all of
            them, the name of a method, or what this function gives.
        attention: what has the layers and heads.
        methods: the names of the methods that there are.

    Raises:
        InputError: something else, or a layer, head or method that there is not; the message says which there are.
    """
    if given == "attention":
        return dict(MEAN)
    if isinstance(given, str):
        given = {"what": "method", "name": given}
    elif isinstance(given, Sequence) and len(given) == 2:
        given = {"what": "attention", "layer": given[0], "head": given[1]}
    what = given.get("what") if isinstance(given, Mapping) else None
    if what == "method":
        return _method(given.get("name"), methods)
    if what == "attention":
        return _attention(given.get("layer"), given.get("head"), attention)
    raise InputError(
        f"{given!r} cannot colour the tokens: give 'attention', a pair (layer, head), or the name of a method."
    )


def _method(name: Any, methods: Sequence[str]) -> dict[str, Any]:
    if name not in methods:
        raise InputError(
            f"There is no attribution method {name!r}: choose 'attention' or one of {', '.join(map(repr, methods))}."
        )
    return {"what": "method", "name": name}


def _attention(layer: Any, head: Any, attention: AttentionMap) -> dict[str, Any]:
    kind = main_kind(attention)
    for what, given in (("layer", layer), ("head", head)):
        if given is not None and whole(given) is None:
            raise InputError(f"The {what} is {given!r}: give its number, or None for the mean over all of them.")
    for one in attention.layers(kind) if layer is None else (layer,):
        attention.check(one, () if head is None else (head,), kind)
    return {"what": "attention", "layer": whole(layer), "head": whole(head)}
