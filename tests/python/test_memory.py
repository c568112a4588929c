"""A text that would not fit into memory is refused before anything is computed."""

from __future__ import annotations

import functools

import pytest
import tiny_models
import torch

import xai_widgets as xai
from xai_widgets.models import memory


@pytest.fixture
def passes(monkeypatch):
    """Counts the passes of a model, under so much free memory."""

    def count(explainer: xai.Explainer, free: float) -> list[None]:
        ran: list[None] = []
        monkeypatch.setattr(memory, "available_bytes", lambda _device: free)
        forward = explainer.model.forward

        @functools.wraps(forward)
        def counted(*args, **kwargs):
            ran.append(None)
            return forward(*args, **kwargs)

        monkeypatch.setattr(explainer.model, "forward", counted)
        return ran

    return count


def test_what_is_free_is_a_number_here():
    assert memory.available_bytes(torch.device("cpu")) > 2**20


def test_query_and_key_that_do_not_fit_are_refused_with_the_numbers(passes):
    explainer = tiny_models.explainer("bert")
    config = explainer.model.config
    of_token = 2 * config.num_hidden_layers * config.hidden_size * 4
    ran = passes(explainer, 5.5 * of_token)
    with pytest.raises(xai.InputError, match=r"8 tokens: query and key .* Shorten it to 5 tokens, or have it cut"):
        explainer.attention("the cat sat on the mat")
    assert ran == []


@pytest.mark.parametrize(
    ("shape", "pair"), [("bert", None), ("bert", "cats sit on mats"), ("bart", "cats sit on mats")]
)
def test_what_fits_of_it_is_shown_when_it_may_be_cut(passes, shape, pair):
    explainer = tiny_models.explainer(shape)
    of_token = 2 * memory.config_number(explainer.model.config, "num_hidden_layers", default=0) * 32 * 4
    ran = passes(explainer, 6.5 * of_token)
    with pytest.raises(xai.InputError) as refused:
        explainer.attention("the cat sat on the mat", pair)
    assert refused.value.offer == "truncate"
    attention = explainer.attention("the cat sat on the mat", pair, truncate=True)
    assert {len(side) for kind in attention.kinds for side in attention.tokens(kind)} <= {5, 6}
    assert len(ran) == 1


def test_a_target_that_the_model_wrote_is_not_cut(passes, monkeypatch):
    explainer = tiny_models.explainer("bart")
    monkeypatch.setattr(explainer.inputs, "_generated", lambda _arguments: (torch.zeros(1, 9, dtype=torch.long), None))
    passes(explainer, 6.5 * 2 * 2 * 32 * 4)
    with pytest.raises(xai.InputError, match="The text has 9 tokens"):
        explainer.attention("the cat sat on the mat", truncate=True)


def test_tokens_that_could_not_even_be_read_are_refused_before_they_are(monkeypatch):
    monkeypatch.setattr(memory, "available_bytes", lambda _device: 3_500.0)
    monkeypatch.setattr(memory, "_WORTH_ASKING", 3)
    explainer = tiny_models.explainer("bert")
    monkeypatch.setattr(explainer.inputs.tokenizer, "convert_ids_to_tokens", lambda ids: pytest.fail(f"read {ids}"))
    with pytest.raises(xai.InputError, match=r"8 tokens: what is known of each .* Shorten it to 3 tokens"):
        explainer.attention("the cat sat on the mat")


def test_weights_of_an_eager_model_that_do_not_fit_are_refused():
    explainer = tiny_models.explainer("bert")
    config = explainer.model.config
    of_pair = 4 * config.num_hidden_layers * config.num_attention_heads
    ids = torch.zeros(1, 1000, dtype=torch.long)
    free = 400**2 * of_pair + 1
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(memory, "available_bytes", lambda _device: free)
        with pytest.raises(xai.InputError, match=r"1,000 tokens.*Shorten it to 400 tokens"):
            memory.refuse_too_long_for_weights(explainer.model, ids)
        memory.refuse_too_long_for_weights(explainer.model, ids[:, :400])


def test_where_the_system_says_nothing_nothing_is_refused(monkeypatch):
    monkeypatch.setattr(memory, "available_bytes", lambda _device: None)
    assert tiny_models.explainer("bert").attention("the cat").n_layers == 3


def test_what_cannot_be_cut_is_not_offered_to_be(passes):
    explainer = tiny_models.explainer("bert")
    of_token = 2 * explainer.model.config.num_hidden_layers * 32 * 4
    passes(explainer, 0.5 * of_token)
    with pytest.raises(xai.InputError, match=r"Shorten it to 0 tokens\.$") as refused:
        explainer.attention("the cat sat on the mat")
    assert refused.value.offer is None


def test_what_a_model_wrote_is_not_offered_to_be_cut(monkeypatch):
    written = tiny_models.explainer("bart").generate("the cat sat on the mat")
    monkeypatch.setattr(memory, "available_bytes", lambda _device: 3.5 * 2 * 2 * 32 * 4)
    with pytest.raises(xai.InputError, match=r"Shorten it to 3 tokens\.$") as refused:
        written.attention()
    assert refused.value.offer is None


def test_attributions_are_cut_to_what_can_be_read(monkeypatch):
    monkeypatch.setattr(memory, "available_bytes", lambda _device: 6_500.0)
    monkeypatch.setattr(memory, "_WORTH_ASKING", 3)
    explainer = tiny_models.explainer("gpt2")
    text = "the cat sat on the mat and the dog"
    with pytest.raises(xai.InputError, match="or have it cut") as refused:
        explainer.attribute(text)
    assert refused.value.offer == "truncate"
    assert len(explainer.attribute(text, truncate=True).tokens) == 6
