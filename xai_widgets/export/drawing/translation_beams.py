"""The beams of a translation, and the one that is looked at in words: ``js/widgets/translation_beams.ts`` on paper."""

from __future__ import annotations

from collections.abc import Sequence

from xai_widgets.export.drawing.attribution_words import isolated
from xai_widgets.export.drawing.axis import label_of
from xai_widgets.export.drawing.beam_tree import FATES, BeamTree, draw_beam_tree, draw_pill
from xai_widgets.export.drawing.ink import Ink
from xai_widgets.export.drawing.legend import Legend
from xai_widgets.export.drawing.letters import wrapped
from xai_widgets.export.drawing.page import Page
from xai_widgets.export.drawing.translation_view import Translated
from xai_widgets.export.drawing.translation_words import log_prob_number
from xai_widgets.generation.beams import CHOSEN, Beam, Beams

NONE = "No beam search to show: generate with num_beams of at least 2 to see all that it looked at."


def draw_beams(page: Page, shown: Translated, ink: Ink) -> None:
    """The tree of the search, with what its marks mean."""
    beams = shown.generation.beams
    if beams is None or not beams.nodes:
        page.say(NONE)
        return
    path = looked_at(beams, shown.view.beam)
    tree = BeamTree(beams, path, min(shown.view.step, max(beam.step for beam in beams.nodes)), shown.target.rtl)
    page.advance(draw_beam_tree(page.scene, tree, ink, page.left, page.y, page.inner) + 8)
    legend = Legend(page.scene, ink, page.left, page.y, page.inner, centred=False)
    with page.scene.group("legend"):
        for state, fate in FATES.items():

            def mark(x: float, y: float, state: str = state) -> None:
                draw_pill(page.scene, ink, x, y - 1, 18, state, height=9)

            legend.mark(18, mark, fate)
        legend.draw()
    page.advance(legend.height + 2)
    for line in wrapped(beam_words(beams, path[-1]), 8, page.inner):
        page.line(line, 8, ink.text)
    for line in wrapped("".join(beams.text(beam) for beam in path).strip(), 8, page.inner):
        page.line(line, 8, ink.muted)


def looked_at(beams: Beams, beam: int | None) -> Sequence[Beam]:
    """The path to the beam on show: the one that was asked for, else the last of the result."""
    if beam is None or beam >= len(beams.nodes):
        beam = max((node.index for node in beams.nodes if node.state == CHOSEN), default=0)
    return beams.path(beam)


def beam_words(beams: Beams, beam: Beam) -> str:
    """What a beam is, and what became of it."""
    ended = "" if beam.final is None else f", compared by {log_prob_number(beam.final)}"
    added, total = log_prob_number(beam.log_prob), log_prob_number(beam.score)
    name = isolated(label_of(beams.text(beam)))
    return f"“{name}”, step {beam.step + 1}: adds {added}, in sum {total}{ended}; {FATES[beam.state]}."
