"""Generations against ``model.generate`` itself: tokens, scores and attention."""

from __future__ import annotations

import copy

import generation_models as models
import numpy as np
import pytest
import tiny_models
import torch
import transformers
from generation_models import TEXT
from tokenizers_fixture import wordpiece

import xai_widgets as xai

CONFIGS = {
    "greedy": {},
    "penalties": {"repetition_penalty": 1.7, "no_repeat_ngram_size": 2},
    "sampling": {"do_sample": True, "temperature": 1.4, "top_k": 30, "top_p": 0.95},
    "beams": {"num_beams": 3, "length_penalty": 0.6},
    "early beams": {"num_beams": 4, "early_stopping": True, "repetition_penalty": 1.3},
    "sampled beams": {"num_beams": 3, "do_sample": True},
}
SEED = 5


def by_transformers(explainer: xai.Explainer, text: str = TEXT, **options):
    """What ``model.generate`` gives for the text, with all that it can tell, on a model of its own."""
    model = copy.deepcopy(explainer.model)
    model.set_attn_implementation("eager")
    encoded = explainer.tokenizer(text, return_tensors="pt")
    kept = {name: encoded[name] for name in ("input_ids", "attention_mask")}
    torch.manual_seed(SEED)
    output = model.generate(**kept, **options, return_dict_in_generate=True, output_scores=True)
    before = 1 if model.config.is_encoder_decoder else kept["input_ids"].shape[1]
    return output, tuple(output.sequences[0, before:].tolist())


@pytest.mark.parametrize("config", CONFIGS)
@pytest.mark.parametrize("family", models.FAMILIES)
def test_the_tokens_are_those_of_generate(family, config):
    explainer = models.explainer(family)
    options = {"max_new_tokens": 7} | CONFIGS[config]
    state = torch.random.get_rng_state()
    generation = explainer.generate(TEXT, seed=SEED, **options)
    assert torch.equal(state, torch.random.get_rng_state())
    output, ids = by_transformers(explainer, **options)
    assert generation.ids == ids == generation.tokens.ids
    assert len(generation.steps) == len(ids)
    assert generation.finished
    assert not generation.given
    assert generation.text == explainer.tokenizer.decode(ids, skip_special_tokens=True)
    indices = getattr(output, "beam_indices", None)
    expected = explainer.model.compute_transition_scores(
        output.sequences, output.scores, indices, normalize_logits=indices is None
    )[0]
    if indices is None:
        assert [step.log_prob for step in generation.steps] == pytest.approx(expected.tolist(), abs=1e-4)
    else:
        path = generation.beams.path(generation.beams.finished[0])
        assert [beam.log_prob for beam in path] == pytest.approx(expected[: len(ids)].tolist(), abs=1e-4)
        assert generation.beams.finished[0].final == pytest.approx(float(output.sequences_scores[0]), abs=1e-4)


@pytest.mark.parametrize("family", ["bart", "gpt2"])
def test_candidates_are_what_was_chosen_from_and_what_the_model_gave(family):
    explainer = models.explainer(family)
    options = {"max_new_tokens": 5, "do_sample": True, "top_k": 4, "temperature": 2.0, "repetition_penalty": 1.5}
    generation = explainer.generate(TEXT, seed=SEED, top=6, **options)
    output, _ = by_transformers(explainer, output_logits=True, **options)
    for step, scores, logits in zip(generation.steps, output.scores, output.logits, strict=True):
        chances, raw = scores[0].softmax(-1), logits[0].softmax(-1)
        assert len(step.candidates) == 6
        for candidate in step.candidates:
            assert candidate.probability == pytest.approx(float(chances[candidate.id]), abs=1e-6)
            assert candidate.raw_probability == pytest.approx(float(raw[candidate.id]), abs=1e-6)
        assert [c.probability for c in step.candidates] == sorted(
            (c.probability for c in step.candidates), reverse=True
        )
        assert step.candidates[4].probability == 0  # ruled out by top_k
        assert [c.id for c in step.raw_candidates] == raw.topk(6).indices.tolist()
        assert step.probability == pytest.approx(float(chances[step.id]), abs=1e-6)
        assert step.raw_probability == pytest.approx(float(raw[step.id]), abs=1e-6)


def test_a_forced_token_of_the_config_is_certain_and_was_not():
    explainer = models.nllb()
    generation = explainer.generate(TEXT, max_new_tokens=3, tgt_lang="deu_Latn")
    first = generation.steps[0]
    assert first.text == "deu_Latn"
    assert first.probability == 1
    assert 0 < first.raw_probability < 0.5


