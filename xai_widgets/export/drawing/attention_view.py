"""What of an AttentionMap is on show, and its weights after the choices that apply to every presentation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from xai_widgets.attention.attention_map import AttentionMap
from xai_widgets.attention.attention_stack import Float
from xai_widgets.attention.stacks import is_one
from xai_widgets.errors import InputError
from xai_widgets.export.drawing.axis import Axis, Span, axis_of, merged
from xai_widgets.whole import bounds, whole

PRESENTATIONS = ("lines", "matrix", "grid")
_SEGMENTS: dict[str, tuple[int | None, int | None]] = {
    "all": (None, None),
    "AA": (0, 0),
    "AB": (0, 1),
    "BA": (1, 0),
    "BB": (1, 1),
}
LONGEST = 512
"""The most positions of a side that are drawn unless more are asked for; of a longer text the beginning is."""
_FIRST_PART = 256
UNSEEN = -1.0
"""What the mask forbids, among the weights of a view."""


@dataclass(frozen=True)
class AttentionView:
    """The choices of an AttentionWidget: its traits of the same names say what each means."""

    kind: str
    layer: int
    heads: tuple[int, ...]
    presentation: tuple[str, ...]
    hide_special: bool
    merge_words: bool
    threshold: float
    segment_filter: str
    selection: tuple[tuple[str, int, int], ...]
    part: tuple[Span, Span]


def view_of(
    attention: AttentionMap,
    *,
    kind: str | None = None,
    layer: int | None = None,
    heads: int | Sequence[int] | None = None,
    presentation: str | Sequence[str] = PRESENTATIONS,
    hide_special: bool = False,
    merge_words: bool = False,
    threshold: float = 0.0,
    segment_filter: str = "all",
    selection: Sequence[Mapping[str, Any]] = (),
    part: Mapping[str, Sequence[int]] | None = None,
) -> AttentionView:
    """The choices, held to what the map has; without any, what its widget shows first.

    Raises:
        InputError: a kind, layer, head, presentation, threshold, filter, pin or part that there is not.
    """
    kind = attention.kinds[0] if kind is None else kind
    layer = attention.layers(kind)[0] if layer is None else layer
    if heads is None:
        heads = range(attention.heads(layer, kind))
    named: Any = [heads] if is_one(heads) else heads
    on = tuple(sorted({int(head) for head in named}))
    attention.check(layer, on, kind)
    shown = (presentation,) if isinstance(presentation, str) else tuple(presentation)
    for name in shown:
        if name not in PRESENTATIONS:
            raise InputError(f"There is no presentation {name!r}: choose among 'lines', 'matrix' and 'grid'.")
    if not isinstance(threshold, float | int | np.floating) or not 0 <= threshold <= 1:
        raise InputError(f"The threshold is {threshold!r}: it is a weight, from 0 to 1.")
    if segment_filter not in _SEGMENTS:
        raise InputError(f"There is no segment filter {segment_filter!r}: choose one of {', '.join(_SEGMENTS)}.")
    queries, keys = attention.tokens(kind)
    both = all({0, 1} <= set(tokens.segments) for tokens in (queries, keys))
    counts = {"query": len(queries), "key": len(keys)}
    return AttentionView(
        kind=kind,
        layer=layer,
        heads=on,
        presentation=tuple(name for name in PRESENTATIONS if name in shown),
        hide_special=bool(hide_special),
        merge_words=bool(merge_words),
        threshold=float(threshold),
        segment_filter=segment_filter if both else "all",
        selection=tuple(_pin(pin, counts) for pin in selection),
        part=_part(part, counts),
    )


def _part(part: Mapping[str, Sequence[int]] | None, counts: Mapping[str, int]) -> tuple[Span, Span]:
    if part is None:
        most = max(counts.values()) if max(counts.values()) <= LONGEST else _FIRST_PART
        part = {side: [0, min(count, most)] for side, count in counts.items()}
    spans = []
    for side, count in counts.items():
        span = bounds(part.get(side))
        if span is None or not 0 <= span[0] < span[1] <= count:
            raise InputError(f"There is no part {part.get(side)!r} of {side}: give [start, stop], from 0 to {count}.")
        spans.append(span)
    return spans[0], spans[1]


def _pin(pin: Mapping[str, Any], counts: Mapping[str, int]) -> tuple[str, int, int]:
    side, start, stop = str(pin.get("side")), whole(pin.get("start")), whole(pin.get("stop"))
    if side not in counts or start is None or stop is None:
        raise InputError(f"{pin!r} is no pin: give {{'side': 'query' or 'key', 'start': i, 'stop': j}}.")
    if not 0 <= start < stop <= counts[side]:
        raise InputError(f"{pin!r} cannot be pinned: positions are 0 to {counts[side]}, and start < stop.")
    return side, start, stop


@dataclass(frozen=True)
class Shown:
    """Tokens and weights as they are drawn.

    Attributes:
        view: the choices.
        queries, keys: rows and columns.
        heads: each head that is on, with its exact weights [row, column]: NaN is not a number, UNSEEN is masked.
        n_heads: how many heads the layer has.
        counts: how many tokens there are, of queries and of keys.
        hidden_share: share of the shown queries' weight that goes to keys that are not shown, mean over heads.
        pins: the pinned rows and columns, half-open.
    """

    view: AttentionView
    queries: Axis
    keys: Axis
    heads: tuple[tuple[int, Float], ...]
    n_heads: int
    counts: tuple[int, int]
    hidden_share: float
    pins: tuple[tuple[str, Span], ...]

    @property
    def unseen(self) -> bool:
        """Whether something cannot be seen."""
        return any((values == UNSEEN).any() for _, values in self.heads)

    @property
    def nan(self) -> bool:
        """Whether something is not a number."""
        return any(np.isnan(values).any() for _, values in self.heads)

    @property
    def empty(self) -> str:
        """Why there is nothing to see, in words; "" where there is something."""
        if not len(self.queries) or not len(self.keys):
            return "No token is left to show: show special tokens, or choose other sentences."
        return "" if self.heads else "No head is on."

    def mean(self) -> Float | None:
        """Mean of each cell over the heads that can see it; NaN where one of them is not a number."""
        if not self.heads:
            return None
        stack = np.stack([values for _, values in self.heads])
        seen = stack != UNSEEN
        count = seen.sum(axis=0)
        total = np.where(seen, stack, 0).sum(axis=0, dtype=np.float64)
        mean: Float = np.where(count > 0, total / np.maximum(count, 1), UNSEEN).astype(np.float32)
        return mean


def shown_of(attention: AttentionMap, view: AttentionView) -> Shown:
    """The weights of a view, computed now."""
    segments = _SEGMENTS[view.segment_filter]
    queries, keys = (
        axis_of(tokens, merge_words=view.merge_words, hide_special=view.hide_special, segment=segment, part=part)
        for tokens, segment, part in zip(attention.tokens(view.kind), segments, view.part, strict=True)
    )
    first, last = view.part[0]
    rows = slice(first, last)
    spans = [(start - first, stop - first) for start, stop in queries.spans]
    seen = attention.seen(view.layer, view.kind, rows=rows)
    heads, hidden = [], []
    for head in view.heads:
        weights = attention.weights(view.layer, head, view.kind, rows=rows)
        allowed = None if seen is None else seen[head if len(seen) > 1 else 0]
        allowed = np.ones(weights.shape, dtype=bool) if allowed is None else allowed
        values, any_seen, share = merged(weights, allowed, spans, keys.spans)
        heads.append((head, np.where(any_seen, values, UNSEEN).astype(np.float32)))
        hidden.append(share)
    pins = []
    for side, start, stop in view.selection:
        pinned = (queries if side == "query" else keys).rows_of(start, stop)
        if pinned is not None:
            pins.append((side, pinned))
    return Shown(
        view=view,
        queries=queries,
        keys=keys,
        heads=tuple(heads),
        n_heads=attention.heads(view.layer, view.kind),
        counts=attention.shape(view.kind)[2:],
        hidden_share=sum(hidden) / len(hidden) if hidden else 0.0,
        pins=tuple(pins),
    )
