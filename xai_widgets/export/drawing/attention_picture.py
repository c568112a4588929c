"""An AttentionMap as a drawing: title, lines, matrix and grid, each with its legend, and what is left out."""

from __future__ import annotations

import numpy as np

from xai_widgets.attention.attention_map import AttentionMap
from xai_widgets.attention.attention_stack import Float
from xai_widgets.attention.thumbnails import layer_thumbnails, thumbnail_words
from xai_widgets.attention.weight_bytes import NOT_A_NUMBER, weight_bytes
from xai_widgets.attention.weight_bytes import UNSEEN as UNSEEN_LEVEL
from xai_widgets.export.drawing.attention_view import UNSEEN, AttentionView, Shown, shown_of
from xai_widgets.export.drawing.attention_words import heads_title, note_words, title_words
from xai_widgets.export.drawing.grid import draw_grid, has_nan
from xai_widgets.export.drawing.heat_map import HeatMap, draw_heat_map, fits_labels
from xai_widgets.export.drawing.ink import Ink
from xai_widgets.export.drawing.legend import Legend
from xai_widgets.export.drawing.lines import LineSet, draw_lines, lines_of
from xai_widgets.export.drawing.page import Page
from xai_widgets.export.drawing.scene import Scene

_BESIDE = 440.0
"""From this width on, lines and matrix stand beside each other."""
_SECTION = 14.0


def attention_scene(attention: AttentionMap, view: AttentionView, ink: Ink, width: float, title: str | None) -> Scene:
    """The drawing of a view of a map, ``width`` points wide. ``title``: None for its own, "" for none."""
    shown = shown_of(attention, view)
    lines = lines_of(shown) if "lines" in view.presentation else None
    heading = title_words(shown, attention.model_name)
    notes = note_words(shown, attention.source, lines.words if lines is not None else "")
    page = Page(width, ink, heading if title is None else title, notes, alt=heading)
    if shown.empty:
        page.say(shown.empty)
    else:
        _draw_pair(page, shown, lines, ink)
    if "grid" in view.presentation:
        _draw_grid(page, attention, view, ink)
    return page.done()


def _draw_pair(page: Page, shown: Shown, lines: LineSet | None, ink: Ink) -> None:
    """Lines and matrix, those that are wanted: beside each other where there is room."""
    heat = _heat_map(shown, ink) if "matrix" in shown.view.presentation else None
    left = 0.42 * page.inner - _SECTION / 2
    right = page.inner - left - _SECTION
    if lines is not None and heat is not None and page.inner >= _BESIDE and fits_labels(heat, right):
        heights = [
            _draw_lines(page, shown, lines, ink, page.left, left),
            _draw_matrix(page, shown, heat, ink, page.left + left + _SECTION, right),
        ]
        page.advance(max(heights) + _SECTION)
        return
    if lines is not None:
        page.advance(_draw_lines(page, shown, lines, ink, page.left, page.inner) + _SECTION)
    if heat is not None:
        page.advance(_draw_matrix(page, shown, heat, ink, page.left, page.inner) + _SECTION)


def _heat_map(shown: Shown, ink: Ink) -> HeatMap:
    mean = shown.mean()
    assert mean is not None
    levels = levels_of(mean, shown.view.threshold)
    return HeatMap(shown.queries, shown.keys, levels, ink.weights, ("Query", "Key"), shown.pins)


def _draw_lines(page: Page, shown: Shown, lines: LineSet, ink: Ink, x: float, width: float) -> float:
    height = draw_lines(page.scene, shown, lines, ink, x, page.y, width) + 8
    legend = Legend(page.scene, ink, x, page.y + height, width)
    with page.scene.group("legend"):
        legend.heads([head for head, _ in shown.heads], ink.heads(shown.n_heads))
        legend.opacity("Opacity: weight")
        legend.marks(unseen=bool(shown.pins) and shown.unseen, nan=bool(shown.pins) and shown.nan)
        legend.draw()
    return height + legend.height


def _draw_matrix(page: Page, shown: Shown, heat: HeatMap, ink: Ink, x: float, width: float) -> float:
    height = draw_heat_map(page.scene, heat, ink, x, page.y, width) + 8
    legend = Legend(page.scene, ink, x, page.y + height, width)
    with page.scene.group("legend"):
        legend.weights(heads_title([head for head, _ in shown.heads]))
        legend.marks(unseen=UNSEEN_LEVEL in heat.levels, nan=NOT_A_NUMBER in heat.levels)
        legend.draw()
    return height + legend.height


def _draw_grid(page: Page, attention: AttentionMap, view: AttentionView, ink: Ink) -> None:
    thumbnails = layer_thumbnails(attention, view.kind, attention.layers(view.kind))
    height = draw_grid(page.scene, attention, view, thumbnails, ink, page.left, page.y, page.inner) + 8
    legend = Legend(page.scene, ink, page.left, page.y + height, page.inner)
    with page.scene.group("legend"):
        legend.weights(f"Weight: {thumbnail_words(attention)}")
        legend.marks(unseen=UNSEEN_LEVEL in thumbnails, nan=has_nan(attention, view, thumbnails))
        legend.draw()
    page.advance(height + legend.height + _SECTION)


def levels_of(weights: Float, threshold: float) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    """The level of each weight on the ramp; those under the threshold are not drawn."""
    seen = weights != UNSEEN
    levels = weight_bytes(weights, seen)
    with np.errstate(invalid="ignore"):
        levels[seen & (weights < threshold)] = 0
    return levels
