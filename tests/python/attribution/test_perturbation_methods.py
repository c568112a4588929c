"""Methods that take words away: occlusion, SHAP and LIME, against Captum, enumeration and closed forms."""

from __future__ import annotations

import itertools
import math
import sys

import attribution_models as models
import captum.attr
import numpy as np
import pytest
import torch
from attribution_models import TEXT

import xai_widgets as xai

EIGHT = "cats are sitting on well-known mats"


def value_without(explainer, text, missing, target, replacement):
    """The logit with other ids at some positions."""
    encoding = explainer.tokenizer(text, return_tensors="pt")
    ids = encoding["input_ids"].clone()
    ids[0, list(missing)] = replacement
    with torch.no_grad():
        return explainer.model(**(dict(encoding) | {"input_ids": ids})).logits[0, target].item()


def test_occlusion_is_captums_feature_ablation():
    explainer = models.classifier()
    encoding = explainer.tokenizer(TEXT, return_tensors="pt")
    mask = explainer.tokenizer.mask_token_id

    def forward(ids):
        with torch.no_grad():
            return explainer.model(input_ids=ids, attention_mask=encoding["attention_mask"]).logits

    expected = captum.attr.FeatureAblation(forward).attribute(encoding["input_ids"], baselines=mask, target=2)[0]
    attribution = explainer.attribute(TEXT, method="occlusion", target=2)
    words = [not special for special in attribution.tokens.special]
    np.testing.assert_allclose(attribution.scores[words], expected.numpy()[words], rtol=1e-3, atol=1e-5)
    assert attribution.baseline == "mask ([MASK])"
    assert not attribution.scores[[not word for word in words]].any()


def test_the_tokens_of_an_occluded_word_share_its_effect():
    explainer = models.classifier()
    text = "unbelievable cats"
    attribution = explainer.attribute(text, method="occlusion", unit="word", target=0)
    span = next(span for span in attribution.tokens.word_spans() if len(span) > 1)
    expected = attribution.value - value_without(explainer, text, span, 0, explainer.tokenizer.mask_token_id)
    words = attribution.words()
    assert words.scores[attribution.tokens.word_spans().index(span)] == pytest.approx(expected, abs=1e-4)


def test_overlapping_runs_are_averaged():
    explainer = models.classifier()
    attribution = explainer.attribute(TEXT, method="occlusion", unit=2, target=0)
    mask = explainer.tokenizer.mask_token_id
    start = attribution.tokens.special.index(False)
    first, second = (
        attribution.value - value_without(explainer, TEXT, (start + i, start + i + 1), 0, mask) for i in (0, 1)
    )
    assert attribution.scores[start] == pytest.approx(first / 2, abs=1e-4)
    assert attribution.scores[start + 1] == pytest.approx((first / 2 + second / 2) / 2, abs=1e-4)


def test_a_deleted_token_shortens_the_text():
    explainer = models.classifier()
    attribution = explainer.attribute(TEXT, method="occlusion", how="delete", target=0)
    encoding = explainer.tokenizer(TEXT, return_tensors="pt")
    place = attribution.tokens.special.index(False)
    ids = torch.cat([encoding["input_ids"][:, :place], encoding["input_ids"][:, place + 1 :]], dim=1)
    with torch.no_grad():
        expected = attribution.value - explainer.model(input_ids=ids).logits[0, 0].item()
    assert attribution.scores[place] == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("make", [models.causal, models.translator])
def test_deletion_follows_the_place_that_is_read(make):
    explainer = make()
    attribution = explainer.attribute(TEXT, "hello world", method="occlusion", how="delete")
    assert np.isfinite(attribution.scores).all()
    place = attribution.tokens.text.index(" cat")
    arguments = explainer.inputs.make(TEXT, "hello world" if explainer.task == "seq2seq-lm" else None, truncate=False)
    ids = torch.tensor([[number for p, number in enumerate(attribution.tokens.ids) if p != place]])
    step = len(attribution.steps) - 1
    with torch.no_grad():
        if explainer.task == "seq2seq-lm":
            logits = explainer.model(input_ids=ids, decoder_input_ids=arguments.arguments["decoder_input_ids"]).logits
            row = logits[0, step]
        else:
            row = explainer.model(input_ids=ids).logits[0, attribution.at[step] - 1]
    expected = attribution.value[step] - row[attribution.steps.ids[step]].item()
    assert attribution.scores[step, place] == pytest.approx(expected, abs=1e-3)


