"""The Explainer against transformers' own eager output, and against bad input."""

from __future__ import annotations

import accelerate
import numpy as np
import pytest
import tiny_models
import torch
import transformers
from tokenizers_fixture import wordpiece

import xai_widgets as xai

TEXT = "the cat sat on the mat"


def eager_attentions(model, **inputs):
    twin = type(model)(type(model.config).from_dict(model.config.to_dict()))
    twin.load_state_dict(model.state_dict())
    twin.set_attn_implementation("eager")
    with torch.no_grad():
        return twin.eval()(**inputs, output_attentions=True, return_dict=True)


def largest_difference(attention: xai.AttentionMap, kind: str, expected) -> float:
    layers = attention.layers(kind)
    assert len(layers) == len(expected)
    return max(
        float(np.abs(attention.weights(layer, kind=kind) - w[0].float().numpy()).max())
        for layer, w in zip(layers, expected, strict=True)
    )


def test_real_weights_equal_eager_output(minilm):
    attention = minilm.attention("The cat sat on the mat.", "Who sat there?")
    encoded = minilm.tokenizer("The cat sat on the mat.", "Who sat there?", return_tensors="pt")
    expected = eager_attentions(minilm.model, **encoded).attentions
    assert attention.path == "interface"
    assert attention.shape() == (6, 12, encoded["input_ids"].shape[1], encoded["input_ids"].shape[1])
    assert largest_difference(attention, "self", expected) < 1e-5
    assert minilm.model.config._attn_implementation == "sdpa"


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_half_precision(dtype):
    model = tiny_models.gpt2().to(dtype)
    tokenizer = wordpiece()
    attention = xai.Explainer(model, tokenizer).attention(TEXT)
    expected = eager_attentions(model.to(dtype), **tokenizer(TEXT, return_tensors="pt")).attentions
    assert largest_difference(attention, "self", expected) < 1e-2


def test_decoder_sees_no_future():
    explainer = tiny_models.explainer("gpt2")
    attention = explainer.attention(TEXT)
    n = len(attention.tokens()[0])
    assert (attention.seen(0)[0] == np.tri(n, dtype=bool)).all()
    assert not attention.weights(1)[:, ~np.tri(n, dtype=bool)].any()


def test_given_target_is_shifted_behind_the_start_token():
    explainer = tiny_models.explainer("bart")
    attention = explainer.attention(TEXT, "the mat")
    source = explainer.tokenizer(TEXT, return_tensors="pt")
    target = explainer.tokenizer("the mat", return_tensors="pt")["input_ids"]
    decoder = torch.cat([torch.tensor([[2]]), target[:, :-1]], dim=1)
    expected = eager_attentions(explainer.model, input_ids=source["input_ids"], decoder_input_ids=decoder)
    assert attention.kinds == ("encoder", "cross", "decoder")
    assert largest_difference(attention, "encoder", expected.encoder_attentions) < 1e-5
    assert largest_difference(attention, "cross", expected.cross_attentions) < 1e-5
    assert largest_difference(attention, "decoder", expected.decoder_attentions) < 1e-5
    assert attention.tokens("cross")[0].ids == tuple(decoder[0].tolist())
    assert attention.tokens("cross")[1].ids == tuple(source["input_ids"][0].tolist())
    # Stacks differ in layers and heads.
    assert attention.shape("encoder")[:2] == (2, 4)
    assert attention.shape("decoder")[:2] == (3, 2)


def test_target_is_generated_when_none_is_given():
    explainer = tiny_models.explainer("bart")
    state = torch.random.get_rng_state()
    attention = explainer.attention(TEXT)
    encoded = explainer.tokenizer(TEXT, return_tensors="pt")
    ids = explainer.model.generate(input_ids=encoded["input_ids"], attention_mask=encoded["attention_mask"])[0].tolist()
    ids = ids[:-1] if ids[-1] == explainer.model.generation_config.eos_token_id else ids
    assert attention.tokens("decoder")[0].ids == tuple(ids)
    assert torch.equal(state, torch.random.get_rng_state())


def test_sampling_does_not_move_the_random_state():
    model = tiny_models.bart()
    model.generation_config.do_sample = True
    explainer = xai.Explainer(model, wordpiece())
    state = torch.random.get_rng_state()
    explainer.attention(TEXT)
    assert torch.equal(state, torch.random.get_rng_state())


def test_encoder_decoder_classifier_reads_a_pair():
    model = tiny_models.bart("BartForSequenceClassification")
    tokenizer = wordpiece()
    attention = xai.Explainer(model, tokenizer).attention(TEXT, "cats are sitting")
    ids = tokenizer(TEXT, "cats are sitting")["input_ids"]
    assert attention.tokens("encoder")[0].ids == tuple(ids)
    assert attention.tokens("decoder")[0].ids == (2, *ids[:-1])


def test_slow_tokenizer(tmp_path):
    words = sorted({"the", "cat", "sat", "on", "mat"})
    (tmp_path / "vocab.txt").write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *words]))
    slow = transformers.BertJapaneseTokenizer(
        str(tmp_path / "vocab.txt"), word_tokenizer_type="basic", subword_tokenizer_type="wordpiece"
    )
    assert not slow.is_fast
    attention = xai.Explainer(tiny_models.bert(), slow).attention(TEXT)
    tokens = attention.tokens()[0]
    assert "".join(tokens.text[1:-1]) == TEXT
    assert [TEXT[slice(*offset)] for offset in tokens.offsets if offset] == TEXT.split()


