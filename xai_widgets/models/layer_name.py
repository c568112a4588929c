"""Which stack a module belongs to, and its layer number, read from its name inside the model."""

from __future__ import annotations

import re
from collections.abc import Sequence

KINDS = ("self", "encoder", "cross", "decoder")
_CROSS = re.compile(r"cross|enc_?dec|encoder_attn|src_attn|encoder_decoder", re.IGNORECASE)


def kind_of(name: str, *, encoder_decoder: bool) -> str:
    """The kind of attention of the module called ``name``.

    ``"self"`` where there is one stack; in an encoder-decoder ``"encoder"``, ``"cross"`` or ``"decoder"``: the
    first part of the name that says encoder or decoder tells the stack (``decoder.bert.encoder.layer.0`` is in
    the decoder), and a cross attention says so in the last parts.
    """
    if not encoder_decoder:
        return "self"
    parts = name.split(".")
    stack = next((part for part in parts if "encoder" in part or "decoder" in part), "decoder")
    if "decoder" not in stack:
        return "encoder"
    inside = ".".join(parts[parts.index(stack) + 1 :]) if stack in parts else name
    return "cross" if _CROSS.search(inside) else "decoder"


def layer_numbers(names: Sequence[str]) -> list[int]:
    """The layer number of each of the modules of one stack, given in the order in which they were called.

    A layer's number is the first number in its name (``model.layers.3.self_attn`` is layer 3, also when layers
    without attention lie between). Modules that are called more than once (ALBERT shares one layer), or whose
    names do not tell them apart, are numbered in the order of the calls.
    """
    numbers = [int(found.group()) if (found := re.search(r"(?<=\.)\d+(?=\.|$)", name)) else -1 for name in names]
    if len(set(numbers)) == len(numbers) and -1 not in numbers:
        return numbers
    return list(range(len(names)))
