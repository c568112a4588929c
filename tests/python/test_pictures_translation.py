"""Pictures of translations: what a step was made from, and which words go together."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from svg_reader import Picture, numbers
from test_contract import golden_generation
from test_pictures_files import answered

import xai_widgets as xai
from xai_widgets.alignment.word_matrix import words_of
from xai_widgets.attribution import MethodCard
from xai_widgets.export.drawing.axis import label_of
from xai_widgets.export.drawing.beam_tree import FATES, BeamTree, draw_beam_tree
from xai_widgets.export.drawing.colour import to_hex
from xai_widgets.export.drawing.ink import ink_of
from xai_widgets.export.drawing.ramp import score_colour, weight_colour
from xai_widgets.export.drawing.scene import Scene
from xai_widgets.export.drawing.svg import to_svg
from xai_widgets.export.drawing.translation_beams import NONE, beam_words
from xai_widgets.export.drawing.translation_picture import translation_scene
from xai_widgets.export.drawing.translation_steps import candidates_of, step_words
from xai_widgets.export.drawing.translation_view import TranslationView, translated
from xai_widgets.export.picture import svg_of
from xai_widgets.generation.step_scores import StepScores, scores_of_attention

CARD = MethodCard("gradient_x_input", "Gradient × input", "A paper", ("gradients",), "1 pass")


def picture_of(
    step: int = 1,
    presentation: tuple[str, ...] = ("text", "alignment"),
    selection: tuple[tuple[int, int, int], ...] = (),
    reference: str | None = None,
    width: float = 504.0,
    methods: int = 0,
    head: int = 0,
    rows: str = "writes",
    beam: int | None = None,
) -> tuple[Picture, StepScores]:
    """A picture of the golden generation, coloured by a head and by so many methods of made-up scores."""
    generation, attention = golden_generation()
    scores = scores_of_attention(generation, attention, 0, 0)
    source, target = generation.prompt, generation.tokens
    alignment = xai.Alignment.from_matrix(scores.source, source, target)
    signed = StepScores(scores.source - np.float32(0.2), scores.written - np.float32(0.2))
    colours = [("Attention: layer 0, head 0", "weight", scores, alignment)]
    colours += [(CARD.label, "signed", signed, alignment)] * methods
    known = None if reference is None else xai.Alignment.from_pharaoh(reference)
    view = TranslationView(
        step, presentation, rows, 0, head, beam, merge_words=False, hide_special=False, selection=selection
    )
    words = (words_of(source, None, "source"), words_of(target, None, "target"))
    shown = translated(view, generation, attention, colours, words, known)  # type: ignore[arg-type]
    scene = translation_scene(shown, [CARD] * methods, ink_of("light"), width, None)
    return Picture(to_svg(scene)), scores


def test_both_texts_have_the_colours_of_what_the_step_was_made_from() -> None:
    picture, scores = picture_of(step=2, presentation=("text",))
    ramp = ink_of("light").weights
    both = [*scores.source[2], *np.nan_to_num(scores.written[2])]
    accent = ink_of("light").accent
    grounds = [rect.get("fill") for rect in picture.all("rect", "text") if rect.get("fill") != accent]
    assert grounds == [to_hex(weight_colour(ramp, float(weight))) for weight in both]
    # The step itself is underlined.
    assert len([rect for rect in picture.all("rect", "text") if rect.get("fill") == accent]) == 1
    assert {"Source", "Target", "Attention: layer 0, head 0"} <= set(picture.texts())


def test_a_pinned_source_token_shows_what_was_made_from_it() -> None:
    picture, scores = picture_of(presentation=("text",), selection=((0, 1, 2),))
    ramp, ink = ink_of("light").weights, ink_of("light")
    grounds = [rect.get("fill") for rect in picture.all("rect", "text")]
    expected = [to_hex(weight_colour(ramp, float(weight))) for weight in scores.source[:, 1]]
    assert [fill for fill in grounds if fill in expected] == expected
    assert len([rect for rect in picture.all("rect", "text") if rect.get("stroke") == ink.accent]) == 1
    assert picture.texts()[0] == "Translation: “un” of the source"


def test_the_matrix_has_every_score_and_the_alignment_on_it() -> None:
    picture, scores = picture_of(presentation=("alignment",), reference="0-0 3p1")
    ramp = ink_of("light").weights
    cells = [rect.get("fill") for rect in picture.all("rect", "cells")]
    assert cells == [to_hex(weight_colour(ramp, float(weight))) for weight in scores.source.ravel()]
    marks = picture.all("rect", "marks")
    dashed = [mark for mark in marks if mark.get("stroke-dasharray")]
    rings = [mark for mark in marks if float(mark.get("rx", "0")) == float(mark.get("width", "1")) / 2]
    # Each mark is drawn twice, light under dark: two pairs of words, one of them sure and one possible.
    assert (len(marks), len(rings), len(dashed)) == (8, 4, 1)
    assert {"alignment", "reference", "reference, possible"} <= set(picture.texts("legend"))
    generation, attention = golden_generation()
    alignment = xai.Alignment.from_matrix(
        scores_of_attention(generation, attention, 0, 0).source, generation.prompt, generation.tokens
    )
    rate = alignment.error_rate(xai.Alignment.from_pharaoh("0-0 3p1"))
    assert f"Alignment error rate: {100 * rate:.1f}% (0% is the reference itself)." in " ".join(picture.texts())


def test_two_colours_stand_beside_each_other_where_there_is_room() -> None:
    wide, scores = picture_of(methods=1)
    narrow, _ = picture_of(methods=1, width=237.6)
    assert wide.size[1] < 0.7 * narrow.size[1]
    for picture in (wide, narrow):
        cells = [rect.get("fill") for rect in picture.all("rect", "cells")]
        signed = scores.source - np.float32(0.2)
        written = scores.written - np.float32(0.2)
        most = float(max(np.abs(signed).max(), np.nanmax(np.abs(written))))
        ramp = ink_of("light").scores(signed=True)
        assert cells[signed.size :] == [to_hex(score_colour(ramp, float(s), most)) for s in signed.ravel()]
        assert "A paper." in " ".join(picture.texts("notes"))


def test_a_step_has_its_candidates_with_what_the_model_alone_gave_them() -> None:
    picture, _ = picture_of(step=1, presentation=("steps",))
    # Certain to the config, and ruled out by the model alone.
    words = picture.texts()
    at = words.index("What could have stood there")
    assert words[at - 2 : at] == ["Step 2 of 3", "“chat”: log-probability −0.50 (60.7%), put there by hand"]
    assert picture.texts("candidates") == [
        "✎",
        "100%",
        "chat",
        "the model alone: 0.0%",
        "0.0%",
        "gâté",
        "the model alone: 100%",
    ]
    accent = ink_of("light").accent
    bars = [float(rect.get("width", "0")) for rect in picture.all("rect", "candidates") if rect.get("fill") == accent]
    # What was written has a ground of its own; a bar is as long as the probability, and 0 has none.
    assert bars[1:] == [86.0]
    # The text up to this step, which the picture of the texts would have as well.
    assert "Target" in words
    assert "Target" not in picture_of(step=1, presentation=("steps", "alignment"))[0].texts("text")


def test_what_stood_there_is_among_the_candidates_and_may_not_have_been_seen() -> None:
    generation, _ = golden_generation()
    step = replace(generation.steps[0], id=1, ranking=generation.steps[1].ranking)
    last = candidates_of(step)[-1]
    assert (last.text, last.written, last.sign, last.note) == (generation.steps[2].text.strip(), True, "✓", "")
    assert np.isnan(last.probability)
    assert step_words(step) == f"“{last.text}”"


def test_the_tree_of_beams_has_every_node_the_edges_to_their_parents_and_the_path() -> None:
    picture, _ = picture_of(presentation=("beams",))
    generation, _ = golden_generation()
    nodes = generation.searched.nodes
    names = [label_of(generation.searched.text(beam)) for step in range(3) for beam in generation.searched.at(step)]
    assert picture.texts("beams") == ["1", *names[:2], "2", *names[2:5], "3", *names[5:]]
    edges = picture.all("path", "edges")
    assert len(edges) == sum(beam.parent is not None for beam in nodes)
    accent = ink_of("light").accent
    assert [edge.get("stroke") for edge in edges].count(accent) == len(generation.searched.path(5)) - 1
    assert set(FATES.values()) <= set(picture.texts("legend"))
    last = nodes[5]
    assert (
        beam_words(generation.searched, last)
        == "“</s>”, step 3: adds −0.50, in sum −1.50, compared by −0.50; in the result."
    )
    assert beam_words(generation.searched, last) in picture.texts()


def test_an_edge_ends_where_its_nodes_are() -> None:
    generation, _ = golden_generation()
    beams = generation.searched
    for rtl in (False, True):
        scene = Scene(500, "#ffffff")
        draw_beam_tree(scene, BeamTree(beams, beams.path(5), 0, rtl=rtl), ink_of("light"), 0, 0, 480)
        scene.height = 200
        picture = Picture(to_svg(scene))
        middles = {}
        for step, text in enumerate(picture.all("text", "beams")):
            middles[step] = (float(text.get("x", "0")), float(text.get("y", "0")))
        starts = [numbers(edge.get("d", "")) for edge in picture.all("path", "edges")]
        assert len(starts) == 4
        assert all((start[0] > start[-2]) is rtl for start in starts)
        # Six nodes and three numbers of steps; the edges start and end at the heights of nodes.
        heights = {round(y - 0.36 * 7.5, 2) for _, y in middles.values()}
        for edge in starts:
            assert {round(edge[1], 2), round(edge[-1], 2)} <= heights


def test_a_tree_that_is_too_wide_goes_on_below() -> None:
    wide, _ = picture_of(presentation=("beams",))
    narrow, _ = picture_of(presentation=("beams",), width=108.0)
    assert narrow.texts("beams") == wide.texts("beams")
    assert len({text.get("y") for text in wide.all("text", "beams") if text.text in ("1", "2", "3")}) == 1
    numbered = [text for text in narrow.all("text", "beams") if text.text in ("1", "2", "3")]
    assert len({text.get("y") for text in numbered}) > 1
    right = max(float(rect.get("x", "0")) + float(rect.get("width", "0")) for rect in narrow.all("rect", "beams"))
    assert right <= 108.0


def test_another_beam_is_the_path_where_it_is_looked_at() -> None:
    picture, _ = picture_of(presentation=("beams",), beam=3)
    generation, _ = golden_generation()
    words = beam_words(generation.searched, generation.searched.nodes[3])
    assert words.endswith("; ended, and another ended better.")
    assert words in picture.texts()


def test_maps_have_the_exact_weights_of_their_head_and_outline_the_row_of_the_step() -> None:
    _, attention = golden_generation()
    ramp, accent = ink_of("light").weights, ink_of("light").accent
    for rows, row in (("writes", 1), ("reads", 2)):
        picture, _ = picture_of(step=1, presentation=("maps",), head=1, rows=rows)
        maps = picture.groups("matrix")
        assert len(maps) == len(attention.kinds) == 3
        for kind, drawn in zip(attention.kinds, maps, strict=True):
            weights, seen = attention.weights(0, 1, kind), attention.seen(0, kind)
            allowed = np.ones(weights.shape, bool) if seen is None else seen[0]
            cells = next(group for group in drawn if group.get("class") == "cells")
            fills = [rect.get("fill") for rect in cells if rect.tag.endswith("rect")]
            assert fills == [to_hex(weight_colour(ramp, float(weight))) for weight in weights[allowed]]
            outlined = [rect for rect in drawn if rect.get("stroke") == accent]
            # The source has no row of a step.
            assert len(outlined) == (kind != "encoder")
            if outlined:
                size = float(cells[0].get("height", "0")) + 0.6
                top = min(float(rect.get("y", "0")) for rect in cells) - 0.3
                assert float(outlined[0].get("y", "0")) == pytest.approx(top + row * size, abs=0.03)
        words = picture.texts()
        assert f"The outlined row {'wrote' if rows == 'writes' else 'reads'} “chat”, step 2." in words
        assert "Weight: layer 0, head 1" in words


def test_a_widget_saves_what_is_on_show(tmp_path: Path) -> None:
    widget = xai.TranslationWidget(explainer=xai.demo("translation"), source="The cat sleeps.", reference="0-0 1-1 2-2")
    widget.step, widget.presentation = 1, ["text", "alignment"]
    widget.save(tmp_path / "translation.svg", width="column")
    svg = (tmp_path / "translation.svg").read_text()
    assert svg == svg_of(widget, width="column")
    words = widget.generation.tokens.text[1].strip()
    assert Picture(svg).texts()[0] == f"Translation: “{words}”, step 2 of {len(widget.generation.steps)}"
    weights = widget.coloured()[0][0].source
    cells = [rect.get("fill") for rect in Picture(svg).all("rect", "cells")]
    ramp = ink_of("light").weights
    assert cells == [to_hex(weight_colour(ramp, float(weight))) for weight in weights.ravel()]
    _, (data,) = answered(widget, format="svg", theme="light", width="column")
    assert data.decode() == svg


def test_a_continuation_is_one_text_with_its_prompt() -> None:
    widget = xai.TranslationWidget(explainer=xai.demo("language-model"), source="The small cat", max_new_tokens=3)
    picture = Picture(svg_of(widget))
    assert {"Prompt", "Continuation"} <= set(picture.texts())
    assert not picture.groups("matrix")
    widget.presentation = ["beams", "maps"]
    picture = Picture(svg_of(widget))
    assert len(picture.groups("matrix")) == 1
    assert " ".join(picture.texts()).count(NONE) == 1
