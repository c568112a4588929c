"""The stacks of an AttentionMap by kind, and the words for a kind, layer, head or row that is not among them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from xai_widgets.attention.attention_stack import KINDS, AttentionStack, Rows
from xai_widgets.errors import InputError
from xai_widgets.whole import whole


class Stacks:
    """One stack or several.

    Attributes:
        kinds: in the order of ``KINDS``; the first is meant where no kind is named.
    """

    def __init__(self, stacks: Mapping[str, AttentionStack]) -> None:
        self._stacks = {kind: stacks[kind] for kind in KINDS if kind in stacks}
        self.kinds = tuple(self._stacks)

    def of(self, kind: str | None) -> AttentionStack:
        """The stack of a kind.

        Raises:
            InputError: there is none; the message says which kinds there are.
        """
        name = self.kinds[0] if kind is None else kind
        if not isinstance(name, str) or name not in self.kinds:
            which = " and ".join(map(repr, self.kinds))
            raise InputError(f"There is no attention of kind {kind!r} here: this map has {which}.")
        return self._stacks[name]

    def layer(self, layer: int, kind: str | None) -> tuple[AttentionStack, int]:
        """A layer by its own number: its stack, and its index there.

        Raises:
            InputError: there is no such kind or layer; the message says which there are.
        """
        stack = self.of(kind)
        layers = stack.layers
        number = whole(layer)
        if number is None or number not in layers:
            gapless = layers == tuple(range(layers[0], layers[-1] + 1))
            which = f"{layers[0]} to {layers[-1]}" if gapless else ", ".join(map(str, layers))
            of = f" of kind {kind!r}" if kind else ""
            named = repr(layer) if number is None else number
            raise InputError(f"There is no layer {named} with attention{of}: layers are {which}.")
        return stack, layers.index(number)

    def heads(self, layer: int, heads: int | Iterable[int], kind: str | None) -> list[int]:
        """The heads of a layer that are named, one or several, as plain numbers.

        Raises:
            InputError: there is no such kind, layer or head; the message says which there are.
        """
        stack, at = self.layer(layer, kind)
        count = stack.n_heads(at)
        known: list[int] = []
        named: Any = [heads] if is_one(heads) else heads
        for head in named:
            number = whole(head)
            if number is None or not 0 <= number < count:
                which = repr(head) if number is None else number
                raise InputError(f"There is no head {which} in layer {layer}: heads are 0 to {count - 1}.")
            known.append(number)
        return known

    @staticmethod
    def rows(rows: Rows, count: int) -> slice | list[int] | None:
        """Some of so many queries; what counts from the end or backwards is spelled out.

        Raises:
            InputError: there is no such row, or it is none.
        """
        if rows is None:
            return None
        everything = range(count)
        try:
            if isinstance(rows, slice):
                return rows if everything[rows].step == 1 else list(everything[rows])
            return [everything[row] for row in rows]
        except (IndexError, TypeError):
            raise InputError(
                f"There are no rows {rows!r}: give a slice, or several of the queries 0 to {count - 1}."
            ) from None


def is_one(numbers: int | Iterable[int]) -> bool:
    """Whether it is one number and not several; an array without axes, as indexing gives, is one."""
    return getattr(numbers, "ndim", None) == 0 or not isinstance(numbers, Iterable)
