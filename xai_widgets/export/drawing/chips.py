"""A text whose tokens are coloured by their scores: ``js/views/attribution_text.ts`` on paper."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from xai_widgets.export.drawing.attribution_view import Float
from xai_widgets.export.drawing.axis import Axis
from xai_widgets.export.drawing.colour import text_on, to_hex
from xai_widgets.export.drawing.ink import Ink
from xai_widgets.export.drawing.letters import cut, text_width
from xai_widgets.export.drawing.scene import Rect, Scene, Text
from xai_widgets.export.drawing.score_colours import ScoreColours

_PADDING = 1.6
_HAIRLINE = 0.75
_SPECIAL = 0.8
_NUMBER = 6.5


@dataclass(frozen=True)
class _Chip:
    row: int
    label: str
    width: float
    size: float
    line: float
    special: bool


def draw_chips(
    scene: Scene,
    axis: Axis,
    scores: Float | None,
    colours: ScoreColours,
    ink: Ink,
    x: float,
    y: float,
    available: float,
    *,
    size: float = 10.0,
    numbers: bool = False,
    picked: Callable[[int], bool] = lambda _row: False,
    current: int | None = None,
    faint: Callable[[int], bool] = lambda _row: False,
) -> float:
    """Draws the text from (x, y) in as many lines as it takes, from the right where it runs that way.

    Args:
        scores: one a row; None for a text without scores.
        numbers: write every score under its token.
        picked: whether a row is outlined.
        current: the row that is underlined.
        faint: whether a row stands back.

    Returns:
        The height that it takes.
    """
    numbers = numbers and scores is not None
    pitch = 1.75 * size + (_NUMBER + 3 if numbers else 0)
    lines = 0
    with scene.group("text"):
        for line in _lines(axis, scores if numbers else None, colours, size, available):
            top = y + lines * pitch
            for offset, chip in line:
                left = x + available - offset - chip.width if axis.rtl else x + offset
                score = None if scores is None else float(scores[chip.row])
                number = colours.words(score) if numbers and score is not None else ""
                looks = {"picked": picked(chip.row), "faint": faint(chip.row)}
                _draw_chip(scene, chip, left, top, score, number, colours, ink, **looks)
                if chip.row == current:
                    under = (left + _PADDING, top + 1.3 * size, chip.width - 2 * _PADDING, 1.2)
                    scene.add(Rect(*under, ink.accent))
            lines += 1
    return lines * pitch


def _draw_chip(
    scene: Scene,
    chip: _Chip,
    x: float,
    y: float,
    score: float | None,
    number: str,
    colours: ScoreColours,
    ink: Ink,
    *,
    picked: bool,
    faint: bool,
) -> None:
    size = chip.line
    height = 1.5 * size + (_NUMBER + 2 if number else 0)
    fill, middle = ink.muted if faint else ink.text, x + chip.width / 2
    if score is not None:
        ground = colours.colour(score)
        fill = text_on(ground, ink.text)
        scene.add(Rect(x, y, chip.width, height, to_hex(ground), radius=2))
    elif picked:
        scene.add(Rect(x, y, chip.width, height, ink.accent, radius=2, opacity=0.16))
    if picked:
        scene.add(Rect(x, y, chip.width, height, stroke=ink.accent, stroke_width=1.2, radius=2))
    scene.add(Text(middle, y + 1.09 * size, chip.label, chip.size, fill, "middle", mono=chip.special))
    if number:
        scene.add(Text(middle, y + 1.4 * size + _NUMBER, number, _NUMBER, fill, "middle"))


def _lines(
    axis: Axis, scores: Float | None, colours: ScoreColours, size: float, available: float
) -> Iterator[list[tuple[float, _Chip]]]:
    """The chips of each line, with how far they stand from where the line begins."""
    line: list[tuple[float, _Chip]] = []
    used = 0.0
    for word in _words(axis):
        chips = [_chip(axis, row, scores, colours, size, available) for row in word]
        space = 0.278 * size if axis.spaced[word[0]] or axis.special[word[0]] else _HAIRLINE
        whole = sum(chip.width + _HAIRLINE for chip in chips) - _HAIRLINE
        if line and used + space + whole > available:
            yield line
            line, used = [], 0.0
        for index, chip in enumerate(chips):
            before = (space if index == 0 else _HAIRLINE) if line else 0.0
            if line and used + before + chip.width > available:
                yield line
                line, used, before = [], 0.0, 0.0
            line.append((used + before, chip))
            used += before + chip.width
        if axis.labels[word[-1]].endswith("↵"):
            yield line
            line, used = [], 0.0
    if line:
        yield line


def _chip(axis: Axis, row: int, scores: Float | None, colours: ScoreColours, size: float, available: float) -> _Chip:
    special = axis.special[row]
    own = size * _SPECIAL if special else size
    label = cut(axis.labels[row], own, available - 2 * _PADDING, mono=special)
    width = text_width(label, own, mono=special) + 2 * _PADDING
    if scores is not None:
        width = max(width, text_width(colours.words(float(scores[row])), _NUMBER) + 2 * _PADDING)
    return _Chip(row, label, width, own, size, special)


def _words(axis: Axis) -> Iterator[list[int]]:
    """Rows that stay in one line: it breaks at spaces, beside special tokens, and anywhere in Chinese."""
    word: list[int] = []
    for row, label in enumerate(axis.labels):
        free = axis.spaced[row] or axis.special[row] or _wide(label)
        if word and (free or axis.special[word[-1]] or axis.labels[word[-1]].endswith("↵")):
            yield word
            word = []
        word.append(row)
    if word:
        yield word


def _wide(label: str) -> bool:
    return unicodedata.east_asian_width(label[0]) in "WF"
