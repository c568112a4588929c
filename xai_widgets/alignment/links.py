"""From weights between words to links between words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xai_widgets.errors import InputError

Float = NDArray[np.float64]
Bool = NDArray[np.bool_]

_DISCOUNT = 0.9
_ROUNDS = 2


def links(weights: NDArray[Any], method: str) -> Bool:
    """Which words are linked, bool [target, source], by weights of that shape that are not negative.

    A word all of whose weights are zero is linked with none. Of equal weights the first counts.

    Raises:
        InputError: there is no such method; the message lists those there are.
    """
    if method not in METHODS:
        raise InputError(f"There is no alignment method {method!r}: choose one of {', '.join(map(repr, METHODS))}.")
    known = np.asarray(weights, np.float64)
    return METHODS[method](known) if known.size else np.zeros(known.shape, bool)


def _of_targets(weights: Float) -> Bool:
    """Each row's largest."""
    found = np.zeros(weights.shape, bool)
    found[np.arange(len(weights)), weights.argmax(axis=1)] = True
    return found & (weights > 0)


def _intersection(weights: Float) -> Bool:
    """What is the largest of its row and of its column."""
    return _of_targets(weights) & _of_targets(weights.T).T


def _itermax(weights: Float) -> Bool:
    """The intersection, and the intersection again with what is linked weighed down.

    Jalili Sabet et al. (2020), algorithm 1, with their discount of 0.9 and two rounds: in the second one pairs of
    which both words are linked are out, and those of which one is count 0.9 times.
    """
    found = _intersection(weights)
    # Where one side has no more than two words, a second round would link everything.
    if min(weights.shape) <= 2:
        return found
    for _ in range(_ROUNDS - 1):
        free_target, free_source = ~found.any(axis=1), ~found.any(axis=0)
        if not free_target.any() or not free_source.any():
            break
        both, either = np.logical_and.outer(free_target, free_source), np.logical_or.outer(free_target, free_source)
        found = found | _intersection(weights * np.where(both, 1.0, np.where(either, _DISCOUNT, 0.0)))
    return found


METHODS: dict[str, Callable[[Float], Bool]] = {
    "argmax": _of_targets,
    "intersection": _intersection,
    "itermax": _itermax,
}
