"""Texts that are looked at in parts: thumbnails from some rows, parts of heads, spans over all positions."""

from __future__ import annotations

import numpy as np
import pytest
import tiny_models
from fake_view import View, array

import xai_widgets as xai
from xai_widgets.attention.thumbnails import (
    THUMBNAIL_SIZE,
    layer_thumbnails,
    layers_at_first,
    rows_at_first,
)
from xai_widgets.attention.weight_bytes import UNSEEN, weight_bytes
from xai_widgets.widgets.wire import LONGEST

LENGTH = 600


def causal_map(length: int = LENGTH, layers: int = 2, heads: int = 2) -> xai.AttentionMap:
    """Random causal attention."""
    rng = np.random.default_rng(0)
    weights = rng.random((layers, 1, heads, length, length), dtype=np.float32) * np.tri(length, dtype=np.float32)
    weights /= weights.sum(axis=-1, keepdims=True)
    return xai.AttentionMap.from_tensors(list(weights), [f"t{position}" for position in range(length)])


class HugeMap:
    """The shape of a large model, of which nothing is computed."""

    def shape(self, _kind):
        return 32, 32, 4096, 4096

    def layers(self, _kind):
        return tuple(range(32))


@pytest.fixture(scope="module")
def attention() -> xai.AttentionMap:
    return causal_map()


@pytest.fixture
def widget(attention):
    widget = xai.AttentionWidget(attention=attention)
    yield widget
    widget.close()


def test_a_thumbnail_of_some_rows_is_exact_in_those(attention):
    pooled = layer_thumbnails(attention, "self", [0], of_each=1)[0, 0]
    weights = attention.weights(0, 0)
    edges = [index * LENGTH // THUMBNAIL_SIZE for index in range(THUMBNAIL_SIZE + 1)]
    for block in range(THUMBNAIL_SIZE):
        row = (edges[block] + edges[block + 1]) // 2
        for column in range(THUMBNAIL_SIZE):
            seen = weights[row, edges[column] : edges[column + 1]].max()
            expected = UNSEEN if edges[column] > row else weight_bytes(np.float32([[[seen]]])).item()
            assert pooled[block, column] == expected


def test_thumbnails_of_all_rows_are_the_largest_of_all(attention):
    exact = layer_thumbnails(attention, "self", [0, 1])
    some = layer_thumbnails(attention, "self", [0, 1], of_each=3).astype(int)
    assert exact.shape == (2, 2, THUMBNAIL_SIZE, THUMBNAIL_SIZE)
    visible = (exact != UNSEEN) & (some != UNSEEN)
    assert (some[visible] <= exact[visible]).all()
    assert exact[1, 1, -1, -1] == weight_bytes(attention.weights(1, 1)[-19:, -19:].max()[None, None, None]).item()


def test_rows_are_left_out_only_where_all_would_be_too_many():
    assert rows_at_first(causal_map(64), "self") is None
    assert rows_at_first(HugeMap(), "self") == 1


def test_a_very_large_model_has_thumbnails_of_its_first_layers():
    assert 1 < len(layers_at_first(HugeMap(), "self")) < 32


def test_the_first_payload_holds_the_beginning(widget, attention):
    part = {"query": [0, 256], "key": [0, 256]}
    assert widget.part == part
    meta = widget.payload["meta"]
    assert (meta["initial"]["part"], meta["longest"]) == (part, LONGEST)
    heads = array(widget.payload["arrays"]["heads"])
    expected = weight_bytes(attention.weights(0)[:, :256, :256], np.tri(256, dtype=bool)[None])
    assert (heads == expected).all()


def test_a_part_is_answered_as_it_stands_in_the_whole(widget, attention):
    view = View(widget)
    part = {"query": [300, 500], "key": [250, 400]}
    view.ask("a", what="heads", run=1, kind="self", layer=1, heads=[1], part=part)
    _, (data,) = view.answer("a")
    found = np.frombuffer(data, dtype=np.uint8).reshape(1, 200, 150)
    seen = np.tri(LENGTH, dtype=bool)[None, 300:500, 250:400]
    assert (found == weight_bytes(attention.weights(1, [1])[:, 300:500, 250:400], seen)).all()


@pytest.mark.parametrize(
    "part", [{"query": [0, 600], "key": [0, 600]}, {"query": [5, 5], "key": [0, 1]}, {"key": [0, 9]}]
)
def test_parts_that_do_not_exist_are_refused_in_words(widget, part):
    with pytest.raises(xai.InputError, match="from 0 to 600 and at most 512"):
        widget.part = part
    assert widget.part == {"query": [0, 256], "key": [0, 256]}


def test_a_whole_head_of_a_long_text_is_refused_in_words(widget):
    view = View(widget)
    view.ask("a", what="heads", run=1, kind="self", layer=1, heads=[1])
    message, _ = view.answer("a")
    assert "600 tokens" in message["message"]
    assert "parts of at most 512" in message["message"]


def test_thumbnails_are_refined_in_the_background(widget, attention):
    view = View(widget)
    view.ask("t", what="thumbnails", run=1, kind="self", layers=[1], exact=True)
    message, (data,) = view.answer("t")
    assert message["arrays"] == [{"dtype": "uint8", "shape": [1, 2, THUMBNAIL_SIZE, THUMBNAIL_SIZE]}]
    assert data == layer_thumbnails(attention, "self", [1]).tobytes()


def test_a_short_text_travels_whole():
    widget = xai.AttentionWidget(explainer=tiny_models.explainer("bert"), text="the cat sat")
    assert widget.part is None
    assert widget.payload["meta"]["initial"]["part"] is None
    widget.close()
