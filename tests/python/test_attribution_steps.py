"""Another answer at one of several steps: asked for by a click, explained there, and left again."""

from __future__ import annotations

import time

import pytest
import tiny_models
import torch
import transformers
from fake_view import View
from tokenizers_fixture import wordpiece

import xai_widgets as xai
from xai_widgets.widgets.attribution_widget import AttributionWidget

TEXT = "The black cat sleeps."
STEP = 1


@pytest.fixture(scope="module")
def explainer():
    return xai.demo("translation")


@pytest.fixture(scope="module")
def logits(explainer):
    """What the model gives at every step, [step, token]."""
    with torch.no_grad():
        return explainer.model(**explainer.inputs.make(TEXT, None, truncate=False).arguments).logits[0]


@pytest.fixture
def widget(explainer):
    widget = AttributionWidget(explainer=explainer, text=TEXT)
    yield widget
    widget.close()


@pytest.fixture
def other(widget):
    """An answer that was not written at the step, though it was likely."""
    return widget.payload["meta"]["candidates"][STEP][1]["id"]


def ask(widget, **question):
    view = View(widget)
    view.ask("asked", "run", **{"text": widget.text, "text_pair": widget.text_pair, "truncate": False} | question)
    content, _ = view.answer("asked")
    return content


def test_a_click_explains_that_answer_at_that_step(widget, other, logits):
    written = widget.attributions[0].steps.ids[STEP]
    assert ask(widget, at=STEP, target=other)["ok"]
    meta = widget.payload["meta"]
    assert (widget.at, widget.target) == (STEP, other)
    assert widget.attributions[0].value == pytest.approx(float(logits[STEP, other]), rel=1e-5)
    assert (meta["within"], meta["steps"], meta["explained"]) == (True, None, other)
    likeliest = [candidate["id"] for candidate in meta["candidates"][0]]
    assert likeliest == logits[STEP].topk(len(likeliest)).indices.tolist()
    # What was written there stands beside it.
    assert meta["previous"]["value"] == [pytest.approx(float(logits[STEP, written]), rel=1e-5)]


def test_going_back_shows_the_step_that_one_was_at(widget, other):
    count = len(widget.attributions[0].steps)
    ask(widget, at=STEP, target=other)
    assert ask(widget, at=None, target=None)["ok"]
    assert len(widget.attributions[0].steps) == count
    assert (widget.step, widget.at, widget.payload["meta"]["within"]) == (STEP, None, False)


def linked(widget, text):
    """What the front end does when a linked widget's text changed."""
    before, deadline = widget.payload, time.monotonic() + 60
    widget.set_state({"text": text})
    while widget.payload is before:
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize(
    "put",
    [
        lambda widget, text: ask(widget, text=text),
        lambda widget, text: widget.run(text),
        lambda widget, text: setattr(widget, "text", text),
        linked,
    ],
    ids=["typed", "run by a program", "set by a program", "linked"],
)
def test_an_answer_at_a_step_goes_with_its_text(widget, other, put):
    ask(widget, at=STEP, target=other)
    put(widget, "The cat eats.")
    assert (widget.text, widget.at, widget.target, widget.error) == ("The cat eats.", None, None, "")
    assert widget.attributions[0].rerun.text == "The cat eats."
    assert len(widget.attributions[0].steps) == len(widget.payload["meta"]["candidates"])


def test_an_answer_at_a_step_stays_with_a_text_that_stays(widget, other):
    ask(widget, at=STEP, target=other)
    widget.text = TEXT
    widget.method = "saliency"
    assert (widget.at, widget.target) == (STEP, other)


def test_what_is_written_is_explained_where_no_target_is_named(widget, explainer):
    steps = widget.attributions[0].steps
    widget.run(at=STEP)
    assert widget.payload["meta"]["explained"] == steps.ids[STEP]
    alone = AttributionWidget(explainer=explainer, text=TEXT, at=STEP)
    assert alone.payload["meta"]["within"] is False  # it never had steps to go back to


def test_a_step_that_does_not_exist_is_refused_and_changes_nothing(widget):
    count = len(widget.attributions[0].steps)
    content = ask(widget, at=count, target=5)
    assert (content["ok"], content["name"]) == (False, "InputError")
    assert f"0 to {count - 1}" in content["message"]
    with pytest.raises(xai.InputError, match=f"0 to {count - 1}"):
        widget.at = count
    assert (widget.at, widget.target, widget.error) == (None, None, "")


def test_the_edges_of_an_answer_are_two_steps():
    options = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 37}
    config = transformers.BertConfig(**options, vocab_size=120, max_position_embeddings=40)
    model = tiny_models.scaled(transformers.BertForQuestionAnswering(config))
    widget = AttributionWidget(model, wordpiece(), "the cat", "sat on the mat")
    explainer = xai.Explainer(model, wordpiece())
    with torch.no_grad():
        output = model(**explainer.inputs.make("the cat", "sat on the mat", truncate=False).arguments)
    for step, edges in enumerate((output.start_logits, output.end_logits)):
        position = widget.payload["meta"]["candidates"][step][1]["id"]
        assert ask(widget, at=step, target=position)["ok"]
        assert widget.attributions[0].value == pytest.approx(float(edges[0, position]), rel=1e-4)
        ask(widget, at=None, target=None)


@pytest.mark.parametrize(
    "picked",
    [
        {"side": 2, "start": 0, "stop": 1},
        {"side": "key", "start": 0, "stop": 1},
        {"side": 0, "start": 1, "stop": 1},
        {"side": 0, "start": 0, "stop": 99},
        {"side": 1, "start": 0},
        {"side": 1, "start": -1, "stop": 1},
    ],
    ids=str,
)
def test_tokens_that_do_not_exist_cannot_be_picked(widget, picked):
    source, target = (len(side.tokens) for side in widget.attributions[0].sides)
    good = [{"side": 0, "start": 0, "stop": 2}, {"side": 1, "start": 1, "stop": target}]
    widget.selection = good
    with pytest.raises(xai.InputError, match=rf"give side 0 \(0 to {source}\) or 1 \(0 to {target}\)"):
        widget.selection = [*good, picked]
    assert widget.selection == good
