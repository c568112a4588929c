"""The frame of a picture: margins, title on top, notes at the foot."""

from __future__ import annotations

from collections.abc import Sequence

from xai_widgets.export.drawing.ink import Ink
from xai_widgets.export.drawing.letters import text_width, wrapped
from xai_widgets.export.drawing.scene import Scene, Text

_MARGIN = 6.0
_TITLE = 9.0
_NAME = 8.0
_NOTE = 6.5


class Page:
    """A drawing under way: ``y`` is where the next part begins, ``inner`` how wide it may be.

    Args:
        width: in points.
        ink: the colours.
        title: what stands on top; "" for nothing.
        notes: sentences for the foot.
        alt: what is in the picture, for who cannot see it.
    """

    def __init__(self, width: float, ink: Ink, title: str, notes: Sequence[str], *, alt: str) -> None:
        self.scene = Scene(width, ink.paper, title=alt, words=" ".join(notes))
        self.left = _MARGIN
        self.inner = width - 2 * _MARGIN
        self.y = _MARGIN
        self._ink, self._notes = ink, notes
        if title:
            self._head(title)

    def _head(self, title: str) -> None:
        """What comes before the first dot stands out; the rest follows it, in the same line where there is room."""
        first, _, rest = title.partition(" · ")
        bold = [(line, text_width(line, _TITLE, bold=True)) for line in wrapped(first, _TITLE, self.inner, bold=True)]
        for words, _ in bold:
            self.line(words, _TITLE, self._ink.text, bold=True)
        if bold and rest and bold[-1][1] + 6 + text_width(rest, _NAME) <= self.inner:
            x, y = self.left + bold[-1][1] + 6, self.y - 0.35 * _TITLE
            self.scene.add(Text(x, y, rest, _NAME, self._ink.muted))
        else:
            for line in wrapped(rest, _NAME, self.inner):
                self.line(line, _NAME, self._ink.muted)
        self.y += 8

    def line(self, words: str, size: float, fill: str, *, bold: bool = False) -> None:
        """One line of text."""
        self.scene.add(Text(self.left, self.y + size, words, size, fill, bold=bold))
        self.y += 1.35 * size

    def say(self, words: str) -> None:
        """Some words where a drawing would be."""
        for line in wrapped(words, 8, self.inner):
            self.line(line, 8, self._ink.muted)
        self.y += 8

    def advance(self, height: float) -> None:
        """A part of that height has been drawn."""
        self.y += height

    def done(self) -> Scene:
        """The drawing, with its notes at the foot."""
        with self.scene.group("notes"):
            for line in wrapped(" ".join(self._notes), _NOTE, self.inner):
                self.line(line, _NOTE, self._ink.muted)
        self.scene.height = self.y + _MARGIN
        return self.scene
