"""What the lessons on heads, negation and disagreement say of the demo models is so; test_notebooks has the answers."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch

import xai_widgets as xai
from xai_widgets.demos.catalogue import demo_scores
from xai_widgets.demos.sentences import sentiment as grammar

SENTENCES = [
    "The keys to the old cabinet are on the table.",
    "The donkey in the attic is happy.",
    "My women to the tables behind my big hat are black.",
    "The guitar was near the table.",
]
REVIEWS = [
    "The film was good but the ending was boring.",
    "The soup was not good.",
    "The story was never boring.",
    "The room was too quiet.",
    "The guide was anything but rude.",
    "The ballet that the critics chose on Monday turned out disappointing.",
    "There was nothing disappointing about the view of the museum.",
    "We did not stay until the end. It was not a horrible song, yet it was bad.",
]
SOUP = "The soup was not good."


@pytest.fixture(scope="module")
def language_model() -> xai.Explainer:
    return xai.demo("language-model")


@pytest.fixture(scope="module")
def sentiment() -> xai.Explainer:
    return xai.demo("sentiment")


def mean_scores(explainer, texts, score) -> np.ndarray:
    return np.mean([explainer.attention(text).head_scores(score) for text in texts], axis=0)


def scores_of(explainer, text, method, **options) -> dict[str, float]:
    attribution = explainer.attribute(text, method=method, **options).words()
    return {word.strip(): float(score) for word, score in zip(attribution.tokens.text, attribution.scores, strict=True)}


# 04


def test_one_head_looks_one_back_and_another_seems_to(language_model):
    lists = {text: language_model.attention(text).head_scores("previous_token") for text in (
        "cow drum cup cow drum", "red kite lamp red kite",
    )}  # fmt: skip
    assert [(table > 0.9).sum() for table in lists.values()] == [1, 1]
    assert all(table[0, 1] > 0.9 for table in lists.values())
    assert [round(float(table[1, 1]), 2) for table in lists.values()] == [0.29, 0.68]
    table = mean_scores(language_model, SENTENCES, "previous_token")
    assert (round(float(table[0, 1]), 2), table.argmax()) == (0.85, 1)
    assert table[1, 1] < 0.5
    card = demo_scores("language-model")["previous_token"]
    assert (card["layer"], card["head"]) == (0, 1)
    assert card["value"] == pytest.approx(0.990, abs=0.001)


def test_a_head_that_remembers_follows_its_rule_and_rests_where_there_is_nothing_to_do(language_model):
    repeated, quiet = (language_model.attention(text) for text in ("cow drum cup cow drum", SENTENCES[1]))
    assert (repeated.head_scores("induction")[1] > 0.9).tolist() == [True, False, True, True]
    assert round(float(repeated.head_scores("induction")[1, 0]), 2) == 1.00
    assert len(set(quiet.tokens()[0].text)) == len(quiet.tokens()[0])
    first = [attention.head_scores("first_token")[1, 0] for attention in (repeated, quiet)]
    assert first[0] < 0.15 < 0.45 < first[1]
    broken = language_model.attention("cow drum cup drum cow").weights(1, 2)
    assert broken[5, 2] > 0.99
    assert broken[4, 3] > 0.99


def test_no_head_is_a_separator_head(sentiment):
    table = mean_scores(sentiment, REVIEWS, "separator")
    assert table.max() < 0.2
    even = np.mean([1 / len(sentiment.attention(text).tokens()[0]) for text in REVIEWS])
    assert round(float(even), 2) == 0.09
    assert table.size == 16


# 05


def test_where_a_negator_and_its_opinion_meet(sentiment):
    pairs = {
        SOUP: ("good", "not"),
        "The story was never boring.": ("boring", "never"),
        "The room was hardly clean.": ("clean", "hardly"),
        "The food was not very bad.": ("bad", "not"),
    }
    tables = []
    for text, (opinion, negator) in pairs.items():
        attention = sentiment.attention(text)
        words = [word.strip() for word in attention.tokens()[0].text]
        at = words.index(opinion), words.index(negator)
        tables.append(np.stack([attention.weights(layer)[:, *at] for layer in attention.layers()]))
    table = np.mean(tables, axis=0)
    assert divmod(int(table.argmax()), 4) == (2, 2)
    assert ((table > 0.8).sum(), table[3, 0] > 0.9) == (4, True)
    # "Another head does it, too": in the sentence of that check.
    assert sum(tables[1][layer, head] > 0.9 for layer, head in np.ndindex(4, 4) if (layer, head) != (2, 2)) > 1
    card = demo_scores("sentiment")["head_negator"]
    assert (card["layer"], card["head"], f"{card['value']:.2f}") == (2, 2, "0.86")


def test_two_words_that_negate_together(sentiment):
    attention = sentiment.attention("The guide was anything but rude.")
    words = [word.strip() for word in attention.tokens()[0].text]
    row = attention.weights(2, 2)[words.index("rude")]
    assert 1.5 < row[words.index("but")] / row[words.index("anything")] < 2.5


def test_two_words_pull_to_two_sides(sentiment):
    scores = scores_of(sentiment, SOUP, "integrated_gradients")
    assert (round(scores["not"], 2), round(scores["good"], 2)) == (4.85, -3.79)


def test_no_sentence_that_it_learnt_from_negates_twice():
    for example in grammar.sample(20_000, seed=20, split="train"):
        # Negators of one opinion stand in one run: "anything but", never in two places.
        negators = sorted(example.negators)
        opinions = [word for word in example.deciding if word not in example.negators]
        for first, second in pairwise(negators):
            assert second == first + 1 or any(first < opinion < second for opinion in opinions), example.text


def test_it_is_as_sure_of_what_it_cannot_know(sentiment):
    for text in ("The soup was never not good.", "The food was not very bad."):
        assert sentiment.attribute(text).candidates[0][0].probability > 0.999


# 06


def test_methods_disagree_about_good(sentiment):
    assert round(scores_of(sentiment, SOUP, "occlusion")["good"], 2) == 0.67
    assert round(scores_of(sentiment, SOUP, "integrated_gradients")["good"], 2) == -3.79
    inputs = sentiment.tokenizer(SOUP, return_tensors="pt")
    place = sentiment.attention(SOUP).tokens()[0].text.index(" good")
    with torch.no_grad():
        whole = sentiment.model(**inputs).logits[0, 0]
        inputs["input_ids"][0, place] = sentiment.tokenizer.mask_token_id
        masked = sentiment.model(**inputs).logits[0, 0]
    assert float(whole - masked) == pytest.approx(0.67, abs=0.005)


def test_what_is_left_over(sentiment):
    left = {
        name: sentiment.attribute(SOUP, method=name).residual
        for name in ("gradient_x_input", "integrated_gradients", "occlusion")
    }
    assert abs(left["integrated_gradients"]) < 0.02
    assert abs(left["gradient_x_input"]) > 4 > abs(left["occlusion"])
    attribution = sentiment.attribute(SOUP)
    assert (round(attribution.value, 2), attribution.baseline_value) == (4.18, 0)
    assert f"{attribution.candidates[0][0].probability:.4f}" == "0.9999"


def test_baselines_agree_about_the_first_word_and_not_about_numbers(sentiment):
    first = []
    for baseline in ("pad", "mask", "mean"):
        scores = scores_of(sentiment, SOUP, "integrated_gradients", baseline=baseline)
        assert max(scores, key=scores.__getitem__) == "not"
        first.append(round(scores["not"], 2))
    assert first == [4.85, 8.62, 7.91]
