"""The table of faithfulness, on a model of which the right order is known."""

from __future__ import annotations

import attribution_models as models
import numpy as np
import pytest
import scipy.stats
from attribution_models import TEXT

import xai_widgets as xai
from xai_widgets.attribution.rank import spearman

TEXTS = [TEXT, "hello world it isn't unbelievable", "cats are sitting on well-known mats"]
METHODS = ["gradient_x_input", "occlusion", "attention_rollout"]


@pytest.fixture(scope="module")
def table():
    return xai.evaluate(models.bag(), TEXTS, ["gradient_x_input", "occlusion", "saliency"], progress=lambda *_: None)


def test_the_right_order_is_better_than_a_random_one(table):
    exact, chance = table["occlusion"], table["random order"]
    assert exact.comprehensiveness > chance.comprehensiveness
    assert exact.sufficiency < chance.sufficiency
    assert exact.deletion_auc < chance.deletion_auc


def test_measures_by_hand():
    explainer = models.bag()
    table = xai.evaluate(explainer, [TEXT], ["occlusion"], randomise=False, progress=lambda *_: None)
    attribution = explainer.attribute(TEXT, method="occlusion")
    encoding = explainer.tokenizer(TEXT, return_tensors="pt")
    words = [span for span in attribution.tokens.word_spans() if not attribution.tokens.special[span.start]]
    order = np.argsort([-attribution.scores[span.slice].sum() for span in words])
    best = attribution.candidates[0][0]
    losses = []
    for share in (0.01, 0.05, 0.1, 0.2, 0.5):
        ids = encoding["input_ids"].clone()
        for index in order[: max(1, round(share * len(words)))]:
            ids[0, words[index].slice] = explainer.tokenizer.mask_token_id
        losses.append(best.probability - explainer.model(ids).logits.softmax(-1)[0, best.id].item())
    assert table["occlusion"].comprehensiveness == pytest.approx(np.mean(losses), abs=1e-5)


def test_precision_against_a_truth():
    explainer = models.bag()
    scores = explainer.attribute(TEXT).words()
    top = int(np.abs(np.where(scores.tokens.special, 0, scores.scores)).argmax())
    found = xai.evaluate(
        explainer,
        [TEXT],
        ["gradient_x_input"],
        truth=[[scores.tokens.offsets[top]]],
        randomise=False,
        progress=lambda *_: None,
    )
    assert found["gradient_x_input"].precision == 1
    assert "precision" in found.as_markdown()


def test_an_unsupported_method_has_a_sentence_in_place_of_numbers():
    table = xai.evaluate(models.bag(), [TEXT], ["attn_lrp"], randomise=False, progress=lambda *_: None)
    assert "no rules here" in table.as_markdown()


def test_it_tells_how_far_it_is_and_can_be_cancelled():
    seen = []

    def tick(what, done, total):
        seen.append((what, done, total))
        if what == "occlusion":
            raise xai.Cancelled("enough")

    with pytest.raises(xai.Cancelled):
        xai.evaluate(models.bag(), TEXTS, ["gradient_x_input", "occlusion"], progress=tick)
    assert seen[-1] == ("occlusion", 6, 9)


@pytest.mark.parametrize("explainer", [models.encoder(), models.causal()], ids=["similarity", "next token"])
def test_other_tasks_than_classes(explainer):
    texts = [(TEXT, "hello world")] if explainer.task == "base" else [TEXT]
    table = xai.evaluate(explainer, texts, METHODS, progress=lambda *_: None)
    assert np.isfinite([r.deletion_auc for r in table.results]).all()


def test_bad_input():
    with pytest.raises(xai.InputError, match="no texts"):
        xai.evaluate(models.bag(), [])
    with pytest.raises(xai.InputError, match="2 truths for 1 texts"):
        xai.evaluate(models.bag(), [TEXT], truth=[[], []])
    with pytest.raises(xai.InputError, match="several steps"):
        xai.evaluate(models.translator(), [TEXT], ["gradient_x_input"], progress=lambda *_: None)


def test_spearman_is_scipys():
    generator = np.random.default_rng(0)
    for _ in range(20):
        first, second = generator.integers(0, 5, (2, 12))
        assert spearman(first, second) == pytest.approx(scipy.stats.spearmanr(first, second).statistic)
