"""The way to BertViz and the way from it: its own HTML must hold our weights, and its arguments make our map."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import warnings

import kept_maps
import numpy as np
import pytest
import tiny_models
import torch
from bertviz import head_view
from IPython.display import HTML

import xai_widgets as xai

KINDS = {None: "self", "Encoder": "encoder", "Decoder": "decoder", "Cross": "cross"}


def shown(html) -> dict:
    """The parameters that BertViz writes into the cell."""
    assert isinstance(html, HTML)
    found = re.search(r"const params = (\{.*?\}); // HACK|PYTHON_PARAMS = (\{.*?\});", html.data, re.DOTALL)
    assert found, "BertViz writes its data otherwise now"
    return json.loads(found.group(1) or found.group(2))


@pytest.fixture(scope="module")
def attention() -> xai.AttentionMap:
    return tiny_models.explainer("bert").attention(kept_maps.TEXT)


@pytest.mark.parametrize("view", ["head", "model"])
@pytest.mark.parametrize("shape", ["bert", "gpt2", "bart"])
def test_the_weights_in_bertviz_are_ours(shape, view):
    attention = tiny_models.explainer(shape).attention(kept_maps.TEXT)
    if shape == "bart":
        # Its encoder has fewer layers and more heads than its decoder.
        for kind in attention.kinds:
            compare(attention, shown(attention.to_bertviz(view, kind=kind)), attention.layers(kind))
    else:
        compare(attention, shown(attention.to_bertviz(view)), attention.layers())


def compare(attention, params, layers, heads=slice(None)):
    assert params["include_layers"] == list(layers)
    for part in params["attention"]:
        kind = KINDS[part["name"]]
        queries, keys = attention.tokens(kind)
        assert part["left_text"] == list(queries.text)
        assert part["right_text"] == list(keys.text)
        weights = np.array(part["attn"], np.float32)
        assert len(weights) == len(layers)
        for layer, theirs in zip(layers, weights, strict=True):
            assert np.array_equal(theirs, attention.weights(layer, kind=kind)[heads])


@pytest.mark.parametrize("view", ["head", "model"])
def test_an_encoder_decoder_in_one_view(view):
    model = tiny_models.bart(encoder_layers=3, encoder_attention_heads=2)
    attention = xai.Explainer(model, tiny_models.wordpiece()).attention(kept_maps.TEXT)
    params = shown(attention.to_bertviz(view))
    assert {KINDS[part["name"]] for part in params["attention"]} == set(attention.kinds)
    compare(attention, params, attention.layers())
    compare(attention, shown(attention.to_bertviz(view, layers=[2, 0])), [2, 0])


def test_layers_and_heads_that_were_named(attention):
    params = shown(attention.to_bertviz("model", layers=[2, 1], heads=[3, 0], display_mode="light"))
    assert (params["include_heads"], params["display_mode"]) == ([3, 0], "light")
    compare(attention, params, [2, 1], [3, 0])
    params = shown(attention.to_bertviz("head", layers=[1, 2], heads=3, layer=2))
    assert (params["layer"], params["heads"]) == (2, [3])
    compare(attention, params, [1, 2])
    assert shown(attention.to_bertviz())["heads"] is None


def test_layers_of_a_hybrid_model_keep_their_numbers():
    weights = [None, kept_maps.random_weights(2), None, kept_maps.random_weights(2, seed=1)]
    attention = xai.AttentionMap.from_tensors(weights, kept_maps.TOKENS)
    for view in ("head", "model"):
        compare(attention, shown(attention.to_bertviz(view)), [1, 3])


def test_a_pair_is_offered_in_its_four_parts():
    attention = tiny_models.explainer("bert").attention("the cat", "hello world")
    start = attention.tokens()[0].segments.index(1)
    parts = {part["name"]: part for part in shown(attention.to_bertviz())["attention"]}
    assert len(parts) == 5
    across = np.array(parts["Sentence A -> Sentence B"]["attn"], np.float32)
    assert np.array_equal(across[1], attention.weights(1)[:, :start, start:])
    assert parts["Sentence B -> Sentence B"]["left_text"] == list(attention.tokens()[0].text[start:])


def test_tokens_stay_text():
    # BertViz writes them into a script element, which such a token would end.
    tokens = ["</script><img src=x onerror=alert(1)>", "<!--", "猫", "'\"\\", "a", "b", "c"]
    attention = xai.AttentionMap.from_tensors([kept_maps.random_weights(2)], tokens)
    for view in ("head", "model"):
        html = attention.to_bertviz(view)
        assert tokens[0] not in html.data
        assert "<!--" not in html.data
        (part,) = shown(html)["attention"]
        assert part["left_text"] == list(attention.tokens()[0].text)
        assert part["left_text"][0] == tokens[0]


def mixed() -> xai.AttentionMap:
    return tiny_models.explainer("bart").attention(kept_maps.TEXT)


@pytest.mark.parametrize(
    ("make", "options", "words"),
    [
        (kept_maps.tensors, {"view": "neuron"}, "BertViz has no view 'neuron' here: choose one of 'head', 'model'"),
        (kept_maps.tensors, {"display_mode": "pink"}, "no display_mode 'pink': choose one of 'dark', 'light'"),
        (kept_maps.tensors, {"layers": 4}, "There is no layer 4 with attention of kind 'self': layers are 0 to 1"),
        (kept_maps.tensors, {"heads": [3]}, "There is no head 3 in layer 0"),
        (kept_maps.tensors, {"layers": [0], "layer": 1}, "Layer 1 is not among those that are shown: 0"),
        (kept_maps.tensors, {"kind": "cross"}, "no attention of kind 'cross'"),
        (kept_maps.tensors, {"max_weights": 293}, r"6 heads x 7 x 7 tokens are 294 numbers in a cell's HTML"),
        (kept_maps.strange, {}, "layer 1 of kind 'self' has 5, layer 4 of kind 'self' 2. Name layers="),
        (mixed, {}, "same layers of every kind, and 'encoder' has 0, 1; 'cross' has 0, 1, 2"),
        (mixed, {"view": "model", "layers": [0, 1]}, "layer 0 of kind 'encoder' has 4, layer 0 of kind 'cross' 2"),
    ],
)
def test_what_bertviz_cannot_show(make, options, words):
    with pytest.raises(xai.InputError, match=words):
        make().to_bertviz(**options)


def test_a_bertviz_notebook_moves_over_by_one_line():
    # What a notebook for BertViz has in its hands, and its last line.
    model, tokenizer = tiny_models.bert(attn_implementation="eager"), tiny_models.wordpiece()
    inputs = tokenizer(kept_maps.TEXT, return_tensors="pt")
    with torch.no_grad():
        attention = model(**inputs, output_attentions=True).attentions
    tokens = tokenizer.convert_ids_to_tokens(inputs["input_ids"][0])
    theirs = head_view_quietly(attention, tokens)
    ours = xai.AttentionMap.from_tensors(attention, tokens)
    (part,) = shown(theirs)["attention"]
    assert np.array_equal(np.array(part["attn"], np.float32), ours.to_numpy())
    assert part["left_text"] == list(ours.tokens()[0].pieces)
    # And back again.
    (again,) = shown(ours.to_bertviz())["attention"]
    assert again["attn"] == part["attn"]


def head_view_quietly(attention, tokens):
    """BertViz leaves its JavaScript file open, which is not for this test to fail on."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        return head_view(attention, tokens, html_action="return")


def test_bertviz_is_imported_only_then(tmp_path):
    kept_maps.tensors().save(tmp_path / "map.npz")
    code = (
        "import sys, xai_widgets as xai; a = xai.AttentionMap.load(sys.argv[1]); "
        "import xai_widgets.interop.bertviz; before = 'bertviz' in sys.modules; "
        "a.to_bertviz(); print(before, 'bertviz' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "map.npz"], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "True"]
