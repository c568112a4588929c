"""What a saved notebook keeps of a widget: what it holds, how large it is, and what the settings say."""

from __future__ import annotations

import base64
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import nbformat
import numpy as np
import pytest
import tiny_models
from fake_view import View
from nbconvert import LatexExporter
from notebook_run import VIEW, kinds_of, run_cells
from page_reader import Content, packed_of

import xai_widgets as xai
from xai_widgets.export.kept_output import kept_output
from xai_widgets.settings import Settings

TEXT = "the cat sat on the mat"


def real_map(tokens: int, *, layers: int = 12, heads: int = 12) -> xai.AttentionMap:
    """Softmax of random scores: weights as a model has them, none of which is alike."""
    scores = np.random.default_rng(0).standard_normal((layers, 1, heads, tokens, tokens)).astype(np.float32) * 2
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights /= weights.sum(axis=-1, keepdims=True)
    return xai.AttentionMap.from_tensors(list(weights), [f"token{i}" for i in range(tokens)])


def size_of(data: dict[str, str]) -> int:
    return sum(len(json.dumps(value)) for mime, value in data.items() if mime != "text/plain")


def held(data: dict[str, str]) -> Content:
    return Content(packed_of(data["text/html"]))


def heads_of(content: Content) -> list[tuple[int, list[int]]]:
    """The layers that are held, in the order in which they were kept, with their heads."""
    layers: dict[int, list[int]] = {}
    for asked, _ in content.answers("heads"):
        layers.setdefault(asked["layer"], []).extend(asked["heads"])
    return [(layer, sorted(heads)) for layer, heads in layers.items()]


@pytest.fixture
def widget():
    widget = xai.AttentionWidget(attention=real_map(40, layers=3, heads=4), layer=1)
    yield widget
    widget.close()


# What is kept


def test_the_heads_that_came_first_and_those_that_were_looked_at_are_kept_newest_first(widget) -> None:
    view = View(widget)
    view.ask("1", "heads", kind="self", layer=2, heads=[0, 3])
    view.ask("2", "heads", kind="self", layer=0, heads=[1])
    content = held(kept_output(widget, Settings()))
    assert heads_of(content) == [(1, [0, 1, 2, 3]), (0, [1]), (2, [0, 3])]
    for asked, coded in content.answers("heads"):
        exact = widget.attention.weights(asked["layer"], asked["heads"])
        assert np.abs((coded / 253.0) ** 2 - exact).max() < 0.004


def test_what_is_on_show_is_kept_also_where_nobody_asked_for_it(widget) -> None:
    widget.layer, widget.heads = 2, [3]
    content = held(kept_output(widget, Settings()))
    assert heads_of(content) == [(2, [3]), (1, [0, 1, 2, 3])]
    assert (content.heading["traits"]["layer"], content.heading["traits"]["heads"]) == (2, [3])


def test_every_head_of_a_short_text_is_kept_by_its_thumbnail() -> None:
    widget = xai.AttentionWidget(attention=real_map(32, layers=2, heads=3))
    content = held(kept_output(widget, Settings()))
    assert content.answers("heads") == []
    thumbnails = content.array(content.heading["traits"]["payload"]["arrays"]["thumbnails/self"])
    exact = np.stack([widget.attention.weights(layer) for layer in (0, 1)])
    assert np.abs((thumbnails / 253.0) ** 2 - exact).max() < 0.004


def test_another_text_is_kept_without_what_was_looked_at_of_the_old() -> None:
    words = " ".join(["cat"] * 34)
    widget = xai.AttentionWidget(explainer=tiny_models.explainer("bert"), text=words)
    View(widget).ask("1", "heads", kind="self", layer=2, heads=[0])
    widget.text = f"the {words}"
    content = held(kept_output(widget, Settings()))
    assert heads_of(content) == [(0, [0, 1, 2, 3])]
    assert content.heading["traits"]["text"] == f"the {words}"


def test_attention_beside_an_attribution_is_kept_as_it_was_looked_at() -> None:
    widget = xai.AttributionWidget(explainer=tiny_models.explainer("gpt2"), text=TEXT)
    view = View(widget)
    view.ask("1", "attention_row", layer=1, head=2, step=None)
    ((asked, row),) = held(kept_output(widget, Settings())).answers("attention_row")
    assert asked == {"what": "attention_row", "layer": 1, "head": 2, "step": None}
    exact = np.frombuffer(view.answer("1")[1][0], np.float32)
    assert np.abs((row / 253.0) ** 2 - exact).max() < 0.004


