"""View state as a string: written, read, typed by hand, and refused without changing anything."""

from __future__ import annotations

import gc
from typing import Any

import numpy as np
import pytest
import tiny_models

import xai_widgets as xai
from xai_widgets.widgets.state_string import model_of

TEXT = "the cat sat on the mat"
OTHER = 'a "big" cat: two mats, \\ and\nsat'


@pytest.fixture(scope="module")
def explainers() -> dict[str, xai.Explainer]:
    return {name: tiny_models.explainer(name) for name in ("bert", "gpt2", "bart")}


@pytest.fixture
def widget(explainers):
    widget = xai.AttentionWidget(explainer=explainers["bert"], text=TEXT)
    yield widget
    widget.close()


# What is written


def test_a_state_reads_like_what_is_on_show(widget: xai.AttentionWidget) -> None:
    widget.layer, widget.heads = 2, [0, 3]
    widget.presentation = ["lines", "matrix"]
    model = model_of(widget.payload["meta"]["model"])
    assert widget.state_string(text=False) == f"attention1:{model}:L2:H0,3:lines+matrix"
    assert widget.state_string() == f'attention1:{model}:L2:H0,3:lines+matrix:"{TEXT}"'


def test_every_part_is_written_where_it_is_not_the_usual(widget: xai.AttentionWidget) -> None:
    widget.run(TEXT, "the mat")
    widget.heads, widget.presentation = [], ["grid"]
    widget.selection = [{"side": "query", "start": 4, "stop": 5}, {"side": "key", "start": 1, "stop": 4}]
    widget.merge_words = widget.hide_special = True
    widget.threshold, widget.segment_filter = 0.05, "AB"
    parts = widget.state_string().split(":", 2)[2]
    assert parts == f'L0:Hnone:grid:q4,k1-3:AB:words:nospecial:min0.05:"{TEXT}" "the mat"'


@pytest.mark.parametrize(
    ("heads", "written"), [([0, 1, 2, 3], "H0-3"), ([0, 1], "H0,1"), ([1, 3], "H1,3"), ([0, 1, 2], "H0-2"), ([2], "H2")]
)
def test_heads_in_a_row_are_a_span(widget: xai.AttentionWidget, heads: list[int], written: str) -> None:
    widget.heads = heads
    assert f":{written}:" in widget.state_string()


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("sentiment (BertForSequenceClassification)", "sentiment"),
        ("/home/me/models/my model/ (GPT2LMHeadModel)", "my model"),
        ("C:\\models\\mine", "mine"),
        ("google/gemma-2-2b", "gemma-2-2b"),
        ("", ""),
    ],
)
def test_a_model_is_called_by_its_own_name(name: str, short: str) -> None:
    assert model_of(name) == short


def test_a_models_name_may_hold_what_separates_parts() -> None:
    weights = [np.full((1, 2, 3, 3), 1 / 3, np.float32)]
    attention = xai.AttentionMap.from_tensors(weights, ["a", "b", "c"], model_name='odd: "name"')
    widget = xai.AttentionWidget(attention=attention)
    assert widget.state_string() == "attention1:odd%3A %22name%22:L0:H0,1:lines+matrix+grid"
    widget.load_state(widget.state_string())


# There and back


def test_a_state_of_attention_comes_back(explainers: dict[str, xai.Explainer]) -> None:
    widget = xai.AttentionWidget(explainer=explainers["bart"], text=TEXT, text_pair=OTHER, kind="cross", layer=2)
    widget.heads, widget.threshold, widget.merge_words = [1], 0.25, True
    widget.selection = [{"side": "key", "start": 2, "stop": 4}]
    state = widget.state_string()
    again = xai.AttentionWidget.from_state(state, explainer=explainers["bart"])
    names = ("text", "text_pair", "kind", "layer", "heads", "threshold", "merge_words", "selection", "presentation")
    assert {name: getattr(again, name) for name in names} == {name: getattr(widget, name) for name in names}
    assert again.state_string() == state


