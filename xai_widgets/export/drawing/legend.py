"""What the colours mean, always in the picture: ``js/views/legend.ts`` and ``attribution_legend.ts`` on paper."""

from __future__ import annotations

import math
from collections.abc import Sequence

from xai_widgets.export.drawing.colour import to_hex
from xai_widgets.export.drawing.ink import Ink
from xai_widgets.export.drawing.letters import text_width
from xai_widgets.export.drawing.numbers import plain, signed
from xai_widgets.export.drawing.ramp import Ramp, score_colour, weight_colour
from xai_widgets.export.drawing.scene import Gradient, Rect, Scene, Text, cross, hatch

_SIZE = 7.0
_TICK = 6.5
_SCALE = 104.0
_BAR = 7.0
_LINE = 15.0
_BETWEEN = 12.0
_SWATCH = 9.0
# The ramp goes by the square root of the weight, so that small weights keep their differences.
_RAMP_TICKS = (0, 0.05, 0.25, 0.5, 1)
_OPACITY_TICKS = (0, 0.5, 1)
_STOPS = 24


class Legend:
    """Parts of a legend that flow from left to right and into the next line, from (x, y) within ``width``."""

    def __init__(self, scene: Scene, ink: Ink, x: float, y: float, width: float) -> None:
        self._scene, self._ink = scene, ink
        self._x, self._y, self._width = x, y, width
        self._used = 0.0
        self._lines = 1
        self._below = False

    @property
    def height(self) -> float:
        """The height that it takes so far."""
        return self._lines * _LINE + (5 if self._below else 0)

    def _place(self, width: float) -> tuple[float, float]:
        """Where something of that width begins: its left edge, and the top of its line."""
        if self._used > 0 and self._used + width > self._width:
            # Ticks hang under a scale: what follows it stays clear of them.
            self._lines += 1
            self._y += _LINE + (5 if self._below else 0)
            self._below, self._used = False, 0.0
        at = self._x + self._used
        self._used += width + _BETWEEN
        return at, self._y

    def words(self, words: str) -> None:
        """Some words."""
        x, y = self._place(text_width(words, _SIZE))
        self._scene.add(Text(x, y + _SIZE, words, _SIZE, self._ink.muted))

    def weights(self, title: str) -> None:
        """The ramp of weights, with what it measures."""
        stops = [(to_hex(weight_colour(self._ink.weights, (i / _STOPS) ** 2)), 1.0) for i in range(_STOPS + 1)]
        ticks = [(math.sqrt(weight), str(weight)) for weight in _RAMP_TICKS]
        self._scale(title, stops, ticks, "", "")

    def opacity(self, title: str) -> None:
        """From clear to full: what the opacity of lines means."""
        stops = [(self._ink.text, i / 8) for i in range(9)]
        self._scale(title, stops, [(weight, str(weight)) for weight in _OPACITY_TICKS], "", "")

    def scores(self, title: str, ramp: Ramp, most: float, *, has_sign: bool) -> None:
        """The ramp of scores, with its ends in numbers and words."""
        least = -most if has_sign else 0.0
        values = [least + (most - least) * i / 20 for i in range(21)]
        stops = [(to_hex(score_colour(ramp, value, most)), 1.0) for value in values]
        if has_sign:
            ticks = [(0.0, signed(-most)), (0.5, "0"), (1.0, signed(most))]
            self._scale(title, stops, ticks, "lowers it", "raises it")
        else:
            self._scale(title, stops, [(0.0, "0"), (1.0, plain(most))], "matters little", "matters most")

    def _scale(
        self,
        title: str,
        stops: Sequence[tuple[str, float]],
        ticks: Sequence[tuple[float, str]],
        low: str,
        high: str,
    ) -> None:
        before = text_width(title, _SIZE) + 8
        ends = [text_width(words, _SIZE) + 6 if words else 0.0 for words in (low, high)]
        first, last = (text_width(ticks[at][1], _TICK) / 2 for at in (0, -1))
        lead = max(ends[0], first)
        whole = before + lead + _SCALE + max(ends[1], last)
        if whole > self._width:
            # The title takes a line of its own.
            self.words(title)
            self._used = self._width
            before = 0.0
            whole = lead + _SCALE + max(ends[1], last)
        x, y = self._place(whole)
        add, ink = self._scene.add, self._ink
        if before:
            add(Text(x, y + _SIZE, title, _SIZE, ink.muted))
        left = x + before + lead
        if low:
            add(Text(left - 4, y + _SIZE, low, _SIZE, ink.muted, "end"))
        if high:
            add(Text(left + _SCALE + 4, y + _SIZE, high, _SIZE, ink.muted))
        add(Gradient(left, y + 0.5, _SCALE, _BAR, tuple(stops)))
        add(Rect(left, y + 0.5, _SCALE, _BAR, stroke=ink.line, stroke_width=0.5))
        for share, words in ticks:
            add(Text(left + share * _SCALE, y + 0.5 + _BAR + _TICK, words, _TICK, ink.muted, "middle"))
        self._below = True

    def heads(self, heads: Sequence[int], colours: Sequence[str]) -> None:
        """The colour of every head, with its number."""
        with self._scene.group("heads"):
            self.words("Head")
            self._used -= _BETWEEN - 5
            for head in heads:
                words = str(head)
                x, y = self._place(_SWATCH + 2.5 + text_width(words, _SIZE))
                self._used -= _BETWEEN - 6
                self._scene.add(Rect(x, y - 0.5, _SWATCH, _SWATCH, colours[head], radius=1.5))
                self._scene.add(Text(x + _SWATCH + 2.5, y + _SIZE, words, _SIZE, self._ink.muted))
            self._used += _BETWEEN - 6

    def marks(self, *, unseen: bool, nan: bool) -> None:
        """What is no weight: masked pairs, and what is not a number."""
        for there, words in ((unseen, "cannot see"), (nan, "not a number")):
            if not there:
                continue
            x, y = self._place(_SWATCH + 4 + text_width(words, _SIZE))
            box = (x, y - 0.5, _SWATCH, _SWATCH)
            mark = hatch(*box, self._ink.muted, 3) if words == "cannot see" else cross(*box, self._ink.nan)
            self._scene.add(mark, Rect(*box, stroke=self._ink.line, stroke_width=0.5))
            self._scene.add(Text(x + _SWATCH + 4, y + _SIZE, words, _SIZE, self._ink.muted))
