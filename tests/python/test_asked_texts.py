"""The texts that a view asks for: a second one only where it means something to the model."""

from __future__ import annotations

import copy

import pytest
import tiny_models
import transformers
from tokenizers import processors
from tokenizers_fixture import byte_level, wordpiece

import xai_widgets as xai

TEXT, SECOND = "the cat sat", "on the mat"


def framed(single: str, pair: str) -> transformers.PreTrainedTokenizerFast:
    """Word pieces in a frame of its own."""
    tokenizer = copy.deepcopy(wordpiece())
    tokenizer.backend_tokenizer.post_processor = processors.TemplateProcessing(
        single=single, pair=pair, special_tokens=[("[CLS]", 1), ("[SEP]", 2)]
    )
    return tokenizer


def one_separator() -> transformers.PreTrainedTokenizerFast:
    """BERT's frame, without token types."""
    return framed("[CLS] $A [SEP]", "[CLS] $A [SEP] $B [SEP]")


def two_separators() -> transformers.PreTrainedTokenizerFast:
    """RoBERTa's frame."""
    return framed("[CLS] $A [SEP]", "[CLS] $A [SEP] [SEP] $B [SEP]")


def classifier(**config) -> transformers.PreTrainedModel:
    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    sizes |= {"vocab_size": 200, "max_position_embeddings": 40}
    return transformers.BertForSequenceClassification(transformers.BertConfig(**sizes, **config)).eval()


def distilbert() -> transformers.PreTrainedModel:
    config = transformers.DistilBertConfig(vocab_size=200, dim=16, n_layers=1, n_heads=2, hidden_dim=16)
    return transformers.DistilBertForSequenceClassification(config).eval()


def gpt2_classifier() -> transformers.PreTrainedModel:
    config = transformers.GPT2Config(vocab_size=330, n_embd=16, n_layer=1, n_head=2, pad_token_id=0)
    return transformers.GPT2ForSequenceClassification(config).eval()


MODELS = {
    "two token types": (lambda: classifier(), wordpiece, 2),
    "one token type, one separator": (lambda: classifier(type_vocab_size=1), one_separator, 1),
    "one token type, two separators": (lambda: classifier(type_vocab_size=1), two_separators, 2),
    "no token types, one separator": (distilbert, one_separator, 2),
    "nothing between the texts": (gpt2_classifier, byte_level, 1),
    "a source and its target": (tiny_models.bart, wordpiece, 2),
    "one text that goes on": (tiny_models.gpt2, wordpiece, 1),
}


@pytest.mark.parametrize("name", MODELS)
def test_a_view_asks_for_a_second_text_where_the_model_knows_it_from_the_first(name):
    model, tokenizer, count = MODELS[name]
    widget = xai.AttentionWidget(model(), tokenizer(), TEXT)
    assert len(widget.payload["meta"]["inputs"]) == count


def test_a_second_text_that_is_there_can_be_changed():
    widget = xai.AttentionWidget(classifier(type_vocab_size=1), one_separator(), TEXT, SECOND)
    assert [each["label"] for each in widget.payload["meta"]["inputs"]] == ["Text", "Second text"]


def test_the_sentiment_model_reads_one_text():
    explainer = xai.demo("sentiment")
    for widget in (xai.AttentionWidget, xai.AttributionWidget):
        assert [each["name"] for each in widget(explainer=explainer, text="a good film").payload["meta"]["inputs"]] == [
            "text"
        ]


def test_an_attribution_asks_for_what_a_text_is_compared_with_or_goes_on_with(minilm):
    similarity = xai.AttributionWidget(explainer=minilm, text="a cat", text_pair="a dog")
    assert [each["label"] for each in similarity.payload["meta"]["inputs"]] == ["Text", "Second text"]
    next_token = xai.AttributionWidget(tiny_models.gpt2(), wordpiece(), TEXT)
    assert [each["label"] for each in next_token.payload["meta"]["inputs"]] == ["Text", "Continuation"]
