"""BertViz as an oracle: the same call with the same arguments must hold the same weights and tokens."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
import torch
from bertviz import head_view, model_view

import xai_widgets as xai

# BertViz leaves its JavaScript file open.
pytestmark = pytest.mark.filterwarnings(
    "ignore:unclosed file:ResourceWarning", "ignore:.*unclosed file:pytest.PytestUnraisableExceptionWarning"
)


def weights(layers: int, heads: int, queries: int, keys: int) -> list[torch.Tensor]:
    scores = torch.randn(layers, 1, heads, queries, keys, generator=torch.Generator().manual_seed(layers))
    return list(torch.softmax(scores, dim=-1))


def shown(html) -> list[dict]:
    """The attention data that BertViz writes into the cell."""
    found = re.search(r"const params = (\{.*?\}); // HACK|PYTHON_PARAMS = (\{.*?\});", html.data, re.DOTALL)
    assert found, "BertViz writes its data otherwise now"
    return json.loads(found.group(1) or found.group(2))["attention"]


@pytest.mark.parametrize("view", [head_view, model_view])
def test_one_stack(view):
    attention, tokens = weights(3, 2, 4, 4), ["[CLS]", "cat", "sat", "[SEP]"]
    (theirs,) = shown(view(attention, tokens, html_action="return"))
    ours = xai.AttentionMap.from_tensors(attention, tokens)
    for layer in ours.layers():
        assert np.abs(ours.weights(layer) - np.array(theirs["attn"][layer])).max() < 1e-7
    assert list(ours.tokens()[0].pieces) == theirs["left_text"]


# BertViz cuts every stack to the first one's layers, and model_view fails on different numbers of heads.
@pytest.mark.parametrize(("view", "encoder"), [(head_view, (3, 4)), (model_view, (3, 2))])
def test_encoder_decoder_triple(view, encoder):
    given = {
        "encoder_attention": weights(*encoder, 5, 5),
        "decoder_attention": weights(3, 2, 4, 4),
        "cross_attention": weights(3, 2, 4, 5),
        "encoder_tokens": ["the", "red", "car", ".", "</s>"],
        "decoder_tokens": ["<pad>", "la", "voiture", "rouge"],
    }
    theirs = {part["name"].lower(): part["attn"] for part in shown(view(**given, html_action="return"))}
    ours = xai.AttentionMap.from_tensors(**given)
    for kind in ours.kinds:
        for layer in ours.layers(kind):
            assert np.abs(ours.weights(layer, kind=kind) - np.array(theirs[kind][layer])).max() < 1e-7


def test_bertviz_is_not_imported_before_it_is_asked_for():
    import subprocess
    import sys

    code = "import sys, xai_widgets, xai_widgets.widgets, xai_widgets.explainer; sys.exit('bertviz' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