def test_a_state_of_an_attribution_comes_back(explainers: dict[str, xai.Explainer]) -> None:
    widget = xai.AttributionWidget(
        explainer=explainers["gpt2"], text=TEXT, target=("cat", 7), method="occlusion", compare=["saliency"],
        value="log_prob", baseline="mask", attention_head=[1, 2], show_scores=True,
    )  # fmt: skip
    widget.selection = [{"side": 0, "start": 1, "stop": 3}]
    state = widget.state_string()
    parts = (
        "method=occlusion:target=cat+#7:compare=saliency:value=log_prob:baseline=mask:attention_head=1.2:a1-2:scores"
    )
    assert state.split(":", 2)[2] == f'{parts}:"{TEXT}"'
    again = xai.AttributionWidget.from_state(state, explainer=explainers["gpt2"])
    assert again.state_string() == state
    assert (again.attributions[0].scores == widget.attributions[0].scores).all()


def test_a_state_of_a_translation_comes_back(explainers: dict[str, xai.Explainer]) -> None:
    options = {"num_beams": 2, "max_new_tokens": 6}
    widget = xai.TranslationWidget(
        explainer=explainers["bart"], source=TEXT, forced=[5, 6], colours=[(1, None), "occlusion"], rows="reads",
        align="itermax", **options,
    )  # fmt: skip
    widget.step, widget.layer, widget.head = 2, 1, 1
    widget.beam = widget.generation.beams.finished[-1].index
    state = widget.state_string()
    again = xai.TranslationWidget.from_state(state, explainer=explainers["bart"], **options)
    assert again.state_string() == state
    assert again.generation.ids == widget.generation.ids
    assert f"forced=5+6:beam={widget.beam}".replace("beam=", "beam") in state
    assert "colours=1.*+occlusion:reads:itermax:L1:H1" in state


def test_a_view_jumps_to_a_state_and_runs_the_model_only_for_another_text(widget: xai.AttentionWidget) -> None:
    runs = []
    widget.observe(runs.append, "payload")
    widget.load_state("attention1::L1:H2:matrix")
    assert (widget.layer, widget.heads, widget.presentation, runs) == (1, [2], ["matrix"], [])
    widget.load_state('attention1::L2:H0-3:"a cat"')
    assert (widget.text, widget.layer, widget.heads, len(runs)) == ("a cat", 2, [0, 1, 2, 3], 1)


def test_what_is_left_out_is_as_usual_or_stays(widget: xai.AttentionWidget) -> None:
    widget.layer, widget.heads, widget.merge_words, widget.threshold = 1, [2], True, 0.5
    widget.load_state("attention1::lines")
    assert (widget.layer, widget.heads, widget.presentation) == (1, [2], ["lines"])
    assert (widget.merge_words, widget.threshold) == (False, 0.0)


@pytest.mark.parametrize(
    "typed",
    [
        "  attention1::L1:H0-2:lines  ",
        "attention1::lines:H2,0,1:L1",
        "attention1::L1::H0,1-2:lines:",
        f"attention1::L1:H0-2:lines:“{TEXT}”",
        f'attention1::L1:H0-2:lines: "{TEXT}"',
    ],
)
def test_a_state_may_be_typed_by_hand(widget: xai.AttentionWidget, typed: str) -> None:
    widget.load_state(typed)
    assert (widget.layer, widget.heads, widget.presentation, widget.text) == (1, [0, 1, 2], ["lines"], TEXT)


def test_a_state_without_a_text_takes_the_one_that_is_given(explainers: dict[str, xai.Explainer]) -> None:
    state = "attention1::L1:H2"
    with pytest.raises(xai.InputError, match="holds no text: pass text="):
        xai.AttentionWidget.from_state(state, explainer=explainers["bert"])
    widget = xai.AttentionWidget.from_state(state, explainer=explainers["bert"], text="a cat", text_pair="mat")
    assert (widget.text, widget.text_pair, widget.layer, widget.heads) == ("a cat", "mat", 1, [2])
    widget = xai.AttentionWidget.from_state('attention1::L2:"the cat"', explainer=explainers["bert"], text="a mat")
    assert (widget.text, widget.layer) == ("a mat", 2)


