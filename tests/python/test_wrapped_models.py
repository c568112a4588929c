"""Models inside what other libraries put around them: torch.compile, PEFT, a pipeline."""

from __future__ import annotations

import copy

import numpy as np
import peft
import pytest
import tiny_models
import torch
import transformers
from tokenizers_fixture import wordpiece

import xai_widgets as xai

TEXT = "the cat sat on the mat"

# PEFT reads a name that transformers is about to rename.
pytestmark = pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing:FutureWarning")


def with_lora(model, **options):
    """The model with adapters that do something: their weights are drawn, not zero."""
    torch.manual_seed(0)
    return peft.get_peft_model(copy.deepcopy(model), peft.LoraConfig(init_lora_weights=False, **options)).eval()


def test_a_pipeline_brings_its_tokenizer():
    model, tokenizer = tiny_models.gpt2(), wordpiece()
    explainer = xai.Explainer(transformers.pipeline("text-generation", model=model, tokenizer=tokenizer))
    assert explainer.model is model
    assert explainer.tokenizer is tokenizer


def test_a_compiled_model_shows_the_one_it_was_made_of():
    model = tiny_models.bert()
    assert xai.Explainer(torch.compile(model, backend="eager"), wordpiece()).model is model


def test_adapters_are_part_of_what_is_shown():
    plain = tiny_models.gpt2()
    adapted = with_lora(plain, task_type="CAUSAL_LM", target_modules=["c_attn"], fan_in_fan_out=True)
    explainer = xai.Explainer(adapted, wordpiece())
    assert explainer.task == xai.Explainer(plain, wordpiece()).task

    attention = explainer.attention(TEXT)
    inputs = explainer.inputs.make(TEXT, None, truncate=False).arguments
    adapted.set_attn_implementation("eager")
    with torch.no_grad():
        expected = adapted(**inputs, output_attentions=True).attentions
    for layer, weights in enumerate(expected):
        np.testing.assert_allclose(attention.weights(layer), weights[0].numpy(), atol=1e-6)
    assert np.abs(attention.weights(0) - xai.Explainer(plain, wordpiece()).attention(TEXT).weights(0)).max() > 1e-3


def test_an_adapted_translator_translates_as_it_does_by_itself():
    adapted = with_lora(tiny_models.bart(), task_type="SEQ_2_SEQ_LM", target_modules=["q_proj", "v_proj"])
    explainer = xai.Explainer(adapted, wordpiece())
    generation = explainer.generate(TEXT, max_new_tokens=5)
    inputs = wordpiece()(TEXT, return_tensors="pt")
    written = adapted.generate(**inputs, max_new_tokens=5)[0].tolist()
    assert list(generation.ids) == written[-len(generation.ids) :]


def test_a_learned_prompt_has_positions_without_a_token():
    config = peft.PromptTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=4)
    prompted = peft.get_peft_model(tiny_models.gpt2(), config)
    with pytest.raises(xai.UnsupportedModelError, match=r"'default' learns a prompt \(PROMPT_TUNING\).* 4 positions"):
        xai.Explainer(prompted, wordpiece())
    assert xai.Explainer(prompted.get_base_model(), wordpiece()).attention(TEXT).n_layers == 2