def test_device_map_splits_are_followed():
    # What accelerate does for device_map: hooks that move inputs, on every module, with forward replaced.
    model = tiny_models.bert()
    expected = xai.Explainer(model, wordpiece()).attention(TEXT).weights(2)
    dispatched = accelerate.dispatch_model(model, device_map={"": "cpu"}, force_hooks=True)
    attention = xai.Explainer(dispatched, wordpiece()).attention(TEXT)
    assert np.array_equal(attention.weights(2), expected)


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_empty_text(text):
    with pytest.raises(xai.InputError, match="text is empty"):
        tiny_models.explainer("bert").attention(text)


def test_not_a_text():
    with pytest.raises(xai.InputError, match="must be a string; list came"):
        tiny_models.explainer("bert").attention(["a", "b"])


def test_too_long_says_by_how_much_and_offers_to_cut():
    explainer = tiny_models.explainer("bert")
    with pytest.raises(xai.InputError, match=r"has 62 tokens, 22 more than the 40 positions") as caught:
        explainer.attention("cat " * 60)
    assert str(caught.value).endswith("Shorten it, or have it cut. Pass truncate=True for that.")
    assert caught.value.offer == "truncate"
    assert explainer.attention("cat " * 60, truncate=True).shape()[2] == 40


def test_positions_behind_the_padding_index_are_not_counted():
    config = transformers.RobertaConfig(
        hidden_size=32, num_hidden_layers=1, num_attention_heads=4, intermediate_size=37, vocab_size=120,
        max_position_embeddings=42, pad_token_id=1,
    )  # fmt: skip
    explainer = xai.Explainer(transformers.RobertaModel(config).eval(), wordpiece())
    assert explainer.inputs.limit == 40
    assert explainer.attention("cat " * 38).shape()[2] == 40
    with pytest.raises(xai.InputError, match="1 more than the 40"):
        explainer.attention("cat " * 39)


def test_second_text_too_many():
    with pytest.raises(xai.InputError, match="reads one text and a second one came"):
        tiny_models.explainer("gpt2").attention(TEXT, "more")


def test_tokenizer_of_another_model():
    explainer = xai.Explainer(tiny_models.bert(vocab_size=20), wordpiece())
    with pytest.raises(xai.TokenizerMismatchError, match="does not fit the model: it made id"):
        explainer.attention(TEXT)


def test_training_mode_with_dropout_is_refused_and_left():
    model = tiny_models.bert().train()
    with pytest.raises(xai.InputError, match=r"training mode .* drops out 10%.*model\.eval\(\)"):
        xai.Explainer(model, wordpiece()).attention(TEXT)
    assert all(module.training for module in model.modules())


def test_training_mode_without_dropout_is_accepted():
    model = tiny_models.bert(hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0).train()
    xai.Explainer(model, wordpiece()).attention(TEXT)
    assert model.training


def test_model_without_attention():
    config = transformers.FNetConfig(
        hidden_size=32, num_hidden_layers=2, intermediate_size=37, vocab_size=120, max_position_embeddings=40
    )
    with pytest.raises(xai.UnsupportedModelError, match="FNetModel has no attention weights"):
        xai.Explainer(transformers.FNetModel(config).eval(), wordpiece()).attention(TEXT)


def test_a_stack_without_exact_weights_is_left_out_in_words():
    config = transformers.LongT5Config(
        d_model=32, d_kv=8, d_ff=37, num_layers=2, num_decoder_layers=2, num_heads=4, vocab_size=120, local_radius=4,
        decoder_start_token_id=2,
    )  # fmt: skip
    model = tiny_models.scaled(transformers.LongT5ForConditionalGeneration(config))
    attention = xai.Explainer(model, wordpiece()).attention(TEXT, "the mat")
    assert attention.kinds == ("cross", "decoder")
    (note,) = attention.notes
    assert note.startswith("The encoder attention of LongT5ForConditionalGeneration")
    assert note in attention.source


def test_nan_in_the_weights_is_kept():
    model = tiny_models.bert()
    with torch.no_grad():
        model.encoder.layer[1].attention.self.query.weight[0, 0] = float("nan")
    attention = xai.Explainer(model, wordpiece()).attention(TEXT)
    assert np.isfinite(attention.weights(0)).all()
    assert np.isnan(attention.weights(1, 0)).all()


@pytest.mark.parametrize("model", ["bert-base-uncased", None, torch.nn.Linear(2, 2)])
def test_not_a_model(model):
    with pytest.raises(xai.UnsupportedModelError, match="Expected a transformers model"):
        xai.Explainer(model, wordpiece())


def test_not_a_tokenizer():
    with pytest.raises(xai.InputError, match="Expected the model's tokenizer, got NoneType"):
        xai.Explainer(tiny_models.bert(), None)


def test_progress_counts_layers_and_cancels():
    explainer = tiny_models.explainer("bert")
    seen = []
    explainer.attention(TEXT, progress=lambda *step: seen.append(step))
    assert seen == [("attention layer", 0, 3), ("attention layer", 1, 3), ("attention layer", 2, 3)]

    def cancel(_label, done, _total):
        if done == 1:
            raise xai.Cancelled("enough")

    with pytest.raises(xai.Cancelled):
        explainer.attention(TEXT, progress=cancel)
    assert explainer.attention(TEXT).n_layers == 3


def test_from_pretrained_picks_the_head_that_the_config_names(tmp_path):
    tiny_models.gpt2().save_pretrained(tmp_path)
    wordpiece().save_pretrained(tmp_path)
    explainer = xai.Explainer.from_pretrained(tmp_path, dtype=torch.bfloat16)
    assert type(explainer.model).__name__ == "GPT2LMHeadModel"
    assert explainer.model.dtype == torch.bfloat16
    assert not explainer.model.training
    assert explainer.task == "causal-lm"
