"""AttributionWidget without a browser: the question, its answer, and what is asked for."""

from __future__ import annotations

import numpy as np
import pytest
import tiny_models
import transformers
from fake_view import View, array
from tokenizers_fixture import wordpiece

import xai_widgets as xai
from xai_widgets.widgets.attribution_widget import AttributionWidget

TEXT = "the cat sat on the mat"
LABELS = {0: "negative", 1: "positive"}


@pytest.fixture(scope="module")
def explainer():
    options = {"hidden_size": 32, "num_hidden_layers": 3, "num_attention_heads": 4, "intermediate_size": 37}
    config = transformers.BertConfig(**options, vocab_size=120, max_position_embeddings=40, id2label=LABELS)
    return xai.Explainer(tiny_models.scaled(transformers.BertForSequenceClassification(config)), wordpiece())


@pytest.fixture
def widget(explainer):
    widget = AttributionWidget(explainer=explainer, text=TEXT)
    yield widget
    widget.close()


@pytest.fixture
def view(widget):
    return View(widget)


def scores(widget, run=0, side=0):
    return array(widget.payload["arrays"][f"scores/{run}/{side}"])


def test_payload_is_what_the_explainer_says(widget, explainer):
    attribution = explainer.attribute(TEXT)
    meta = widget.payload["meta"]
    assert np.array_equal(scores(widget), attribution.scores)
    assert meta["runs"][0]["value"] == [pytest.approx(attribution.value)]
    assert meta["runs"][0]["residual"] == [pytest.approx(attribution.residual)]
    assert {c["text"] for c in meta["candidates"][0]} == set(LABELS.values())
    assert [m["name"] for m in meta["methods"]] == [card.name for card in xai.methods()]
    assert widget.payload["tokens"]["text"] == attribution.tokens.as_dict()
    assert meta["previous"] is None


def test_methods_side_by_side(explainer):
    widget = AttributionWidget(explainer=explainer, text=TEXT, compare=["saliency", "gradient_x_input", "saliency"])
    assert widget.compare == ["saliency"]
    assert [a.method.name for a in widget.attributions] == ["gradient_x_input", "saliency"]
    assert np.array_equal(scores(widget, run=1), explainer.attribute(TEXT, method="saliency").scores)


def test_options_belong_to_the_method(explainer):
    widget = AttributionWidget(
        explainer=explainer, text=TEXT, method="integrated_gradients", baseline="zero", tolerance=0.5, merge_words=True
    )
    assert widget.merge_words
    assert widget.attributions[0].baseline == "zero"
    assert widget.attributions[0].options["tolerance"] == 0.5
    widget.baseline = "pad"
    assert "pad" in widget.attributions[0].baseline.lower()


def test_question_from_python_runs_the_model_and_keeps_what_was_before(widget, explainer):
    before = widget.attributions[0]
    widget.target = ("negative", "positive")
    assert widget.attributions[0].target == explainer.attribute(TEXT, target=("negative", "positive")).target
    assert widget.payload["meta"]["previous"]["target"] == before.target
    kept = widget.payload["arrays"]["previous/0"]
    assert np.array_equal(np.frombuffer(kept["data"], dtype=np.float32), before.scores)
    widget.target = None
    assert widget.attributions[0].target == before.target
    widget.target = ("negative", "positive")
    widget.run("cats are sitting", target=None, value="probability")
    assert (widget.text, widget.target, widget.value) == ("cats are sitting", None, "probability")
    assert widget.payload["meta"]["run"] == 5


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("target", "posotive", "There is no class 'posotive'. The nearest names: 'positive'"),
        ("method", "gradient", "no attribution method 'gradient'"),
        ("text", " ", "text is empty"),
        ("compare", ["nothing"], "no attribution method 'nothing'"),
        ("step", 1, "steps are 0 to 0"),
    ],
)
def test_bad_question_raises_and_changes_nothing(widget, name, value, words):
    before = (getattr(widget, name), widget.attributions, widget.payload["meta"]["run"])
    with pytest.raises(xai.InputError, match=words):
        setattr(widget, name, value)
    assert (getattr(widget, name), widget.attributions, widget.payload["meta"]["run"]) == before


