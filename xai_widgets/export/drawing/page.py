"""The frame of a picture: margins, title on top, notes at the foot."""

from __future__ import annotations

from collections.abc import Sequence

from xai_widgets.export.drawing.ink import Ink
from xai_widgets.export.drawing.letters import wrapped
from xai_widgets.export.drawing.scene import Scene, Text

_MARGIN = 6.0
_TITLE = 9.0
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
            first, _, rest = title.partition(" · ")
            for index, (words, fill) in enumerate(((first, ink.text), (rest, ink.muted))):
                for line in wrapped(words, _TITLE * (1.08 if index == 0 else 1), self.inner):
                    self.line(line, _TITLE, fill, bold=index == 0)
            self.y += 7

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
