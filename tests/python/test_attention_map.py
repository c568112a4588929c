"""AttentionMap: its axes, its exact sums over spans, and what it takes in place of a model."""

from __future__ import annotations

import numpy as np
import pytest
import tiny_models
import torch

import xai_widgets as xai
from xai_widgets.text import TokenSpan

TOKENS = ["[CLS]", "un", "##believ", "##able", "cats", "[SEP]"]


def random_weights(layers=2, heads=3, queries=6, keys=6, seed=0):
    generator = torch.Generator().manual_seed(seed)
    scores = torch.randn(layers, 1, heads, queries, keys, generator=generator)
    return tuple(torch.softmax(3 * scores, dim=-1))


@pytest.fixture
def given():
    return xai.AttentionMap.from_tensors(random_weights(), TOKENS)


def test_axes(given):
    assert given.kinds == ("self",)
    assert (given.n_layers, given.n_heads) == (2, 3)
    assert given.shape() == given.shape("self") == (2, 3, 6, 6)
    expected = random_weights()[1][0].numpy()
    assert np.array_equal(given.weights(1), expected)
    assert np.array_equal(given.weights(1, 2), expected[2])
    assert np.array_equal(given.weights(1, [2, 0]), expected[[2, 0]])
    assert given.weights(1).dtype == np.float32
    queries, keys = given.tokens()
    assert queries == keys
    assert queries.special == (True, False, False, False, False, True)
    assert [queries.text_of(span).strip() for span in queries.word_spans()] == [
        "[CLS]",
        "unbelievable",
        "cats",
        "[SEP]",
    ]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda m: m.weights(2), "There is no layer 2 with attention: layers are 0 to 1"),
        (lambda m: m.weights(-1), "There is no layer -1"),
        (lambda m: m.weights(0, 3), "There is no head 3 in layer 0: heads are 0 to 2"),
        (lambda m: m.weights(0, [0, -1]), "There is no head -1"),
        (lambda m: m.weights(0, kind="cross"), "no attention of kind 'cross' here: this map has 'self'"),
        (lambda m: m.weights(None), "There is no layer None with attention: layers are 0 to 1"),
        (lambda m: m.weights("0"), "There is no layer '0'"),
        (lambda m: m.weights(float("nan")), "There is no layer nan"),
        (lambda m: m.weights([0, 1]), r"There is no layer \[0, 1\]"),
        (lambda m: m.weights(np.array([0, 1])), "There is no layer array"),
        (lambda m: m.weights(0, "1"), "There is no head '1' in layer 0"),
        (lambda m: m.weights(0, 1.5), "There is no head 1.5"),
        (lambda m: m.weights(0, [0, None]), "There is no head None"),
        (lambda m: m.weights(0, np.int64(7)), "There is no head 7 in layer 0"),
        (lambda m: m.weights(0, kind=["self"]), r"no attention of kind \['self'\]"),
        (lambda m: m.weights(0, rows=[6]), r"There are no rows \[6\]: give a slice, or several of the queries 0 to 5"),
        (lambda m: m.weights(0, rows=3), "There are no rows 3"),
        (lambda m: m.seen(0, rows=[-7]), r"There are no rows \[-7\]"),
        (lambda m: m.seen(0, rows=slice("a", None)), "There are no rows slice"),
        (lambda m: m.span_weights(0, [9], TokenSpan(0, 1), TokenSpan(0, 1)), "There is no head 9"),
        (lambda m: m.span_weights(0, [0], TokenSpan(0, 7), TokenSpan(0, 1)), "0:7 does not fit a sequence of 6"),
        (lambda m: m.span_weights(0, [0], TokenSpan(0, 1), TokenSpan(2, 2)), "one of the spans is empty"),
    ],
)
def test_what_does_not_exist_is_refused_with_the_range(given, call, words):
    with pytest.raises(xai.InputError, match=words):
        call(given)


