"""A run of neighbouring tokens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import index
from typing import TypeVar

from xai_widgets.errors import InputError

_T = TypeVar("_T")


@dataclass(frozen=True, order=True, slots=True)
class TokenSpan:
    """The token positions from ``start`` up to, not including, ``stop`` (half-open).

    Positions count tokens from 0; an empty span (``start == stop``) is allowed. Iterating gives the
    positions, ``len`` their number, and ``position in span`` asks for one of them. Spans sort by start.

    Raises InputError where a bound is not a whole number, is negative, or ``stop < start``.
    """

    start: int
    stop: int

    def __post_init__(self) -> None:
        for name, value in (("start", self.start), ("stop", self.stop)):
            try:
                # NumPy integers come in from array code; plain ones go out, so that a span is JSON-able.
                number = None if isinstance(value, bool) else index(value)
            except TypeError:
                number = None
            if number is None:
                raise InputError(f"the {name} of a token span is {value!r}; it must be a whole number, 0 or more")
            object.__setattr__(self, name, number)
        if self.start < 0 or self.stop < self.start:
            raise InputError(
                f"token span {self.start}:{self.stop} is not possible; give 0 <= start <= stop, stop excluded"
            )

    def __len__(self) -> int:
        return self.stop - self.start

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.start, self.stop))

    def __contains__(self, position: object) -> bool:
        try:
            return self.start <= index(position) < self.stop  # type: ignore[arg-type]
        except TypeError:
            return False

    def contains(self, other: TokenSpan) -> bool:
        """Whether all positions of ``other`` lie in this span; an empty one lies between its neighbours."""
        return self.start <= other.start and other.stop <= self.stop

    def overlaps(self, other: TokenSpan) -> bool:
        """Whether the two spans share at least one position."""
        return max(self.start, other.start) < min(self.stop, other.stop)

    @property
    def slice(self) -> slice:
        """The same positions as a slice, for arrays and sequences."""
        return slice(self.start, self.stop)

    def of(self, items: Sequence[_T]) -> Sequence[_T]:
        """The items at the span's positions.

        Raises InputError where the span reaches past the end of ``items``.
        """
        if self.stop > len(items):
            raise InputError(
                f"token span {self.start}:{self.stop} does not fit a sequence of {len(items)} tokens; "
                f"its stop can be at most {len(items)}"
            )
        return items[self.slice]