@pytest.mark.parametrize("beams", [1, 3])
@pytest.mark.parametrize("family", models.FAMILIES)
def test_attention_is_that_of_the_steps(family, beams):
    explainer = models.explainer(family)
    options = {"max_new_tokens": 6, "num_beams": beams}
    generation = explainer.generate(TEXT, **options)
    output, _ = by_transformers(explainer, **options, output_attentions=True)
    attention = generation.attention()
    kinds = {"decoder": "decoder_attentions", "cross": "cross_attentions"}
    kinds = kinds if explainer.inputs.encoder_decoder else {"self": "attentions"}
    for kind, field in kinds.items():
        for step, layers in enumerate(getattr(output, field)[: len(generation.ids)]):
            # A beam's rows move: its row at each step is in beam_indices.
            row = 0 if output.get("beam_indices") is None else int(output.beam_indices[0, step])
            for layer, expected in enumerate(layers):
                weights = expected[row, :, -1].numpy()
                got = attention.weights(layer, kind=kind)[:, generation.row(step), : weights.shape[-1]]
                np.testing.assert_allclose(got, weights, atol=1e-5)


@pytest.mark.parametrize("family", ["bart", "t5", "gpt2", "llama"])
def test_a_step_is_attributed_on_the_very_ids(family):
    explainer = models.explainer(family)
    generation = explainer.generate(TEXT, max_new_tokens=5)
    every = generation.attribute(value="log_prob")
    np.testing.assert_allclose(every.value, [step.log_prob for step in generation.steps], atol=1e-4)
    assert every.steps.ids == generation.ids
    one = generation.attribute(3, value="log_prob")
    assert one.value == pytest.approx(generation.steps[3].log_prob, abs=1e-4)
    np.testing.assert_allclose(one.scores, every.scores[3], atol=1e-4)
    other = generation.steps[3].candidates[1]
    contrast = generation.attribute(3, target=(generation.ids[3], other.id), value="log_prob")
    assert contrast.value == pytest.approx(generation.steps[3].log_prob - np.log(other.probability), abs=1e-4)
    again = one.rerun.again(method="saliency")
    assert again.value == pytest.approx(one.value)


@pytest.mark.parametrize("config", ["greedy", "sampling", "penalties"])
@pytest.mark.parametrize("family", ["bart", "llama"])
def test_forcing_what_was_written_changes_nothing(family, config):
    explainer = models.explainer(family)
    generation = explainer.generate(TEXT, max_new_tokens=6, **CONFIGS[config])
    forced = generation.force(3, generation.ids[3])
    assert forced.ids == generation.ids
    assert [step.forced for step in forced.steps] == [True] * 4 + [False] * 2
    np.testing.assert_allclose([s.log_prob for s in forced.steps], [s.log_prob for s in generation.steps], atol=1e-5)


def test_after_a_forced_token_the_model_goes_on_as_if_it_had_written_it():
    explainer = models.explainer("gpt2")
    generation = explainer.generate(TEXT, max_new_tokens=6)
    token = generation.steps[2].candidates[5]
    forced = generation.force(2, token.id)
    assert forced.ids[:3] == (*generation.ids[:2], token.id)
    assert forced.steps[2].probability == pytest.approx(token.probability, abs=1e-6)
    encoded = explainer.tokenizer(TEXT, return_tensors="pt")["input_ids"]
    start = torch.cat([encoded, torch.tensor([forced.ids[:3]])], dim=1)
    expected = explainer.model.generate(input_ids=start, attention_mask=torch.ones_like(start), max_new_tokens=3)
    assert forced.ids == tuple(expected[0, encoded.shape[1] :].tolist())
    cat = explainer.tokenizer.convert_tokens_to_ids("cat")
    assert generation.force(6, "cat").ids == (*generation.ids, cat)  # behind the last


def test_a_target_of_a_persons_own_is_scored_token_by_token():
    for family in ("bart", "t5", "marian", "pegasus", "gpt2", "llama"):
        explainer = models.explainer(family)
        scored = explainer.generate(TEXT, max_new_tokens=4).score("the mat")
        assert scored.given
        source = explainer.tokenizer(TEXT, return_tensors="pt")["input_ids"]
        if explainer.inputs.encoder_decoder:
            labels = explainer.tokenizer(text_target="the mat", return_tensors="pt")["input_ids"]
            logits = explainer.model(input_ids=source, labels=labels).logits[0].detach()
        else:
            labels = torch.tensor([scored.ids])
            joined = torch.cat([source, labels], dim=1)
            logits = explainer.model(input_ids=joined).logits[0, source.shape[1] - 1 : -1].detach()
        expected = logits.log_softmax(-1).gather(-1, labels.mT)[:, 0]
        assert scored.ids == tuple(labels[0].tolist())
        assert [step.log_prob for step in scored.steps] == pytest.approx(expected.tolist(), abs=1e-4)
        assert scored.log_prob == pytest.approx(float(expected.sum()), abs=1e-3)
        assert [s.candidates[0].id for s in scored.steps] == logits.argmax(-1).tolist()
        assert scored.attention().n_layers
        assert len(scored.attribute().value) == len(scored.ids)
        # What the model thinks of its own words is what it thought when it wrote them.
        forced = scored.force(len(scored.ids) - 1, scored.ids[-1])
        assert forced.ids[: len(scored.ids)] == scored.ids
        np.testing.assert_allclose(
            [s.raw_log_prob for s in forced.steps[: len(scored.ids)]], [s.log_prob for s in scored.steps], atol=1e-4
        )