def test_one_head_and_one_row_are_named_in_any_way(given):
    whole = given.weights(1)
    for one in (2, np.int64(2), np.array(2), torch.tensor(2)):
        assert np.array_equal(given.weights(1, one), whole[2])
    for several in ((2, 0), np.array([2, 0]), torch.tensor([2, 0]), iter([2, 0])):
        assert np.array_equal(given.weights(1, several), whole[[2, 0]])
    for explainer in (tiny_models.explainer("gpt2"), tiny_models.explainer("bert")):
        attention = explainer.attention("the cat sat on the mat")
        every = attention.weights(0)
        for rows in ([-1, 0], slice(None, None, -1), slice(-2, None), slice(1, 5, 2), np.array([3])):
            assert np.abs(attention.weights(0, rows=rows) - every[:, rows]).max() < 1e-6
            seen = attention.seen(0)
            assert seen is None or np.array_equal(attention.seen(0, rows=rows), seen[:, rows])
        size = every.shape[-1]
        assert attention.weights(0, []).shape == (0, size, size)
        assert attention.weights(0, [1, 0], rows=[]).shape == (2, 0, size)


def test_span_weights_are_the_mean_over_queries_of_the_sum_over_keys(given):
    weights = given.weights(1)
    word = given.span_weights(1, [0, 2], TokenSpan(1, 4), TokenSpan(4, 6))
    assert np.allclose(word, [weights[h, 1:4, 4:6].sum(axis=1).mean() for h in (0, 2)], atol=1e-7)
    assert given.span_weights(1, [1], TokenSpan(2, 3), TokenSpan(5, 6))[0] == weights[1, 2, 5]


def test_span_weights_of_what_cannot_be_seen_are_not_a_number():
    attention = tiny_models.explainer("gpt2").attention("the cat sat on the mat")
    assert np.isnan(attention.span_weights(0, [0, 1], TokenSpan(1, 3), TokenSpan(3, 5))).all()
    assert np.isfinite(attention.span_weights(0, [0, 1], TokenSpan(1, 4), TokenSpan(3, 5))).all()


def test_a_causal_stack_of_tensors_is_recognised():
    weights = [layer * torch.ones(6, 6).tril() for layer in random_weights()]
    causal = xai.AttentionMap.from_tensors(weights, TOKENS)
    assert (causal.seen(0)[0] == np.tri(6, dtype=bool)).all()
    assert xai.AttentionMap.from_tensors(random_weights(), TOKENS).seen(0) is None


def test_numpy_and_lists_of_unbatched_layers():
    arrays = [layer[0].numpy() for layer in random_weights()]
    given = xai.AttentionMap.from_tensors(arrays, TOKENS)
    assert np.array_equal(given.weights(0), arrays[0])


def test_half_precision_and_grad_tensors():
    layers = [layer.to(torch.bfloat16).requires_grad_() for layer in random_weights()]
    given = xai.AttentionMap.from_tensors(layers, TOKENS)
    assert np.array_equal(given.weights(0), layers[0][0].detach().float().numpy())


def test_encoder_decoder_triple_with_uneven_stacks():
    given = xai.AttentionMap.from_tensors(
        encoder_attention=random_weights(2, 4, 5, 5),
        decoder_attention=random_weights(3, 2, 4, 4),
        cross_attention=random_weights(3, 2, 4, 5),
        encoder_tokens=["▁the", "▁red", "▁car", ".", "</s>"],
        decoder_tokens=["<pad>", "▁la", "▁voiture", "▁rouge"],
    )
    assert given.kinds == ("encoder", "cross", "decoder")
    assert given.shape("encoder") == (2, 4, 5, 5)
    assert given.shape("cross") == (3, 2, 4, 5)
    queries, keys = given.tokens("cross")
    assert queries.text == ("<pad>", "la", " voiture", " rouge")
    assert keys.text == ("the", " red", " car", ".", "</s>")


def test_layers_without_attention_keep_the_numbers_of_the_others():
    layers = [None, random_weights()[0], None, random_weights()[1]]
    given = xai.AttentionMap.from_tensors(layers, TOKENS)
    assert given.layers() == (1, 3)
    assert np.array_equal(given.weights(3), layers[3][0].numpy())
    with pytest.raises(xai.InputError, match="layers are 1, 3"):
        given.weights(0)


def test_layers_with_different_numbers_of_heads():
    given = xai.AttentionMap.from_tensors([random_weights(1, 2)[0], random_weights(1, 5)[0]], TOKENS)
    assert given.shape() == (2, 5, 6, 6)
    assert [given.heads(layer) for layer in given.layers()] == [2, 5]
    with pytest.raises(xai.InputError, match="heads are 0 to 1"):
        given.weights(0, 4)


