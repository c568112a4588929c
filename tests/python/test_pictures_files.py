"""Pictures as files: what stands in a PDF and a PNG, and what is left when something goes wrong."""

from __future__ import annotations

import re
import sys
import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pytest
from svg_reader import Picture, png_pixels
from test_pictures_attention import TOKENS, attention_of
from test_pictures_attribution import attribution_of

import xai_widgets as xai
from xai_widgets.errors import FileError, InputError, MissingExtraError
from xai_widgets.export import picture as pictures
from xai_widgets.export.picture import pdf_of, png_of, svg_of

SCRIPTS = [
    "naïve",
    "العربية",
    "中文",
    "ひらがな",
    "한국어",
    "हिन्दी",
    "क्षत्रिय",
    "ไทย",
    "עברית",
    "Ελληνικά",
    "<b>&",
    "fi",
]


def page_of(pdf: bytes) -> pypdfium2.PdfPage:
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    return document[0]


def texts_of(page: pypdfium2.PdfPage) -> list[str]:
    lines = page.get_textpage().get_text_range().split("\r\n")
    return [unicodedata.normalize("NFC", line.strip()) for line in lines]


def test_text_in_a_pdf_is_text_in_every_script() -> None:
    found = texts_of(page_of(pdf_of(attention_of(SCRIPTS, 1, 1), presentation="lines", width="column")))
    for token in SCRIPTS:
        # Once among the queries and once among the keys.
        assert found.count(token) == 2, token


def test_a_pdf_is_as_large_as_its_svg_and_all_vector() -> None:
    attention, choices = attention_of(TOKENS), {"presentation": ["lines", "matrix"], "width": "column"}
    drawn, page = Picture(svg_of(attention, **choices)), page_of(pdf_of(attention, **choices))
    assert page.get_size() == pytest.approx(drawn.size, abs=0.02)
    kinds = [item.type for item in page.get_objects(max_depth=9)]
    assert pypdfium2.raw.FPDF_PAGEOBJ_IMAGE not in kinds
    assert kinds.count(pypdfium2.raw.FPDF_PAGEOBJ_TEXT) >= len(drawn.texts())
    assert kinds.count(pypdfium2.raw.FPDF_PAGEOBJ_PATH) >= len(drawn.all("path")) + len(drawn.all("rect", "cells"))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("make", [lambda: attention_of(TOKENS, causal=True), attribution_of], ids=["map", "scores"])
def test_a_pdf_and_a_png_show_the_same(make: Any, theme: str) -> None:
    what = make()
    image = png_pixels(png_of(what, theme=theme, dpi=144))[..., :3].astype(int)
    page = page_of(pdf_of(what, theme=theme)).render(scale=2, rev_byteorder=True).to_numpy()[..., :3].astype(int)
    height, width = (min(sizes) for sizes in zip(image.shape[:2], page.shape[:2], strict=True))
    assert max(abs(a - b) for a, b in zip(image.shape, page.shape, strict=True)) <= 1
    # Two engines round edges and letters differently: on average by little.
    assert np.abs(image[:height, :width] - page[:height, :width]).mean() < 3
    # And it is not empty: something on the paper is not paper.
    assert (np.abs(image - image[0, 0]).sum(axis=2) > 60).mean() > 0.01


def test_a_png_has_as_many_dots_per_inch_as_were_asked_for() -> None:
    image = png_pixels(png_of(attention_of(TOKENS), presentation="matrix", width=2, dpi=100))
    assert image.shape[1] == 200


def test_the_same_picture_is_the_same_file() -> None:
    attention = attention_of(TOKENS)
    for made in (svg_of, png_of, pdf_of):
        assert made(attention) == made(attention)


