"""One layer and head of a translation, a map of each kind: ``js/widgets/translation_maps.ts`` on paper."""

from __future__ import annotations

from dataclasses import dataclass

from xai_widgets.attention.weight_bytes import NOT_A_NUMBER, UNSEEN
from xai_widgets.export.drawing.attention_picture import levels_of
from xai_widgets.export.drawing.attention_view import shown_of, view_of
from xai_widgets.export.drawing.attention_words import part_words
from xai_widgets.export.drawing.attribution_words import isolated
from xai_widgets.export.drawing.heat_map import HeatMap, draw_heat_map
from xai_widgets.export.drawing.ink import Ink
from xai_widgets.export.drawing.legend import Legend
from xai_widgets.export.drawing.letters import wrapped
from xai_widgets.export.drawing.page import Page
from xai_widgets.export.drawing.scene import Text
from xai_widgets.export.drawing.translation_view import Translated

_NAMES = {
    "encoder": ("Encoder: the source looks at itself", "Source", "Source"),
    "cross": ("Cross: what is written looks at the source", "Target", "Source"),
    "decoder": ("Decoder: what is written looks at itself", "Target", "Target"),
    "self": ("Every token looks at itself and those before it", "Query", "Key"),
}
"""What a map is called, and its rows and columns."""
_TITLE = 7.0
_LINE = 9.5
_GAP = 10.0
_LEAST = 140.0
"""Maps stand beside each other where each has so much room."""


@dataclass(frozen=True)
class _Map:
    title: str
    heat: HeatMap
    notes: list[str]


def draw_maps(page: Page, shown: Translated, ink: Ink) -> None:
    """Encoder, cross and decoder attention of the layer and head on show; of a decoder-only model its one map."""
    step = shown.generation.steps[shown.view.step]
    verb = "wrote" if shown.view.rows == "writes" else "reads"
    page.say(f"The outlined row {verb} “{isolated(step.text.strip())}”, step {step.index + 1}.")
    maps = [_map_of(shown, kind, ink) for kind in shown.attention.kinds]
    beside = max(1, min(len(maps), int((page.inner + _GAP) / (_LEAST + _GAP))))
    width = (page.inner - _GAP * (beside - 1)) / beside
    for first in range(0, len(maps), beside):
        row = maps[first : first + beside]
        titles = [wrapped(each.title, _TITLE, width) for each in row]
        lines = max(map(len, titles))
        heights = []
        for place, (each, title) in enumerate(zip(row, titles, strict=True)):
            x = page.left + place * (width + _GAP)
            for line, words in enumerate(title):
                page.scene.add(Text(x, page.y + line * _LINE + _TITLE, words, _TITLE, ink.muted))
            y = page.y + lines * _LINE + 4
            height = draw_heat_map(page.scene, each.heat, ink, x, y, width, centred=False)
            for note in each.notes:
                height += _LINE
                page.scene.add(Text(x, y + height, note, 6.5, ink.muted))
            heights.append(height)
        page.advance(lines * _LINE + 4 + max(heights) + 10)
    _draw_legend(page, shown, maps, ink)


def _map_of(shown: Translated, kind: str, ink: Ink) -> _Map:
    layer, head = place_of(shown, kind)
    view = view_of(
        shown.attention,
        kind=kind,
        layer=layer,
        heads=head,
        presentation="matrix",
        merge_words=shown.view.merge_words,
        hide_special=shown.view.hide_special,
    )
    of_map = shown_of(shown.attention, view)
    ((_, weights),) = of_map.heads
    title, queries, keys = _NAMES[kind]
    row = None
    if kind != "encoder":
        query = shown.generation.row(shown.view.step) + (shown.view.rows == "reads")
        row = of_map.queries.rows_of(query, query + 1)
    heat = HeatMap(
        of_map.queries,
        of_map.keys,
        levels_of(weights, 0.0),
        ink.weights,
        (queries, keys),
        () if row is None else (("query", row),),
    )
    return _Map(title, heat, part_words(of_map))


def place_of(shown: Translated, kind: str) -> tuple[int, int]:
    """The layer and head of a kind: of another depth the nearest layer, of fewer heads the last."""
    layer = min(shown.attention.layers(kind), key=lambda own: abs(own - shown.view.layer))
    return layer, min(shown.view.head, shown.attention.heads(layer, kind) - 1)


def _draw_legend(page: Page, shown: Translated, maps: list[_Map], ink: Ink) -> None:
    legend = Legend(page.scene, ink, page.left, page.y, page.inner, centred=False)
    with page.scene.group("legend"):
        legend.weights(f"Weight: layer {shown.view.layer}, head {shown.view.head}")
        legend.marks(
            unseen=any(bool((each.heat.levels == UNSEEN).any()) for each in maps),
            nan=any(bool((each.heat.levels == NOT_A_NUMBER).any()) for each in maps),
        )
        legend.draw()
    page.advance(legend.height)
