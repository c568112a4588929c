"""Gradient × input of tiny random models of every architecture, beside finite differences of the model itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from architectures.catalogue import EVERYDAY, SINCE_5_0, architectures
from architectures.comparison import tiny_inputs
from architectures.tiny import tiny_config, tiny_model
from packaging.version import Version
from torch import Tensor
from transformers import PreTrainedModel
from transformers import __version__ as transformers_version

import xai_widgets as xai
from xai_widgets.attribution.embeddings import replace_embeddings
from xai_widgets.attribution.passes import Passes, Reading
from xai_widgets.models.task import accepts

ALL = architectures()
NEW = Version(transformers_version) >= Version("5.23")
FEW = [pair for pair in ALL if pair[1] in (EVERYDAY if NEW else SINCE_5_0)]
newest = pytest.mark.skipif(not NEW, reason="the catalogue is of transformers 5.23")

# Not read through word embeddings of their ids: characters, several codebooks, quantized look-ups, ids of their own.
REFUSED = {"canine", "cpmant", "ibert", "musicgen", "musicgen_melody", "perceiver"}
# Can be differentiated in training mode only.
TRAINING_ONLY = {"reformer"}
# Where gradients are not those of the whole pass, by the model's own design or because it draws at random.
NOT_WHOLE = {"hrm_text": "runs its first cycles without gradients", "yoso": "hashes at random"}
# Whose tiny random weights give the same answer whatever the text.
CONSTANT = {"mobilebert"}


def passes_of(model: PreTrainedModel) -> Passes:
    arguments: dict[str, Any] = tiny_inputs(model)
    readings = [
        Reading(name, xai.TokenSequence.from_strings([str(i) for i in ids[0].tolist()], ids=ids[0].tolist()), 0, name)
        for name, ids in arguments.items()
        if name in ("input_ids", "decoder_input_ids")
    ]
    if accepts(model, "use_cache"):
        arguments["use_cache"] = False
    return Passes(model, [arguments], readings)


def projected() -> Callable[[Any], Tensor]:
    """A number to explain that depends on every output alike."""

    def value(output: Any) -> Tensor:
        answer = output[0].float()
        return (answer * torch.randn(answer.shape, generator=torch.Generator().manual_seed(0))).mean()

    return value


def derivative(passes: Passes, value: Callable[[Any], Tensor], step: float) -> float:
    """The slope of the value along the word embeddings themselves: they are made a little longer and shorter."""

    def at(scale: float) -> float:
        wanted = [passes.arguments[0][reading.argument] for reading in passes.readings]

        def stretch(_way: Any, ids: Tensor, output: Tensor) -> Tensor:
            flat = ids if ids.shape[0] == 1 else ids.T
            known = any(torch.equal(flat[:, : own.shape[1]], own) for own in wanted)
            return output * scale if known else output

        torch.manual_seed(3)
        with torch.no_grad(), replace_embeddings(passes._look_ups, stretch):
            return value(passes.model(**passes.arguments[0])).item()

    return (at(1 + step) - at(1 - step)) / (2 * step)


def check(model_type: str, class_name: str) -> None:
    model = tiny_model(class_name, tiny_config(model_type))
    passes = passes_of(model)
    if model_type in REFUSED:
        with pytest.raises(xai.UnsupportedModelError, match="does not look up word embeddings"):
            passes.run(grad=True)
        return
    value = projected()
    torch.manual_seed(3)
    found = passes.run(grad=True)
    with torch.enable_grad():
        total = value(found.outputs[0])
    if model_type in TRAINING_ONLY:
        with pytest.raises(AssertionError, match="training mode"):
            torch.autograd.grad(total, found.leaves)
        return
    grads = torch.autograd.grad(total, found.leaves)
    scores = torch.cat([(g * e.detach()).sum(-1)[0] for g, e in zip(grads, found.leaves, strict=True)]).double()
    assert torch.isfinite(scores).all()
    size = scores.abs().sum().item()
    assert (size > 0) == (model_type not in CONSTANT)
    if model_type not in NOT_WHOLE:
        # Rounding rules the shorter step, curvature the longer.
        missed = min(abs(scores.sum().item() - derivative(passes, value, step)) for step in (1e-2, 1e-3))
        assert missed <= 1e-2 * size + 2e-5
    assert all(parameter.grad is None for parameter in model.parameters())


@pytest.mark.parametrize(("model_type", "class_name"), FEW)
def test_everyday_architectures(model_type: str, class_name: str) -> None:
    check(model_type, class_name)


@newest
@pytest.mark.architectures
@pytest.mark.parametrize(("model_type", "class_name"), ALL)
def test_every_architecture(model_type: str, class_name: str) -> None:
    check(model_type, class_name)
