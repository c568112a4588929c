"""The answers that lessons ask for, held to the numbers of the results that they are found in."""

from __future__ import annotations

import numpy as np
import pytest
import tiny_models
import torch

import xai_widgets as xai

TEXT = "the cat sat on the mat"


def labels(truth) -> list[str]:
    return [choice.label for choice in truth.choices]


@pytest.fixture(scope="module")
def sentiment() -> xai.Explainer:
    return xai.demo("sentiment")


def test_a_key_by_the_weights_that_transformers_returns():
    explainer = tiny_models.explainer("gpt2")
    inputs = explainer.tokenizer(TEXT, return_tensors="pt")
    explainer.model.set_attn_implementation("eager")
    with torch.no_grad():
        weights = explainer.model(**inputs, output_attentions=True).attentions[1][0, 2].numpy()
    truth = xai.lesson.strongest_key(1, 2, query=3).truth(explainer.attention(TEXT))
    assert np.allclose(truth.values, weights[3, :4], atol=1e-6)
    assert truth.right() == (int(weights[3, :4].argmax()),)


def test_a_query_is_asked_among_those_that_see_the_key():
    attention = tiny_models.explainer("gpt2").attention(TEXT)
    truth = xai.lesson.strongest_query(0, 1, key=2).truth(attention)
    column = attention.weights(0, 1)[:, 2]
    assert len(truth.values) == len(column) - 2
    assert np.allclose(truth.values, column[2:])
    assert truth.choices[0].note == "is looked at"
    assert truth.finding().startswith("In layer 0, head 1, what takes most from “")


def test_cross_attention_is_between_two_texts():
    attention = tiny_models.explainer("bart").attention(TEXT, "cats are sitting")
    queries, keys = attention.tokens("cross")
    answer = xai.lesson.strongest_key(0, 0, query=1, kind="cross")
    truth = answer.truth(attention)
    assert labels(truth) == [text.strip() for text in keys.text]
    assert {choice.note for choice in truth.choices} == {""}
    assert np.allclose(truth.values, attention.weights(0, 0, "cross")[1])
    assert truth.lead == f"In the cross attention of layer 0, head 0, “{queries.text[1].strip()}” takes most from"


def test_a_token_of_an_attribution(sentiment):
    attribution = sentiment.attribute("It was an unforgettable planetarium.", method="integrated_gradients")
    words = attribution.words()
    typed = [not special for special in words.tokens.special]
    truth = xai.lesson.strongest_token().truth(attribution)
    assert labels(truth) == ["It", "was", "an", "unforgettable", "planetarium", "."]
    assert np.allclose(truth.values, words.scores[typed])
    lowered = xai.lesson.strongest_token("lowers").truth(attribution)
    assert np.allclose(lowered.values, -words.scores[typed])
    pieces = xai.lesson.strongest_token(words=False, special=True).truth(attribution)
    assert np.allclose(pieces.values, attribution.scores)


def test_a_method_without_signs_says_so(sentiment):
    truth = xai.lesson.strongest_token().truth(sentiment.attribute("The soup was not good.", method="saliency"))
    assert truth.finding().startswith("Saliency, whose scores have no signs: for the logit of class 'negative' the ")


def test_a_step_of_an_attribution():
    steps = xai.demo("language-model").attribute("red kite lamp red", " kite lamp")
    with pytest.raises(xai.InputError, match="Several steps are explained here"):
        xai.lesson.strongest_token().choices(steps)
    truth = xai.lesson.strongest_token(step=1).truth(steps)
    assert np.allclose(truth.values, steps.words().step(1).scores[1:])
    with pytest.raises(xai.InputError, match="There is no text 1: texts are 0 to 0"):
        xai.lesson.strongest_token(step=1, side=1).choices(steps)


def test_what_a_classifier_answers(sentiment):
    text = "The story was never boring."
    truth = xai.lesson.likeliest().truth(sentiment.attribute(text))
    inputs = sentiment.tokenizer(text, return_tensors="pt")
    with torch.no_grad():
        probabilities = sentiment.model(**inputs).logits[0].softmax(0)
    assert labels(truth) == ["negative", "positive"]
    assert np.allclose(truth.values, probabilities.numpy(), atol=1e-6)
    assert truth.finding() == "The model's answer is “positive” (probability 1.00)."


def test_what_a_language_model_says_next():
    attribution = xai.demo("language-model").attribute("red kite lamp red kite")
    answer = xai.lesson.likeliest()
    among = ["lamp", "spaceship"]
    truth = answer.truth(attribution, among)
    assert np.isnan(truth.values[1])
    assert truth.verdict([1]).words.startswith("You said “spaceship” (not among its 10 likeliest). ")
    assert labels(answer.truth(attribution)) == sorted(one.text.strip() for one in attribution.candidates[0])


def test_what_a_generation_says_at_a_step():
    generation = xai.demo("translation").generate("The house is old.")
    truth = xai.lesson.likeliest(step=1).truth(generation)
    assert labels(truth)[truth.right()[0]] == "maison"
    with pytest.raises(xai.InputError, match="There is no answer 99 of the model here"):
        xai.lesson.likeliest(step=99).choices(generation)


def test_what_a_token_was_written_from():
    explainer = xai.demo("translation")
    widget = xai.TranslationWidget(explainer=explainer, source="The small red car is not expensive.")
    truth = xai.lesson.written_from(2, 3, "voiture").truth(widget)
    generation = widget.generation
    step = generation.tokens.text.index(" voiture")
    row = generation.attention().weights(2, 3, "cross")[generation.row(step)]
    assert np.allclose(truth.values, row)
    assert truth.finding() == "Before “voiture” was written, layer 2, head 3 took most from “car” (1.00)."


def test_what_a_decoder_wrote_from():
    generation = xai.demo("language-model").generate("The keys to the old cabinet", max_new_tokens=2)
    truth = xai.lesson.written_from(1, 0, 0).truth(generation)
    assert labels(truth) == ["<s>", "The", "keys", "to", "the", "old", "cabinet"]
    assert labels(truth)[truth.right()[0]] == "keys"


def test_numbers_of_ones_own():
    answer = xai.lesson.largest(lambda given: given, lead="The longest is", unit="letters")
    truth = answer.truth({"a": 2, "b": 3}, ["a", "b", "c"])
    assert truth.finding() == "The longest is “b” (letters 3.00)."
    assert truth.verdict([2]).words == "You said “c”. The longest is “b” (letters 3.00)."


def test_names_of_ones_own():
    truth = xai.lesson.largest(lambda _given: ["b", "c"]).truth(None, ["a", "b", "c"])
    assert truth.verdict([1, 2]).words == "Yes. The answer is “b” and “c”."
    assert truth.numbers() == ("", "", "")
    assert truth.verdict([2]).right
