"""Pinned tokens, as widgets hold them in their ``selection``: spans of the positions of one side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from xai_widgets.errors import InputError


def checked_spans(
    given: Sequence[dict[str, Any]], counts: Mapping[Any, int], *, done: str = "pinned"
) -> list[dict[str, Any]]:
    """The spans, each ``{"side": one of counts, "start": i, "stop": j}``, half-open.

    Args:
        given: what was set.
        counts: how many positions each side has.
        done: what is done to a span, for the error.

    Raises:
        InputError: one of them is no such span; the message says which sides and positions there are.
    """
    spans: list[dict[str, Any]] = []
    for span in given:
        side, start, stop = (span.get(name) for name in ("side", "start", "stop"))
        count = counts[side] if side in tuple(counts) else 0
        numbers = all(isinstance(bound, int | np.integer) for bound in (start, stop))
        if not numbers or not 0 <= start < stop <= count:  # type: ignore[operator]  # both are numbers here
            sides = " or ".join(f"{name!r} (0 to {count})" for name, count in counts.items())
            raise InputError(f"{span!r} cannot be {done}: give side {sides}, and start < stop.")
        spans.append(span | {"start": int(start), "stop": int(stop)})  # type: ignore[arg-type]
    return spans
