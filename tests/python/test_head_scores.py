"""Scores of heads: closed forms on hand-made weights, and the figures that the demo models' recipes measured."""

from __future__ import annotations

import numpy as np
import pytest
import tiny_models
import torch

import xai_widgets as xai
from xai_widgets.demos.catalogue import demo_scores
from xai_widgets.demos.recipes.heads import attention_of
from xai_widgets.demos.recipes.language_model import HELD_OUT_SEED, head_tables, random_repetitions

TOKENS = ["<s>", "red", "kite", "red", "lamp", "red", "</s>"]
SPECIAL = [True, False, False, False, False, False, True]


def a_map(weights, *, tokens=TOKENS, special=SPECIAL) -> xai.AttentionMap:
    sequence = xai.TokenSequence.from_strings(tokens, special=special)
    return xai.AttentionMap.from_tensors([np.asarray(layer, np.float32) for layer in weights], sequence)


def random_rows(*shape) -> np.ndarray:
    weights = np.random.default_rng(0).random(shape, np.float32) + 0.01
    return weights / weights.sum(-1, keepdims=True)


# Which keys count for which query, by hand, of the tokens above.
BY_HAND = {
    "previous_token": {2: [1], 3: [2], 4: [3], 5: [4]},
    "next_token": {1: [2], 2: [3], 3: [4], 4: [5]},
    "same_token": {1: [3, 5], 3: [1, 5], 5: [1, 3]},
    "induction": {3: [2], 5: [2, 4]},
    "first_token": {1: [0], 2: [0], 3: [0], 4: [0], 5: [0]},
    "separator": {1: [6], 2: [6], 3: [6], 4: [6], 5: [6]},
}


@pytest.mark.parametrize("score", BY_HAND)
def test_a_score_is_the_mean_over_queries_of_what_goes_to_their_pairs(score):
    weights = random_rows(2, 3, 7, 7)
    table = a_map(weights).head_scores(score)
    assert table.dtype == np.float32
    assert table.shape == (2, 3)
    for layer, head in np.ndindex(2, 3):
        shares = [weights[layer, head, query, keys].sum() for query, keys in BY_HAND[score].items()]
        assert table[layer, head] == pytest.approx(np.mean(shares), abs=1e-6)


@pytest.mark.parametrize("score", BY_HAND)
def test_a_head_that_does_nothing_else_scores_one(score):
    weights = np.zeros((1, 1, 7, 7))
    weights[..., 0] = 1
    for query, keys in BY_HAND[score].items():
        weights[..., query, :] = np.isin(np.arange(7), keys) / len(keys)
    assert a_map(weights).head_scores(score)[0, 0] == pytest.approx(1)


def test_what_the_mask_forbids_is_not_counted():
    causal = np.tril(random_rows(1, 1, 7, 7))
    attention = a_map(causal)
    assert np.isnan(attention.head_scores("next_token")).all()
    assert np.isnan(attention.head_scores("separator")).all()
    # Of "same token" only the earlier places are left; the first "red" has none.
    expected = np.mean([causal[0, 0, 3, 1], causal[0, 0, 5, [1, 3]].sum()])
    assert attention.head_scores("same_token")[0, 0] == pytest.approx(expected, abs=1e-6)


def test_a_token_said_twice_in_a_row_is_not_what_came_after_itself():
    attention = a_map(random_rows(1, 1, 3, 3), tokens=["a", "a", "b"], special=[False] * 3)
    assert np.isnan(attention.head_scores("induction")).all()


def test_layers_with_fewer_heads_are_padded_with_nan():
    attention = a_map([random_rows(2, 7, 7), random_rows(1, 7, 7)])
    assert np.isnan(attention.head_scores("first_token")).tolist() == [[False, False], [False, True]]


def test_the_strongest_head_has_its_layers_own_number():
    weights = np.zeros((3, 2, 7, 7), np.float32)
    weights[..., 0] = 1
    weights[2, 1] = np.eye(7, k=-1)
    tokens = xai.TokenSequence.from_strings(TOKENS, special=SPECIAL)
    attention = xai.AttentionMap.from_tensors(list(weights), tokens, include_layers=[1, 2])
    assert attention.strongest_head("previous_token") == (2, 1, 1.0)


def test_the_recipes_own_figures_come_out_again():
    explainer = xai.demo("language-model")
    previous, induction = head_tables(explainer.model, explainer.tokenizer)
    ids = torch.tensor(random_repetitions(explainer.tokenizer, 64, HELD_OUT_SEED, (20, 20)))[:, :41]
    weights = attention_of(explainer.model, "attentions", input_ids=ids)
    scores = {"previous_token": [], "induction": []}
    for row, sequence in enumerate(ids.tolist()):
        tokens = explainer.tokenizer.convert_ids_to_tokens(sequence)
        attention = xai.AttentionMap.from_tensors(list(weights[:, row]), tokens)
        for name, tables in scores.items():
            tables.append(attention.head_scores(name))
    card = demo_scores("language-model")
    for name, oracle in (("previous_token", previous), ("induction", induction)):
        table = np.mean(scores[name], axis=0)
        assert np.abs(table - oracle.numpy()).max() < 1e-6
        figure = card[name]
        assert divmod(int(table.argmax()), 4) == (figure["layer"], figure["head"])
        assert table.max() == pytest.approx(figure["value"], abs=5e-5)


def test_the_kinds_of_an_encoder_decoder():
    attention = tiny_models.explainer("bart").attention("the cat sat on the mat")
    assert attention.head_scores("previous_token", "encoder").shape == attention.shape("encoder")[:2]
    with pytest.raises(xai.InputError, match=r"from one text to another\. Give the kind: 'encoder' or 'decoder'"):
        attention.head_scores("previous_token", "cross")


def test_a_score_that_does_not_exist():
    with pytest.raises(xai.InputError, match=r"no head score 'syntax'\. There are 'previous_token', 'next_token'"):
        a_map(random_rows(1, 1, 7, 7)).head_scores("syntax")


def test_nothing_to_measure():
    attention = a_map(random_rows(1, 1, 3, 3), tokens=["a", "b", "c"], special=[False] * 3)
    with pytest.raises(xai.InputError, match="nothing to measure 'induction' on: it counts what came after"):
        attention.strongest_head("induction")