@pytest.mark.parametrize("suffix", [".svg", ".PNG", ".pdf"])
@pytest.mark.parametrize("make", [lambda: attention_of(TOKENS), attribution_of], ids=["map", "scores"])
def test_save_writes_what_the_suffix_says(make: Any, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"picture{suffix}"
    make().save(path, width="column", theme="dark", title="")
    begins = {".svg": b"<svg ", ".PNG": b"\x89PNG", ".pdf": b"%PDF-"}[suffix]
    assert path.read_bytes().startswith(begins)
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_an_unknown_suffix_or_option_lists_those_there_are(tmp_path: Path) -> None:
    attention = attention_of(TOKENS)
    with pytest.raises(InputError, match=r"\.npz or \.json or \.svg or \.png or \.pdf"):
        attention.save(tmp_path / "map.gif")
    with pytest.raises(InputError, match=r"no option 'colour'; it takes kind=, layer=, .*theme=, width=, title=, dpi="):
        attention.save(tmp_path / "map.svg", colour="red")
    with pytest.raises(InputError, match="has no dots, so dpi= says nothing"):
        attention.save(tmp_path / "map.pdf", dpi=300)
    with pytest.raises(InputError, match="36 to 1200 dots per inch, not 5"):
        attention.save(tmp_path / "map.png", dpi=5)
    with pytest.raises(FileError, match="there is no folder"):
        attention.save(tmp_path / "nowhere" / "map.svg")
    assert not list(tmp_path.iterdir())


def test_what_goes_wrong_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "map.png"
    path.write_bytes(b"before")

    def broken(*_: Any) -> bytes:
        raise MemoryError

    monkeypatch.setattr(pictures, "printed", broken)
    with pytest.raises(MemoryError):
        attention_of(TOKENS).save(path)
    assert path.read_bytes() == b"before"
    assert len(list(tmp_path.iterdir())) == 1


def test_without_the_extra_an_svg_is_made_and_the_others_say_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    attention = attention_of(TOKENS)
    attention.save(tmp_path / "map.svg")
    for suffix in (".png", ".pdf"):
        with pytest.raises(MissingExtraError, match=r'pip install "xai-widgets\[pictures\]"'):
            attention.save(tmp_path / f"map{suffix}")
    assert [path.name for path in tmp_path.iterdir()] == ["map.svg"]


def test_the_examples_of_the_page_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    page = (Path(__file__).parents[2] / "docs" / "pictures.md").read_text(encoding="utf-8")
    names: dict[str, Any] = {}
    blocks = re.findall(r"^```python\n(.*?)^```", page, re.S | re.M)
    for block in blocks:
        exec(compile(block, "pictures.md", "exec"), names)
    made = {path.name for path in tmp_path.iterdir()}
    assert made == {"map.svg", "head.pdf", "scores.svg", "scores.png", "matrix.pdf"}


def answered(widget: Any, **request: Any) -> tuple[dict[str, Any], list[bytes]]:
    """What a widget answers a picture request."""
    sent: list[tuple[dict[str, Any], list[bytes]]] = []
    widget.send = lambda content, buffers=None: sent.append((content, buffers))
    widget._requests.receive({"type": "request", "id": "1", "request": {"what": "picture", **request}})
    return sent[0]


def test_a_widget_saves_what_is_on_show(tmp_path: Path) -> None:
    attention = attention_of(TOKENS)
    widget = xai.AttentionWidget(attention=attention, presentation=["matrix"])
    widget.layer, widget.heads, widget.merge_words = 1, [2], True
    widget.selection = [{"side": "key", "start": 4, "stop": 5}]
    widget.save(tmp_path / "map.svg", width="column")
    pin = {"side": "key", "start": 4, "stop": 5}
    same = svg_of(attention, layer=1, heads=2, merge_words=True, presentation="matrix", selection=[pin], width="column")
    assert (tmp_path / "map.svg").read_text() == same
    widget.theme = "dark"
    assert svg_of(widget) == svg_of(widget, theme="dark") != svg_of(widget, theme="light")


def test_a_view_asks_for_the_picture_and_gets_the_bytes_of_a_file() -> None:
    attribution = attribution_of(rerun=None)
    widget = xai.AttributionWidget(attribution=attribution, show_scores=True)
    content, (data,) = answered(widget, format="svg", theme="dark", width="column")
    assert content["ok"]
    assert content["arrays"] == [{"dtype": "uint8", "shape": [len(data)]}]
    assert data.decode() == svg_of(attribution, show_scores=True, theme="dark", width="column")
    for form, begins in (("png", b"\x89PNG"), ("pdf", b"%PDF-")):
        assert answered(widget, format=form, theme="light", width="page")[1][0].startswith(begins)
    content, buffers = answered(widget, format="gif", theme="light", width="page")
    assert (content["ok"], content["name"], buffers) == (False, "InputError", [])
    assert content["message"] == "There is no picture as 'gif': choose 'svg', 'png' or 'pdf'."
