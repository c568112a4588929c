"""Which layers and heads of an AttentionMap are meant, and whether they are too many to hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import index
from typing import TYPE_CHECKING

import numpy as np

from xai_widgets.errors import InputError

if TYPE_CHECKING:
    from xai_widgets.attention.attention_map import AttentionMap

Numbers = int | Sequence[int] | None
"""One number, several, or None for all."""


@dataclass(frozen=True)
class Part:
    """Some heads of one layer."""

    kind: str
    layer: int
    heads: tuple[int, ...]


def parts_of(
    attention: AttentionMap, layers: Numbers = None, heads: Numbers = None, kinds: Sequence[str] | None = None
) -> list[Part]:
    """The parts that are meant, kind by kind and layer by layer, in the order in which they were named.

    Args:
        attention: the map.
        layers: the layers' own numbers; None: all that have attention.
        heads: None: all of each layer.
        kinds: None: all.

    Raises:
        InputError: a kind, layer or head that there is not, or none at all; the message says which there are.
    """
    found = list(_parts(attention, layers, heads, attention.kinds if kinds is None else kinds))
    if not found or not all(part.heads for part in found):
        raise InputError("No layer or head is named: leave layers= and heads= out for all of them.")
    return found


def _parts(attention: AttentionMap, layers: Numbers, heads: Numbers, kinds: Sequence[str]) -> Iterator[Part]:
    for kind in kinds:
        for layer in attention.layers(kind) if layers is None else _several(layers):
            chosen = tuple(range(attention.heads(layer, kind)) if heads is None else _several(heads))
            attention.check(layer, chosen, kind)
            yield Part(kind, layer, chosen)


def _several(numbers: int | Sequence[int]) -> list[int]:
    try:
        return [index(number) for number in np.atleast_1d(np.asarray(numbers)).tolist()]
    except TypeError:
        raise InputError(f"Layers and heads are named by whole numbers; {numbers!r} came.") from None


def check_room(
    attention: AttentionMap, parts: Sequence[Part], most: int, *, what: str, each: float, argument: str
) -> None:
    """Refuses what would take more room than a person meant.

    Args:
        attention: the map.
        parts: what is asked for.
        most: how many weights are allowed.
        what: what they become ("rows of a frame").
        each: how many bytes each takes.
        argument: the name of the argument that allows more.

    Raises:
        InputError: they are more, or the limit is no number; the message says how many, their size, and what to do.
    """
    if isinstance(most, bool) or not isinstance(most, int | float | np.number):
        raise InputError(f"{argument} is {most!r}: give how many {what} are allowed.")
    heads: dict[str, int] = {}
    for part in parts:
        heads[part.kind] = heads.get(part.kind, 0) + len(part.heads)
    sizes = [(count, *attention.shape(kind)[2:]) for kind, count in heads.items()]
    total = sum(count * queries * keys for count, queries, keys in sizes)
    if total > most:
        sum_of = " + ".join(f"{count:,} heads x {queries:,} x {keys:,} tokens" for count, queries, keys in sizes)
        raise InputError(
            f"{sum_of} are {total:,} {what} (about {_size(total * each)}); {most:,} are allowed. "
            f"Name layers= and heads= to take fewer, or give {argument}={total}."
        )


def _size(n_bytes: float) -> str:
    return f"{n_bytes / 1e9:,.1f} GB" if n_bytes >= 1e9 else f"{n_bytes / 1e6:,.0f} MB"
