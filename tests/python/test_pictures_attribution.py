"""Pictures of attributions: every token has the colour of its score, and the bars add up to the value."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from svg_reader import Picture
from test_contract import golden_attributions

import xai_widgets as xai
from xai_widgets.attribution import Attribution
from xai_widgets.attribution.rank import spearman
from xai_widgets.errors import InputError
from xai_widgets.export.drawing.account import bars_of
from xai_widgets.export.drawing.attribution_view import attributed, attribution_view_of
from xai_widgets.export.drawing.colour import contrast, from_hex, to_hex
from xai_widgets.export.drawing.ink import ink_of
from xai_widgets.export.drawing.numbers import plain, signed
from xai_widgets.export.drawing.ramp import score_colour
from xai_widgets.export.picture import scene_of, svg_of

WORDS = ["[CLS]", "not", "a", "good", "fil", "##m", "[SEP]"]
SCORES = np.array([0.125, -1.5, 0.0, 0.75, 0.25, 0.25, -0.0625], dtype=np.float32)


def attribution_of(words: list[str] = WORDS, scores: np.ndarray = SCORES, **changes: Any) -> Attribution:
    first, _ = golden_attributions()
    side = replace(first.sides[0], label="Text", tokens=xai.TokenSequence.from_strings(words), scores=scores)
    plain_one = replace(
        first,
        sides=(side,),
        steps=None,
        at=(),
        candidates=(),
        value=2.0,
        baseline_value=0.5,
        target="class 'bad'",
        notes=(),
    )
    return replace(plain_one, **changes)


def fills(picture: Picture) -> list[str]:
    """Colours of the chips."""
    return [rect.get("fill", "") for rect in picture.all("rect", "text") if rect.get("fill") != "none"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_token_has_the_colour_of_its_score_and_can_be_read_on_it(theme: str) -> None:
    picture = Picture(svg_of(attribution_of(), theme=theme))
    ramp = ink_of(theme).scores(signed=True)
    assert picture.texts("text") == ["[CLS]", "not", "a", "good", "fil", "m", "[SEP]"]
    assert fills(picture) == [to_hex(score_colour(ramp, float(score), 1.5)) for score in SCORES]
    inks = [text.get("fill", "") for text in picture.all("text", "text")]
    assert all(contrast(from_hex(i), from_hex(g)) >= 4.5 for i, g in zip(inks, fills(picture), strict=True))


def test_the_legend_says_what_the_ends_of_the_scale_are() -> None:
    texts = Picture(svg_of(attribution_of())).texts("legend")
    assert texts == ["Score (logit)", "lowers it", "raises it", "−1.50", "0", "+1.50"]
    unsigned = attribution_of(method=replace(attribution_of().method, signed=False), scores=np.abs(SCORES))
    assert Picture(svg_of(unsigned)).texts("legend") == ["Score", "matters little", "matters most", "0", "1.50"]


def test_the_headline_says_what_is_explained_by_what() -> None:
    texts = Picture(svg_of(attribution_of())).texts()
    assert texts[:2] == ["Logit of class 'bad' = 2.00", "by Gradient x input · golden"]
    badge = attribution_of(method=replace(attribution_of().method, attention_based=True))
    assert "attention, not attribution" in Picture(svg_of(badge)).texts()[1]


@pytest.mark.parametrize("hide_special", [False, True])
def test_every_bar_starts_where_the_one_before_it_ended_and_the_last_is_the_value(hide_special: bool) -> None:
    attribution = attribution_of()
    run = attributed([attribution], attribution_view_of(attribution, hide_special=hide_special)).first
    bars = {bar.name: bar for bar in bars_of(run, 0)}
    order = ["baseline", "raises", "lowers", *(["hidden"] if hide_special else []), "residual", "value"]
    assert list(bars) == order
    for before, after in pairwise(order[:-1]):
        assert bars[after].start == pytest.approx(bars[before].stop)
    assert bars["residual"].stop == pytest.approx(2.0, abs=1e-6)
    assert bars["value"].stop == 2.0
    residual = 2.0 - 0.5 - float(SCORES.sum(dtype=np.float64))
    assert bars["residual"].stop - bars["residual"].start == pytest.approx(residual, abs=1e-6)
    texts = Picture(svg_of(attribution, hide_special=hide_special)).texts("account")
    assert signed(residual) in texts
    assert plain(0.5) in texts
    assert ("Hidden special tokens" in texts) == hide_special


def test_a_bar_is_as_long_as_its_number() -> None:
    attribution = attribution_of()
    picture = Picture(svg_of(attribution))
    raises, lowers = (
        next(rect for rect in picture.all("rect", "account") if rect.get("fill") == to_hex(colour))
        for colour in (score_colour(ink_of("light").scores(signed=True), share, 1.0) for share in (0.8, -0.8))
    )
    up, down = SCORES[SCORES > 0].sum(), -SCORES[SCORES < 0].sum()
    widths = [float(rect.get("width", "")) for rect in (raises, lowers)]
    assert widths[0] / widths[1] == pytest.approx(up / down, rel=0.01)


def test_scores_as_numbers_words_merged_and_picked() -> None:
    picture = Picture(
        svg_of(attribution_of(), show_scores=True, merge_words=True, selection=[{"side": 0, "start": 4, "stop": 5}])
    )
    labels = ["[CLS]", "not", "a", "good", "film", "[SEP]"]
    merged = [0.125, -1.5, 0.0, 0.75, 0.5, -0.0625]
    assert picture.texts("text") == [words for pair in zip(labels, map(signed, merged), strict=True) for words in pair]
    outlined = [rect for rect in picture.all("rect", "text") if rect.get("stroke") == ink_of("light").accent]
    assert len(outlined) == 1


def test_methods_beside_each_other_have_their_own_scale_and_say_how_they_agree() -> None:
    first = attribution_of()
    other = attribution_of(scores=(SCORES**3).astype(np.float32), method=replace(first.method, label="Cubed"))

    class Widget:
        attributions = (first, other)
        theme, step, selection, attention_head = "auto", 0, (), None
        merge_words = hide_special = show_scores = False

    picture = Picture(svg_of(Widget()))
    ramp = ink_of("light").scores(signed=True)
    grounds = [
        to_hex(score_colour(ramp, float(s), most)) for row, most in ((SCORES, 1.5), (SCORES**3, 1.5**3)) for s in row
    ]
    assert [rect.get("fill") for rect in picture.all("rect", "scores")] == grounds
    assert f"agreement {spearman(SCORES, SCORES**3):.2f}" in picture.texts("scores")
    assert "Cubed" in picture.texts("scores")
    # In a column there is no room for all tokens beside each other: a row a token says the same.
    narrow = Picture(svg_of(Widget(), width="column"))
    found = [rect.get("fill") for rect in narrow.all("rect", "scores")]
    assert found == [grounds[at] for token in range(7) for at in (token, token + 7)]


def test_the_attention_of_a_head_stands_beside_the_scores() -> None:
    weights = np.random.default_rng(0).dirichlet(np.ones(7), size=(2, 7)).astype(np.float32)
    attention = xai.AttentionMap.from_tensors([weights], WORDS)
    attribution = attribution_of(attention=attention, at=(3,))
    picture = Picture(svg_of(attribution, attention_head=(0, 1)))
    texts = picture.texts("scores")
    assert "Attention of layer 0, head 1" in " ".join(texts)
    assert {plain(float(weight)) for weight in weights[1, 3]} <= set(texts)
    with pytest.raises(InputError, match="no attention to stand beside"):
        svg_of(attribution_of(), attention_head=(0, 1))
    with pytest.raises(InputError, match="no head 5"):
        svg_of(attribution, attention_head=(0, 5))


def test_steps_have_a_map_and_the_chosen_one_is_over_the_texts() -> None:
    attribution, _ = golden_attributions()
    picture = Picture(svg_of(attribution, step=1))
    scores = np.concatenate([side.scores for side in attribution.sides], axis=1)
    ramp = ink_of("light").scores(signed=True)
    cells = [rect.get("fill") for rect in picture.all("rect", "cells")]
    assert cells == [to_hex(score_colour(ramp, float(score), 2.0)) for score in scores.ravel()]
    chips = fills(picture)[1:]
    assert chips == [to_hex(score_colour(ramp, float(score), 2.0)) for score in scores[1]]
    assert "Logit of “chat”, step 2 of 2 = 4.25" in picture.texts()
    assert {"Written step by step", "Source", "Target", "Every step by every token"} <= set(picture.texts())
    with pytest.raises(InputError, match="There is no step 2: steps are 0 to 1"):
        svg_of(attribution, step=2)


def test_a_score_that_is_no_number_is_marked() -> None:
    scores = SCORES.copy()
    scores[3] = np.nan
    picture = Picture(svg_of(attribution_of(scores=scores)))
    assert fills(picture)[3] == ink_of("light").nan
    assert "not a number" in picture.texts("legend")
    assert "not a number" in picture.texts("account")


def test_nothing_left_to_show_is_said() -> None:
    attribution = attribution_of(["[CLS]", "[SEP]"], SCORES[:2])
    picture = Picture(svg_of(attribution, hide_special=True))
    assert "No token is left to show: show special tokens." in picture.texts()
    assert not picture.texts("text")


def test_text_flows_in_lines_that_fit_and_from_the_right_where_it_is_arabic() -> None:
    words = ["هذا", " فيلم", " جميل"] * 20
    scores = np.linspace(-1, 1, len(words)).astype(np.float32)
    picture = Picture(svg_of(attribution_of(words, scores), width="column"))
    chips = [tuple(float(rect.get(name, "")) for name in ("x", "y", "width")) for rect in picture.all("rect", "text")]
    assert len(chips) == len(words)
    lines: dict[float, list[tuple[float, float]]] = {}
    for x, y, width in chips:
        lines.setdefault(y, []).append((x, x + width))
    assert len(lines) > 3
    for line in lines.values():
        assert all(after[1] < before[0] for before, after in pairwise(line))
        assert min(x for x, _ in line) >= 6 - 0.01
        assert max(x for _, x in line) == pytest.approx(237.6 - 6, abs=0.01)


def test_chinese_breaks_anywhere_and_a_word_of_pieces_nowhere() -> None:
    chinese = Picture(svg_of(attribution_of(list("这部电影非常好看" * 12), np.ones(96, np.float32)), width="column"))
    heights = [rect.get("y") for rect in chinese.all("rect", "text")]
    assert len(set(heights)) > 2
    pieces = ["a", *["##bcd"] * 6] * 12
    latin = Picture(svg_of(attribution_of(pieces, np.ones(len(pieces), np.float32)), width="column"))
    places = [rect.get("y") for rect in latin.all("rect", "text")]
    words = [places[start : start + 7] for start in range(0, len(places), 7)]
    assert all(len(set(word)) == 1 for word in words)
    assert len(set(places)) > 2


def test_the_picture_of_something_else_is_refused() -> None:
    with pytest.raises(InputError, match="There is no picture of a dict: give an AttentionMap"):
        scene_of({})
