"""A translation as a drawing: what is on show of its texts, alignment, steps, beams and maps."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from xai_widgets.attention.weight_bytes import NOT_A_NUMBER, UNSEEN
from xai_widgets.attribution.method_card import MethodCard
from xai_widgets.export.drawing.axis import Span
from xai_widgets.export.drawing.chips import draw_chips
from xai_widgets.export.drawing.heat_map import HeatMap, Mark, draw_heat_map
from xai_widgets.export.drawing.ink import Ink
from xai_widgets.export.drawing.legend import Legend
from xai_widgets.export.drawing.letters import wrapped
from xai_widgets.export.drawing.page import Page
from xai_widgets.export.drawing.scene import Scene, Text
from xai_widgets.export.drawing.score_colours import ScoreColours
from xai_widgets.export.drawing.translation_beams import draw_beams
from xai_widgets.export.drawing.translation_maps import draw_maps
from xai_widgets.export.drawing.translation_steps import draw_steps
from xai_widgets.export.drawing.translation_view import Colour, Translated
from xai_widgets.export.drawing.translation_words import alignment_words, labels_of, note_words, title_words

_SECTION = 13.0
_BESIDE = 440.0
"""From this width on, two colours stand beside each other, as in the widget."""


def translation_scene(
    shown: Translated, methods: Sequence[MethodCard], ink: Ink, width: float, title: str | None
) -> Scene:
    """The drawing of what is on show of a translation, ``width`` points wide.

    Args:
        shown: the texts and their colours.
        methods: those of the colours that are methods, for their references.
        ink: the colours of the paper.
        width: in points.
        title: None for its own, "" for none.
    """
    heading = title_words(shown)
    page = Page(width, ink, heading if title is None else title, note_words(shown, methods), alt=heading)
    presentation = shown.view.presentation
    if "text" in presentation:
        _draw_each(page, shown.colours, lambda colour, *place: _draw_texts(page.scene, shown, colour, ink, *place))
    aligned = [colour for colour in shown.colours if colour.alignment is not None]
    if "alignment" in presentation:
        _draw_each(page, aligned, lambda colour, *place: _draw_alignment(page.scene, shown, colour, ink, *place))
    for name, draw in (("steps", draw_steps), ("beams", draw_beams), ("maps", draw_maps)):
        if name in presentation:
            draw(page, shown, ink)
            page.advance(_SECTION)
    return page.done()


def _draw_each(page: Page, colours: Sequence[Colour], draw: Callable[[Colour, float, float, float], float]) -> None:
    """Draws something of each colour: beside each other where there is room, else one under the other."""
    if len(colours) > 1 and page.inner >= _BESIDE:
        width = (page.inner - _SECTION * (len(colours) - 1)) / len(colours)
        heights = [
            draw(colour, page.left + index * (width + _SECTION), page.y, width) for index, colour in enumerate(colours)
        ]
        page.advance(max(heights) + _SECTION)
        return
    for colour in colours:
        page.advance(draw(colour, page.left, page.y, page.inner) + _SECTION)


def _draw_texts(scene: Scene, shown: Translated, colour: Colour, ink: Ink, x: float, y: float, width: float) -> float:
    colours = ScoreColours.of(colour.scale, colour.most, ink)
    scores = shown.of_texts(colour)
    height = 0.0
    for side, (label, axis) in enumerate(zip(labels_of(shown), (shown.source, shown.target), strict=True)):
        of_side = scores["target" if side else "source"]
        scene.add(Text(x, y + height + 7, label, 7, ink.muted))
        height += 11
        height += draw_chips(
            scene,
            axis,
            # What cannot be seen has no colour.
            None if of_side is None else np.nan_to_num(of_side, nan=0.0),
            colours,
            ink,
            x,
            y + height,
            width,
            picked=lambda row, side=side: shown.picked(side, row),  # type: ignore[misc]
            current=shown.current if side else None,
        )
        height += 4
    height += 3
    legend = Legend(scene, ink, x, y + height, width, centred=False)
    with scene.group("legend"):
        legend.scores(colour.title, colours)
        legend.draw()
    return height + legend.height


def _draw_alignment(
    scene: Scene, shown: Translated, colour: Colour, ink: Ink, x: float, y: float, width: float
) -> float:
    colours = ScoreColours.of(colour.scale, colour.most, ink)
    levels = colours.levels(colour.source)
    levels[levels == NOT_A_NUMBER] = UNSEEN
    heat = HeatMap(
        shown.target,
        shown.source,
        levels,
        colours.ramp,
        ("Target", "Source"),
        tuple(_pins(shown)),
        tuple(_marks(shown, colour)),
    )
    height = draw_heat_map(scene, heat, ink, x, y, width, centred=False) + 8
    legend = Legend(scene, ink, x, y + height, width, centred=False)
    with scene.group("legend"):
        legend.scores(colour.title, colours)
        legend.forms(("outline", "alignment"))
        if shown.reference is not None:
            legend.forms(("ring", "reference"))
            if shown.reference.possible:
                legend.forms(("dashed", "reference, possible"))
        legend.marks(unseen=bool((levels == UNSEEN).any()), nan=False)
        legend.draw()
    height += legend.height + 4
    for line in wrapped(alignment_words(shown, colour), 6.5, width):
        height += 8.8
        scene.add(Text(x, y + height, line, 6.5, ink.muted))
    return height


def _pins(shown: Translated) -> list[tuple[str, Span]]:
    """Rows and columns that are pinned; without any of the target, the step that is looked at."""
    rows = [row for row in range(len(shown.target)) if shown.picked(1, row)]
    if not rows and shown.current is not None:
        rows = [shown.current]
    columns = [row for row in range(len(shown.source)) if shown.picked(0, row)]
    return [("query", (row, row + 1)) for row in rows] + [("key", (row, row + 1)) for row in columns]


def _marks(shown: Translated, colour: Colour) -> list[Mark]:
    """The alignment, and the reference on it."""
    alignment, reference = colour.alignment, shown.reference
    assert alignment is not None
    marks = [Mark(*block, "outline") for block in shown.blocks(alignment.pairs)]
    if reference is not None:
        marks += [Mark(*block, "ring") for block in shown.blocks(reference.pairs)]
        marks += [Mark(*block, "dashed") for block in shown.blocks(reference.possible)]
    return marks
