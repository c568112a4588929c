"""Attention by window (Longformer, LED) against its formula, written out from the layers' own projections."""

from __future__ import annotations

import math
from typing import Any

import pytest
import tiny_models
import torch
import transformers
from tokenizers_fixture import wordpiece
from torch import Tensor, nn

import xai_widgets as xai
from xai_widgets.models import memory
from xai_widgets.models.capture import capture

# Neither a multiple of a window, nor within one.
N_TOKENS = 23
WINDOWS = [8, 4]


def longformer(name: str) -> nn.Module:
    options: dict[str, Any] = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4}
    options |= {"intermediate_size": 37, "vocab_size": tiny_models.VOCAB, "max_position_embeddings": 64}
    options |= {"attention_window": WINDOWS, "sep_token_id": 2, "pad_token_id": 3}
    return tiny_models.scaled(getattr(transformers, name)(transformers.LongformerConfig(**options)))


def led() -> nn.Module:
    options: dict[str, Any] = {"d_model": 32, "encoder_layers": 2, "decoder_layers": 2, "vocab_size": tiny_models.VOCAB}
    options |= {"encoder_attention_heads": 4, "decoder_attention_heads": 4, "encoder_ffn_dim": 37}
    options |= {"decoder_ffn_dim": 37, "max_encoder_position_embeddings": 64, "max_decoder_position_embeddings": 64}
    options |= {"attention_window": WINDOWS, "decoder_start_token_id": 2, "pad_token_id": 3}
    return tiny_models.scaled(transformers.LEDForConditionalGeneration(transformers.LEDConfig(**options)))


def formula(layer: nn.Module, hidden: Tensor, globals_: list[int]) -> tuple[Tensor, Tensor]:
    """Weights [head, query, key] and output [query, d_model] of one layer, from what it reads [query, d_model]."""

    def heads(projection: nn.Module) -> Tensor:
        return projection(hidden).view(len(hidden), layer.num_heads, layer.head_dim).transpose(0, 1)

    at = torch.arange(len(hidden))
    reach = layer.one_sided_attn_window_size
    seen = ((at[:, None] - at).abs() <= reach) | torch.isin(at, torch.tensor(globals_))
    scores = heads(layer.query) @ heads(layer.key).transpose(1, 2) / math.sqrt(layer.head_dim)
    weights = scores.masked_fill(~seen, -torch.inf).softmax(-1)
    output = weights @ heads(layer.value)
    if globals_:
        looks = heads(layer.query_global)[:, globals_] @ heads(layer.key_global).transpose(1, 2)
        weights[:, globals_] = (looks / math.sqrt(layer.head_dim)).softmax(-1)
        output[:, globals_] = weights[:, globals_] @ heads(layer.value_global)
    return weights, output.transpose(0, 1).flatten(1)


@pytest.mark.parametrize(
    ("model", "kind", "globals_", "asked"),
    [
        (longformer("LongformerModel"), "self", [], False),
        (longformer("LongformerModel"), "self", [0, 9, 10, 22], True),
        (longformer("LongformerForSequenceClassification"), "self", [0], False),
        (led(), "encoder", [], False),
        (led(), "encoder", [4, 17], True),
    ],
    ids=["no global token", "four", "the classifier's first", "LED", "LED with two"],
)
def test_weights_follow_the_formula(model: nn.Module, kind: str, globals_: list[int], asked: bool) -> None:
    generator = torch.Generator().manual_seed(1)
    ids = torch.randint(10, 80, (1, N_TOKENS), generator=generator)
    inputs = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
    if asked:
        inputs["global_attention_mask"] = torch.zeros_like(ids)
        inputs["global_attention_mask"][0, globals_] = 1
    if kind == "encoder":
        inputs["decoder_input_ids"] = ids[:, :7]
    layers = [module for module in model.modules() if hasattr(module, "one_sided_attn_window_size")]
    read: dict[nn.Module, tuple[Tensor, Tensor]] = {}

    def keep(module: nn.Module, args: Any, kwargs: Any, output: Any) -> None:
        hidden = kwargs["hidden_states"] if "hidden_states" in kwargs else args[0]
        read[module] = (hidden[0, :N_TOKENS], output[0][0, :N_TOKENS])

    handles = [layer.register_forward_hook(keep, with_kwargs=True) for layer in layers]
    with torch.no_grad():
        model(**inputs)
    for handle in handles:
        handle.remove()

    found = capture(model, inputs, encoder_decoder=kind == "encoder", tick=lambda *_: None)
    assert found.path == "eager"
    assert found.left_out == {}
    assert [layer.number for layer in found.layers[kind]] == [0, 1]
    for layer, module in zip(found.layers[kind], layers, strict=True):
        with torch.no_grad():
            weights, output = formula(module, read[module][0], globals_)
        torch.testing.assert_close(output, read[module][1], atol=1e-5, rtol=0)
        assert layer.source is not None
        torch.testing.assert_close(layer.source.weights(range(4)), weights, atol=1e-5, rtol=0)
        some = [0, 9, 4, 21]
        torch.testing.assert_close(layer.source.weights([2, 0], some), weights[[2, 0]][:, some], atol=1e-5, rtol=0)
        torch.testing.assert_close(layer.source.weights([1], slice(3, 11)), weights[[1], 3:11], atol=1e-5, rtol=0)
        seen = layer.source.seen()
        assert seen is not None
        assert torch.equal(seen[0], (weights > 0).all(dim=0))
        assert torch.equal(layer.source.seen(some)[0], seen[0, some])


def test_a_text_that_is_longer_than_a_window_is_shown() -> None:
    explainer = xai.Explainer(longformer("LongformerForSequenceClassification"), wordpiece())
    attention = explainer.attention("the cat sat on the mat " * 4)
    n_tokens = len(attention.tokens()[0])
    assert attention.shape() == (2, 4, n_tokens, n_tokens)
    assert attention.notes == ()
    weights = attention.weights(1)
    assert weights.sum(-1) == pytest.approx(1, abs=1e-5)
    # Itself, two to either side, and the first token, which the classifier makes global.
    assert (weights[:, 12] > 0).sum(-1).tolist() == [6] * 4


def test_a_long_text_takes_memory_by_its_length_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Weights from every token to every token would be refused, and are not made."""
    explainer = xai.Explainer(longformer("LongformerModel"), wordpiece())
    text = "the cat sat on the mat " * 8
    n_tokens = len(explainer.tokenizer(text)["input_ids"])
    square = 2 * 4 * n_tokens**2 * 4
    monkeypatch.setattr(memory, "available_bytes", lambda _device: square - 1)
    attention = explainer.attention(text)
    assert attention.weights(0, 0).shape == (n_tokens, n_tokens)
    captured = capture(
        explainer.model,
        explainer.inputs.make(text, None, truncate=False).arguments,
        encoder_decoder=False,
        tick=lambda *_: None,
    )
    kept = [layer.source for layer in captured.layers["self"]]
    assert sum(source.band.untyped_storage().nbytes() for source in kept) <= 4 * 2 * 4 * (n_tokens + 8) * (8 + 1)
