"""The quick walk through a model's modules: torch's own, name by name."""

from __future__ import annotations

import pytest
import transformers
from torch import nn

from xai_widgets.models.modules import modules, named_modules, walked_once


def _shared() -> nn.Module:
    """A module under two names, one that is not there, and one deeper down that was met before."""
    made = nn.ModuleDict({"first": nn.Linear(2, 2), "second": nn.Sequential(nn.ReLU(), nn.Linear(2, 2))})
    made["third"] = nn.ModuleList([made["second"], made["first"]])
    made.register_module("none", None)
    return made


@pytest.mark.parametrize(
    "model",
    [
        nn.ReLU(),
        _shared(),
        transformers.T5Model(transformers.T5Config(d_model=16, d_ff=32, d_kv=8, num_heads=2, num_layers=2)),
    ],
    ids=["one", "shared", "t5"],
)
def test_it_gives_what_torch_gives(model):
    assert named_modules(model) == list(model.named_modules())
    assert modules(model) == list(model.modules())


def test_within_the_block_the_model_is_walked_once():
    model, other = nn.Sequential(nn.ReLU()), nn.Sequential(nn.ReLU())
    with walked_once(model):
        model.append(nn.Tanh())
        other.append(nn.Tanh())
        assert [len(modules(one)) for one in (model, other)] == [2, 3]
    assert len(modules(model)) == 3
