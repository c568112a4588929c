"""AttentionWidget without a browser: traits both ways, requests and answers, runs in the background."""

from __future__ import annotations

import asyncio
import threading

import ipywidgets
import numpy as np
import pytest
import tiny_models
import traitlets
from fake_view import View, array

import xai_widgets as xai
from xai_widgets.attention.thumbnails import layer_thumbnails
from xai_widgets.widgets.wire import head_bytes

TEXT = "the cat sat on the mat"


@pytest.fixture
def widget():
    widget = xai.AttentionWidget(explainer=tiny_models.explainer("bert"), text=TEXT)
    yield widget
    widget.close()


@pytest.fixture
def view(widget):
    return View(widget)


def test_model_and_tokenizer_in_place_of_an_explainer():
    explainer = tiny_models.explainer("bert")
    widget = xai.AttentionWidget(explainer.model, explainer.tokenizer, TEXT, layer=2, heads=[3, 1])
    assert (widget.layer, widget.heads, widget.kind, widget.text) == (2, [1, 3], "self", TEXT)
    assert widget.payload["meta"]["initial"] == {"kind": "self", "layer": 2, "heads": [1, 3], "part": None}


def test_payload_holds_what_is_looked_at(widget):
    attention, payload = widget.attention, widget.payload
    assert (widget.error, widget.progress) == ("", None)
    assert payload["v"] == 1
    assert (array(payload["arrays"]["heads"]) == head_bytes(attention, "self", 0, range(4))).all()
    assert (
        array(payload["arrays"]["thumbnails/self"]) == layer_thumbnails(attention, "self", attention.layers())
    ).all()
    assert payload["tokens"] == {"text": attention.tokens()[0].as_dict()}
    assert payload["meta"]["inputs"] == [
        {"name": "text", "label": "Text", "optional": False},
        {"name": "text_pair", "label": "Second text", "optional": True},
    ]


def test_first_payload_of_a_long_text_stays_small(minilm):
    attention = minilm.attention("word " * 510)
    assert attention.shape() == (6, 12, 512, 512)
    widget = xai.AttentionWidget(attention=attention)
    _, _, buffers = ipywidgets.widgets.widget._remove_buffers(widget.get_state("payload"))
    # The measure is 12 layers x 12 heads: twice the thumbnails of these 6.
    thumbnails = sum(len(b) for b in buffers) - len(widget.heads) * 512 * 512
    assert 2 * thumbnails + len(widget.heads) * 512 * 512 < 1_500_000
    assert widget.heads == [0, 1, 2]


def test_map_of_tensors_needs_no_model():
    weights = [np.full((1, 2, 3, 3), 1 / 3, dtype=np.float32)]
    widget = xai.AttentionWidget(attention=xai.AttentionMap.from_tensors(weights, ["a", "b", "c"]))
    assert widget.payload["meta"]["live"] is False
    with pytest.raises(xai.InputError, match="no model to run on other text"):
        widget.text = "other"
    assert widget.text == ""


def test_a_map_that_ends_a_cell_shows_itself():
    attention = tiny_models.explainer("gpt2").attention(TEXT)
    data, _metadata = attention._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data


def test_text_from_python_runs_the_model(widget):
    widget.text = "cats are sitting"
    assert widget.attention.tokens()[0].sources == ("cats are sitting",)
    assert widget.payload["meta"]["run"] == 2
    assert widget.payload["tokens"]["text"]["text"] == list(widget.attention.tokens()[0].text)


def test_another_text_can_be_asked_for_while_no_head_is_on(widget):
    widget.heads = []
    widget.text = "cats are sitting"
    assert widget.heads == []
    count = len(widget.attention.tokens()[0])
    assert array(widget.payload["arrays"]["heads"]).shape == (0, count, count)


def test_run_changes_both_texts_at_once(widget):
    widget.run(TEXT, "cats are sitting")
    assert (widget.text, widget.text_pair) == (TEXT, "cats are sitting")
    assert widget.attention.tokens()[0].sources == (TEXT, "cats are sitting")
    assert widget.payload["meta"]["run"] == 2


@pytest.mark.parametrize("bad", ["", "cat " * 60])
def test_bad_text_from_python_raises_and_changes_nothing(widget, bad):
    before = widget.attention
    with pytest.raises(xai.InputError):
        widget.text = bad
    assert (widget.text, widget.attention, widget.payload["meta"]["run"]) == (TEXT, before, 1)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("layer", 3, "layers are 0 to 2"),
        ("heads", [0, 4], "heads are 0 to 3"),
        ("kind", "cross", "this map has 'self'"),
        ("selection", [{"side": "query", "start": 3, "stop": 99}], "side 'query' \\(0 to 8\\)"),
        ("selection", [{"side": "left"}], "cannot be pinned"),
    ],
)
def test_view_state_that_does_not_exist_is_refused(widget, name, value, words):
    before = getattr(widget, name)
    with pytest.raises(xai.InputError, match=words):
        setattr(widget, name, value)
    assert getattr(widget, name) == before


