"""What cannot be explained is refused in a sentence that says what can, and nothing is lost."""

from __future__ import annotations

import attribution_models as models
import numpy as np
import pytest
import torch
from attribution_models import TEXT

import xai_widgets as xai


@pytest.mark.parametrize(
    ("make", "text", "options", "words"),
    [
        (models.classifier, TEXT, {"target": "positve"}, "no class 'positve'. The nearest names: 'positive'"),
        (models.classifier, TEXT, {"target": 7}, "no class 7: they are numbered 0 to 2"),
        (models.classifier, TEXT, {"target": 1.5}, "The target is 1.5"),
        (models.classifier, TEXT, {"target": "positive", "at": 1}, "has one"),
        (models.classifier, TEXT, {"value": "logits"}, "no value 'logits'"),
        (models.classifier, TEXT, {"method": "gradients_x_input"}, "Did you mean 'gradient_x_input'?"),
        (models.classifier, TEXT, {"method": "occlusion", "units": "word"}, "Did you mean 'unit'?"),
        (models.classifier, TEXT, {"method": "occlusion", "unit": "sentence"}, "choose 'token', 'word'"),
        (models.classifier, TEXT, {"method": "occlusion", "how": "blur"}, "choose 'mask' or 'delete'"),
        (models.classifier, TEXT, {"method": "integrated_gradients", "baseline": "nothing here"}, "no baseline"),
        (models.classifier, TEXT, {"method": "integrated_gradients", "baseline": np.zeros(5)}, r"give \[32\]"),
        (models.classifier, TEXT, {"method": "shap", "evaluations": 3}, "at least"),
        (models.classifier, TEXT, {"max_new_tokens": 3}, "for causal language models"),
        (models.classifier, "[CLS] [SEP]", {}, "Everything in this text is special tokens"),
        (models.classifier, "  ", {}, "is empty"),
        (models.causal, TEXT, {"target": "unbelievable cats"}, r"is \d+ tokens for this model: "),
        (models.causal, TEXT, {"target": 5000}, "ids are 0 to 119"),
        (models.causal, TEXT, {"text_pair": "hello", "target": "cat"}, "say at which step: at=0"),
        (models.causal, TEXT, {"text_pair": "hello", "at": 99}, "There is no step 99"),
        (models.causal, TEXT, {"at": 0}, "has one"),
        (models.encoder, TEXT, {"text_pair": "hello", "target": 0}, "A similarity is one value"),
        (models.encoder, TEXT, {"text_pair": "hello", "with_attention": True}, "no one attention map"),
    ],
)
def test_input_errors(make, text, options, words):
    before = models.state_of(make().model)
    with pytest.raises(xai.InputError, match=words):
        make().attribute(text, **options)
    assert models.same_state(before, models.state_of(make().model))


def test_numbers_that_are_not_finite_are_traced_to_their_layer():
    explainer = models.headed("SequenceClassification")
    with torch.no_grad():
        explainer.model.bert.encoder.layer[1].intermediate.dense.weight[3, 4] = torch.nan
    for method in ("gradient_x_input", "occlusion"):
        with pytest.raises(xai.NotFiniteError, match=r"first appear in bert\.encoder\.layer\.1\.intermediate\.dense"):
            explainer.attribute(TEXT, method=method)


def test_gradients_that_are_cut_are_traced_to_where():
    explainer = models.headed("SequenceClassification")
    output = explainer.model.bert.encoder.layer[0].output
    forward = output.forward
    output.forward = lambda *args: forward(*args).detach()
    expected = r"cut in bert\.encoder\.layer\.0\.output \(BertOutput\). Use a method without gradients"
    with pytest.raises(xai.UnsupportedModelError, match=expected):
        explainer.attribute(TEXT)
    assert np.isfinite(explainer.attribute(TEXT, method="occlusion").scores).all()


def test_out_of_memory_goes_on_with_a_batch_that_fits(monkeypatch):
    explainer = models.classifier()
    expected = explainer.attribute(TEXT, method="occlusion").scores
    forward = type(explainer.model).forward

    def small(self, input_ids, **rest):
        if len(input_ids) > 2:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return forward(self, input_ids=input_ids, **rest)

    monkeypatch.setattr(type(explainer.model), "forward", small)
    attribution = explainer.attribute(TEXT, method="occlusion")
    np.testing.assert_allclose(attribution.scores, expected, rtol=1e-3, atol=1e-5)
    assert "batches of" in attribution.notes[0]
    integrated = explainer.attribute(TEXT, method="integrated_gradients")
    assert "which fit" in integrated.notes[0]


def test_a_single_text_that_does_not_fit_is_said(monkeypatch):
    explainer = models.classifier()
    forward = type(explainer.model).forward
    calls = []

    def once(self, input_ids, **rest):
        calls.append(1)
        if len(calls) > 1:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return forward(self, input_ids=input_ids, **rest)

    monkeypatch.setattr(type(explainer.model), "forward", once)
    with pytest.raises(xai.XaiError, match="Out of memory on a single text"):
        explainer.attribute(TEXT, method="occlusion")


ALL = [card.name for card in xai.methods()]


@pytest.mark.parametrize("method", ALL)
def test_every_method_leaves_the_model_and_can_be_cancelled(method):
    explainer = models.classifier()
    options = {"evaluations": 40} if method == "shap" else {"samples": 20} if method == "lime" else {}
    before = models.state_of(explainer.model)
    seen = []
    attribution = explainer.attribute(
        TEXT, method=method, progress=lambda *told: seen.append(told), target="positive", **options
    )
    assert seen
    assert attribution.scores.dtype == np.float32
    assert attribution.scores.shape == (len(attribution.tokens),)
    total = attribution.baseline_value + attribution.scores.sum() + attribution.residual
    assert total == pytest.approx(attribution.value, abs=1e-4)
    assert models.same_state(before, models.state_of(explainer.model))

    def stop(*_told):
        if len(seen) > 1:
            seen.pop()
            return
        raise xai.Cancelled("enough")

    with pytest.raises(xai.Cancelled):
        explainer.attribute(TEXT, method=method, progress=stop, **options)
    assert models.same_state(before, models.state_of(explainer.model))


def test_methods_say_what_they_are():
    cards = {card.name: card for card in xai.methods()}
    assert next(iter(cards)) == "gradient_x_input"
    assert {name for name, card in cards.items() if card.complete} == {"integrated_gradients", "shap"}
    assert {name for name, card in cards.items() if card.attention_based} == {
        "attention_rollout",
        "attention_x_gradient",
        "value_norms",
    }
    assert all(card.reference and card.cost and card.label for card in cards.values())
