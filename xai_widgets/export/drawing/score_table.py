"""Several scores of the same tokens beside each other: ``js/views/attribution_compare.ts`` on paper."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from xai_widgets.attribution.attention_beside import attention_row
from xai_widgets.attribution.rank import spearman
from xai_widgets.export.drawing.attribution_view import Attributed, Float, strongest, summed
from xai_widgets.export.drawing.attribution_words import ATTENTION_WORDS, agreement_note
from xai_widgets.export.drawing.colour import text_on, to_hex
from xai_widgets.export.drawing.ink import Ink
from xai_widgets.export.drawing.letters import cut, text_width, wrapped
from xai_widgets.export.drawing.scene import Rect, Scene, Text
from xai_widgets.export.drawing.score_colours import ScoreColours, scale_of

_SIZE = 7.0
_NOTE = 6.5
_ROW = 14.0
_NAMES = 104.0
_PADDING = 3.0
_BETWEEN = 1.0


@dataclass(frozen=True)
class TableRow:
    """One method's scores of all texts' tokens, or one head's attention; NaN where it says nothing of a token."""

    label: str
    note: str
    badge: str
    scores: Float
    colours: ScoreColours

    def words(self, token: int) -> str:
        """The score of a token."""
        score = float(self.scores[token])
        return "–" if math.isnan(score) else self.colours.words(score)


def table_rows(shown: Attributed, ink: Ink) -> list[TableRow]:
    """The rows: each method's, and the attention of the head that stands beside them."""
    step = shown.view.step
    all_scores = [np.concatenate(run.of_step(step)) for run in shown.runs]
    rows = []
    for index, (run, scores) in enumerate(zip(shown.runs, all_scores, strict=True)):
        has_sign = shown.first.signed and run.signed
        note = "" if index == 0 else _agreement(all_scores[0], scores, has_sign=has_sign)
        badge = ATTENTION_WORDS if run.attribution.method.attention_based else ""
        colours = ScoreColours.of(scale_of(has_sign=run.signed), run.most, ink)
        rows.append(TableRow(run.attribution.method.label, note, badge, scores, colours))
    if shown.view.attention_head is not None:
        layer, head = shown.view.attention_head
        weights = attention_row(shown.attribution, layer, head, step)
        assert weights is not None
        # Attention is to the tokens of the first text.
        own = summed(weights[None], shown.axes[0])[0]
        others = [np.full(len(axis), np.nan, dtype=np.float32) for axis in shown.axes[1:]]
        scores = np.concatenate([own, *others])
        colours = ScoreColours.of("size", strongest([scores]), ink)
        note = _agreement(all_scores[0], scores, has_sign=False)
        rows.append(TableRow(f"Attention of layer {layer}, head {head}", note, ATTENTION_WORDS, scores, colours))
    return rows


def _agreement(first: Float, other: Float, *, has_sign: bool) -> str:
    """Over the tokens that both say something of; by size where one of them has no sign."""
    both = ~np.isnan(first) & ~np.isnan(other)
    a, b = first[both], other[both]
    return agreement_note(spearman(a, b) if has_sign else spearman(abs(a), abs(b)), has_sign=has_sign)


def draw_table(
    scene: Scene, shown: Attributed, rows: Sequence[TableRow], ink: Ink, x: float, y: float, available: float
) -> float:
    """Draws the scores from (x, y): a row for each method where all tokens fit beside each other, else a row a token.

    Returns:
        The height that they take.
    """
    labels = [label for axis in shown.axes for label in axis.labels]
    widths = [
        2 * _PADDING + max(text_width(words, _SIZE) for words in (label, *(row.words(token) for row in rows)))
        for token, label in enumerate(labels)
    ]
    with scene.group("scores"):
        if _NAMES + sum(width + _BETWEEN for width in widths) <= available:
            return _draw_flat(scene, shown, rows, ink, x, y, widths)
        return _draw_tall(scene, shown, rows, ink, x, y, available)