def test_what_a_view_asked_for_ahead_is_kept_once_somebody_looks_at_it(widget) -> None:
    View(widget).ask("1", "heads", kind="self", layer=2, heads=[0, 3], part=None, ahead=True)
    assert len(widget.told) == 0
    widget.layer = 0
    widget.set_state({"layer": 2, "heads": [3]})
    assert [dict(answer.request) for answer in widget.told] == [
        {"what": "heads", "kind": "self", "layer": 2, "heads": [3]}
    ]
    widget.layer, widget.heads = 0, [1]
    assert (2, [3]) in heads_of(held(kept_output(widget, Settings())))


def test_an_answer_to_an_older_text_is_not_kept(widget) -> None:
    view = View(widget)
    view.ask("1", "heads", run=0, kind="self", layer=2, heads=[0])
    assert view.answer("1")[0]["name"] == "StaleError"
    assert len(widget.told) == 0


def test_a_picture_stands_there_for_readers_that_run_no_scripts(widget) -> None:
    data = kept_output(widget, Settings())
    (alt,) = re.findall(r'<img [^>]*alt="([^"]*)"', data["text/html"])
    assert alt.startswith("Attention. Attention: layer 1, all 4 heads")
    (drawn,) = re.findall(r'src="data:image/svg\+xml,([^"]*)"', data["text/html"])
    assert ET.fromstring(unquote(drawn)).tag.endswith("svg")
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert data["text/plain"] == "Attention. Run the cell to see it live."


def test_a_text_that_looks_like_markup_is_words_in_what_is_kept() -> None:
    evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    widget = xai.AttentionWidget(explainer=tiny_models.explainer("bert"), text=evil)
    html = kept_output(widget, Settings())["text/html"]
    assert html.count("<script>") == 1
    assert html.count("<img") == 1
    assert "alert(" not in html.replace("alert(1)&lt;", "").replace("onerror=alert(1)&gt;", "")


# How large it is


def test_ten_widgets_of_128_tokens_take_less_than_5_mb() -> None:
    widget = xai.AttentionWidget(attention=real_map(128))
    view = View(widget)
    for layer in range(12):
        view.ask(str(layer), "heads", kind="self", layer=layer, heads=list(range(12)))
    data = kept_output(widget, Settings())
    assert 10 * size_of(data) < 4_900_000
    # The layer that is on show is there, and what was looked at last.
    kept = heads_of(held(data))
    assert kept[0] == (0, list(range(12)))


@pytest.mark.parametrize("most", [0, 5_000, 60_000, 100_000, 200_000, 1_000_000])
def test_what_is_kept_is_never_more_than_the_setting_says(widget, most: int) -> None:
    for layer in (0, 1, 2):
        View(widget).ask(str(layer), "heads", kind="self", layer=layer, heads=[0, 1, 2, 3])
    assert size_of(kept_output(widget, Settings(keep_bytes=most))) <= most


def test_what_there_is_no_room_for_goes_by_its_age_then_the_view_then_the_picture(widget) -> None:
    View(widget).ask("1", "heads", kind="self", layer=0, heads=[0, 1, 2, 3])
    all_of_it = kept_output(widget, Settings(keep_bytes=1_000_000))
    # Counted, for the view's own program takes most of it and is not always as long.
    rooms = (len(all_of_it["text/html"]) - 2_000, 70_000, 5_000)
    less, picture, words = (kept_output(widget, Settings(keep_bytes=room)) for room in rooms)
    assert heads_of(held(all_of_it)) == [(1, [0, 1, 2, 3]), (0, [0, 1, 2, 3])]
    kept = heads_of(held(less))
    assert kept[0] == (1, [0, 1, 2, 3])
    assert sum(len(heads) for _, heads in kept) < 8
    assert "<img" in picture["text/html"]
    assert "<script" not in picture["text/html"]
    assert words.keys() == {"text/plain"}


def test_a_view_whose_layer_found_no_room_starts_with_one_that_did() -> None:
    widget = xai.AttentionWidget(attention=real_map(300, layers=2, heads=4), heads=[0, 1, 2, 3])
    content = held(kept_output(widget, Settings(keep_bytes=330_000)))
    ((layer, heads),) = heads_of(content)
    assert 0 < len(heads) < 4
    assert (content.heading["traits"]["layer"], content.heading["traits"]["heads"]) == (layer, heads)


# Settings


