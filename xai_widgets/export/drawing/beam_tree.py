"""The tree of a beam search: ``js/views/beam_tree.ts`` on paper, where a long one goes on in the next band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xai_widgets.export.drawing.axis import label_of
from xai_widgets.export.drawing.ink import Ink
from xai_widgets.export.drawing.letters import cut, text_width
from xai_widgets.export.drawing.scene import Path, Rect, Scene, Text, number
from xai_widgets.generation.beams import CHOSEN, DROPPED, FINISHED, KEPT, Beam, Beams

_SIZE = 7.5
_PILL = 13.0
_ROW = 18.0
_HEAD = 13.0
_GAP = 15.0
_WIDTHS = (24.0, 62.0)
_PADDING = 6.0
_BAND = 10.0
FATES = {
    CHOSEN: "in the result",
    KEPT: "kept: the search went on from it",
    FINISHED: "ended, and another ended better",
    DROPPED: "dropped",
}
"""What became of a beam, as the legend says it."""


@dataclass(frozen=True)
class BeamTree:
    """What is drawn.

    Attributes:
        beams: all that the search looked at.
        path: the beams from the first token to the one that is looked at.
        step: the column that is marked.
        rtl: whether the first step stands on the right.
    """

    beams: Beams
    path: Sequence[Beam]
    step: int
    rtl: bool


def draw_beam_tree(scene: Scene, tree: BeamTree, ink: Ink, x: float, y: float, available: float) -> float:
    """Draws the tree from (x, y), a column a step and the best on top; the height that it takes."""
    columns = [tree.beams.at(step) for step in range(max(beam.step for beam in tree.beams.nodes) + 1)]
    place = _Place(tree, columns, x, y, available)
    with scene.group("beams"):
        left, top = place.corner(tree.step)
        if columns[tree.step]:
            scene.add(Rect(left - 4, top, place.width + 8, place.band, ink.line, radius=3, opacity=0.5))
        with scene.group("edges"):
            # What was dropped lies lowest, and the path that is looked at on top.
            for beam in sorted(tree.beams.nodes, key=place.rank):
                if beam.parent is not None:
                    scene.add(_edge(place, beam, ink))
        for step, column in enumerate(columns):
            left, top = place.corner(step)
            if column:
                scene.add(Text(left + place.width / 2, top + 8, str(step + 1), 6.5, ink.muted, "middle"))
            for beam in column:
                draw_pill(scene, ink, *place.of(beam), place.width, beam.state, path=beam in tree.path)
                _draw_label(scene, tree, beam, place, ink)
    return place.height


class _Place:
    """Where the beams stand: columns in as many bands as the width takes."""

    def __init__(self, tree: BeamTree, columns: Sequence[Sequence[Beam]], x: float, y: float, available: float) -> None:
        widest = max(text_width(label_of(tree.beams.text(beam)), _SIZE, bold=True) for beam in tree.beams.nodes)
        least, most = _WIDTHS
        self.width = min(most, max(least, widest + 2 * _PADDING))
        self._pitch = self.width + _GAP
        self._per_band = min(len(columns), max(1, int(available / self._pitch)))
        self._rtl, self._x, self._y = tree.rtl, x, y
        self.band = _HEAD + max(map(len, columns)) * _ROW
        self._rows = {beam.index: row for column in columns for row, beam in enumerate(column)}
        self._path = {beam.index for beam in tree.path}
        bands = -(-len(columns) // self._per_band)
        self.height = bands * self.band + (bands - 1) * _BAND

    def corner(self, step: int) -> tuple[float, float]:
        """Left and top of the column of a step, half a gap free on both sides for the edges between bands."""
        band, column = divmod(step, self._per_band)
        column = self._per_band - 1 - column if self._rtl else column
        return self._x + _GAP / 2 + column * self._pitch, self._y + band * (self.band + _BAND)

    def of(self, beam: Beam) -> tuple[float, float]:
        """Left and top of a beam."""
        left, top = self.corner(beam.step)
        return left, top + _HEAD + self._rows[beam.index] * _ROW + (_ROW - _PILL) / 2

    def ends(self, beam: Beam) -> tuple[float, float, float]:
        """The edge to a beam: where it starts, where it ends, and the height of its parent; cut between two bands."""
        left, top = self.of(beam)
        end = left + self.width if self._rtl else left
        length = _GAP / 2 if beam.step % self._per_band == 0 else _GAP
        assert beam.parent is not None
        above = self._rows[beam.parent] - self._rows[beam.index]
        return end + (length if self._rtl else -length), end, top + _PILL / 2 + above * _ROW

    def rank(self, beam: Beam) -> int:
        """How far on top its edge lies."""
        order = (DROPPED, KEPT, FINISHED, CHOSEN)
        return len(order) if self.on_path(beam) else order.index(beam.state)

    def on_path(self, beam: Beam) -> bool:
        """Whether it is looked at, or on the way there."""
        return beam.index in self._path


def _edge(place: _Place, beam: Beam, ink: Ink) -> Path:
    start, end, from_y = place.ends(beam)
    middle, to_y = (start + end) / 2, place.of(beam)[1] + _PILL / 2
    points = [number(value) for value in (start, from_y, middle, from_y, middle, to_y, end, to_y)]
    curve = f"M{points[0]} {points[1]}C{' '.join(points[2:])}"
    if place.on_path(beam):
        return Path(curve, ink.accent, 1.8)
    if beam.state == CHOSEN:
        return Path(curve, ink.accent, 1.1)
    return Path(curve, ink.muted, 0.7, 0.45 if beam.state == DROPPED else 1.0)


def draw_pill(
    scene: Scene, ink: Ink, x: float, y: float, width: float, state: str, *, path: bool = False, height: float = _PILL
) -> None:
    """The outline of a beam, by what became of it."""
    radius = height / 2
    scene.add(Rect(x, y, width, height, ink.paper, radius=radius))
    if path:
        scene.add(Rect(x, y, width, height, ink.accent, radius=radius, opacity=0.16))
    stroke = ink.accent if state == CHOSEN else ink.muted
    scene.add(
        Rect(
            x,
            y,
            width,
            height,
            stroke=stroke,
            stroke_width=1.4 if state == CHOSEN else 0.7,
            radius=radius,
            dashed=state == DROPPED,
            opacity=0.7 if state == DROPPED else 1.0,
        )
    )
    if state == FINISHED:
        scene.add(
            Rect(x + 1.6, y + 1.6, width - 3.2, height - 3.2, stroke=stroke, stroke_width=0.7, radius=radius - 1.6)
        )


def _draw_label(scene: Scene, tree: BeamTree, beam: Beam, place: _Place, ink: Ink) -> None:
    left, top = place.of(beam)
    bold = beam.state == CHOSEN
    label = cut(label_of(tree.beams.text(beam)), _SIZE, place.width - _PADDING, bold=bold)
    fill = ink.muted if beam.state == DROPPED else ink.text
    scene.add(Text(left + place.width / 2, top + _PILL / 2 + 0.36 * _SIZE, label, _SIZE, fill, "middle", bold))
    if tree.path and beam.index == tree.path[-1].index:
        scene.add(Rect(left - 1.6, top - 1.6, place.width + 3.2, _PILL + 3.2, stroke=ink.text, radius=_PILL / 2 + 1.6))
