"""Pictures of attention: every line and every cell is the exact weight; what is not there is said."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

import numpy as np
import pytest
from svg_reader import Picture, numbers, pixels

import xai_widgets as xai
from xai_widgets.errors import InputError
from xai_widgets.export.drawing import attention_view
from xai_widgets.export.drawing.attention_view import view_of
from xai_widgets.export.drawing.colour import to_hex
from xai_widgets.export.drawing.ink import ink_of
from xai_widgets.export.drawing.letters import text_width
from xai_widgets.export.drawing.lines import FAINTEST, MOST_LINES
from xai_widgets.export.drawing.ramp import weight_colour
from xai_widgets.export.picture import svg_of
from xai_widgets.widgets import wire

TOKENS = ["[CLS]", "un", "##able", "to", "see", "[SEP]"]
HOSTILE = ["<script>alert(1)</script>", "]]>", "\"&'", "a\x00b\x1b[31m", "\ud800", "--><svg onload=x>", "x" * 400, ""]
ROW = 15.0
"""Height of a row of a short text, in points."""
ARABIC = ["مرحبا", "بالعالم", "الجميل"]


def attention_of(tokens: list[str], n_layers: int = 2, n_heads: int = 3, *, causal: bool = False) -> xai.AttentionMap:
    """A map whose weights are all different, and sum to one."""
    n = len(tokens)
    rng = np.random.default_rng(5)
    layers = []
    for _ in range(n_layers):
        weights = rng.dirichlet(np.full(n, 0.4), size=(n_heads, n)).astype(np.float32) + 1e-4
        if causal:
            weights *= np.tri(n, dtype=np.float32)
        layers.append((weights / weights.sum(axis=-1, keepdims=True)).astype(np.float32))
    return xai.AttentionMap.from_tensors(layers, tokens, model_name="tiny")


def drawn_lines(picture: Picture, colour: str) -> dict[tuple[float, float], float]:
    """Opacity of each curve of that colour, by the heights of its ends."""
    lines = {}
    for path in picture.all("path", "curves"):
        points = numbers(path.get("d", ""))
        if path.get("stroke") == colour:
            lines[points[1], points[-1]] = float(path.get("stroke-opacity", "1"))
    return lines


def test_a_line_is_as_opaque_as_its_weight() -> None:
    attention = attention_of(TOKENS)
    picture = Picture(svg_of(attention, presentation="lines", layer=1, heads=[0, 2]))
    for head in (0, 2):
        weights = attention.weights(1, head)
        lines = drawn_lines(picture, ink_of("light").heads(3)[head])
        assert len(lines) == (weights >= FAINTEST).sum()
        first = min(min(ends) for ends in lines)
        for (start, stop), opacity in lines.items():
            # Rows are evenly spaced from the first token down: a height says which token it is.
            query, key = (round((height - first) / ROW) for height in (start, stop))
            assert opacity == pytest.approx(weights[query, key], abs=6e-5)


def test_a_threshold_leaves_lines_out_and_says_how_much_weight_they_have() -> None:
    attention = attention_of(TOKENS)
    weights = attention.weights(0, 1)
    picture = Picture(svg_of(attention, presentation="lines", heads=1, threshold=0.2))
    assert len(picture.all("path", "curves")) == (weights >= 0.2).sum()
    share = round(100 * weights[weights < 0.2].sum() / weights.sum())
    assert f"{share}% of the weight is in lines under 0.2, which are not drawn." in " ".join(picture.texts("notes"))


def test_of_too_many_lines_the_strongest_are_drawn() -> None:
    attention = attention_of([f"t{i}" for i in range(80)], 1, 2)
    picture = Picture(svg_of(attention, presentation="lines"))
    opacities = sorted(float(path.get("stroke-opacity", "1")) for path in picture.all("path", "curves"))
    weights = np.sort(attention.weights(0).ravel())[-MOST_LINES:]
    assert len(opacities) == MOST_LINES < (attention.weights(0) >= FAINTEST).sum()
    assert np.allclose(opacities, weights, atol=6e-5)


def test_a_pinned_query_shows_its_own_lines_and_a_box_for_every_head() -> None:
    attention = attention_of(TOKENS, causal=True)
    pin = {"side": "query", "start": 2, "stop": 3}
    picture = Picture(svg_of(attention, presentation="lines", selection=[pin]))
    weights = attention.weights(0)
    assert len(picture.all("path", "curves")) == (weights[:, 2] >= FAINTEST).sum()
    opacities = [float(rect.get("opacity", "1")) for rect in picture.all("rect", "boxes")]
    shares = [opacity for opacity in opacities if opacity != 0.06]
    assert np.allclose(shares, weights[:, 2, :3].T.ravel(), atol=6e-5)
    # The three tokens ahead cannot be seen: hatched, and the legend says so.
    assert len(picture.all("path", "boxes")) == 3
    assert "cannot see" in picture.texts("legend")


def test_a_cell_has_the_colour_of_its_mean_weight() -> None:
    attention = attention_of(TOKENS)
    picture = Picture(svg_of(attention, presentation="matrix", theme="dark"))
    fills = [rect.get("fill") for rect in picture.all("rect", "cells")]
    mean = attention.weights(0).astype(np.float64).mean(axis=0)
    ramp = ink_of("dark").weights
    assert fills == [to_hex(weight_colour(ramp, float(np.float32(weight)))) for weight in mean.ravel()]
    assert "Weight, mean over 3 heads" in picture.texts("legend")


def test_what_cannot_be_seen_has_no_cell_and_what_is_no_number_has_a_cross() -> None:
    attention = attention_of(TOKENS, 1, 1, causal=True)
    weights = attention.weights(0).copy()
    weights[0, 4, 1] = np.nan
    attention = xai.AttentionMap.from_tensors([weights], TOKENS)
    picture = Picture(svg_of(attention, presentation="matrix"))
    assert len(picture.all("rect", "cells")) == 6 * 7 / 2
    crosses = [path for path in picture.all("path", "cells") if path.get("stroke") == ink_of("light").nan]
    assert len(crosses) == 1
    assert {"cannot see", "not a number"} <= set(picture.texts("legend"))


def test_many_cells_are_one_image_whose_every_pixel_is_a_weight() -> None:
    n = 70
    attention = attention_of([f"t{i}" for i in range(n)], 1, 1, causal=True)
    picture = Picture(svg_of(attention, presentation="matrix"))
    assert not picture.all("rect", "cells")
    (image,) = picture.all("image", "cells")
    found = pixels(image)
    times = len(found) // n
    assert (found == np.repeat(np.repeat(found[::times, ::times], times, 0), times, 1)).all()
    cells = found[::times, ::times]
    assert (cells[..., 3] == np.where(np.tri(n), 255, 0)).all()
    ramp = ink_of("light").weights
    for query, key in ((0, 0), (33, 12), (69, 69)):
        assert tuple(cells[query, key, :3]) == weight_colour(ramp, float(attention.weights(0, 0)[query, key]))


def test_the_grid_has_a_thumbnail_for_every_head_and_marks_those_on_show() -> None:
    attention = attention_of(TOKENS)
    picture = Picture(svg_of(attention, presentation="grid", layer=1, heads=[0, 2]))
    images = picture.all("image", "grid")
    assert len(images) == 2 * 3
    found = pixels(images[4])
    times = len(found) // len(TOKENS)
    ramp = ink_of("light").weights
    expected = [[weight_colour(ramp, float(w)) for w in row] for row in attention.weights(1, 1)]
    assert found[::times, ::times, :3].tolist() == [[list(rgb) for rgb in row] for row in expected]
    strokes = [rect.get("stroke") for rect in picture.all("rect", "grid")]
    colours = ink_of("light").heads(3)
    assert [strokes.index(colours[head]) for head in (0, 2)] == [3, 5]
    assert colours[1] not in strokes


def test_words_and_special_tokens() -> None:
    attention = attention_of(TOKENS)
    picture = Picture(svg_of(attention, presentation="matrix", merge_words=True, hide_special=True, heads=0))
    assert picture.texts("queries") == picture.texts("keys") == ["unable", "to", "see"]
    weights = attention.weights(0, 0).astype(np.float64)
    merged = weights[1:3, 1:3].sum(axis=1).mean()
    ramp = ink_of("light").weights
    assert picture.all("rect", "cells")[0].get("fill") == to_hex(weight_colour(ramp, float(np.float32(merged))))
    hidden = weights[1:5][:, [0, 5]].sum() / weights[1:5].sum()
    assert f"Weight on hidden tokens: {round(100 * hidden)}%." in " ".join(picture.texts("notes"))


def test_the_title_says_what_it_is_and_can_be_another_or_none() -> None:
    attention = attention_of(TOKENS)
    texts = Picture(svg_of(attention, layer=1, heads=[0, 2])).texts()
    assert texts[:2] == ["Attention: layer 1, heads 0, 2", "tiny"]
    assert Picture(svg_of(attention, title="Figure 3 · a caption")).texts()[:2] == ["Figure 3", "a caption"]
    bare = Picture(svg_of(attention, title=""))
    assert "tiny" not in bare.texts()
    # Who cannot see it hears it all the same.
    assert bare.root.findtext("{http://www.w3.org/2000/svg}title") == "Attention: layer 0, all 3 heads · tiny"


def test_a_cross_attention_has_two_texts() -> None:
    weights = attention_of(TOKENS).weights(0)[:, :2]
    attention = xai.AttentionMap.from_tensors(
        cross_attention=[weights], encoder_tokens=TOKENS, decoder_tokens=["le", "chat"]
    )
    picture = Picture(svg_of(attention, presentation=["lines", "matrix"]))
    assert picture.texts()[0] == "Cross attention: layer 0, all 3 heads"
    assert picture.texts("queries") == ["le", "chat"] * 2
    assert len(picture.all("rect", "cells")) == 2 * 6


@pytest.mark.parametrize("tokens", [HOSTILE, ["\n", " ", "\t", "\u202e", "👩‍👩‍👧"]])
def test_tokens_are_text_whatever_is_written_in_them(tokens: list[str]) -> None:
    svg = svg_of(attention_of(tokens))
    picture = Picture(svg)
    assert {element.tag.rpartition("}")[2] for element in picture.root.iter()} <= {
        "svg", "title", "desc", "g", "rect", "path", "text", "image", "linearGradient", "stop",
    }  # fmt: skip
    assert not re.search(r"\son\w+=", "".join(f" {name}=" for e in picture.root.iter() for name in e.attrib))
    assert len(picture.texts("queries")) == 2 * len(tokens)
    svg.encode("utf-8")


def test_a_text_from_right_to_left_is_mirrored() -> None:
    attention = attention_of(ARABIC, causal=True)
    picture = Picture(svg_of(attention, presentation=["lines", "matrix"]))
    lines, matrix = picture.groups("queries")
    assert all(text.get("direction") == "rtl" for text in lines)
    # Queries are on the right: an Arabic text that starts at its right end, where SVG's own start is the right one too.
    assert {text.get("text-anchor") for text in lines} == {"end"}
    # What is left of the labels of a matrix is the edge of the picture: they end there.
    assert {text.get("text-anchor", "start") for text in matrix} == {"start"}
    (columns,) = picture.groups("keys")[1:]
    places = [numbers(text.get("transform", text.get("x", "")))[0] for text in columns]
    assert places == sorted(places, reverse=True)
    cells = picture.all("rect", "cells")
    assert float(cells[0].get("x", "")) == max(float(cell.get("x", "")) for cell in cells)


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ({"heads": []}, "No head is on."),
        ({"hide_special": True}, "No token is left to show: show special tokens, or choose other sentences."),
    ],
)
def test_nothing_to_draw_is_said(choices: dict[str, object], words: str) -> None:
    attention = attention_of(["[CLS]", "[SEP]"])
    picture = Picture(svg_of(attention, presentation=["lines", "matrix"], **choices))
    assert words in picture.texts()
    assert not picture.groups("curves")


def extent(text: Element) -> tuple[float, float]:
    """Where a text begins and ends."""
    words = "".join(text.itertext())
    bold, mono = text.get("font-weight") is not None, text.get("font-family") is not None
    width = text_width(words, float(text.get("font-size", "0")), bold=bold, mono=mono)
    anchor = {"start": 0.0, "middle": 0.5, "end": 1.0}[text.get("text-anchor", "start")]
    left = float(text.get("x", "0")) - width * (1 - anchor if text.get("direction") == "rtl" else anchor)
    return left, left + width


@pytest.mark.parametrize("width", ["column", "page", 2.5])
@pytest.mark.parametrize("n_heads", [1, 12, 40])
def test_nothing_reaches_over_the_edge(width: str | float, n_heads: int) -> None:
    attention = attention_of([*TOKENS, "a-rather-long-token-of-a-vocabulary", "語", "मित्र"], 2, n_heads, causal=True)
    pins = [{"side": "query", "start": 3, "stop": 5}, {"side": "key", "start": 1, "stop": 2}]
    picture = Picture(svg_of(attention, width=width, selection=pins))
    inches = {"column": 3.3, "page": 7.0}.get(width, width)  # type: ignore[arg-type]
    wide, high = picture.size
    assert wide == pytest.approx(72 * float(inches))
    for rect in picture.all("rect"):
        x, y, w, h = (float(rect.get(name, "0")) for name in ("x", "y", "width", "height"))
        assert x >= -0.1
        assert x + w <= wide + 0.1
        assert y + h <= high + 0.1
    for text in picture.all("text"):
        if text.get("transform") is None:
            left, right = extent(text)
            assert left >= -0.1
            assert right <= wide + 0.1
    for path in picture.all("path"):
        points = numbers(path.get("d", ""))
        assert min(points[::2]) >= -0.1
        assert max(points[::2]) <= wide + 0.1


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ({"layer": 7}, "There is no layer 7"),
        ({"heads": [9]}, "There is no head 9"),
        ({"kind": "cross"}, "no attention of kind 'cross'"),
        ({"presentation": "pie"}, "choose among 'lines', 'matrix' and 'grid'"),
        ({"threshold": 2}, "from 0 to 1"),
        ({"segment_filter": "AC"}, "choose one of all, AA"),
        ({"selection": [{"side": "query", "start": 5, "stop": 9}]}, "positions are 0 to 6"),
        ({"selection": [{"side": "row", "start": 0, "stop": 1}]}, "is no pin"),
        ({"theme": "sepia"}, "choose 'light' or 'dark'"),
        ({"width": "poster"}, "'column' (3.3 in)"),
        ({"width": 0.1}, "from 1.5 to 40"),
    ],
)
def test_what_there_is_not_is_refused_in_words(choices: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=re.escape(words)):
        svg_of(attention_of(TOKENS), **choices)  # type: ignore[arg-type]


def test_a_sentence_pair_has_a_line_between_its_texts_and_can_be_filtered() -> None:
    tokens = ["[CLS]", "a", "b", "[SEP]", "c", "d", "[SEP]"]
    weights = attention_of(tokens).weights(0)
    attention = xai.AttentionMap.from_tensors([weights], tokens, sentence_b_start=4)
    picture = Picture(svg_of(attention, presentation="matrix", segment_filter="AB"))
    assert picture.texts("queries") == ["a", "b"]
    assert picture.texts("keys") == ["c", "d"]
    assert "Only what the first text sees of the second." in " ".join(picture.texts("notes"))
    # Between the two texts of the whole map stands a line.
    whole = Picture(svg_of(attention, presentation="matrix"))
    assert len([rect for rect in whole.all("rect", "matrix") if rect.get("height") == "0.6"]) == 1


def test_of_a_long_text_a_part_is_drawn_and_said() -> None:
    n = 600
    weights = np.random.default_rng(2).dirichlet(np.full(n, 0.05), size=(1, n)).astype(np.float32)
    attention = xai.AttentionMap.from_tensors([weights], [f"t{i}" for i in range(n)])
    whole = Picture(svg_of(attention, presentation="matrix"))
    assert "Queries 0 to 255 of 600, Keys 0 to 255 of 600." in " ".join(whole.texts("notes"))
    assert whole.texts("queries")[0] == "t0"
    part = {"query": [100, 104], "key": [97, 103]}
    picture = Picture(svg_of(attention, presentation="matrix", part=part))
    assert picture.texts("queries") == ["t100", "t101", "t102", "t103"]
    assert picture.texts("keys") == [f"t{i}" for i in range(97, 103)]
    ramp = ink_of("light").weights
    drawn = [rect.get("fill") for rect in picture.all("rect", "cells")]
    assert drawn == [to_hex(weight_colour(ramp, float(weight))) for weight in weights[0, 100:104, 97:103].ravel()]
    assert attention_view.LONGEST == wire.LONGEST
    assert view_of(attention).part == tuple(tuple(span) for span in (wire.first_part(attention, "self") or {}).values())
    with pytest.raises(InputError, match=re.escape("There is no part [0, 601] of key: give [start, stop], from 0 to")):
        svg_of(attention, part={"query": [0, 4], "key": [0, 601]})