def test_question_from_the_view_runs_in_the_background(widget, view):
    view.ask("a", "run", text=TEXT, text_pair="", target=["negative", "positive"], method="saliency", truncate=False)
    assert view.answer("a")[0]["ok"]
    assert (widget.target, widget.method) == (("negative", "positive"), "saliency")
    assert widget.attributions[0].method.name == "saliency"


def test_bad_target_from_the_view_is_answered_in_words(widget, view):
    view.ask("a", "run", text=TEXT, text_pair="", target="posotive", truncate=False)
    content, _ = view.answer("a")
    assert (content["ok"], content["name"]) == (False, "InputError")
    assert "nearest names" in content["message"]
    assert (widget.target, widget.payload["meta"]["run"]) == (None, 1)


def test_attention_stands_beside_the_scores(widget, view, explainer):
    assert widget.payload["meta"]["attention"] == {"layers": [0, 1, 2], "heads": [4, 4, 4]}
    view.ask("a", "attention_row", layer=1, head=2, step=None)
    row = np.frombuffer(view.answer("a")[1][0], dtype=np.float32)
    weights = explainer.attention(TEXT).weights(1, 2)
    at = widget.attributions[0].at
    assert np.allclose(row, weights[at[0]] if at else weights.mean(axis=0), atol=1e-6)


def test_attention_of_a_step_is_the_row_that_was_read():
    explainer = tiny_models.explainer("bart")
    widget = AttributionWidget(explainer=explainer, text=TEXT, text_pair="the mat")
    view = View(widget)
    view.ask("a", "attention_row", layer=2, head=1, step=1)
    row = np.frombuffer(view.answer("a")[1][0], dtype=np.float32)
    assert np.allclose(row, explainer.attention(TEXT, "the mat").weights(2, 1, "cross")[1], atol=1e-6)
    assert scores(widget).shape[0] == len(widget.attributions[0].steps)
    widget.step = 1
    assert [side["tokens"] for side in widget.payload["meta"]["sides"]] == ["source", "target"]


def test_a_similarity_has_no_attention_of_its_own(minilm):
    widget = AttributionWidget(explainer=minilm, text="A cat sat.", text_pair="A dog lay down.")
    assert widget.payload["meta"]["attention"] is None
    assert widget.payload["meta"]["values"] == ["cosine similarity"]
    assert [side["tokens"] for side in widget.payload["meta"]["sides"]] == ["text", "second"]


def test_an_attribution_shows_itself_and_can_be_asked_again(explainer):
    attribution = explainer.attribute(TEXT, target="negative")
    assert "application/vnd.jupyter.widget-view+json" in attribution._repr_mimebundle_()[0]
    widget = AttributionWidget(attribution=attribution, compare=["saliency"])
    assert (widget.target, widget.method, widget.compare) == ("negative", "gradient_x_input", ["saliency"])
    widget.text = "cats are sitting"
    assert widget.attributions[0].target == "class 'negative'"


def test_an_attribution_without_a_model_is_shown_and_cannot_be_asked_again(explainer):
    from dataclasses import replace

    widget = AttributionWidget(attribution=replace(explainer.attribute(TEXT), rerun=None))
    assert widget.payload["meta"]["live"] is False
    with pytest.raises(xai.InputError, match="came without a model"):
        widget.method = "saliency"


def test_nothing_to_explain(explainer):
    with pytest.raises(xai.InputError, match="nothing to explain: pass text="):
        AttributionWidget(explainer=explainer)
    with pytest.raises(xai.InputError, match="either attribution= or a model and a text"):
        AttributionWidget(text=TEXT, attribution=explainer.attribute(TEXT))
