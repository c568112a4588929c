"""An AttentionMap as an array and as a tidy table, beside what the model itself returns."""

from __future__ import annotations

import sys

import kept_maps
import numpy as np
import pandas as pd
import pytest
import tiny_models
import torch
from tokenizers_fixture import wordpiece

import xai_widgets as xai

COLUMNS = ["kind", "layer", "head", "query", "key", "query_token", "key_token", "weight"]


@pytest.fixture(scope="module")
def eager() -> np.ndarray:
    """transformers' own weights, [layer, head, query, key]."""
    model = tiny_models.gpt2(attn_implementation="eager")
    with torch.no_grad():
        given = model(**wordpiece()(kept_maps.TEXT, return_tensors="pt"), output_attentions=True).attentions
    return torch.cat(given).numpy()


@pytest.fixture(scope="module")
def attention() -> xai.AttentionMap:
    return tiny_models.explainer("gpt2").attention(kept_maps.TEXT)


def test_an_array_has_the_layers_and_heads_that_were_named(attention, eager):
    assert attention.to_numpy().dtype == np.float32
    assert np.abs(attention.to_numpy() - eager).max() < 1e-6
    assert np.array_equal(attention.to_numpy([1], [3, 0]), attention.to_numpy()[[1]][:, [3, 0]])
    assert attention.to_numpy(1, 2).shape == (1, 1, 8, 8)
    assert np.array_equal(attention.to_numpy(range(2), np.array([1])), attention.to_numpy()[:, [1]])
    bart = tiny_models.explainer("bart").attention(kept_maps.TEXT)
    assert bart.to_numpy(kind="cross").shape == bart.shape("cross")


def test_heads_that_a_layer_does_not_have_are_not_a_number():
    strange = kept_maps.strange()
    array = strange.to_numpy()
    assert array.shape == (2, 5, 7, 7)
    assert np.array_equal(array[1, :2], strange.weights(4))
    assert np.isnan(array[1, 2:]).all()


def test_a_frame_has_a_row_for_each_weight(attention, eager):
    frame = attention.to_frame()
    assert list(frame.columns) == COLUMNS
    assert len(frame) == 2 * 4 * 8 * 9 / 2  # pairs that look ahead have no row
    assert (frame["query"] >= frame["key"]).all()
    found = eager[frame["layer"], frame["head"], frame["query"], frame["key"]]
    assert np.abs(found - frame["weight"]).max() < 1e-6
    assert np.allclose(frame.groupby(["layer", "head", "query"])["weight"].sum(), 1, atol=1e-6)
    text = attention.tokens()[0].text
    assert [text[position] for position in frame["query"]] == list(frame["query_token"])
    assert [text[position] for position in frame["key"]] == list(frame["key_token"])
    numbers = frame.dtypes[["layer", "head", "query", "key", "weight"]]
    assert [str(dtype) for dtype in numbers] == ["int32"] * 4 + ["float32"]


def test_a_frame_of_some_heads_is_a_part_of_the_whole(attention):
    whole = attention.to_frame()
    part = attention.to_frame(layers=1, heads=[2, 0])
    asked = whole[(whole["layer"] == 1) & whole["head"].isin([0, 2])]
    assert part.sort_values(COLUMNS).values.tolist() == asked.sort_values(COLUMNS).values.tolist()
    pivot = part[part["head"] == 2].pivot(index="query", columns="key", values="weight")
    assert np.array_equal(pivot.to_numpy()[np.tri(8, dtype=bool)], attention.weights(1, 2)[np.tri(8, dtype=bool)])
    assert (pivot.isna().to_numpy() == ~attention.seen(1)[0]).all()


def test_a_frame_of_an_encoder_decoder_has_all_kinds():
    bart = tiny_models.explainer("bart").attention(kept_maps.TEXT)
    frame = bart.to_frame()
    for kind in bart.kinds:
        rows = frame[frame["kind"] == kind].reset_index(drop=True)
        pd.testing.assert_frame_equal(rows, bart.to_frame(kind=kind))
        for side, tokens in zip(("query", "key"), bart.tokens(kind), strict=True):
            assert [tokens.text[position] for position in rows[side]] == list(rows[f"{side}_token"])


def test_masks_by_layer_and_head_are_told_apart():
    strange = kept_maps.strange()
    rows = strange.to_frame().groupby(["layer", "head"]).size()
    assert rows[1].tolist() == [18] * 5  # a window of three
    assert rows[4].tolist() == [28, 49]
    assert np.isnan(strange.to_frame(1, 0).set_index(["query", "key"])["weight"][6, 6])


def test_what_does_not_fit_is_refused_with_numbers():
    big = xai.AttentionMap.from_tensors([np.ones((12, 300, 300), np.float32)] * 12, ["x"] * 300)
    with pytest.raises(xai.InputError) as raised:
        big.to_frame()
    assert str(raised.value) == (
        "144 heads x 300 x 300 tokens are 12,960,000 rows of a frame (about 570 MB); 10,000,000 are allowed. "
        "Name layers= and heads= to take fewer, or give max_rows=12960000."
    )
    with pytest.raises(
        xai.InputError, match=r"144 heads .* are 12,960,000 weights \(about 52 MB\).*max_weights=12960000"
    ):
        big.to_numpy(max_weights=12_959_999)
    assert big.to_numpy(max_weights=12_960_000).size == 12_960_000
    assert len(big.to_frame(layers=3, heads=[0], max_rows=90_000)) == 90_000
    bart = tiny_models.explainer("bart").attention(kept_maps.TEXT)
    with pytest.raises(xai.InputError, match=r"8 heads x 8 x 8 tokens \+ 6 heads x 7 x 8 tokens \+ 6 heads x 7 x 7"):
        bart.to_frame(max_rows=10)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda m: m.to_numpy(7), "There is no layer 7 with attention of kind 'self': layers are 0 to 1"),
        (lambda m: m.to_numpy(heads=4), "There is no head 4 in layer 0: heads are 0 to 3"),
        (lambda m: m.to_frame(kind="cross"), "There is no attention of kind 'cross' here: this map has 'self'"),
        (lambda m: m.to_frame(heads=[]), "No layer or head is named: leave layers= and heads= out for all of them"),
        (lambda m: m.to_frame(layers="0"), "named by whole numbers; '0' came"),
    ],
)
def test_what_does_not_exist_is_refused(attention, call, words):
    with pytest.raises(xai.InputError, match=words):
        call(attention)


def test_without_pandas_it_is_named(attention, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(
        xai.MissingExtraError, match=r'to_frame uses the library pandas: pip install "xai-widgets\[data\]"'
    ):
        attention.to_frame()
    assert attention.to_numpy().size
