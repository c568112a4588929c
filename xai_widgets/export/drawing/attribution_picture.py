"""An attribution as a drawing: headline, coloured texts, their legend, what they add up to, and what stands beside."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from xai_widgets.attribution.attribution import Attribution
from xai_widgets.export.drawing.account import draw_account
from xai_widgets.export.drawing.attribution_view import Attributed, AttributionView, attributed
from xai_widgets.export.drawing.attribution_words import (
    agreement_words,
    by_words,
    headline_words,
    note_words,
    scale_words,
)
from xai_widgets.export.drawing.axis import axis_of, joined
from xai_widgets.export.drawing.chips import draw_chips
from xai_widgets.export.drawing.heat_map import HeatMap, draw_heat_map
from xai_widgets.export.drawing.ink import Ink
from xai_widgets.export.drawing.legend import Legend
from xai_widgets.export.drawing.page import Page
from xai_widgets.export.drawing.scene import Scene, Text
from xai_widgets.export.drawing.score_colours import ScoreColours, scale_of
from xai_widgets.export.drawing.score_table import draw_table, table_rows

_SECTION = 13.0
_ACCOUNT = 330.0


def attribution_scene(
    attributions: Sequence[Attribution], view: AttributionView, ink: Ink, width: float, title: str | None
) -> Scene:
    """The drawing of a view of attributions of one text, the first of which is looked at, ``width`` points wide.

    ``title``: None for its own, "" for none.
    """
    shown = attributed(attributions, view)
    heading = f"{headline_words(shown)} · {by_words(shown)}"
    rows = table_rows(shown, ink)
    notes = note_words(shown)
    if len(rows) > 1:
        by_size = view.attention_head is not None or not all(run.signed for run in shown.runs)
        notes.append(agreement_words(rows[0].label, len(rows[0].scores), by_size=by_size))
    page = Page(width, ink, heading if title is None else title, notes, alt=heading)
    _draw_written(page, shown, ink)
    _draw_texts(page, shown, ink)
    account = min(page.inner, _ACCOUNT)
    page.advance(draw_account(page.scene, shown.first, view.step, ink, page.left, page.y, account) + _SECTION)
    if len(rows) > 1:
        page.advance(draw_table(page.scene, shown, rows, ink, page.left, page.y, page.inner) + _SECTION)
    _draw_steps(page, shown, ink)
    return page.done()


def _colours(shown: Attributed, ink: Ink) -> ScoreColours:
    return ScoreColours.of(scale_of(has_sign=shown.first.signed), shown.first.most, ink)


def _draw_written(page: Page, shown: Attributed, ink: Ink) -> None:
    """What was written step by step, with the step that is looked at."""
    steps = shown.attribution.steps
    if steps is None:
        return
    _label(page, ink, "Written step by step")
    colours, chosen = _colours(shown, ink), shown.view.step
    height = draw_chips(
        page.scene,
        axis_of(steps),
        None,
        colours,
        ink,
        page.left,
        page.y,
        page.inner,
        size=9,
        picked=lambda row: row == chosen,
    )
    page.advance(height + 4)


def _draw_texts(page: Page, shown: Attributed, ink: Ink) -> None:
    colours = _colours(shown, ink)
    for side, (label, axis) in enumerate(zip(shown.labels, shown.axes, strict=True)):
        if len(shown.axes) > 1:
            _label(page, ink, label)
        if not len(axis):
            page.say("No token is left to show: show special tokens.")
            continue
        height = draw_chips(
            page.scene,
            axis,
            shown.first.scores[side][shown.view.step],
            colours,
            ink,
            page.left,
            page.y,
            page.inner,
            numbers=shown.view.show_scores,
            picked=lambda row, side=side: shown.picked(side, row),  # type: ignore[misc]
        )
        page.advance(height + 4)
    page.advance(3)
    legend = Legend(page.scene, ink, page.left, page.y, page.inner, centred=False)
    with page.scene.group("legend"):
        legend.scores(scale_words(shown.first), colours)
        legend.marks(unseen=False, nan=any(np.isnan(scores).any() for scores in shown.first.scores))
        legend.draw()
    page.advance(legend.height + _SECTION)


def _draw_steps(page: Page, shown: Attributed, ink: Ink) -> None:
    """Every step by every token."""
    steps, step = shown.attribution.steps, shown.view.step
    columns = joined(shown.axes)
    if steps is None or not len(columns):
        return
    _label(page, ink, "Every step by every token")
    scores = np.concatenate(shown.first.scores, axis=1)
    colours = _colours(shown, ink)
    heat = HeatMap(
        axis_of(steps),
        columns,
        colours.levels(scores),
        colours.ramp,
        ("Step", "Token"),
        (("query", (step, step + 1)),),
    )
    height = draw_heat_map(page.scene, heat, ink, page.left, page.y, page.inner, centred=False)
    page.advance(height + _SECTION)


def _label(page: Page, ink: Ink, words: str) -> None:
    page.scene.add(Text(page.left, page.y + 7, words, 7, ink.muted))
    page.advance(11)