def test_presentation_is_checked(widget):
    widget.presentation = ["matrix"]
    with pytest.raises(traitlets.TraitError):
        widget.presentation = ["table"]
    assert xai.AttentionWidget(attention=widget.attention, presentation="grid").presentation == ["grid"]


def test_view_state_can_be_linked(widget):
    slider = ipywidgets.IntSlider(min=0, max=2)
    ipywidgets.link((slider, "value"), (widget, "layer"))
    slider.value = 2
    assert widget.layer == 2
    widget.layer = 1
    assert slider.value == 1


def test_another_kind_keeps_what_it_has():
    widget = xai.AttentionWidget(explainer=tiny_models.explainer("bart"), text=TEXT, layer=1, heads=[0, 3])
    assert widget.kind == "encoder"
    widget.selection = [{"side": "key", "start": 0, "stop": 2}]
    widget.kind = "cross"
    assert (widget.layer, widget.heads, widget.selection) == (1, [0], [])
    widget.layer = 2
    widget.kind = "encoder"
    assert widget.layer == 0


def test_heads_are_answered_as_bytes(widget, view):
    view.ask("a", "heads", kind="self", layer=2, heads=[3, 1])
    content, (buffer,) = view.answer("a")
    assert content == {
        "type": "response",
        "id": "a",
        "ok": True,
        "arrays": [{"dtype": "uint8", "shape": [2, 8, 8]}],
    }
    coded = np.frombuffer(buffer, dtype=np.uint8).reshape(2, 8, 8)
    assert np.abs((coded / 253.0) ** 2 - widget.attention.weights(2, [3, 1])).max() < 0.005


def test_cells_are_answered_exactly(widget, view):
    view.ask("a", "cell", kind="self", layer=1, heads=[0, 2], query=[4, 5], key=[1, 2])
    values = np.frombuffer(view.answer("a")[1][0], dtype=np.float32)
    # Computed for that one row: the same numbers but for the order of float32 additions.
    assert np.abs(values - widget.attention.weights(1, [0, 2])[:, 4, 1]).max() < 1e-6


@pytest.mark.parametrize(
    ("fields", "name", "words"),
    [
        ({"what": "heads", "run": 0, "kind": "self", "layer": 0, "heads": [0]}, "StaleError", "replaced since"),
        ({"what": "heads", "kind": "self", "layer": 7, "heads": [0]}, "InputError", "layers are 0 to 2"),
        ({"what": "heads", "kind": "self", "layer": 0, "heads": [9]}, "InputError", "heads are 0 to 3"),
        (
            {"what": "cell", "kind": "self", "layer": 0, "heads": [0], "query": [0, 99], "key": [0, 1]},
            "InputError",
            "99",
        ),
        ({"what": "dance"}, "InputError", "Known are heads, cell, thumbnails, run, cancel"),
    ],
)
def test_bad_requests_are_answered_in_words(view, fields, name, words):
    what = fields.pop("what")
    view.ask("a", what, **fields)
    content, _ = view.answer("a")
    assert (content["ok"], content["name"]) == (False, name)
    assert words in content["message"]


def test_messages_that_are_no_requests_are_left_alone(widget):
    widget._handle_custom_msg("hello", [])
    widget._handle_custom_msg({"type": "other"}, [])


def test_typed_text_runs_in_the_background(widget, view):
    view.ask("a", "run", text="cats are sitting", text_pair="", truncate=False)
    assert view.answer("a")[0]["ok"]
    assert (widget.text, widget.error, widget.progress) == ("cats are sitting", "", None)
    assert widget.payload["meta"]["run"] == 2


def test_typed_text_that_is_refused_leaves_the_map_and_offers_a_remedy(widget, view):
    view.ask("a", "run", text="cat " * 60, text_pair="", truncate=False)
    content, _ = view.answer("a")
    assert (content["ok"], content["name"], content["offer"]) == (False, "InputError", "truncate")
    # A button stands behind these words, so they do not say what to write in Python.
    assert content["message"].endswith("22 more than the 40 positions of BertModel. Shorten it, or have it cut.")
    assert (widget.text, widget.progress, widget.payload["meta"]["run"]) == (TEXT, None, 1)
    view.ask("b", "run", text="cat " * 60, text_pair="", truncate=True)
    assert view.answer("b")[0]["ok"]
    assert len(widget.attention.tokens()[0]) == 40


