"""A beam of a search, looked at as far as it was written: against the model's own output on its very tokens."""

from __future__ import annotations

import generation_models as models
import numpy as np
import pytest
import torch
from generation_models import TEXT, read_by_the_model

import xai_widgets as xai

FAMILIES = ["bart", "t5", "marian", "nllb", "gpt2"]


@pytest.mark.parametrize("family", FAMILIES)
def test_every_beam_has_its_tokens_its_chances_and_its_score(family):
    explainer = models.explainer(family)
    generation = explainer.generate(TEXT, max_new_tokens=5, num_beams=3, top=4)
    before = len(generation.start) or len(generation.prompt)
    for node in generation.beams.nodes:
        beam = generation.beam(node)
        assert beam.ids == beam.tokens.ids == generation.beams.ids(node)
        logits = read_by_the_model(beam, explainer).logits[0]
        chances = logits[before - 1 : before - 1 + len(beam.ids)].log_softmax(-1)
        own = chances.gather(-1, torch.tensor([beam.ids]).mT)[:, 0]
        assert [step.raw_log_prob for step in beam.steps] == pytest.approx(own.tolist(), abs=1e-4)
        assert beam.log_prob == pytest.approx(node.score, abs=1e-4)
        likeliest = chances.topk(4).indices.tolist()
        assert [[c.id for c in step.raw_candidates] for step in beam.steps] == likeliest


def test_what_rules_say_is_what_a_beam_was_chosen_by():
    explainer = models.explainer("bart")
    generation = explainer.generate(TEXT, max_new_tokens=5, num_beams=3, repetition_penalty=1.8)
    for node in generation.beams.nodes:
        steps = generation.beam(node).steps
        assert all(np.isfinite([step.log_prob, step.raw_log_prob]).all() for step in steps)
    differ = [step for node in generation.beams.nodes for step in generation.beam(node).steps]
    assert any(abs(step.log_prob - step.raw_log_prob) > 0.01 for step in differ)


@pytest.mark.parametrize("family", ["bart", "gpt2"])
def test_the_attention_of_a_dropped_beam_is_that_of_its_tokens(family):
    explainer = models.explainer(family)
    generation = explainer.generate(TEXT, max_new_tokens=5, num_beams=3)
    node = [beam for beam in generation.beams.nodes if beam.state == "dropped"][-1]
    beam = generation.beam(node)
    output = read_by_the_model(beam, explainer, output_attentions=True)
    kinds = {"cross": "cross_attentions", "decoder": "decoder_attentions"} if beam.start else {"self": "attentions"}
    attention = beam.attention()
    for kind, field in kinds.items():
        for layer, expected in enumerate(output[field]):
            np.testing.assert_allclose(attention.weights(layer, kind=kind), expected[0].numpy(), atol=1e-5)


def test_a_beam_says_what_became_of_it():
    generation = models.explainer("bart").generate(TEXT, max_new_tokens=5, num_beams=3)
    result = generation.beams.finished[0]
    assert generation.beam(result) is generation
    first = generation.beam(generation.beams.path(result)[0])
    assert "the beginning of its result" in first.notes[0]
    dropped = next(beam for beam in generation.beams.nodes if beam.state == "dropped")
    assert generation.beam(dropped.index).notes == (
        f"This is beam {dropped.index} of the search, which it dropped here.",
    )
    # From a beam one can look at the others, and go on from it.
    assert generation.beam(dropped).beam(result) is not None
    assert generation.beam(dropped).beam(result).ids == generation.ids
    last = len(generation.beam(dropped).ids) - 1
    assert generation.beam(dropped).force(last, dropped.id).ids == generation.follow(dropped).ids


def test_a_beam_that_there_is_not():
    generation = models.explainer("bart").generate(TEXT, max_new_tokens=3, num_beams=2)
    with pytest.raises(xai.InputError, match=rf"no beam 999: they are numbered 0 to {len(generation.beams.nodes) - 1}"):
        generation.beam(999)
    with pytest.raises(xai.InputError, match="num_beams of at least 2"):
        models.explainer("bart").generate(TEXT, max_new_tokens=3).beam(0)
