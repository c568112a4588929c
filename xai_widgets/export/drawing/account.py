"""What the scores add up to, as bars from where the one before ended: ``js/views/attribution_sum.ts`` on paper."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from xai_widgets.export.drawing.attribution_view import Run
from xai_widgets.export.drawing.attribution_words import residual_words, sum_labels
from xai_widgets.export.drawing.colour import to_hex
from xai_widgets.export.drawing.ink import Ink
from xai_widgets.export.drawing.letters import text_width, wrapped
from xai_widgets.export.drawing.numbers import plain, signed
from xai_widgets.export.drawing.ramp import score_colour
from xai_widgets.export.drawing.scene import Rect, Scene, Text, hatch

_SIZE = 7.5
_ROW = 13.0
_BAR = 7.0
_GAP = 7.0
Scale = Callable[[float], float]
"""From a value to where it is drawn."""
_STRENGTH = 0.8
"""Bars are calmer than the strongest token."""


@dataclass(frozen=True)
class Bar:
    """One bar, in the unit of the value: from where the one before it ended; baseline and value stand on zero."""

    name: str
    start: float
    stop: float

    @property
    def total(self) -> bool:
        """Whether it is a value and no difference of values."""
        return self.name in ("baseline", "value")


def bars_of(run: Run, step: int) -> list[Bar]:
    """From the baseline's value over what the scores add to the value: every difference is some bar's length."""
    scores = np.concatenate([row.astype(np.float64) for row in run.of_step(step)])
    hidden = float(run.hidden[step])
    at = run.number("baseline_value", step)
    bars = [Bar("baseline", 0.0, at)]
    parts = [("raises", float(scores[scores > 0].sum())), ("lowers", float(scores[scores < 0].sum()))]
    parts += [("hidden", hidden)] if hidden != 0 else []
    for name, by in [*parts, ("residual", run.number("residual", step))]:
        bars.append(Bar(name, at, at + by))
        at += by
    bars.append(Bar("value", 0.0, run.number("value", step)))
    return [bar for bar in bars if run.signed or bar.name != "lowers"]


def draw_account(scene: Scene, run: Run, step: int, ink: Ink, x: float, y: float, available: float) -> float:
    """Draws the account from (x, y).

    Returns:
        The height that it takes.
    """
    bars = bars_of(run, step)
    labels = sum_labels(has_sign=run.signed)
    words = [plain(bar.stop) if bar.total else signed(bar.stop - bar.start) for bar in bars]
    left = x + max(text_width(labels[bar.name], _SIZE, bold=bar.total) for bar in bars) + _GAP
    right = x + available - max(text_width(word, _SIZE, bold=True) for word in words) - _GAP
    with scene.group("account"):
        scene.add(Text(x, y + 7, "What the scores add up to", 7, ink.muted))
        top = y + 13
        scale = _scale(bars, left, right)
        scene.add(Rect(scale(0.0) - 0.3, top, 0.6, len(bars) * _ROW, ink.line))
        for row, (bar, word) in enumerate(zip(bars, words, strict=True)):
            middle = top + (row + 0.5) * _ROW
            fill = ink.text if bar.total else ink.muted
            scene.add(Text(x, middle + 2.7, labels[bar.name], _SIZE, fill, bold=bar.total))
            scene.add(Text(x + available, middle + 2.7, word, _SIZE, fill, "end", bar.total))
            _draw_bar(scene, bar, run, ink, scale, middle)
        height = 13 + len(bars) * _ROW + 3
        for line in wrapped(residual_words(run, step), 6.5, available):
            scene.add(Text(x, y + height + 6.5, line, 6.5, ink.muted))
            height += 9
    return height


def _scale(bars: Sequence[Bar], left: float, right: float) -> Scale:
    ends = [end for bar in bars for end in (bar.start, bar.stop) if math.isfinite(end)]
    least, most = min(0.0, *ends), max(0.0, *ends)

    def scale(value: float) -> float:
        share = (value - least) / (most - least) if most > least and math.isfinite(value) else 0.0
        return left + share * (right - left)

    return scale


def _draw_bar(scene: Scene, bar: Bar, run: Run, ink: Ink, scale: Scale, middle: float) -> None:
    start, stop = sorted((scale(bar.start), scale(bar.stop)))
    box = (start, middle - _BAR / 2, max(0.5, stop - start), _BAR)
    if bar.total:
        scene.add(Rect(*box, ink.muted, radius=1))
    elif bar.name in ("raises", "lowers"):
        share = _STRENGTH if bar.name == "raises" else -_STRENGTH
        scene.add(Rect(*box, to_hex(score_colour(ink.scores(signed=run.signed), share, 1.0)), radius=1))
    else:
        if bar.name == "residual":
            scene.add(hatch(*box, ink.muted, 3))
        scene.add(Rect(*box, stroke=ink.muted, stroke_width=0.5, radius=1))
