"""Small models for the attribution tests: one of every head, and one that can be differentiated by hand."""

from __future__ import annotations

import functools

import torch
import transformers
from tiny_models import VOCAB, bart, gpt2, scaled
from tokenizers_fixture import wordpiece
from torch import nn
from transformers.modeling_outputs import SequenceClassifierOutput

import xai_widgets as xai

TEXT = "the cat sat on the mat"
LABELS = ("negative", "neutral", "positive")


class BagConfig(transformers.PreTrainedConfig):
    model_type = "bag-of-embeddings"


class Bag(transformers.PreTrainedModel):
    """Logits are a linear function of the sum of the word embeddings: everything is known in closed form."""

    config_class = BagConfig

    def __init__(self, config: BagConfig) -> None:
        super().__init__(config)
        self.words = nn.Embedding(VOCAB, 8)
        self.activation = nn.Identity()
        self.head = nn.Linear(8, 3, bias=False)
        self.post_init()

    def get_input_embeddings(self) -> nn.Module:
        return self.words

    def forward(self, input_ids, **_):
        return SequenceClassifierOutput(logits=self.head(self.activation(self.words(input_ids).sum(dim=1))))


class BagForSequenceClassification(Bag):
    """Named as transformers names such heads, which is how the task is told."""


def bag(activation: nn.Module | None = None) -> xai.Explainer:
    """The bag of embeddings, linear or with an activation between sum and head."""
    config = BagConfig(num_labels=3, id2label=dict(enumerate(LABELS)), hidden_size=8, vocab_size=VOCAB)
    model = scaled(BagForSequenceClassification(config))
    model.activation = activation or model.activation
    return xai.Explainer(model, wordpiece())


def headed(head: str, **config) -> xai.Explainer:
    """A tiny BERT with the head of that name."""
    options = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 37}
    options |= {"vocab_size": VOCAB, "max_position_embeddings": 40, "pad_token_id": 3}
    if head == "SequenceClassification":
        options |= {"id2label": dict(enumerate(LABELS)), "label2id": {n: i for i, n in enumerate(LABELS)}}
    if head == "TokenClassification":
        options |= {"id2label": {0: "O", 1: "ANIMAL", 2: "THING"}, "label2id": {"O": 0, "ANIMAL": 1, "THING": 2}}
    model = getattr(transformers, f"BertFor{head}")(transformers.BertConfig(**(options | config)))
    return xai.Explainer(scaled(model), wordpiece())


@functools.cache
def classifier() -> xai.Explainer:
    return headed("SequenceClassification")


@functools.cache
def causal() -> xai.Explainer:
    return xai.Explainer(gpt2(), wordpiece())


@functools.cache
def llama() -> xai.Explainer:
    config = transformers.LlamaConfig(
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        intermediate_size=48,
        vocab_size=VOCAB,
        max_position_embeddings=64,
        pad_token_id=3,
        bos_token_id=1,
        eos_token_id=2,
    )
    return xai.Explainer(scaled(transformers.LlamaForCausalLM(config)), wordpiece())


@functools.cache
def translator(shape: str = "bart") -> xai.Explainer:
    """Encoder-decoders: BART, and T5, whose encoder and decoder share one embedding module."""
    if shape == "bart":
        return xai.Explainer(bart(), wordpiece())
    config = transformers.T5Config(
        d_model=32,
        d_kv=8,
        num_heads=4,
        num_layers=2,
        d_ff=37,
        vocab_size=VOCAB,
        decoder_start_token_id=0,
        eos_token_id=2,
        pad_token_id=3,
        tie_word_embeddings=False,
    )
    model = scaled(transformers.T5ForConditionalGeneration(config))
    model.generation_config.max_new_tokens = 6
    return xai.Explainer(model, wordpiece())


@functools.cache
def encoder() -> xai.Explainer:
    """A sentence encoder without a head."""
    options = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 37}
    config = transformers.BertConfig(vocab_size=VOCAB, max_position_embeddings=40, **options)
    return xai.Explainer(scaled(transformers.BertModel(config)), wordpiece())


def state_of(model: nn.Module) -> tuple:
    """All that an explanation must leave as it was."""
    return (
        {name: tensor.clone() for name, tensor in model.state_dict().items()},
        {name: (p.requires_grad, None if p.grad is None else p.grad.clone()) for name, p in model.named_parameters()},
        {name: (len(m._forward_hooks), len(m._forward_pre_hooks), m.training) for name, m in model.named_modules()},
        model.config.to_json_string(),
        torch.random.get_rng_state(),
    )


def same_state(before: tuple, after: tuple) -> bool:
    tensors = all(torch.equal(before[0][name], after[0][name]) for name in before[0])
    grads = all(
        a[0] == b[0] and (a[1] is b[1] or torch.equal(a[1], b[1]))
        for a, b in zip(before[1].values(), after[1].values(), strict=True)
    )
    return tensors and grads and before[2:4] == after[2:4] and torch.equal(before[4], after[4])
