"""Pictures of translations: what a step was made from, and which words go together."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from svg_reader import Picture
from test_contract import golden_generation
from test_pictures_files import answered

import xai_widgets as xai
from xai_widgets.alignment.word_matrix import words_of
from xai_widgets.attribution import MethodCard
from xai_widgets.export.drawing.colour import to_hex
from xai_widgets.export.drawing.ink import ink_of
from xai_widgets.export.drawing.ramp import score_colour, weight_colour
from xai_widgets.export.drawing.svg import to_svg
from xai_widgets.export.drawing.translation_picture import translation_scene
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
    view = TranslationView(step, presentation, "writes", merge_words=False, hide_special=False, selection=selection)
    words = (words_of(source, None, "source"), words_of(target, None, "target"))
    shown = translated(view, generation, colours, words, known)  # type: ignore[arg-type]
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


def test_what_has_no_picture_is_said() -> None:
    picture, _ = picture_of(presentation=("steps", "maps"))
    assert "Steps, beams and maps have no picture: show the text or the alignment." in picture.texts()


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