# What is refused


BAD: list[tuple[Any, str]] = [
    (None, "None is no view state. One reads like attention1:sentiment"),
    ("", "'' is no view state"),
    ("layer 2, head 3", "is no view state"),
    ("attention", "is no view state"),
    ("attention2::L1", r"a newer xai-widgets \(format 2; this one reads up to 1\). Upgrade"),
    ("attribution1::method=occlusion", "of 'attribution', and this widget shows 'attention'"),
    ("attention1:gpt2:L1", "of the model 'gpt2'; this widget shows '.+'. Use it with that model, or pass other_model"),
    ("attention1::L1:layer3", "'layer3' in the view state is not understood"),
    ("attention1::L-1", "'L-1' in the view state is not understood"),
    ("attention1::H3-1", "'H3-1' in the view state is not understood"),
    ("attention1::L", "'L' in the view state is not understood"),
    ("attention1::L1:L2", "says twice what layer is: 'L2' is the second"),
    (
        "attention1::L3",
        "names what there is not here: There is no layer 3 with attention of kind 'self': layers are 0 to 2",
    ),
    ("attention1::L1:H7", "There is no head 7 in layer 1: heads are 0 to 3"),
    ("attention1::L1:H1:cross", "this map has 'self'"),
    ("attention1::L2:H1:q30", "cannot be pinned: give side 'query'"),
    ("attention1::L1:min3", "should not be greater than 1"),
    ('attention1::L1:"a cat', "does not end, or is not in quotation marks"),
    ('attention1::L1:"a" "b" "c"', "has 3 texts; there are at most two"),
    ('attention1::L1:""', "empty"),
    (f'attention1::L9:"{TEXT} cat"', "There is no layer 9"),
    ('attention1::L1:H1:q8:"a cat"', "cannot be pinned"),
]


@pytest.mark.parametrize(("state", "words"), BAD)
def test_a_state_that_cannot_be_used_says_why_and_changes_nothing(widget, state: Any, words: str) -> None:
    widget.layer, widget.heads, widget.threshold, widget.text = 1, [0, 3], 0.1, "the mat sat on the cat"
    widget.selection = [{"side": "key", "start": 1, "stop": 2}]
    before = (widget.state_string(), widget.attention, widget.payload)
    with pytest.raises(xai.InputError, match=words):
        widget.load_state(state)
    assert (widget.state_string(), widget.attention, widget.payload) == before
    # Views may go on asking for what is on show.
    widget._check_current({"run": widget.payload["meta"]["run"]})


def test_a_failure_leaves_an_attribution_as_it_was(explainers: dict[str, xai.Explainer]) -> None:
    widget = xai.AttributionWidget(explainer=explainers["gpt2"], text=TEXT)
    before = (widget.state_string(), widget.payload)
    with pytest.raises(xai.InputError, match="There is no step 4"):
        widget.load_state('attribution1::method=occlusion:S4:"a cat"')
    assert (widget.state_string(), widget.payload) == before
    assert widget.payload["meta"]["previous"] is None


def test_a_state_of_another_model_may_be_used_all_the_same(widget: xai.AttentionWidget) -> None:
    widget.load_state("attention1:gpt2:L1:H2", other_model=True)
    assert (widget.layer, widget.heads) == (1, [2])


def test_a_widget_that_was_refused_its_state_is_closed(explainers, monkeypatch: pytest.MonkeyPatch) -> None:
    # What earlier tests have dropped is closed by the collector: before this one counts.
    gc.collect()
    closed = []
    monkeypatch.setattr(xai.AttentionWidget, "close", lambda self: closed.append(self))
    with pytest.raises(xai.InputError, match="no layer 9"):
        xai.AttentionWidget.from_state("attention1::L9", explainer=explainers["bert"], text=TEXT)
    assert len(closed) == 1