def test_an_error_that_is_not_ours_is_told_with_its_class(widget, view, monkeypatch, caplog):
    def burst(*_args, **_kwargs):
        raise RuntimeError("out of memory")

    monkeypatch.setattr(widget.attention, "span_weights", burst)
    view.ask("a", "cell", kind="self", layer=0, heads=[0], query=[0, 1], key=[0, 1])
    assert view.answer("a")[0]["message"] == "RuntimeError: out of memory"
    assert "Traceback" in caplog.text


class Gate:
    """A model run that waits to be let on, and can be cancelled meanwhile."""

    def __init__(self, widget) -> None:
        self.entered = threading.Semaphore(0)
        self.opened = threading.Event()
        inner = widget.attention.rerun.run

        def run(text, text_pair=None, *, truncate=False, progress=None):
            self.entered.release()
            while not self.opened.wait(0.15):
                if progress is not None:
                    progress("waiting", 1, 3)
            return inner(text, text_pair, truncate=truncate, progress=progress)

        object.__setattr__(widget.attention.rerun, "run", run)


def test_progress_and_cancel(widget, view):
    gate = Gate(widget)
    seen = []
    widget.observe(lambda change: seen.append(change["new"]), "progress")
    view.ask("a", "run", text="cats", text_pair="", truncate=False)
    assert gate.entered.acquire(timeout=10)
    view.ask("b", "cancel", target="a")
    assert view.answer("b")[0]["ok"]
    content, _ = view.answer("a")
    assert (content["ok"], content["name"]) == (False, "Cancelled")
    assert (widget.text, widget.progress, widget.payload["meta"]["run"]) == (TEXT, None, 1)
    assert seen[0] == {"label": "running the model", "done": 0, "total": 0}


def test_a_newer_run_makes_the_older_one_stale(widget, view):
    gate = Gate(widget)
    view.ask("a", "run", text="cats", text_pair="", truncate=False)
    assert gate.entered.acquire(timeout=10)
    view.ask("b", "run", text="the mat", text_pair="", truncate=False)
    gate.opened.set()
    assert view.answer("a")[0]["name"] == "StaleError"
    assert view.answer("b")[0]["ok"]
    assert widget.text == "the mat"


def test_closing_ends_what_runs(widget, view):
    gate = Gate(widget)
    view.ask("a", "run", text="cats", text_pair="", truncate=False)
    assert gate.entered.acquire(timeout=10)
    widget.close()
    assert view.answer("a")[0]["name"] == "Cancelled"


def test_text_of_a_linked_widget_runs_in_the_background(widget):
    done = threading.Event()
    widget.observe(lambda _change: done.set(), "payload")
    widget.set_state({"text": "cats are sitting"})
    assert done.wait(10)
    assert widget.attention.tokens()[0].sources == ("cats are sitting",)


def test_bad_text_of_a_linked_widget_is_said_in_the_view(widget):
    said = threading.Event()
    widget.observe(lambda change: change["new"] and said.set(), "error")
    widget.set_state({"text": "   "})
    assert said.wait(10)
    assert widget.error == "The text is empty. Type at least one word."
    assert widget.payload["meta"]["run"] == 1


def test_in_a_notebook_the_result_arrives_in_the_kernels_own_thread(widget, view):
    threads = []
    widget.observe(lambda _change: threads.append(threading.current_thread()), "payload")

    async def cell():
        view.ask("a", "run", text="cats", text_pair="", truncate=False)
        while "a" not in view.answers:
            await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(cell(), 20))
    assert threads == [threading.main_thread()]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, "nothing to show: pass text="),
        ({"text": TEXT, "attention": "map"}, "either attention= or a model and a text"),
        ({"text": TEXT, "model": 1, "explainer": 1}, "either explainer= or a model and a tokenizer"),
        ({"text": TEXT, "layer": 5}, "layers are 0 to 2"),
        ({"text": TEXT, "heads": [8]}, "heads are 0 to 3"),
    ],
)
def test_bad_arguments(arguments, words):
    attention = tiny_models.explainer("bert").attention(TEXT)
    if arguments.get("attention") == "map":
        arguments["attention"] = attention
    if not {"model", "attention"} & set(arguments) and arguments:
        arguments["explainer"] = tiny_models.explainer("bert")
    with pytest.raises(xai.InputError, match=words):
        xai.AttentionWidget(**arguments)
