"""Pinned tokens, as widgets hold them in their ``selection``: spans of the positions of one side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from xai_widgets.errors import InputError
from xai_widgets.whole import whole


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
        side, start, stop = span.get("side"), whole(span.get("start")), whole(span.get("stop"))
        count = counts[side] if side in tuple(counts) else 0
        if start is None or stop is None or not 0 <= start < stop <= count:
            sides = " or ".join(f"{name!r} (0 to {count})" for name, count in counts.items())
            raise InputError(f"{span!r} cannot be {done}: give side {sides}, and start < stop.")
        spans.append(span | {"start": start, "stop": stop})
    return spans
