"""What the colours mean, always in the picture: ``js/views/legend.ts`` and ``attribution_legend.ts`` on paper."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from xai_widgets.export.drawing.colour import to_hex
from xai_widgets.export.drawing.heat_map import draw_mark
from xai_widgets.export.drawing.ink import Ink
from xai_widgets.export.drawing.letters import text_width, wrapped
from xai_widgets.export.drawing.numbers import plain, signed
from xai_widgets.export.drawing.ramp import score_colour, weight_colour
from xai_widgets.export.drawing.scene import Gradient, Rect, Scene, Text, cross, hatch
from xai_widgets.export.drawing.score_colours import ScoreColours

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


@dataclass(frozen=True)
class _Part:
    """Something that stands in one line: how wide it is, and what draws it from its left edge and the line's top."""

    width: float
    draw: Callable[[float, float], None]
    gap: float = _BETWEEN
    tall: bool = False


class Legend:
    """Parts of a legend that flow from left to right and into the next line, from (x, y) within ``width``."""

    def __init__(self, scene: Scene, ink: Ink, x: float, y: float, width: float, *, centred: bool = True) -> None:
        self._scene, self._ink = scene, ink
        self._x, self._y, self._width, self._centred = x, y, width, centred
        self._lines: list[list[_Part]] = [[]]

    @property
    def height(self) -> float:
        """The height that it takes."""
        return sum(_line_height(line) for line in self._lines)

    def draw(self) -> None:
        """Draws all parts, each line in the middle unless it is to start at the left."""
        y = self._y
        for line in self._lines:
            used = sum(part.width + part.gap for part in line) - (line[-1].gap if line else 0)
            x = self._x + (max(0.0, (self._width - used) / 2) if self._centred else 0.0)
            for part in line:
                part.draw(x, y)
                x += part.width + part.gap
            y += _line_height(line)

    def _add(self, part: _Part) -> None:
        line = self._lines[-1]
        if line and sum(before.width + before.gap for before in line) + part.width > self._width:
            self._lines.append([])
        self._lines[-1].append(part)

    def words(self, words: str, gap: float = _BETWEEN) -> None:
        """Some words, in as many lines as they take."""
        for line in wrapped(words, _SIZE, self._width):

            def draw(x: float, y: float, line: str = line) -> None:
                self._scene.add(Text(x, y + _SIZE, line, _SIZE, self._ink.muted))

            self._add(_Part(text_width(line, _SIZE), draw, gap))

    def weights(self, title: str) -> None:
        """The ramp of weights, with what it measures."""
        stops = [(to_hex(weight_colour(self._ink.weights, (i / _STOPS) ** 2)), 1.0) for i in range(_STOPS + 1)]
        ticks = [(math.sqrt(weight), str(weight)) for weight in _RAMP_TICKS]
        self._scale(title, stops, ticks, ("", ""))

    def opacity(self, title: str) -> None:
        """From clear to full: what the opacity of lines means."""
        stops = [(self._ink.text, i / 8) for i in range(9)]
        self._scale(title, stops, [(weight, str(weight)) for weight in _OPACITY_TICKS], ("", ""))

    def scores(self, title: str, colours: ScoreColours) -> None:
        """The ramp of scores, with its ends in numbers and words."""
        if colours.scale == "weight":
            self.weights(title)
            return
        has_sign, most = colours.scale == "signed", colours.most
        least = -most if has_sign else 0.0
        values = [least + (most - least) * i / 20 for i in range(21)]
        stops = [(to_hex(score_colour(colours.ramp, value, most)), 1.0) for value in values]
        if has_sign:
            ticks = [(0.0, signed(-most)), (0.5, "0"), (1.0, signed(most))]
            self._scale(title, stops, ticks, ("lowers it", "raises it"))
        else:
            self._scale(title, stops, [(0.0, "0"), (1.0, plain(most))], ("matters little", "matters most"))

    def _scale(
        self,
        title: str,
        stops: Sequence[tuple[str, float]],
        ticks: Sequence[tuple[float, str]],
        ends: tuple[str, str],
    ) -> None:
        """A bar of colours between two words, with numbers under it; its title takes a line where there is no room."""
        half = [text_width(ticks[at][1], _TICK) / 2 for at in (0, -1)]
        before, after = (
            max(own, text_width(words, _SIZE) + 4 if words else 0.0) for own, words in zip(half, ends, strict=True)
        )

        def draw(x: float, y: float) -> None:
            add, ink, left = self._scene.add, self._ink, x + before
            for words, at, anchor in ((ends[0], left - 4, "end"), (ends[1], left + _SCALE + 4, "start")):
                if words:
                    add(Text(at, y + _SIZE, words, _SIZE, ink.muted, anchor))  # type: ignore[arg-type]
            add(Gradient(left, y + 0.5, _SCALE, _BAR, tuple(stops)))
            add(Rect(left, y + 0.5, _SCALE, _BAR, stroke=ink.line, stroke_width=0.5))
            for share, words in ticks:
                add(Text(left + share * _SCALE, y + 1 + _BAR + _TICK, words, _TICK, ink.muted, "middle"))

        scale = _Part(before + _SCALE + after, draw, tall=True)
        width = text_width(title, _SIZE)
        if width + 8 + scale.width <= self._width and self._lines[-1]:
            # Title and scale stay together.
            used = sum(part.width + part.gap for part in self._lines[-1])
            if used + width + 8 + scale.width > self._width:
                self._lines.append([])
        self.words(title, 8)
        self._add(scale)

    def heads(self, heads: Sequence[int], colours: Sequence[str]) -> None:
        """The colour of every head, with its number."""
        self.words("Head", 5)
        for head in heads:
            words = str(head)

            def draw(x: float, y: float, words: str = words, colour: str = colours[head]) -> None:
                self._scene.add(Rect(x, y - 0.5, _SWATCH, _SWATCH, colour, radius=1.5))
                self._scene.add(Text(x + _SWATCH + 2.5, y + _SIZE, words, _SIZE, self._ink.muted))

            gap = _BETWEEN if head == heads[-1] else 6
            self._add(_Part(_SWATCH + 2.5 + text_width(words, _SIZE), draw, gap))

    def forms(self, *forms: tuple[str, str]) -> None:
        """What the marks on cells mean: (form, words) of each."""
        for form, words in forms:

            def draw(x: float, y: float, form: str = form) -> None:
                draw_mark(self._scene, form, x, y - 1, _SWATCH + 1, _SWATCH + 1, self._ink)

            self.mark(_SWATCH, draw, words)

    def mark(self, width: float, mark: Callable[[float, float], None], words: str) -> None:
        """A mark of some width, drawn from its left edge and the line's top, and what it means."""

        def draw(x: float, y: float) -> None:
            mark(x, y)
            self._scene.add(Text(x + width + 4, y + _SIZE, words, _SIZE, self._ink.muted))

        self._add(_Part(width + 4 + text_width(words, _SIZE), draw))

    def marks(self, *, unseen: bool, nan: bool) -> None:
        """What is no weight: masked pairs, and what is not a number."""
        for there, words in ((unseen, "cannot see"), (nan, "not a number")):
            if not there:
                continue

            def draw(x: float, y: float, words: str = words) -> None:
                box = (x, y - 0.5, _SWATCH, _SWATCH)
                mark = hatch(*box, self._ink.muted, 3) if words == "cannot see" else cross(*box, self._ink.nan)
                self._scene.add(mark, Rect(*box, stroke=self._ink.line, stroke_width=0.5))

            self.mark(_SWATCH, draw, words)


def _line_height(line: Sequence[_Part]) -> float:
    """Numbers hang under a scale: what follows it stays clear of them."""
    return _LINE + (5 if any(part.tall for part in line) else 0)
