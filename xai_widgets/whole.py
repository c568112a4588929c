"""Whole numbers as people have them: Python's own, numpy's, and a tensor's, as ``logits.argmax()`` gives it."""

from __future__ import annotations

from operator import index
from typing import Any


def whole(given: Any) -> int | None:
    """The whole number that it is; None where it is none. True and False are none."""
    if isinstance(given, bool):
        return None
    try:
        return index(given)
    except (TypeError, ValueError):
        return None


def bounds(given: Any) -> tuple[int, int] | None:
    """Start and stop of a span that is given as two whole numbers; None where it is not."""
    match given:
        case [first, last]:
            start, stop = whole(first), whole(last)
            return None if start is None or stop is None else (start, stop)
        case _:
            return None
