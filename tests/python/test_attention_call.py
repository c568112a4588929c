"""Weights are made some rows at a time, of the keys that those rows may see: the same as all at once, in float64."""

from __future__ import annotations

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from xai_widgets.models import attention_call
from xai_widgets.models.attention_call import AttentionCall

HEADS, KEY_HEADS, TOKENS, WIDTH = 4, 2, 300, 8


def call(**fields) -> AttentionCall:
    numbers = torch.Generator().manual_seed(0)
    options = {"module": None, "mask": None, "scaling": 0.7, "causal": True}
    query = torch.randn(HEADS, TOKENS, WIDTH, generator=numbers)
    key = torch.randn(KEY_HEADS, TOKENS, WIDTH, generator=numbers)
    return AttentionCall(**({"query": query, "key": key} | options | fields))


def in_one_piece(given: AttentionCall) -> torch.Tensor:
    """The formula, float64 [head, query, key]."""
    key = given.key.double().repeat_interleave(HEADS // KEY_HEADS, dim=0)
    scores = given.query.double() @ key.transpose(1, 2) * given.scaling
    if given.softcap is not None:
        scores = given.softcap * torch.tanh(scores / given.softcap)
    if given.bias is not None:
        scores = scores + given.bias
    at, keys = torch.arange(TOKENS)[:, None], torch.arange(TOKENS)[None]
    hidden = torch.zeros(1, TOKENS, TOKENS, dtype=torch.bool)
    if given.mask is not None:
        hidden = ~given.mask
    elif given.causal:
        hidden = (keys > at)[None]
        if given.window is not None:
            hidden |= keys <= at - given.window
    scores = scores.masked_fill(hidden, -torch.inf)
    if given.sinks is None:
        return scores.softmax(dim=-1)
    sinks = given.sinks.double()[..., None].expand(HEADS, TOKENS, 1)
    return torch.cat([scores, sinks], dim=-1).softmax(dim=-1)[..., :-1]


NUMBERS = torch.Generator().manual_seed(1)
KINDS = {
    "causal": {},
    "window": {"window": 37},
    "both ways": {"causal": False},
    "mask": {"mask": (torch.rand(1, TOKENS, TOKENS, generator=NUMBERS) < 0.8) | torch.eye(TOKENS, dtype=torch.bool)},
    "soft cap": {"softcap": 1.5},
    "bias": {"bias": torch.randn(HEADS, TOKENS, TOKENS, generator=NUMBERS)},
    "sinks": {"sinks": torch.randn(HEADS, 1, generator=NUMBERS), "window": 150},
}
ROWS = {"all": None, "some": slice(120, 290), "spread": slice(5, 300, 31), "in any order": [299, 0, 131, 7]}


@pytest.mark.parametrize("rows", ROWS.values(), ids=ROWS)
@pytest.mark.parametrize("fields", KINDS.values(), ids=KINDS)
def test_weights_are_those_of_the_formula(monkeypatch, fields, rows) -> None:
    monkeypatch.setattr(attention_call, "_FAST_WEIGHTS", 40 * TOKENS)
    monkeypatch.setattr(attention_call, "_CAUSAL_ROWS", 16)
    given = call(**fields)
    exact = in_one_piece(given)[:, slice(None) if rows is None else rows]
    for heads in ([2], [3, 1], range(HEADS)):
        torch.testing.assert_close(given.weights(heads, rows).double(), exact[list(heads)], atol=1e-6, rtol=0)


class Largest(TorchDispatchMode):
    """The number of elements of each tensor that is made."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: list[int] = []

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        result = function(*args, **(kwargs or {}))
        if isinstance(result, torch.Tensor) and not function._schema.name.endswith("_") and result._base is None:
            self.sizes.append(result.untyped_storage().nbytes() // result.element_size())
        return result


def test_a_head_is_made_without_a_second_one_of_its_size() -> None:
    tokens = 2048
    given = call(query=torch.randn(1, tokens, WIDTH), key=torch.randn(1, tokens, WIDTH))
    with Largest() as made:
        weights = given.weights([0])
    largest = sorted(set(made.sizes))
    assert largest[-1] == weights.numel()
    assert largest[-2] <= weights.numel() / 4


def test_keys_that_are_never_seen_may_be_anything() -> None:
    given = call()
    given.key[:, 200:] = torch.nan
    assert given.weights([0], slice(0, 200)).isfinite().all()
