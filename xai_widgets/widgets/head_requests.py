"""Answers about the heads of an AttentionMap: their bytes, exact weights, and thumbnails."""

from __future__ import annotations

from typing import Any

from xai_widgets.attention.attention_map import AttentionMap
from xai_widgets.attention.thumbnails import Tick, layer_thumbnails, rows_at_first
from xai_widgets.attention.weight_bytes import Bytes
from xai_widgets.errors import InputError
from xai_widgets.models.cores import leaving_a_core
from xai_widgets.text import TokenSpan
from xai_widgets.whole import bounds
from xai_widgets.widgets.requests import Arrays
from xai_widgets.widgets.wire import LONGEST, Part, head_bytes


def answer_heads(attention: AttentionMap, request: dict[str, Any]) -> Arrays:
    """The answer to a ``heads`` request: weight bytes [head, query, key], of all positions or a part."""
    kind, part = request["kind"], request.get("part")
    attention.check(request["layer"], request["heads"], kind)
    check_part(attention, kind, part)
    return [head_bytes(attention, kind, request["layer"], request["heads"], part)]


def answer_cell(attention: AttentionMap, request: dict[str, Any]) -> Arrays:
    """The answer to a ``cell`` request: the exact weight between two spans, float32 [head]."""
    query, key = (TokenSpan(*request[side]) for side in ("query", "key"))
    return [attention.span_weights(request["layer"], request["heads"], query, key, request["kind"])]


def thumbnails_of(attention: AttentionMap, request: dict[str, Any], tick: Tick) -> Bytes:
    """What answers a ``thumbnails`` request: weight bytes [layer, head, row, column]; made beside whoever looks."""
    kind = request["kind"]
    of_each = None if request["exact"] else rows_at_first(attention, kind)
    with leaving_a_core():
        return layer_thumbnails(attention, kind, request["layers"], of_each=of_each, tick=tick)


def check_part(attention: AttentionMap, kind: str, part: Part | None) -> None:
    """Raises InputError where a part of a map does not exist or is too large to travel at once."""
    counts = dict(zip(("query", "key"), map(len, attention.tokens(kind)), strict=True))
    if part is None:
        if max(counts.values()) > LONGEST:
            raise InputError(
                f"This text has {max(counts.values())} tokens and is looked at in parts of at most {LONGEST} a side: "
                'say which, as part={"query": [0, 256], "key": [0, 256]}.'
            )
        return
    for side, count in counts.items():
        span = bounds(part.get(side))
        if span is None or not 0 <= span[0] < span[1] <= min(count, span[0] + LONGEST):
            raise InputError(
                f"There is no part {part!r}: give {side} as [start, stop], from 0 to {count} and at most {LONGEST} "
                "positions long."
            )
