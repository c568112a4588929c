"""Captured attention of tiny random models, beside what each architecture itself gives under eager attention."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np
import pytest
import torch
import transformers
from architectures.catalogue import (
    EVERYDAY,
    LAYERS,
    LEFT_OUT,
    NO_ATTENTION,
    NO_LENGTH,
    NOT_ATTRIBUTED,
    OWN_BACKWARD,
    REFUSED,
    SINCE_5_0,
    architectures,
)
from architectures.comparison import Comparison, compare
from architectures.derivative import derive
from architectures.table import Found, write_table
from architectures.tiny import tiny_config
from packaging.version import Version

import xai_widgets as xai
from xai_widgets.models import recorder
from xai_widgets.models.attention_call import AttentionCall, attention_call

ALL = architectures()
NEW = Version(transformers.__version__) >= Version("5.23")
FEW = [pair for pair in ALL if pair[1] in (EVERYDAY if NEW else SINCE_5_0)]
newest = pytest.mark.skipif(not NEW, reason="the catalogue is of transformers 5.23")
# What runs in half precision every day: sinks, biases, windows, groups, latent attention, and the eager path.
HALF = [
    ("bert", "BertLMHeadModel"),
    ("gpt2", "GPT2LMHeadModel"),
    ("llama", "LlamaForCausalLM"),
    ("gemma2", "Gemma2ForCausalLM"),
    ("gpt_oss", "GptOssForCausalLM"),
    ("deepseek_v3", "DeepseekV3ForCausalLM"),
    ("bloom", "BloomForCausalLM"),
    ("deberta-v2", "DebertaV2Model"),
    ("t5", "T5ForConditionalGeneration"),
    ("bart", "BartForConditionalGeneration"),
]
# Mixes float32 into its own half-precision arithmetic, and raises in its plain forward pass.
NOT_IN_HALF = {"inkling2_text"}


@pytest.fixture(scope="module")
def found() -> Iterator[Found]:
    """What the whole sweep found; written for people when all of it ran."""
    found = Found()
    yield found
    if len(found.rows) == len(found.scores) == len(ALL):
        write_table(found)


def check(row: Comparison) -> None:
    if row.model_type in REFUSED:
        assert REFUSED[row.model_type] in row.sentence
        assert row.sentence.count("\n") == 0
        return
    assert row.same_output
    assert row.difference is not None
    assert row.difference <= 1e-5
    assert LEFT_OUT.get(row.model_type, "") in row.sentence
    assert bool(row.sentence) == (row.model_type in LEFT_OUT)
    if "self" in row.layers:
        assert row.layers["self"] == expected_layers(row)
    else:
        assert set(row.layers) | ({"encoder"} if row.sentence else set()) == {"encoder", "cross", "decoder"}
        assert all(numbers == (0, 1) for numbers in row.layers.values())


def expected_layers(row: Comparison) -> tuple[int, ...]:
    for name in (row.class_name, row.model_type):
        if name in LAYERS:
            return LAYERS[name]
    config = tiny_config(row.model_type).get_text_config(decoder=True)
    types = getattr(config, "layer_types", None)
    if types is None:
        return tuple(range(config.num_hidden_layers))
    return tuple(i for i, layer_type in enumerate(types) if layer_type not in NO_ATTENTION)


@pytest.mark.parametrize(("model_type", "class_name"), FEW)
def test_everyday_architectures(model_type: str, class_name: str) -> None:
    check(compare(model_type, class_name))


def check_scores(model_type: str, class_name: str) -> str:
    """Holds gradient × input to the derivative that it stands for; what came of it, for people."""
    if model_type in NOT_ATTRIBUTED:
        with pytest.raises(xai.UnsupportedModelError, match=NOT_ATTRIBUTED[model_type]):
            derive(model_type, class_name)
        return "refused"
    derivative = derive(model_type, class_name)
    assert np.isfinite(derivative.scores).all()
    if model_type in NO_LENGTH:
        assert np.abs(derivative.scores).sum() < 1e-4
        return NO_LENGTH[model_type]
    assert np.abs(derivative.scores).sum() > 1e-3
    if model_type in OWN_BACKWARD:
        assert derivative.difference < 0.1
        return OWN_BACKWARD[model_type]
    assert derivative.difference < 0.01
    return f"{derivative.difference:.0e}"


@pytest.mark.parametrize(("model_type", "class_name"), FEW)
def test_gradient_x_input_of_everyday_architectures(model_type: str, class_name: str) -> None:
    check_scores(model_type, class_name)


@newest
def test_every_everyday_class_exists() -> None:
    assert {class_name for _, class_name in FEW} == EVERYDAY
    assert SINCE_5_0 <= EVERYDAY


@newest
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16], ids=str)
@pytest.mark.parametrize(("model_type", "class_name"), HALF)
def test_half_precision(model_type: str, class_name: str, dtype: torch.dtype) -> None:
    row = compare(model_type, class_name, dtype)
    assert row.same_output
    assert row.difference is not None
    assert row.difference <= 1e-2


@newest
@pytest.mark.parametrize(
    ("model_type", "class_name", "lost"),
    [
        ("gemma2", "Gemma2ForCausalLM", {"softcap": None}),
        ("gpt_oss", "GptOssForCausalLM", {"sinks": None}),
        ("granite_swa", "GraniteSWAForCausalLM", {"mask": None}),
        ("mistral", "MistralForCausalLM", {"mask": None, "window": None}),
        ("inkling2_text", "Inkling2ForCausalLM", {"bias": None}),
        ("t5", "T5ForConditionalGeneration", {"bias": None}),
        ("granite", "GraniteForCausalLM", {"scaling": 0.3}),
        ("llama", "LlamaForCausalLM", {"causal": False}),
    ],
)
def test_what_is_lost_is_noticed(
    model_type: str, class_name: str, lost: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The layers' own outputs tell that a call is not understood; and without that check, the comparison does."""

    def losing(arguments: dict[str, object], *, honours_causal: bool) -> AttentionCall:
        return dataclasses.replace(attention_call(arguments, honours_causal=honours_causal), **lost)

    monkeypatch.setattr(recorder, "attention_call", losing)
    monkeypatch.setattr(AttentionCall, "readings", lambda _call: iter(()))
    caught = compare(model_type, class_name)
    assert caught.path == "eager"
    assert caught.difference == 0
    monkeypatch.setattr(AttentionCall, "explains", lambda *_: True)
    missed = compare(model_type, class_name)
    assert missed.path == "interface"
    assert missed.difference is not None
    assert missed.difference > 0.01


@newest
@pytest.mark.architectures
@pytest.mark.parametrize(("model_type", "class_name"), ALL)
def test_every_architecture(model_type: str, class_name: str, found: Found) -> None:
    row = compare(model_type, class_name)
    found.rows.append(row)
    check(row)


@newest
@pytest.mark.architectures
@pytest.mark.parametrize(("model_type", "class_name"), ALL)
def test_gradient_x_input_of_every_architecture(model_type: str, class_name: str, found: Found) -> None:
    found.scores[class_name, model_type] = check_scores(model_type, class_name)


@newest
@pytest.mark.architectures
@pytest.mark.parametrize(
    ("model_type", "class_name"), [pair for pair in ALL if pair[0] not in REFUSED and pair[0] not in NOT_IN_HALF]
)
def test_every_architecture_in_half_precision(model_type: str, class_name: str) -> None:
    row = compare(model_type, class_name, torch.float16)
    assert row.same_output
    assert row.difference is not None
    assert row.difference <= 1e-2
