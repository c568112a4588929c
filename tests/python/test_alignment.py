"""Alignments by hand: methods, merging into words, Pharaoh lines, error rates, the best head of a model."""

from __future__ import annotations

import numpy as np
import pytest
import tiny_models

import xai_widgets as xai
from xai_widgets.alignment import best_head, cross_matrix
from xai_widgets.demos import catalogue
from xai_widgets.demos.sentences import translation as grammar


def words(*texts: str) -> xai.TokenSequence:
    return xai.TokenSequence.from_strings([f"▁{text}" if text[0] not in "<#" else text.strip("#") for text in texts])


SOURCE = words("a", "red", "car")
TARGET = words("une", "voiture", "rouge")
MATRIX = np.array([[0.7, 0.2, 0.1], [0.3, 0.3, 0.4], [0.45, 0.35, 0.2]])


def test_argmax_gives_each_target_word_its_strongest_source_word():
    assert xai.Alignment.from_matrix(MATRIX, SOURCE, TARGET).pharaoh() == "0-0 0-2 2-1"


def test_intersection_keeps_what_is_strongest_both_ways():
    # The target's "rouge" takes most from "a", which is taken most by "une"; "red" takes "rouge", one way only.
    found = xai.Alignment.from_matrix(MATRIX, SOURCE, TARGET, method="intersection")
    assert found.pairs == ((0, 0), (2, 1))
    assert (found.source, found.target) == (("a", "red", "car"), ("une", "voiture", "rouge"))


def test_itermax_links_what_is_left_over():
    # In the second round (a, une) and (car, voiture) are out, and pairs with one of their words count 0.9: of
    # "rouge" 0.405, 0.35, 0.18. It takes "a", and of what "a" still has, "rouge" is the most: they are linked.
    assert xai.Alignment.from_matrix(MATRIX, SOURCE, TARGET, method="itermax").pairs == ((0, 0), (0, 2), (2, 1))
    nearer = MATRIX.copy()
    nearer[2] = 0.4, 0.38, 0.22  # 0.9 * 0.4 = 0.36 < 0.38: now it takes "red", which takes it too
    assert xai.Alignment.from_matrix(nearer, SOURCE, TARGET, method="intersection").pairs == ((0, 0), (2, 1))
    assert xai.Alignment.from_matrix(nearer, SOURCE, TARGET, method="itermax").pairs == ((0, 0), (1, 2), (2, 1))


def test_itermax_needs_three_words_on_both_sides():
    two = xai.Alignment.from_matrix(MATRIX[:2, :2], SOURCE[:2], TARGET[:2], method="itermax")
    assert two == xai.Alignment.from_matrix(MATRIX[:2, :2], SOURCE[:2], TARGET[:2], method="intersection")


def test_sub_words_are_merged_and_special_tokens_left_out():
    source = xai.TokenSequence.from_strings(["▁un", "able", "▁cat", "</s>"], special=[False, False, False, True])
    target = xai.TokenSequence.from_strings(["<s>", "▁chat", "▁in", "cap", "able"], special=[True] + [False] * 4)
    matrix = np.zeros((5, 4))
    matrix[0] = 9  # special: not counted
    matrix[:, 3] = 8
    matrix[1] = 0.3, 0.3, 0.5, 8  # the two halves of the word together are more than "cat"
    matrix[2:, 0], matrix[2:, 2] = (0, 0, 1.2), (0.3, 0.3, 0.3)  # means 0.4 and 0.3
    found = xai.Alignment.from_matrix(matrix, source, target)
    assert (found.source, found.target) == (("unable", "cat"), ("chat", "incapable"))
    assert found.pharaoh() == "0-0 0-1"


def test_attributions_count_by_their_size():
    assert xai.Alignment.from_matrix(-MATRIX, SOURCE, TARGET).pharaoh() == "0-0 0-2 2-1"


def test_words_without_weights_are_linked_with_none():
    matrix = MATRIX.copy()
    matrix[1] = 0
    matrix[2] = np.nan
    for method in ("argmax", "intersection"):
        assert xai.Alignment.from_matrix(matrix, SOURCE, TARGET, method=method).pairs == ((0, 0),)
    assert {target for _, target in xai.Alignment.from_matrix(matrix, SOURCE, TARGET, method="itermax").pairs} == {0}


def test_pharaoh_lines():
    line = "0-0 1?2 1-3 2-1"
    read = xai.Alignment.from_pharaoh(line)
    assert read.pairs == ((0, 0), (1, 3), (2, 1))
    assert read.possible == ((1, 2),)
    assert read.pharaoh() == line
    assert xai.Alignment.from_pharaoh("10-2 9-11 1p1").pharaoh() == "1?1 9-11 10-2"
    assert xai.Alignment.from_pharaoh("").pharaoh() == ""
    for wrong in ("0", "0-a", "0--1", "0 - 1", "-1-0"):
        with pytest.raises(xai.InputError, match="no pair of an alignment"):
            xai.Alignment.from_pharaoh(wrong)


