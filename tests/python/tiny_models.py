"""Tiny random models of the three shapes, with a tokenizer that fits; their weights are far from uniform."""

from __future__ import annotations

import functools

import torch
import transformers
from tokenizers_fixture import wordpiece
from torch import nn

import xai_widgets as xai

VOCAB = 120


def scaled(model: nn.Module, seed: int = 0) -> nn.Module:
    """The model in eval mode, with seeded weights that make its attention far from uniform."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() > 1:
                parameter.copy_(torch.randn(parameter.shape, generator=generator) * 0.25)
    return model.eval()


def bert(**config) -> nn.Module:
    options = {"hidden_size": 32, "num_hidden_layers": 3, "num_attention_heads": 4, "intermediate_size": 37}
    options |= {"vocab_size": VOCAB, "max_position_embeddings": 40} | config
    return scaled(transformers.BertModel(transformers.BertConfig(**options)))


def gpt2(**config) -> nn.Module:
    options = {"n_embd": 32, "n_layer": 2, "n_head": 4, "vocab_size": VOCAB, "n_positions": 40}
    options |= {"bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 3} | config
    return scaled(transformers.GPT2LMHeadModel(transformers.GPT2Config(**options)))


def bart(cls: str = "BartForConditionalGeneration", **config) -> nn.Module:
    options = {"d_model": 32, "encoder_layers": 2, "decoder_layers": 3, "vocab_size": VOCAB}
    options |= {"encoder_attention_heads": 4, "decoder_attention_heads": 2, "max_position_embeddings": 40}
    options |= {"encoder_ffn_dim": 37, "decoder_ffn_dim": 37, "decoder_start_token_id": 2, "forced_eos_token_id": None}
    model = getattr(transformers, cls)(transformers.BartConfig(**(options | config)))
    if hasattr(model, "generation_config"):
        model.generation_config.max_new_tokens = 6
    return scaled(model)


@functools.cache
def explainer(shape: str) -> xai.Explainer:
    return xai.Explainer({"bert": bert, "gpt2": gpt2, "bart": bart}[shape](), wordpiece())
