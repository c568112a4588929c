"""Lines between queries and keys, in the colour of their head: ``js/views/attention_lines.ts`` on paper."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xai_widgets.attention.attention_stack import Float
from xai_widgets.export.drawing.attention_view import UNSEEN, Shown
from xai_widgets.export.drawing.axis import Axis, Span
from xai_widgets.export.drawing.ink import Ink
from xai_widgets.export.drawing.letters import cut, text_width
from xai_widgets.export.drawing.scene import Path, Rect, Scene, Text, cross, hatch, number

MOST_LINES = 4000
"""More of them are a grey field, and a file that no editor opens; what they leave out is said in words."""
FAINTEST = 0.004
"""Fainter than this a line adds nothing that an eye could see."""

_PADDING = 5.0
_HEAD = 14.0
"""Height of the line that names the columns."""


@dataclass(frozen=True)
class LineSet:
    """The lines that are drawn, as parallel arrays, faintest first.

    Attributes:
        heads: index into ``Shown.heads``.
        left_out: share of the weight that no line shows, 0 to 1.
        floor: the weight under which lines are left out.
    """

    heads: NDArray[np.intp]
    queries: NDArray[np.intp]
    keys: NDArray[np.intp]
    weights: Float
    left_out: float
    floor: float

    @property
    def words(self) -> str:
        """What the lines leave out, in a sentence; "" where that is nothing."""
        share = round(100 * self.left_out)
        return f"{share}% of the weight is in lines under {self.floor:.2g}, which are not drawn." if share else ""


def lines_of(shown: Shown) -> LineSet:
    """The lines of what is pinned, or of everything: those at or above the threshold, the strongest where too many."""
    inside = np.zeros((len(shown.queries), len(shown.keys)), dtype=bool)
    for side, (start, stop) in shown.pins:
        inside[(slice(start, stop), slice(None)) if side == "query" else (slice(None), slice(start, stop))] = True
    if not shown.pins:
        inside[:] = True
    stack = np.stack([values for _, values in shown.heads]) if shown.heads else np.zeros((0, *inside.shape), np.float32)
    there = inside & (stack != UNSEEN) & ~np.isnan(stack)
    floor = max(shown.view.threshold, FAINTEST)
    total = stack[there].sum(dtype=np.float64)
    heads, queries, keys = np.nonzero(there & (stack >= floor))
    weights = stack[heads, queries, keys]
    order = np.argsort(weights, kind="stable")[-MOST_LINES:]
    if len(weights) > MOST_LINES:
        floor = float(weights[order[0]])
    weights = weights[order]
    left_out = max(0.0, 1 - weights.sum(dtype=np.float64) / total) if total > 0 else 0.0
    return LineSet(heads[order], queries[order], keys[order], weights, left_out, floor)


@dataclass(frozen=True)
class _Layout:
    row: float
    size: float
    label_x: dict[str, float]
    label_width: dict[str, float]
    boxes: dict[str, float]
    box: float
    ends: dict[str, float]
    query_on_left: bool
    width: float


def _layout(shown: Shown, available: float) -> _Layout:
    count = max(len(shown.queries), len(shown.keys))
    row, size = (15.0, 8.5) if count <= 24 else (12.0, 8.0) if count <= 80 else (9.5, 7.0)
    sides = {side for side, _ in _boxed(shown)}
    box = min(6.0, 0.13 * available / max(1, shown.n_heads))
    strip = {side: box * shown.n_heads + 4 if side in sides else 0.0 for side in ("query", "key")}
    least = max(42.0, 0.25 * available)
    room = max(30.0, (available - sum(strip.values()) - least) / 2)
    width = {
        side: min(room, _widest(axis, size) + 2 * _PADDING)
        for side, axis in (("query", shown.queries), ("key", shown.keys))
    }
    left, right = ("key", "query") if shown.queries.rtl else ("query", "key")
    lines = min(240.0, max(least, available - sum(strip.values()) - sum(width.values())))
    x = {left: strip[left], right: strip[left] + width[left] + lines}
    return _Layout(
        row=row,
        size=size,
        label_x=x,
        label_width=width,
        boxes={left: 0.0, right: x[right] + width[right] + 4},
        box=box,
        ends={left: x[left] + width[left], right: x[right]},
        query_on_left=left == "query",
        width=x[right] + width[right] + strip[right],
    )


def _widest(axis: Axis, size: float) -> float:
    return max((text_width(label, size) for label in axis.labels), default=0.0)


def draw_lines(scene: Scene, shown: Shown, lines: LineSet, ink: Ink, x: float, y: float, available: float) -> float:
    """Draws the lines from (x, y), in the middle of what is available.

    Returns:
        The height that they take.
    """
    layout = _layout(shown, available)
    x += max(0.0, (available - layout.width) / 2)
    top = y + _HEAD
    with scene.group("lines"):
        _name_columns(scene, layout, ink, x, y)
        _draw_pins(scene, shown, layout, ink, x, top)
        _draw_curves(scene, shown, lines, layout, ink, x, top)
        for side, axis in (("query", shown.queries), ("key", shown.keys)):
            _draw_labels(scene, axis, side, layout, ink, x, top)
        for side, spans in _boxed(shown):
            _draw_boxes(scene, shown, side, spans, layout, ink, x, top)
    return _HEAD + max(len(shown.queries), len(shown.keys)) * layout.row


def _name_columns(scene: Scene, layout: _Layout, ink: Ink, x: float, y: float) -> None:
    for side, name in (("query", "Query"), ("key", "Key")):
        on_left = layout.query_on_left == (side == "query")
        edge = x + layout.ends[side] + (-_PADDING if on_left else _PADDING)
        scene.add(Text(edge, y + 8, name, 7, ink.muted, "end" if on_left else "start"))


def _draw_labels(scene: Scene, axis: Axis, side: str, layout: _Layout, ink: Ink, x: float, top: float) -> None:
    on_left = layout.query_on_left == (side == "query")
    edge = x + layout.ends[side] + (-_PADDING if on_left else _PADDING)
    if axis.second:
        left, width = x + layout.label_x[side], layout.label_width[side]
        scene.add(Rect(left, top + axis.second * layout.row - 0.3, width, 0.6, ink.line))
    with scene.group("queries" if side == "query" else "keys"):
        for row, label in enumerate(axis.labels):
            baseline = top + (row + 0.5) * layout.row + 0.36 * layout.size
            shown = cut(label, layout.size, layout.label_width[side] - 2 * _PADDING)
            fill = ink.muted if axis.special[row] else ink.text
            scene.add(Text(edge, baseline, shown, layout.size, fill, "end" if on_left else "start"))


def _draw_pins(scene: Scene, shown: Shown, layout: _Layout, ink: Ink, x: float, top: float) -> None:
    for side, (start, stop) in shown.pins:
        left, width = x + layout.label_x[side], layout.label_width[side]
        box = (left + 0.75, top + start * layout.row + 0.75, width - 1.5, (stop - start) * layout.row - 1.5)
        scene.add(Rect(*box, fill=ink.accent, radius=2.5, opacity=0.14))
        scene.add(Rect(*box, stroke=ink.accent, radius=2.5))


def _draw_curves(scene: Scene, shown: Shown, lines: LineSet, layout: _Layout, ink: Ink, x: float, top: float) -> None:
    """Curves, as opaque as their weight; their ends are fanned out, so that heads that agree lie side by side."""
    colours = ink.heads(shown.n_heads)
    start, end = x + layout.ends["query"], x + layout.ends["key"]
    bend = (end - start) * 0.42
    fan = min(1.9, (layout.row - 7) / max(1, len(shown.heads) - 1))
    width = 1.3 if shown.pins else 0.9
    with scene.group("curves", width):
        for at, query, key, weight in zip(lines.heads, lines.queries, lines.keys, lines.weights, strict=True):
            shift = (at - (len(shown.heads) - 1) / 2) * fan
            y1, y2 = (top + (row + 0.5) * layout.row + shift for row in (query, key))
            points = [(start, y1), (start + bend, y1), (end - bend, y2), (end, y2)]
            first, *curve = (f"{number(px)} {number(py)}" for px, py in points)
            colour = colours[shown.heads[at][0]]
            scene.add(Path(f"M{first}C{' '.join(curve)}", colour, None, min(1.0, float(weight))))


def _boxed(shown: Shown) -> list[tuple[str, list[Span]]]:
    """Beside which side boxes stand, and the pinned spans of the other side that they are about."""
    queries = [span for side, span in shown.pins if side == "query"]
    keys = [span for side, span in shown.pins if side == "key"]
    return [(side, spans) for side, spans in (("key", queries), ("query", keys)) if spans]


def _draw_boxes(
    scene: Scene, shown: Shown, side: str, spans: list[Span], layout: _Layout, ink: Ink, x: float, top: float
) -> None:
    """One box a head beside each token: how much of what is pinned goes there; hatched where nothing can be seen."""
    colours = ink.heads(shown.n_heads)
    left, width, height = x + layout.boxes[side], max(0.7 * layout.box, layout.box - 0.7), layout.row - 4
    with scene.group("boxes"):
        for row in range(len(shown.keys) if side == "key" else len(shown.queries)):
            y = top + row * layout.row + 2
            weights = {head: focus_weight(values, side, spans, row) for head, values in shown.heads}
            if all(weight == UNSEEN for weight in weights.values()):
                scene.add(hatch(left, y, layout.box * shown.n_heads, height, ink.muted, 3.5))
            for head, weight in weights.items():
                if weight == UNSEEN:
                    continue
                at = left + head * layout.box
                scene.add(Rect(at, y, width, height, ink.text, opacity=0.06))
                if math.isnan(weight):
                    scene.add(cross(at, y, width, height, ink.nan, share=0.9))
                else:
                    scene.add(Rect(at, y, width, height, colours[head], opacity=min(1.0, weight)))


def focus_weight(values: Float, side: str, spans: list[Span], row: int) -> float:
    """Mean over the pinned queries of what they give a key, or sum over the pinned keys of what a query gives them."""
    of_row = values[:, row] if side == "key" else values[row]
    pinned = np.concatenate([of_row[slice(*span)] for span in spans])
    seen = pinned[pinned != UNSEEN]
    if not len(seen):
        return UNSEEN
    total = float(seen.sum(dtype=np.float64))
    return total / len(pinned) if side == "key" else total