def test_the_tree_of_beams_holds_what_the_search_compared():
    explainer = models.explainer("t5")
    generation = explainer.generate(TEXT, max_new_tokens=4, num_beams=3)
    beams = generation.beams
    output, ids = by_transformers(explainer, max_new_tokens=4, num_beams=3)
    # By hand: at the first step only the first beam counts, and twice the width are compared.
    first = output.scores[0][0].topk(6)
    assert [beam.id for beam in beams.at(0)] == first.indices.tolist()
    assert [beam.score for beam in beams.at(0)] == pytest.approx(first.values.tolist(), abs=1e-5)
    kept = [beam for beam in beams.at(0) if beam.state != "dropped"]
    assert [beam.id for beam in kept] == first.indices[:3].tolist()
    totals = (output.scores[1] + first.values[:3, None]).flatten().topk(6)
    assert [beam.score for beam in beams.at(1)] == pytest.approx(totals.values.tolist(), abs=1e-5)
    assert {beam.parent for beam in beams.at(1)} <= {beam.index for beam in kept}
    assert beams.ids(beams.finished[0]) == ids
    assert [beam.state for beam in beams.path(beams.finished[0])] == ["chosen"] * len(ids)
    assert len(beams.finished) == 3
    assert beams.finished[0].final == max(beam.final for beam in beams.finished)
    for beam in beams.nodes:
        before = 0 if beam.parent is None else beams.nodes[beam.parent].score
        assert beam.score == pytest.approx(before + beam.log_prob, abs=1e-5)
        assert beam in beams.children(beam.parent) if beam.parent is not None else beam.step == 0


def test_a_dropped_beam_can_be_followed():
    generation = models.explainer("bart").generate(TEXT, max_new_tokens=5, num_beams=3)
    dropped = next(beam for beam in generation.beams.at(1) if beam.state == "dropped")
    followed = generation.follow(dropped)
    assert followed.ids[:2] == generation.beams.ids(dropped)
    assert len(followed.ids) == 5
    assert followed.beams.path(followed.beams.finished[0])[1].score == pytest.approx(dropped.score, abs=1e-5)


def test_beams_that_end_are_finished_with_the_length_counted():
    # The end is likely after every token, so beams end early and are compared by their length.
    model = tiny_models.bart(max_position_embeddings=64)
    with torch.no_grad():
        model.final_logits_bias[0, 2] = 6.0
    model.generation_config.eos_token_id = 2
    explainer = xai.Explainer(model, wordpiece())
    options = {"max_new_tokens": 8, "num_beams": 4, "length_penalty": 2.0}
    generation = explainer.generate(TEXT, **options)
    output, ids = by_transformers(explainer, **options, num_return_sequences=4)
    assert generation.ids == ids[: ids.index(2) + 1]  # filled up to the longest of the four
    finals = [beam.final for beam in generation.beams.finished]
    assert finals[0] == pytest.approx(float(output.sequences_scores[0]), abs=1e-4)
    for row, score in zip(output.sequences[:, 1:].tolist(), output.sequences_scores.tolist(), strict=True):
        row = row[: row.index(2) + 1]
        same = [beam for beam in generation.beams.finished if generation.beams.ids(beam) == tuple(row)]
        assert [beam.final for beam in same] == pytest.approx([score], abs=1e-4)


def test_the_model_is_left_as_it_was():
    explainer = models.llama()
    model = explainer.model
    model.generation_config.do_sample = True
    before = (model.generation_config.to_dict(), model.config.to_dict(), set(vars(model)), model.training)
    state = torch.random.get_rng_state()
    own = transformers.GenerationConfig(max_new_tokens=4, num_beams=2, eos_token_id=2)
    kept = own.to_dict()
    explainer.generate(TEXT, generation_config=own).force(1, 5).attention()
    assert own.to_dict() == kept
    explainer.generate(TEXT, max_new_tokens=3)
    assert (model.generation_config.to_dict(), model.config.to_dict(), set(vars(model)), model.training) == before
    assert torch.equal(state, torch.random.get_rng_state())
    assert all(parameter.grad is None for parameter in model.parameters())
