"""A widget as one file: what stands in it, how large it is, and what cannot be written."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny_models
from page_reader import Content, bytes_of, packed_of
from test_contract import CONTRACT, golden_map

import xai_widgets as xai
from xai_widgets.attention.weight_bytes import block_starts, pooled_bytes, weight_bytes
from xai_widgets.export.page import page_of
from xai_widgets.export.page_content import PageContent
from xai_widgets.export.page_letters import letters
from xai_widgets.widgets.told import Answer

TEXT = "the cat sat on the mat"
LONG = " ".join([TEXT] * 6)
"""More tokens than a thumbnail has cells a side."""
GOLDEN = CONTRACT / "page.json"


def read(path: Path) -> Content:
    return Content(packed_of(path.read_text(encoding="utf-8")))


def weights_of(coded: np.ndarray) -> np.ndarray:
    """Weights of bytes, by the formula of the wire; NaN for what is none, 0 for what cannot be seen."""
    weights = (coded.astype(np.float64) / 253) ** 2
    return np.where(coded == 255, 0.0, np.where(coded == 254, np.nan, weights))


def noise_map(tokens: int, *, layers: int = 2, heads: int = 4, causal: bool = False) -> Any:
    """A map in which every byte of a weight is as likely as any other, so that nothing compresses."""
    weights = np.random.default_rng(0).random((layers, 1, heads, tokens, tokens), dtype=np.float32) ** 2
    return xai.AttentionMap.from_tensors(
        list(weights * np.tri(tokens, dtype=np.float32) if causal else weights), [f"t{i}" for i in range(tokens)]
    )


@pytest.fixture(scope="module")
def widget():
    widget = xai.AttentionWidget(explainer=tiny_models.explainer("bert"), text=LONG, layer=1, heads=[2])
    yield widget
    widget.close()


# Letters


@pytest.mark.parametrize("length", [*range(40), 1000, 4099])
def test_letters_hold_bytes_in_thirteen_bits_a_pair(length: int) -> None:
    data = np.random.default_rng(length).integers(0, 256, length, dtype=np.uint8).tobytes()
    text = letters(data)
    assert bytes_of(text) == data
    assert len(text.partition(":")[2]) == 2 * -(-8 * length // 13)


def test_letters_need_no_escape_in_html_or_json() -> None:
    text = letters(bytes(range(256)) * 300)
    assert json.dumps(text) == f'"{text}"'
    assert not set(text) & set('"&<\\\n\r\t')


# What stands in a page


def test_a_page_holds_every_layer_and_head(widget: xai.AttentionWidget, tmp_path: Path) -> None:
    widget.save(tmp_path / "map.html")
    answers = read(tmp_path / "map.html").answers("heads")
    assert [(asked["layer"], asked["heads"]) for asked, _ in answers] == [(layer, [0, 1, 2, 3]) for layer in range(3)]
    for asked, coded in answers:
        exact = widget.attention.weights(asked["layer"])
        assert np.abs(weights_of(coded) - exact).max() < 0.004


def test_a_page_starts_as_the_widget_stands(widget: xai.AttentionWidget, tmp_path: Path) -> None:
    widget.selection = [{"side": "query", "start": 1, "stop": 2}]
    widget.save(tmp_path / "map.html")
    traits = read(tmp_path / "map.html").heading["traits"]
    assert (traits["layer"], traits["heads"], traits["text"]) == (1, [2], LONG)
    assert traits["selection"] == [{"side": "query", "start": 1, "stop": 2}]
    assert widget.progress is None


def test_a_page_has_the_widgets_own_program_and_asks_nobody(widget: xai.AttentionWidget) -> None:
    page = page_of(widget)
    heading = Content(packed_of(page)).heading
    assert heading["esm"] == str(widget._code)
    assert heading["css"] == str(widget._css)
    assert "default-src 'none'" in page
    assert not re.findall(r'(?:src|href)="(?!data:)', page)
    assert not re.findall(r"https?://(?!www\.w3\.org/)", page)


def test_a_page_of_named_layers_and_heads_holds_those(widget: xai.AttentionWidget, tmp_path: Path) -> None:
    widget.save(tmp_path / "map.html", layers=[2, 0], heads=[3, 1])
    content = read(tmp_path / "map.html")
    answers = content.answers("heads")
    assert [(asked["layer"], asked["heads"]) for asked, _ in answers] == [(2, [3, 1]), (0, [3, 1])]
    first, coded = answers[0]
    assert np.abs(weights_of(coded) - widget.attention.weights(2, first["heads"])).max() < 0.004
    # It cannot start with layer 1 and head 2, which are not in it.
    assert (content.heading["traits"]["layer"], content.heading["traits"]["heads"]) == (2, [1, 3])


def test_every_kind_of_an_encoder_decoder_is_held_or_the_one_that_is_named(tmp_path: Path) -> None:
    uniform = np.full((2, 40, 40), 1 / 40, np.float32)
    causal = np.tri(36, dtype=np.float32) / np.arange(1, 37, dtype=np.float32)[:, None]
    attention = xai.AttentionMap.from_tensors(
        encoder_attention=[uniform, uniform],
        encoder_tokens=["e"] * 40,
        decoder_attention=[causal[None]],
        decoder_tokens=["d"] * 36,
    )
    widget = xai.AttentionWidget(attention=attention, kind="encoder", layer=1, heads=[0])
    widget.save(tmp_path / "all.html")
    kept = read(tmp_path / "all.html").answers("heads")
    assert [(asked["kind"], asked["layer"]) for asked, _ in kept] == [("encoder", 0), ("encoder", 1), ("decoder", 0)]
    assert (kept[2][1] == 255).sum() == 36 * 35 // 2  # above the diagonal
    widget.save(tmp_path / "one.html", kind="decoder")
    content = read(tmp_path / "one.html")
    assert [asked["kind"] for asked, _ in content.answers("heads")] == ["decoder"]
    assert content.heading["traits"]["kind"] == "decoder"


def test_thumbnails_of_a_short_text_are_its_heads_and_are_held_once(tmp_path: Path) -> None:
    widget = xai.AttentionWidget(attention=golden_map(), kind="encoder", layer=1, heads=[0])
    widget.save(tmp_path / "map.html")
    content = read(tmp_path / "map.html")
    assert content.answers("heads") == []
    arrays = content.heading["traits"]["payload"]["arrays"]
    coded = content.array(arrays["thumbnails/encoder"])
    assert np.nanmax(np.abs(weights_of(coded[0]) - widget.attention.weights(0, kind="encoder"))) < 0.004
    widget.save(tmp_path / "map.html", heads=1)
    assert [asked["heads"] for asked, _ in read(tmp_path / "map.html").answers("heads")] == [[1], [1], [1]]


def test_tokens_that_look_like_markup_stay_in_the_letters(tmp_path: Path) -> None:
    evil = ["</script><script>alert(1)</script>", "<!--", "\u2028", '"', "${x}", "</div>"]
    attention = xai.AttentionMap.from_tensors([np.full((1, 2, 6, 6), 1 / 6, np.float32)], evil)
    widget = xai.AttentionWidget(attention=attention)
    widget.save(tmp_path / "map.html")
    page = (tmp_path / "map.html").read_text(encoding="utf-8")
    assert page.count("<script") == 1
    assert page.count("</script") == 1
    assert "alert" not in page
    assert read(tmp_path / "map.html").heading["traits"]["payload"]["tokens"]["text"]["pieces"] == evil


def test_a_text_that_looks_like_markup_is_a_title(tmp_path: Path) -> None:
    widget = xai.AttentionWidget(explainer=tiny_models.explainer("bert"), text="</title><script>alert(1)</script>")
    widget.save(tmp_path / "map.html")
    page = (tmp_path / "map.html").read_text(encoding="utf-8")
    assert page.count("<script") == 1
    assert "<title>Attention of “&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;”</title>" in page


def test_a_page_of_an_attribution_holds_its_scores_and_the_attention_beside_them(tmp_path: Path) -> None:
    widget = xai.AttributionWidget(explainer=tiny_models.explainer("gpt2"), text=TEXT)
    widget.save(tmp_path / "scores.html")
    content = read(tmp_path / "scores.html")
    scores = content.heading["traits"]["payload"]["arrays"]["scores/0/0"]
    assert (content.array(scores) == widget.attributions[0].scores).all()
    rows = content.answers("attention_row")
    assert [(asked["layer"], asked["head"]) for asked, _ in rows] == [(la, h) for la in range(2) for h in range(4)]
    attention, at = widget.attributions[0].attention, widget.attributions[0].at
    for asked, coded in rows:
        weights = attention.weights(asked["layer"], asked["head"])
        exact = weights[list(at)].mean(axis=0) if at else weights.mean(axis=0)
        assert np.abs(weights_of(coded) - exact).max() < 0.004


@pytest.mark.parametrize("make", ["attention", "attribute"])
def test_maps_and_attributions_have_a_page_without_a_widget_of_ones_own(make: str, tmp_path: Path) -> None:
    made = getattr(tiny_models.explainer("gpt2"), make)(TEXT)
    made.save(tmp_path / "page.html")
    made._widget().save(tmp_path / "widget.html")
    assert read(tmp_path / "page.html").heading == read(tmp_path / "widget.html").heading


def test_a_page_of_a_translation_holds_its_maps_and_the_scores_of_every_head(tmp_path: Path) -> None:
    widget = xai.TranslationWidget(explainer=tiny_models.explainer("bart"), source=TEXT, max_new_tokens=5)
    widget._methods.now("occlusion")
    widget.save(tmp_path / "translation.html")
    content = read(tmp_path / "translation.html")
    attention = widget.generation.attention()
    heads = {(asked["kind"], asked["layer"], *asked["heads"]): coded[0] for asked, coded in content.answers("heads")}
    sizes = {"encoder": (2, 4), "cross": (3, 2), "decoder": (3, 2)}
    assert set(heads) == {(kind, la, h) for kind, (nl, nh) in sizes.items() for la in range(nl) for h in range(nh)}
    assert np.abs(weights_of(heads["cross", 2, 1]) - attention.weights(2, 1, "cross")).max() < 0.004
    # The query of a step is the token before it, in the decoder that starts with one.
    scores = {(json.dumps(a["by"]), a["rows"], a["align"]): array for a, array in content.answers("scores")}
    by = json.dumps({"what": "attention", "layer": 1, "head": 0})
    exact = attention.weights(1, 0, "cross")
    assert scores[by, "writes", "argmax"] == pytest.approx(exact[:5], abs=1e-6)
    assert scores[by, "reads", "argmax"] == pytest.approx(exact[1:], abs=1e-6)
    mean = json.dumps({"what": "attention", "layer": None, "head": None})
    assert {align for b, _rows, align in scores if b == mean} == {"argmax", "intersection", "itermax"}
    occlusion = widget.generation.attribute(method="occlusion").sides[0].scores
    method = json.dumps({"what": "method", "name": "occlusion"})
    assert scores[method, "writes", "argmax"] == pytest.approx(occlusion, abs=1e-5)


def test_a_page_of_a_long_text_has_the_thumbnails_that_the_widget_left_for_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xai_widgets.attention.thumbnails._AT_FIRST", 2 * 4 * 32 * 60)
    attention = noise_map(60)
    widget = xai.AttentionWidget(attention=attention)
    assert widget.payload["meta"]["thumbnails"]["self"]["exact"] is False
    widget.save(tmp_path / "map.html", layers=1)
    content = read(tmp_path / "map.html")
    payload = content.heading["traits"]["payload"]
    assert payload["meta"]["thumbnails"]["self"] == {"layers": [0, 1], "exact": True}
    coded = content.array(payload["arrays"]["thumbnails/self"])
    # Every weight is in one of the blocks: the strongest of a head is in its thumbnail.
    strongest = [[attention.weights(layer, head).max() for head in range(4)] for layer in (0, 1)]
    assert weights_of(coded.max(axis=(2, 3))) == pytest.approx(np.array(strongest), abs=0.004)
    assert widget.payload["meta"]["thumbnails"]["self"]["exact"] is False


def test_a_page_of_every_head_leaves_thumbnails_to_its_script(tmp_path: Path) -> None:
    widget = xai.AttentionWidget(attention=noise_map(40))
    widget.save(tmp_path / "map.html")
    payload = read(tmp_path / "map.html").heading["traits"]["payload"]
    assert (payload["arrays"], payload["meta"]["thumbnails"]) == ({}, {})
    assert set(widget.payload["arrays"]) == {"heads", "thumbnails/self"}


def test_numbers_that_json_has_no_word_for_are_null() -> None:
    content = golden_content()
    odd = {"low": [-np.inf, 1.5], "none": float("nan")}
    packed = PageContent(content.esm, content.css, {**content.traits, "odd": odd}, ()).packed()
    assert Content(packed).heading["traits"]["odd"] == {"low": [None, 1.5], "none": None}


# How large it is


@pytest.mark.parametrize("causal", [False, True])
def test_a_page_takes_at_most_1_3_bytes_a_weight_also_where_nothing_compresses(causal: bool, tmp_path: Path) -> None:
    few, many = (noise_map(256, layers=layers, heads=8, causal=causal) for layers in (1, 3))
    sizes = []
    for attention in (few, many):
        xai.AttentionWidget(attention=attention, heads=[]).save(tmp_path / "map.html")
        sizes.append((tmp_path / "map.html").stat().st_size)
    # Program and tokens are in both: the difference is two layers. What a causal mask forbids is no weight.
    weights = 2 * 8 * (256 * 257 // 2 if causal else 256 * 256)
    assert 1.0 < (sizes[1] - sizes[0]) / weights < 1.3


def test_a_page_of_real_weights_is_smaller(minilm: xai.Explainer, tmp_path: Path) -> None:
    text = " ".join(Path(__file__).with_name("test_page.py").read_text(encoding="utf-8").split())
    attention = minilm.attention(text, truncate=True)
    assert attention.shape() == (6, 12, 512, 512)
    widget = xai.AttentionWidget(attention=attention)
    widget.save(tmp_path / "map.html", layers=[0, 5])
    assert (tmp_path / "map.html").stat().st_size < 0.8 * 2 * 12 * 512 * 512


# What cannot be written


def test_too_many_weights_are_refused_with_their_size(tmp_path: Path) -> None:
    widget = xai.AttentionWidget(attention=noise_map(40))
    words = r"8 heads x 40 x 40 tokens are 12,800 weights \(about 0 MB\); 12,799 are allowed. Name layers= and heads="
    with pytest.raises(xai.InputError, match=words):
        widget.save(tmp_path / "map.html", max_weights=12_799)
    assert list(tmp_path.iterdir()) == []
    widget.save(tmp_path / "map.html", max_weights=12_799, layers=1)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"layers": 3}, "There is no layer 3 with attention of kind 'self': layers are 0 to 2"),
        ({"heads": [0, 9]}, "There is no head 9 in layer 0: heads are 0 to 3"),
        ({"layers": []}, "No layer or head is named"),
        ({"kind": "cross"}, "this map has 'self'"),
        ({"colour": "red"}, "has no option 'colour'; it takes layers=, heads=, kind=, max_weights="),
    ],
)
def test_a_choice_that_does_not_exist_is_refused(widget, options, words, tmp_path: Path) -> None:
    (tmp_path / "map.html").write_text("before")
    with pytest.raises(xai.InputError, match=words):
        widget.save(tmp_path / "map.html", **options)
    assert (tmp_path / "map.html").read_text() == "before"
    assert widget.progress is None


def test_a_kind_beside_an_attribution_that_is_not_there_is_refused(tmp_path: Path) -> None:
    widget = xai.AttributionWidget(explainer=tiny_models.explainer("gpt2"), text=TEXT)
    with pytest.raises(xai.InputError, match="attention of kind 'self'; kind='cross' came"):
        widget.save(tmp_path / "scores.html", kind="cross")


def test_an_unknown_suffix_and_a_path_that_cannot_be_written_are_refused(widget, tmp_path: Path) -> None:
    with pytest.raises(xai.InputError, match=r"map\.gif has the suffix '\.gif': name a file that ends with \.html"):
        widget.save(tmp_path / "map.gif")
    with pytest.raises(xai.FileError, match="there is no folder"):
        widget.save(tmp_path / "nowhere" / "map.html")
    (tmp_path / "folder.html").mkdir()
    with pytest.raises(xai.FileError, match="is a folder"):
        widget.save(tmp_path / "folder.html")
    assert [path.name for path in tmp_path.iterdir()] == ["folder.html"]


# Both languages read the same


def golden_content() -> PageContent:
    widget = xai.AttentionWidget(attention=golden_map(), kind="encoder", layer=0, heads=[0, 2])
    answers = [
        Answer({"what": "heads", "kind": "encoder", "layer": 0, "heads": [2]}, (np.arange(49, dtype=np.uint8),)),
        Answer(
            {"what": "attention_row", "layer": 1, "head": 0, "step": None},
            (np.array([0.25, np.nan, 1], np.float32),),
            weights=True,
        ),
        Answer({"what": "scores", "rows": "writes"}, (np.array([1.5, -2], np.float32), np.array([7, -7], np.int32))),
    ]
    content = PageContent.of(widget, answers)
    return PageContent("export default 1;", ".xai-root {}", content.traits, content.answers)


def golden_pooled() -> dict[str, Any]:
    """A head of 40 x 37 with what is no number and what cannot be seen, and its thumbnail as Python makes it."""
    seen = np.tri(40, 37, 3, dtype=bool)[None]
    weights = np.random.default_rng(5).dirichlet(np.full(37, 0.2), (1, 40)).astype(np.float32) * seen
    weights[0, 7, 5] = np.nan
    coded = weight_bytes(weights, seen)
    pooled = pooled_bytes(weights, seen, block_starts(40, 32), block_starts(37, 32))
    return {
        name: {"shape": list(array.shape), "data": base64.b64encode(array.tobytes()).decode()}
        for name, array in (("heads", coded), ("thumbnail", pooled))
    }


def test_python_writes_what_is_kept(request: pytest.FixtureRequest) -> None:
    samples = [bytes(range(n, 2 * n)) for n in (0, 1, 12, 13, 14, 100)]
    content = golden_content().packed()
    made = {
        "letters": [{"data": base64.b64encode(data).decode(), "letters": letters(data)} for data in samples],
        "content": content,
        "pooled": golden_pooled(),
    }
    if request.config.getoption("--update-contract"):
        GOLDEN.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    kept = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert (kept["letters"], kept["pooled"]) == (made["letters"], made["pooled"])
    # Deflated bytes may differ between builds of zlib; what they hold may not.
    old, new = Content(kept["content"]), Content(content)
    assert old.heading == new.heading
    assert old._bytes == new._bytes