def test_the_error_rate_counts_sure_and_possible_pairs():
    found = xai.Alignment.from_pharaoh("0-0 1-1 2-2 3-1")
    sure = xai.Alignment.from_pharaoh("0-0 1-1 2-3")
    assert found.error_rate(sure) == pytest.approx(1 - 4 / 7)
    # |A & S| = 2, |A & P| = 3 with 2-2 possible.
    assert found.error_rate(xai.Alignment.from_pharaoh("0-0 1-1 2-3 2?2")) == pytest.approx(1 - 5 / 7)
    assert found.error_rate(found) == 0
    assert found.error_rate([(9, 9)]) == 1
    assert xai.Alignment(()).error_rate([]) == 0


def test_bad_input():
    with pytest.raises(xai.InputError, match="no alignment method 'awesome': choose one of 'argmax'"):
        xai.Alignment.from_matrix(MATRIX, SOURCE, TARGET, method="awesome")
    with pytest.raises(xai.InputError, match=r"is \[3, 2\], and there are 3 target tokens and 3 source tokens"):
        xai.Alignment.from_matrix(MATRIX[:, :2], SOURCE, TARGET)
    with pytest.raises(xai.InputError, match="target word 3, and the target has words 0 to 2"):
        xai.Alignment(((0, 3),), source=SOURCE.text, target=TARGET.text)
    with pytest.raises(xai.InputError, match="counted from 0"):
        xai.Alignment(((-1, 0),))
    with pytest.raises(xai.InputError, match="1 attention maps and 2 references"):
        best_head(tiny_models.explainer("bart").attention("the cat", "the mat"), [xai.Alignment(()), xai.Alignment(())])
    with pytest.raises(xai.InputError, match="no rows 'thinks'"):
        cross_matrix(tiny_models.explainer("bart").attention("the cat", "the mat"), np.zeros((2, 2)), "thinks")


def test_the_best_head_is_the_one_that_is_like_the_reference():
    source, target = ["▁a", "▁red", "▁car"], ["<s>", "▁une", "▁voiture", "▁rouge"]
    cross = [np.full((2, 4, 3), 1 / 3) for _ in range(2)]
    # Read rows start behind the start token, written rows at it.
    cross[1][1] = np.vstack([[0.1, 0.1, 0.8], np.eye(3)[[0, 2, 1]]])
    attention = xai.AttentionMap.from_tensors(
        cross_attention=[layer[None] for layer in cross], encoder_tokens=source, decoder_tokens=target
    )
    truth = xai.Alignment.from_pharaoh("0-0 1-2 2-1")
    found = best_head(attention, truth)
    assert (found.layer, found.head, found.rows, found.error_rate) == (1, 1, "reads", 0)
    assert found.alignments[0].pairs == truth.pairs
    cross[1][1] = np.vstack([np.eye(3)[[0, 2, 1]], [0.1, 0.1, 0.8]])
    attention = xai.AttentionMap.from_tensors(
        cross_attention=[layer[None] for layer in cross], encoder_tokens=source, decoder_tokens=target
    )
    assert best_head([attention], [truth]).rows == "writes"
    assert best_head(attention, truth, rows="reads").error_rate > 0


def test_a_head_of_the_translation_model_follows_the_true_alignment():
    explainer = xai.demo("translation")
    pairs = grammar.sample(30, seed=1_000_003, split="held_out")
    maps = [explainer.attention(pair.text, pair.target.text) for pair in pairs]
    truths = [xai.Alignment(pair.alignment) for pair in pairs]
    spans = {
        "source_words": [pair.spans for pair in pairs],
        "target_words": [pair.target.spans for pair in pairs],
    }
    found = best_head(maps, truths, **spans)
    score = catalogue.demo_scores("translation")["alignment_writes"]
    assert (found.layer, found.head, found.rows) == (score["layer"], score["head"], "writes")
    assert found.error_rate < score["value"] + 0.05
    assert best_head(maps, truths, rows="writes", method="itermax", **spans).error_rate < 0.2


def test_a_frame_has_a_row_for_each_pair():
    alignment = xai.Alignment(((2, 1), (0, 0)), ((1, 2),), ("a", "red", "car"), ("une", "voiture", "rouge"))
    frame = alignment.to_frame()
    assert list(frame.columns) == ["source", "target", "source_word", "target_word", "sure"]
    assert frame.values.tolist() == [
        [0, 0, "a", "une", True],
        [1, 2, "red", "rouge", False],
        [2, 1, "car", "voiture", True],
    ]
    assert xai.Alignment(((0, 0),)).to_frame()["source_word"].isna().all()
