"""SHAP's explanations in, by a run of SHAP itself on the demo model."""

from __future__ import annotations

import warnings
from types import SimpleNamespace

import numpy as np
import pytest
import transformers

import xai_widgets as xai

TEXTS = ["not a good film, though", "a good film"]


@pytest.fixture(scope="module")
def pipe():
    explainer = xai.demo("sentiment")
    return transformers.pipeline(
        "text-classification", model=explainer.model, tokenizer=explainer.tokenizer, top_k=None, device="cpu"
    )


@pytest.fixture(scope="module")
def shap():
    with warnings.catch_warnings():
        # What SHAP says of its own dependencies.
        warnings.simplefilter("ignore")
        import shap
    return shap


@pytest.fixture(scope="module")
def explanation(pipe, shap):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return shap.Explainer(pipe, seed=0)(TEXTS, silent=True)


@pytest.mark.parametrize("row", [0, 1])
def test_a_run_of_shap_comes_in(explanation, pipe, row):
    attribution = xai.Attribution.from_shap(explanation[row], "negative", value_kind="probability")
    assert np.allclose(attribution.scores, explanation[row].values[:, 0], atol=1e-6)
    assert attribution.scores.dtype == np.float32
    # The value that follows from the explanation is what the model says.
    said = {answer["label"]: answer["score"] for answer in pipe([TEXTS[row]])[0]}
    assert attribution.value == pytest.approx(said["negative"], abs=1e-4)
    assert attribution.baseline_value == pytest.approx(float(explanation[row].base_values[0]))
    assert abs(attribution.residual) < 1e-6
    assert attribution.target == "output 'negative'"
    assert {answer.text: answer.probability for answer in attribution.candidates[0]} == pytest.approx(said, abs=1e-4)
    best = max(said, key=said.get)
    assert attribution.candidates[0][0].text == best
    assert xai.Attribution.from_shap(explanation[row]).target == f"output '{best}'"


def test_tokens_read_as_they_were_typed(explanation):
    tokens = xai.Attribution.from_shap(explanation[0]).tokens
    assert tokens.text == ("[special]", "not", " a", " good", " film", ",", " though", "[special]")
    assert tokens.sources == (TEXTS[0],)
    assert [tokens.sources[0][slice(*offset)] for offset in tokens.offsets if offset] == [
        *("not", "a", "good", "film", ",", "though")
    ]
    assert tokens.special == (True, *[False] * 6, True)
    assert tokens.words == (None, 0, 1, 2, 3, 4, 5, None)
    assert tokens.pieces == tuple(explanation[0].data)


def test_sub_words_make_words():
    data = np.array(["", "un", "believ", "able ", "don", "'", "t", "\n", "猫", ""], object)
    given = SimpleNamespace(values=np.arange(10.0), base_values=0.5, data=data)
    attribution = xai.Attribution.from_shap(given)
    assert attribution.words().tokens.text == ("[special]", "unbelievable", " don't", "↵", "猫", "[special]")
    assert attribution.words().scores.tolist() == [0, 6, 15, 7, 8, 9]
    assert attribution.value == 45.5
    assert attribution.target == "output '0'"


def test_an_output_of_one_text_that_was_chosen_in_shap(explanation):
    one = xai.Attribution.from_shap(explanation[0, :, "positive"])
    assert one.target == "output 'positive'"
    assert np.array_equal(one.scores, xai.Attribution.from_shap(explanation[0], "positive").scores)
    assert np.array_equal(one.scores, xai.Attribution.from_shap(explanation[0], 1).scores)


def test_the_only_text_of_an_explanation(shap, explanation):
    only = shap.Explanation(
        values=np.asarray(explanation[1].values)[None],
        base_values=np.asarray(explanation[1].base_values)[None],
        data=(explanation[1].data,),
        output_names=["negative", "positive"],
    )
    assert np.array_equal(xai.Attribution.from_shap(only).scores, xai.Attribution.from_shap(explanation[1]).scores)


def test_tokens_of_ones_own(explanation):
    tokens = xai.demo("sentiment").attribute(TEXTS[0]).tokens
    attribution = xai.Attribution.from_shap(explanation[0], tokens=tokens)
    assert attribution.tokens == tokens


def test_what_cannot_be_used_is_refused(explanation):
    numbers = SimpleNamespace(values=np.ones(2), base_values=0.0, data=np.array([3.5, 4.5]))
    cases = [
        (explanation, {}, r"This is an explanation of 2 texts: give one of them, as explanation\[0\]"),
        (explanation[0], {"output": "neutral"}, r"no output 'neutral': there are 0 \('negative'\), 1 \('positive'\)"),
        (explanation[0], {"output": 2}, "There is no output 2"),
        (explanation[0], {"tokens": ["a"]}, "has 8 scores for 1 tokens"),
        (numbers, {}, r"Entry 0 of the explanation's data is .*3\.5.*, which is no token"),
        (np.ones(3), {}, "A ndarray without values and base_values came; give one text of a shap.Explanation"),
        (SimpleNamespace(values=np.ones((1, 2, 2)), base_values=0.0, data=["a"]), {}, r"has values \(1, 2, 2\)"),
    ]
    for given, about, words in cases:
        with pytest.raises(xai.InputError, match=words):
            xai.Attribution.from_shap(given, **about)
    bad = SimpleNamespace(values=np.array([np.nan]), base_values=0.0, data=["a"])
    with pytest.raises(xai.NotFiniteError, match="1 of the 1 scores"):
        xai.Attribution.from_shap(bad)
    assert xai.Attribution.from_shap(numbers, tokens=["a", "b"]).scores.tolist() == [1, 1]