def test_what_is_read_is_not_deleted():
    explainer = models.headed("TokenClassification")
    attribution = explainer.attribute(TEXT, method="occlusion", how="delete", at="cat")
    assert attribution.scores[attribution.at[0]] == 0
    with pytest.raises(xai.InputError, match="nothing can be deleted"):
        models.headed("QuestionAnswering").attribute("the cat sat", "on the mat", method="occlusion", how="delete")


@pytest.fixture(scope="module")
def eight():
    """A text of eight tokens, its Shapley values by the definition, and what they are of."""
    explainer = models.classifier()
    tokens = explainer.attribute(EIGHT).tokens
    places = [position for position, special in enumerate(tokens.special) if not special][:8]
    text = tokens.sources[0][: tokens.offsets[places[-1]][1]]
    tokens = explainer.attribute(text).tokens
    places = [position for position, special in enumerate(tokens.special) if not special]
    assert len(places) == 8
    mask = explainer.tokenizer.mask_token_id
    value = {
        there: value_without(explainer, text, set(places) - set(there), 1, mask)
        for size in range(9)
        for there in itertools.combinations(places, size)
    }
    shapley = np.zeros(len(tokens))
    for place in places:
        others = [p for p in places if p != place]
        for size in range(8):
            weight = math.factorial(size) * math.factorial(7 - size) / math.factorial(8)
            for there in itertools.combinations(others, size):
                shapley[place] += weight * (value[tuple(sorted((*there, place)))] - value[there])
    return explainer, text, shapley


def test_shap_is_exact_for_few_tokens(eight):
    explainer, text, shapley = eight
    attribution = explainer.attribute(text, method="shap", unit="token", target=1)
    np.testing.assert_allclose(attribution.scores, shapley, atol=1e-4)
    assert abs(attribution.residual) < 1e-4


def test_shap_estimates_what_it_cannot_enumerate(eight):
    explainer, text, shapley = eight
    estimate = explainer.attribute(
        text, method="shap", unit="token", target=1, algorithm="permutation", evaluations=400
    )
    assert np.abs(estimate.scores - shapley).max() < 0.15 * np.abs(shapley).max()
    assert abs(estimate.residual) < 1e-4


def test_equal_texts_are_run_once(eight, monkeypatch):
    explainer, text, _ = eight
    seen = 0
    forward = type(explainer.model).forward

    def counting(self, input_ids, **rest):
        nonlocal seen
        seen += len(input_ids)
        return forward(self, input_ids=input_ids, **rest)

    monkeypatch.setattr(type(explainer.model), "forward", counting)
    explainer.attribute(text, method="lime", unit="token", samples=500)
    assert seen <= 2**8 + 1


@pytest.mark.parametrize("method", ["shap", "lime"])
def test_random_states_stay_as_they_were(method):
    torch_state, numpy_state = torch.random.get_rng_state(), np.random.get_state()[1].copy()  # noqa: NPY002
    options = {"algorithm": "permutation", "evaluations": 50} if method == "shap" else {"samples": 50}
    first, second = (models.classifier().attribute(TEXT, method=method, **options).scores for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert torch.equal(torch_state, torch.random.get_rng_state())
    assert (numpy_state == np.random.get_state()[1]).all()  # noqa: NPY002


def test_lime_finds_the_weights_of_a_linear_model():
    explainer = models.bag()
    expected = explainer.attribute(TEXT, target=2)
    found = explainer.attribute(TEXT, method="lime", target=2, baseline="zero", alpha=1e-6, unit="token")
    words = [not special for special in expected.tokens.special]
    np.testing.assert_allclose(found.scores[words], expected.scores[words], rtol=1e-2, atol=1e-3)
    assert abs(found.residual) < 1e-2


@pytest.mark.parametrize("method", ["occlusion", "shap", "lime"])
@pytest.mark.parametrize("make", [models.causal, models.translator])
def test_steps_have_rows(method, make):
    options = {} if method == "occlusion" else {"evaluations" if method == "shap" else "samples": 40}
    attribution = make().attribute(TEXT, "hello world", method=method, **options)
    assert attribution.scores.shape == (len(attribution.steps), len(attribution.tokens))
    last = attribution.second.scores if attribution.second else attribution.scores
    for step, place in enumerate(attribution.at):
        assert not last[step, place + 1 :].any()


def test_a_missing_library_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "shap.explainers", None)
    with pytest.raises(xai.MissingExtraError, match=r'pip install "xai-widgets\[attribution\]"'):
        models.classifier().attribute(TEXT, method="shap")
