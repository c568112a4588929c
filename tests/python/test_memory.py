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
    with pytest.raises(xai.InputError, match=r"8 tokens: query and key .* Shorten it to 5 tokens"):
        explainer.attention("the cat sat on the mat")
    assert ran == []


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
