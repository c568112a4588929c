"""A drawing as a list of shapes and texts, in points, from which an SVG file and a printed page are made alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True)
class Text:
    """One line of text: ``x`` is its start, middle or end, ``y`` its baseline; ``angle`` in degrees, clockwise.

    Start and end are left and right, whichever way the text runs.
    """

    x: float
    y: float
    text: str
    size: float
    fill: str
    anchor: Anchor = "start"
    bold: bool = False
    mono: bool = False
    angle: float = 0.0


@dataclass(frozen=True)
class Rect:
    """A rectangle, filled or outlined or both; the outline lies over the edge, and may be dashed."""

    x: float
    y: float
    width: float
    height: float
    fill: str | None = None
    stroke: str | None = None
    stroke_width: float = 0.75
    radius: float = 0.0
    opacity: float = 1.0
    dashed: bool = False


@dataclass(frozen=True)
class Path:
    """A stroked path in SVG's own words; ``width`` None: that of its group."""

    d: str
    stroke: str
    width: float | None = 0.75
    opacity: float = 1.0


@dataclass(frozen=True)
class Gradient:
    """A rectangle whose colour goes from left to right by even steps: (colour, opacity) of each."""

    x: float
    y: float
    width: float
    height: float
    stops: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Cells:
    """A PNG of square cells, enlarged without smoothing."""

    x: float
    y: float
    width: float
    height: float
    png: bytes


@dataclass
class Group:
    """Shapes that belong together, under a name that says what they are; ``stroke_width`` is that of its paths."""

    name: str
    stroke_width: float | None = None
    items: list[Item] = field(default_factory=list)


Item = Text | Rect | Path | Gradient | Cells | Group


@dataclass
class Scene:
    """A drawing that grows: ``width`` and ``height`` in points, ``title`` and ``words`` for who cannot see it."""

    width: float
    paper: str
    height: float = 0.0
    title: str = ""
    words: str = ""
    root: Group = field(default_factory=lambda: Group("picture"))

    def __post_init__(self) -> None:
        self._open = [self.root]

    def add(self, *items: Item) -> None:
        """Puts items on top of what is there, into the group that is open."""
        self._open[-1].items.extend(items)

    @contextmanager
    def group(self, name: str, stroke_width: float | None = None) -> Iterator[None]:
        """Everything that is added meanwhile belongs to a group of that name; see ``Group``."""
        group = Group(name, stroke_width)
        self.add(group)
        self._open.append(group)
        try:
            yield
        finally:
            self._open.pop()

    def texts(self) -> list[Text]:
        """Every text, in the order in which it was added."""
        return [item for item in _flat(self.root.items) if isinstance(item, Text)]


def _flat(items: Sequence[Item]) -> Iterator[Item]:
    for item in items:
        if isinstance(item, Group):
            yield from _flat(item.items)
        else:
            yield item


def hatch(x: float, y: float, width: float, height: float, stroke: str, spacing: float = 4.5) -> Path:
    """Diagonal strokes over a rectangle, cut at its edges: "cannot see"."""
    parts = []
    shift = spacing / 2
    while shift < width + height:
        # From the top edge, or the right one, down to the left edge, or the bottom one.
        right, top = (x + shift, y) if shift <= width else (x + width, y + shift - width)
        left, bottom = (x, y + shift) if shift <= height else (x + shift - height, y + height)
        parts.append(f"M{number(right)} {number(top)}L{number(left)} {number(bottom)}")
        shift += spacing
    return Path("".join(parts), stroke, 0.6, 0.45)


def cross(x: float, y: float, width: float, height: float, stroke: str, *, share: float = 0.44) -> Path:
    """A cross in the middle of a rectangle: "not a number"."""
    arm = min(width, height) * share / 2
    mx, my = x + width / 2, y + height / 2
    ends = [(mx - arm, my - arm, mx + arm, my + arm), (mx + arm, my - arm, mx - arm, my + arm)]
    d = "".join(f"M{number(a)} {number(b)}L{number(c)} {number(e)}" for a, b, c, e in ends)
    return Path(d, stroke, min(1.5, arm / 2))


def number(value: float) -> str:
    """A coordinate as short as a hundredth of a point allows."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
