"""Rows by columns as a heat map: ``js/views/heat_map.ts`` on paper."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from xai_widgets.attention.weight_bytes import NOT_A_NUMBER, UNSEEN
from xai_widgets.export.drawing.axis import Axis, Span
from xai_widgets.export.drawing.cell_png import cell_png
from xai_widgets.export.drawing.colour import to_hex
from xai_widgets.export.drawing.ink import Ink
from xai_widgets.export.drawing.letters import cut, text_width
from xai_widgets.export.drawing.ramp import Ramp
from xai_widgets.export.drawing.scene import Cells, Rect, Scene, Text, cross, hatch

MOST_RECTANGLES = 4096
"""Up to so many cells each is a shape of its own, to be taken apart in an editor; more of them are one image."""

_SIZE = 7.5
_GAP = 4.0
_TURN = 45.0
_NEEDED = _SIZE / math.sin(math.radians(_TURN))
"""From one turned label to the next."""
_MOST_CELL = 20.0
_GAPS_FROM = 5.0
"""Side of cells that are large enough to be told apart by gaps."""
_MOST_HEIGHT = 520.0
_MOST_LABEL = {"row": 110.0, "column": 84.0}


@dataclass(frozen=True)
class Mark:
    """A block of rows and columns that go together: outlined, or with a ring in it, which may be dashed."""

    rows: Span
    columns: Span
    form: Literal["outline", "ring", "dashed"]


@dataclass(frozen=True)
class HeatMap:
    """What is drawn: ``levels`` uint8 [row, column] of the ramp, or NOT_A_NUMBER, or UNSEEN.

    ``names``: what rows and columns are called; ``pins``: rows ("query") and columns ("key") that are outlined;
    ``marks``: blocks of cells that are marked, each with how.
    """

    rows: Axis
    columns: Axis
    levels: NDArray[np.uint8]
    ramp: Ramp
    names: tuple[str, str]
    pins: tuple[tuple[str, Span], ...] = ()
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class _Layout:
    left: float
    top: float
    cell: float
    turned: bool
    width: float
    height: float


def _layout(heat: HeatMap, available: float) -> _Layout:
    n_rows, n_columns = len(heat.rows), len(heat.columns)
    # A pinned label is bold.
    row_label, column_label = (_widest(axis, bold=bool(heat.pins)) for axis in (heat.rows, heat.columns))
    row_label = min(row_label, _MOST_LABEL["row"], 0.32 * available)
    column_label = min(column_label, _MOST_LABEL["column"])
    least = max(text_width(name, 7) for name in heat.names) + 12
    left = max(least, row_label + 2 * _GAP)

    def fitting(top: float, right: float) -> float:
        return min(_MOST_CELL, (available - left - right) / n_columns, (_MOST_HEIGHT - top) / n_rows)

    level = _SIZE + 2 * _GAP + 9
    turned = column_label > fitting(level, 1) - 3
    rise = column_label * math.sin(math.radians(_TURN)) + 3
    top = rise + _SIZE + _GAP if turned else level
    overhang = rise + 2 if turned else 1.0
    # The last column's own half of a cell lies under its label.
    cell = fitting(top, max(1.0, overhang - 6) if turned else 1.0)
    width = left + n_columns * cell + max(1.0, overhang - cell / 2)
    return _Layout(left, top, cell, turned, width, top + n_rows * cell + 1)


def _widest(axis: Axis, *, bold: bool) -> float:
    return max((text_width(label, _SIZE, bold=bold) for label in axis.labels), default=0.0)


def fits_labels(heat: HeatMap, available: float) -> bool:
    """Whether every column is wide enough for a label of its own."""
    layout = _layout(heat, available)
    return not layout.turned or layout.cell >= _NEEDED


def draw_heat_map(
    scene: Scene, heat: HeatMap, ink: Ink, x: float, y: float, available: float, *, centred: bool = True
) -> float:
    """Draws the map from (x, y), in the middle of what is available or at its left.

    Returns:
        The height that it takes.
    """
    layout = _layout(heat, available)
    x += max(0.0, (available - layout.width) / 2) if centred else 0.0
    left, top, cell = x + layout.left, y + layout.top, layout.cell
    width, height = len(heat.columns) * cell, len(heat.rows) * cell
    with scene.group("matrix"):
        _draw_mask(scene, heat, ink, left, top, cell)
        with scene.group("cells"):
            _draw_cells(scene, heat, ink, left, top, cell)
        _draw_segments(scene, heat, ink, left, top, cell)
        scene.add(Rect(left, top, width, height, stroke=ink.line, stroke_width=0.6))
        _draw_pins(scene, heat, ink, left, top, cell)
        with scene.group("marks"):
            _draw_marks(scene, heat, ink, left, top, cell)
        _draw_row_labels(scene, heat, layout, ink, left, top)
        _draw_column_labels(scene, heat, layout, ink, left, top)
        rows, columns = heat.names
        lift = 4.0 if layout.turned else 0.0
        arrow = f"← {columns}" if heat.columns.rtl else f"{columns} →"
        scene.add(Text(left - _GAP, top - _GAP - lift - 10, arrow, 7, ink.muted, "end"))
        scene.add(Text(left - _GAP, top - _GAP - lift, f"{rows} ↓", 7, ink.muted, "end"))
    return layout.height


def _column(heat: HeatMap, column: int) -> int:
    """How many columns stand left of one: they run from right to left where their text does."""
    return len(heat.columns) - 1 - column if heat.columns.rtl else column


def _draw_mask(scene: Scene, heat: HeatMap, ink: Ink, left: float, top: float, cell: float) -> None:
    """What cannot be seen, hatched; the strokes end where cells begin, so that none shows between two of them."""
    unseen = heat.levels == UNSEEN
    if not unseen.any():
        return
    scene.add(hatch(left, top, len(heat.columns) * cell, len(heat.rows) * cell, ink.muted))
    if cell < _GAPS_FROM:
        return
    for row, hidden in enumerate(unseen[:, ::-1] if heat.columns.rtl else unseen):
        edges = np.flatnonzero(np.diff(np.concatenate([[True], hidden, [True]])))
        for start, stop in edges.reshape(-1, 2):
            scene.add(Rect(left + start * cell, top + row * cell, (stop - start) * cell, cell, ink.paper))


def _draw_cells(scene: Scene, heat: HeatMap, ink: Ink, left: float, top: float, cell: float) -> None:
    palette = heat.ramp.levels
    colours = [*palette, *[palette[-1]] * (NOT_A_NUMBER - len(palette)), heat.ramp.nan]
    if heat.levels.size > MOST_RECTANGLES:
        levels = heat.levels[:, ::-1] if heat.columns.rtl else heat.levels
        size = (len(heat.columns) * cell, len(heat.rows) * cell)
        scene.add(Cells(left, top, *size, cell_png(levels, colours, UNSEEN)))
        return
    # A hairline of paper between cells that are large enough to be told apart.
    gap = 0.6 if cell >= _GAPS_FROM else 0.0
    for row, levels_of_row in enumerate(heat.levels):
        for column, level in enumerate(levels_of_row):
            if level == UNSEEN:
                continue
            x, y = left + _column(heat, column) * cell, top + row * cell
            box = (x + gap / 2, y + gap / 2, cell - gap, cell - gap)
            if level == NOT_A_NUMBER and cell >= _GAPS_FROM:
                scene.add(Rect(*box, ink.paper), cross(*box, ink.nan))
            else:
                scene.add(Rect(*box, to_hex(colours[level])))


def _draw_segments(scene: Scene, heat: HeatMap, ink: Ink, left: float, top: float, cell: float) -> None:
    """Lines where the second text of a pair begins."""
    width, height = len(heat.columns) * cell, len(heat.rows) * cell
    if heat.rows.second:
        scene.add(Rect(left, top + heat.rows.second * cell - 0.3, width, 0.6, ink.muted))
    if heat.columns.second:
        at = _column(heat, heat.columns.second) + (1 if heat.columns.rtl else 0)
        scene.add(Rect(left + at * cell - 0.3, top, 0.6, height, ink.muted))


def _draw_pins(scene: Scene, heat: HeatMap, ink: Ink, left: float, top: float, cell: float) -> None:
    width, height = len(heat.columns) * cell, len(heat.rows) * cell
    for side, (start, stop) in heat.pins:
        size = (stop - start) * cell
        if side == "query":
            scene.add(Rect(left, top + start * cell, width, size, stroke=ink.accent, stroke_width=1))
        else:
            first = min(_column(heat, start), _column(heat, stop - 1))
            scene.add(Rect(left + first * cell, top, size, height, stroke=ink.accent, stroke_width=1))


def _draw_marks(scene: Scene, heat: HeatMap, ink: Ink, left: float, top: float, cell: float) -> None:
    for mark in heat.marks:
        (first, last), (start, stop) = mark.rows, mark.columns
        x = left + min(_column(heat, start), _column(heat, stop - 1)) * cell
        draw_mark(scene, mark.form, x, top + first * cell, (stop - start) * cell, (last - first) * cell, ink)


def draw_mark(scene: Scene, form: str, x: float, y: float, width: float, height: float, ink: Ink) -> None:
    """A mark on a block: light and dark, so that it stands out from any colour."""
    if form == "outline":
        inset = min(1.5, min(width, height) / 6)
        box = (x + inset, y + inset, width - 2 * inset, height - 2 * inset)
        radius = min(2.5, min(width, height) / 5)
    else:
        radius = max(1.2, 0.24 * min(width, height))
        box = (x + width / 2 - radius, y + height / 2 - radius, 2 * radius, 2 * radius)
    wide = 1.4 if form == "outline" else 1.1
    scene.add(
        Rect(*box, stroke=ink.paper, stroke_width=wide + 1.2, radius=radius),
        Rect(*box, stroke=ink.text, stroke_width=wide, radius=radius, dashed=form == "dashed"),
    )


def _inks(heat: HeatMap, side: str, axis: Axis, row: int, ink: Ink) -> tuple[str, bool]:
    """Colour of a label, and whether it is bold: a pinned one is."""
    pinned = any(pin == side and start <= row < stop for pin, (start, stop) in heat.pins)
    return (ink.accent, True) if pinned else (ink.muted if axis.special[row] else ink.text, False)


def _draw_row_labels(scene: Scene, heat: HeatMap, layout: _Layout, ink: Ink, left: float, top: float) -> None:
    step = math.ceil((_SIZE + 0.5) / layout.cell) if layout.cell < _SIZE + 0.5 else 1
    with scene.group("queries"):
        for row in range(0, len(heat.rows), step):
            fill, bold = _inks(heat, "query", heat.rows, row, ink)
            label = cut(heat.rows.labels[row], _SIZE, layout.left - 2 * _GAP, bold=bold)
            baseline = top + (row + 0.5) * layout.cell + 0.36 * _SIZE
            scene.add(Text(left - _GAP, baseline, label, _SIZE, fill, "end", bold))


def _draw_column_labels(scene: Scene, heat: HeatMap, layout: _Layout, ink: Ink, left: float, top: float) -> None:
    step = max(1, math.ceil(_NEEDED / layout.cell)) if layout.turned else 1
    room = (layout.top - _SIZE) / math.sin(math.radians(_TURN)) if layout.turned else layout.cell
    with scene.group("keys"):
        for column in range(0, len(heat.columns), step):
            fill, bold = _inks(heat, "key", heat.columns, column, ink)
            label = cut(heat.columns.labels[column], _SIZE, room, bold=bold)
            x = left + (_column(heat, column) + 0.5) * layout.cell
            if layout.turned:
                at = (x + 0.25 * _SIZE, top - _GAP)
                scene.add(Text(*at, label, _SIZE, fill, bold=bold, angle=-_TURN))
            else:
                scene.add(Text(x, top - _GAP, label, _SIZE, fill, "middle", bold))
