"""What attributions that other libraries made have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xai_widgets.attribution.attribution import Float
from xai_widgets.attribution.method_card import MethodCard
from xai_widgets.errors import InputError, NotFiniteError
from xai_widgets.text import TokenSequence

REDUCTIONS: dict[str, Callable[[NDArray[Any], tuple[int, ...]], Any]] = {
    "sum": lambda scores, axes: scores.sum(axis=axes),
    "norm": lambda scores, axes: np.sqrt(np.square(scores).sum(axis=axes)),
    "mean": lambda scores, axes: scores.mean(axis=axes),
}
_NO_VALUE = "The value itself did not come with the scores: in its place stands their sum."


def as_array(given: Any) -> NDArray[Any]:
    """A torch tensor or anything that numpy takes, as an array of floats; torch is not imported for it."""
    for step in ("detach", "cpu", "float", "numpy"):
        given = getattr(given, step)() if hasattr(given, step) else given
    try:
        return np.asarray(given, np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(f"These are no numbers of one shape: {error}.") from error


def token_sequence(tokens: Any) -> TokenSequence:
    """A TokenSequence of one, or of bare strings."""
    return tokens if isinstance(tokens, TokenSequence) else TokenSequence.from_strings(tokens)


def reduced(scores: NDArray[Any], axes: int, reduce: str) -> Float:
    """One score for each entry of the first ``axes`` axes, of what lies along the others.

    Raises:
        InputError: there is no such reduction.
        NotFiniteError: a score is NaN or infinite.
    """
    if reduce not in list(REDUCTIONS):
        raise InputError(f"There is no reduce={reduce!r}: choose one of {', '.join(map(repr, REDUCTIONS))}.")
    if not np.isfinite(scores).all():
        raise NotFiniteError(f"{int((~np.isfinite(scores)).sum())} of the {scores.size} scores are NaN or infinite.")
    over = tuple(range(axes, scores.ndim))
    # A norm of a single number would lose its sign.
    return np.asarray(REDUCTIONS[reduce](scores, over) if over else scores, np.float32)


def as_number(given: Any, name: str) -> float:
    """A number, also where it came as a tensor of one entry.

    Raises:
        InputError: it is none.
    """
    try:
        return float(given)
    except (TypeError, ValueError):
        raise InputError(f"{name} is {given!r:.80}: give a number.") from None


def method_card(label: str, library: str, *, signed: bool, complete: bool = False) -> MethodCard:
    """The card of a method that is not this package's.

    Raises:
        InputError: its name is no text.
    """
    if not isinstance(label, str) or not label.strip():
        raise InputError(f"method is {label!r}: give the method's name, as it is to be shown.")
    return MethodCard(
        name="_".join(label.lower().split()),
        label=label,
        reference=f"library: {library}",
        needs=(),
        cost="computed elsewhere",
        complete=complete,
        signed=signed,
    )


def value_or_sum(value: Any, baseline_value: Any, total: Any, kind: str) -> tuple[Any, str, tuple[str, ...]]:
    """The value that was explained, its kind, and a note where it is not known and the sum stands in its place."""
    if value is not None:
        return value, kind, ()
    return baseline_value + total, "sum of scores", (_NO_VALUE,)