def test_settings_say_what_is_kept() -> None:
    words = (
        "a saved notebook keeps a picture, and the view itself with what was looked at, up to 480,000 bytes a widget"
    )
    assert repr(Settings()) == f"<Settings keep='view': {words}>"
    assert repr(Settings(keep="nothing")).endswith("keeps nothing: without a kernel there is no view>")
    assert isinstance(xai.settings, Settings)


def test_a_picture_alone_is_kept_where_the_setting_says_so(widget) -> None:
    data = kept_output(widget, Settings(keep="picture"))
    assert data["text/html"].startswith('<div class="xai-kept"><img ')
    assert "<script" not in data["text/html"]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("keep", "all", r"keep='all' is no choice: choose 'view' \(a picture, and the view itself"),
        ("keep_bytes", -1, "keep_bytes=-1 is no size: give a whole number of bytes, 0 or more"),
        ("keep_bytes", "1 MB", "keep_bytes='1 MB' is no size"),
        ("kept", "view", "There is no setting 'kept': there are keep, keep_bytes"),
    ],
)
def test_a_setting_that_there_is_not_is_refused_and_changes_nothing(name: str, value: Any, words: str) -> None:
    settings = Settings()
    with pytest.raises(xai.InputError, match=words):
        setattr(settings, name, value)
    assert settings == Settings()


# In a kernel


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Any:
    cells = [
        """import numpy as np, xai_widgets as xai
weights = np.full((1, 2, 40, 40), 1 / 40, np.float32)
attention = xai.AttentionMap.from_tensors([weights] * 3, ['t'] * 40)
w = xai.AttentionWidget(attention=attention)
w""",
        "w.layer = 2",
        "attention",
        "xai.settings.keep = 'nothing'\nw",
        "xai.settings.keep = 'view'\nimport ipywidgets\nipywidgets.HBox([w])",
        "get_ipython().user_ns['__vsc_ipynb_file__'] = 'as VS Code does'\nw",
    ]
    return run_cells(cells, tmp_path_factory.mktemp("kernel"))


def test_a_widget_that_ends_a_cell_is_two_outputs(executed: Any) -> None:
    assert kinds_of(executed.cells[0], but=["image/png"]) == [{"text/html"}, {VIEW}]
    assert executed.cells[0].outputs[1].data["text/plain"] == "Run the cell to see the widget live."


def test_a_cell_that_changes_a_widget_leaves_it_kept_as_it_stands(executed: Any) -> None:
    content = held(executed.cells[0].outputs[0].data)
    assert content.heading["traits"]["layer"] == 2
    assert heads_of(content) == [(2, [0, 1]), (0, [0, 1])]


def test_a_map_that_ends_a_cell_is_kept_too(executed: Any) -> None:
    assert kinds_of(executed.cells[2], but=["image/png"]) == [{"text/html"}, {VIEW}]


def test_nothing_is_kept_where_the_setting_says_so(executed: Any) -> None:
    assert kinds_of(executed.cells[3]) == [{VIEW}]


def test_a_widget_in_a_container_is_the_containers_affair(executed: Any) -> None:
    assert kinds_of(executed.cells[4]) == [{VIEW}]


def test_a_front_end_that_frames_its_outputs_has_the_widget_alone(executed: Any) -> None:
    assert kinds_of(executed.cells[5]) == [{VIEW}]


def test_a_kept_view_is_one_line_of_text_that_survives_the_file(executed: Any, tmp_path: Path) -> None:
    nbformat.write(executed, tmp_path / "kept.ipynb")
    again = nbformat.read(tmp_path / "kept.ipynb", as_version=4)
    assert again.cells[0].outputs[0].data["text/html"] == executed.cells[0].outputs[0].data["text/html"]


@pytest.mark.filterwarnings("default")  # those of the notebook machinery are not ours
def test_an_export_that_takes_no_html_has_the_picture(executed: Any) -> None:
    body, resources = LatexExporter().from_notebook_node(executed)
    assert resources["outputs"]["output_0_0.png"].startswith(b"\x89PNG")
    assert "output_0_0.png" in body
    assert "data-xai" not in body


def test_a_notebook_of_ten_widgets_is_a_file_of_less_than_5_mb(tmp_path: Path) -> None:
    data = kept_output(xai.AttentionWidget(attention=real_map(128)), Settings())
    outputs = [nbformat.v4.new_output("display_data", data=data) for _ in range(10)]
    cells = [nbformat.v4.new_code_cell("widget", outputs=[output]) for output in outputs]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "ten.ipynb")
    assert (tmp_path / "ten.ipynb").stat().st_size < 5_000_000