def test_sentence_b_start_tells_the_two_texts_apart():
    given = xai.AttentionMap.from_tensors(
        random_weights(), ["[CLS]", "cat", "[SEP]", "dog", "dogs", "[SEP]"], sentence_b_start=3
    )
    assert given.tokens()[0].segments == (None, 0, None, 1, 1, None)


def test_padding_is_trimmed_by_the_attention_mask():
    weights = random_weights()
    mask = torch.tensor([[1, 1, 1, 1, 0, 0]])
    given = xai.AttentionMap.from_tensors(weights, TOKENS, attention_mask=mask)
    assert given.shape() == (2, 3, 4, 4)
    assert np.array_equal(given.weights(0), weights[0][0, :, :4, :4].numpy())
    assert given.tokens()[0].text == xai.TokenSequence.from_strings(TOKENS).text[:4]


def test_left_padding_is_trimmed_of_one_of_a_batch():
    batch = [torch.cat([layer, layer.flip(-1)]) for layer in random_weights()]
    mask = np.array([[1] * 6, [0, 0, 1, 1, 1, 1]])
    given = xai.AttentionMap.from_tensors(batch, TOKENS, attention_mask=mask, batch_index=1)
    assert np.array_equal(given.weights(1), batch[1][1, :, 2:, 2:].numpy())


def test_include_layers_keeps_the_layers_own_numbers():
    weights = random_weights(4)
    given = xai.AttentionMap.from_tensors(weights, TOKENS, include_layers=[1, 3])
    assert given.layers() == (1, 3)
    assert np.array_equal(given.weights(3), weights[3][0].numpy())


BAD = [
    (lambda: xai.AttentionMap.from_tensors(), "every argument is None. Models that run SDPA"),
    (lambda: xai.AttentionMap.from_tensors((), TOKENS), "holds no weights: it is empty.*output_attentions=True"),
    (lambda: xai.AttentionMap.from_tensors((None, None), TOKENS), "every layer is None.*attn_implementation='eager'"),
    (lambda: xai.AttentionMap.from_tensors(random_weights(), None), "without the tokens of its query positions"),
    (lambda: xai.AttentionMap.from_tensors(random_weights(), TOKENS[:4]), "6 query positions, but 4 tokens came"),
    (
        lambda: xai.AttentionMap.from_tensors([w.repeat(3, 1, 1, 1) for w in random_weights()], TOKENS),
        "a batch of 3 texts: say which with batch_index=0 to 2",
    ),
    (
        lambda: xai.AttentionMap.from_tensors(random_weights(), TOKENS, batch_index=1),
        "batch_index=1 is not in the batch: 0 to 0 are",
    ),
    (lambda: xai.AttentionMap.from_tensors(random_weights()[0], TOKENS[:3]), r"shape \(3, 6, 6\)|positions"),
    (lambda: xai.AttentionMap.from_tensors([np.zeros((6, 6))], TOKENS), r"has shape \(6, 6\); expected \[batch"),
    (
        lambda: xai.AttentionMap.from_tensors([*random_weights(), *random_weights(1, 3, 5, 5)], TOKENS),
        "layer 2 has 5 x 5 positions, layer 0 has 6 x 6",
    ),
    (
        lambda: xai.AttentionMap.from_tensors(random_weights(), TOKENS, sentence_b_start=6),
        "sentence_b_start=6 is outside the text: 1 to 5",
    ),
    (
        lambda: xai.AttentionMap.from_tensors(random_weights(), TOKENS, attention_mask=[1, 1]),
        r"attention_mask has shape \(2,\); the weights have 6",
    ),
    (
        lambda: xai.AttentionMap.from_tensors(random_weights(), TOKENS, attention_mask=[1, 0, 1, 1, 1, 1]),
        "one run of neighbouring positions",
    ),
    (
        lambda: xai.AttentionMap.from_tensors(random_weights(), TOKENS, include_layers=[2]),
        "names layer 2; attention has layers 0 to 1",
    ),
    (
        lambda: xai.AttentionMap.from_tensors(random_weights(), TOKENS, cross_attention=random_weights()),
        "not both",
    ),
]


@pytest.mark.parametrize(("call", "words"), BAD, ids=[words[:30] for _, words in BAD])
def test_bad_tensors(call, words):
    with pytest.raises(xai.InputError, match=words):
        call()


def test_repr_says_what_it_is(given):
    assert repr(given) == "<AttentionMap of tensors; self: 2 layers x 3 heads x 6 x 6 tokens; tensors>"