def _draw_flat(
    scene: Scene, shown: Attributed, rows: Sequence[TableRow], ink: Ink, x: float, y: float, widths: Sequence[float]
) -> float:
    lefts = [x + _NAMES + sum(width + _BETWEEN for width in widths[:token]) for token in range(len(widths))]
    height = _ROW
    for token, (label, special, starts) in enumerate(_tokens(shown)):
        middle = lefts[token] + widths[token] / 2
        scene.add(Text(middle, y + 9.5, label, _SIZE, ink.muted if special else ink.text, "middle"))
        if starts:
            whole = _ROW + sum(_row_height(row) for row in rows)
            scene.add(Rect(lefts[token] - _BETWEEN / 2 - 0.3, y, 0.6, whole, ink.muted))
    for row in rows:
        tall = _row_height(row)
        _draw_name(scene, row, ink, x, y + height, _NAMES - 6)
        for token in range(len(widths)):
            _draw_cell(scene, row, token, ink, lefts[token], y + height, widths[token], tall - _BETWEEN)
        height += tall
    return height


def _draw_tall(
    scene: Scene, shown: Attributed, rows: Sequence[TableRow], ink: Ink, x: float, y: float, available: float
) -> float:
    tokens = list(_tokens(shown))
    names = min(110.0, max(text_width(label, _SIZE) for label, _, _ in tokens) + 8)
    width = min(112.0, (available - names) / len(rows) - 4)
    head = max(_name_height(row, width) for row in rows)
    for index, row in enumerate(rows):
        _draw_name(scene, row, ink, x + names + index * (width + 4), y, width)
    height = head + 3
    for token, (label, special, starts) in enumerate(tokens):
        if starts:
            scene.add(Rect(x, y + height - 0.8, names + len(rows) * (width + 4), 0.6, ink.muted))
        words = cut(label, _SIZE, names - 8)
        scene.add(Text(x, y + height + 9, words, _SIZE, ink.muted if special else ink.text))
        for index, row in enumerate(rows):
            left = x + names + index * (width + 4)
            _draw_cell(scene, row, token, ink, left, y + height, width, _ROW - _BETWEEN)
        height += _ROW
    return height


def _tokens(shown: Attributed) -> list[tuple[str, bool, bool]]:
    """Label of each token, whether it is special, and whether another text starts with it."""
    return [
        (label, axis.special[row], side > 0 and row == 0)
        for side, axis in enumerate(shown.axes)
        for row, label in enumerate(axis.labels)
    ]


def _draw_cell(
    scene: Scene, row: TableRow, token: int, ink: Ink, x: float, y: float, width: float, height: float
) -> None:
    score = float(row.scores[token])
    fill = ink.text
    if not math.isnan(score):
        ground = row.colours.colour(score)
        fill = text_on(ground, ink.text)
        scene.add(Rect(x, y, width, height, to_hex(ground), radius=1.5))
    scene.add(Text(x + width / 2, y + height / 2 + 2.5, row.words(token), _SIZE, fill, "middle"))


def _notes(row: TableRow) -> list[str]:
    return [words for words in (row.note, row.badge) if words]


def _row_height(row: TableRow) -> float:
    return max(_ROW, _name_height(row, _NAMES - 6) + 2)


def _name_height(row: TableRow, width: float) -> float:
    notes = [line for words in _notes(row) for line in wrapped(words, _NOTE, width)]
    return len(wrapped(row.label, _SIZE, width, bold=True)) * 9 + len(notes) * 8.5 + 2


def _draw_name(scene: Scene, row: TableRow, ink: Ink, x: float, y: float, width: float) -> None:
    height = 0.5
    for line in wrapped(row.label, _SIZE, width, bold=True):
        height += 9
        scene.add(Text(x, y + height, line, _SIZE, ink.text, bold=True))
    for words in _notes(row):
        for line in wrapped(words, _NOTE, width):
            height += 8.5
            scene.add(Text(x, y + height, line, _NOTE, ink.muted))
