"""inseq's outputs in. The files of ``inseq_files`` are inseq's own, and so are the numbers that they are held to."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import xai_widgets as xai

FOLDER = Path(__file__).parent / "inseq_files"
EXPECTED = json.loads((FOLDER / "expected.json").read_text())
FILES = {
    "gradient": "gradient.json.gz",
    "occlusion": "occlusion.json",
    "causal": "causal.json",
    "attention": "attention.json",
}
CASES = [(name, number) for name, sequences in EXPECTED.items() for number in range(len(sequences))]


def read(name: str, number: int = 0, **about) -> xai.Attribution:
    return xai.Attribution.from_inseq(FOLDER / FILES[name], number, **about)


@pytest.mark.parametrize(("name", "number"), CASES)
def test_a_file_of_inseq_gives_the_numbers_that_inseq_shows(name, number):
    attribution, expected = read(name, number), EXPECTED[name][number]
    shown = [expected[f"{side}_attributions"] for side in ("source", "target") if expected[f"{side}_attributions"]]
    assert len(attribution.sides) == len(shown)
    total = attribution.to_numpy().sum(axis=1, keepdims=True)
    for side, theirs in zip(attribution.sides, shown, strict=True):
        theirs = np.nan_to_num(np.array(theirs, float)[: len(side.tokens)].T)
        # What inseq shows of a granular output is a norm divided by the sum of all norms of the step.
        ours = side.scores if name == "occlusion" else side.scores / total
        assert np.abs(ours - theirs).max() < 1e-6
        assert side.scores.dtype == np.float32


@pytest.mark.parametrize(("name", "number"), CASES)
def test_its_tokens_and_steps(name, number):
    attribution, expected = read(name, number), EXPECTED[name][number]
    start, stop = expected["attributed"]
    assert list(attribution.steps.pieces) == expected["target"][start:stop]
    last = attribution.sides[-1]
    if expected["target_attributions"] is None:
        assert [side.label for side in attribution.sides] == ["Source"]
        assert list(last.tokens.pieces) == expected["source"]
        assert attribution.at == ()
        return
    assert list(last.tokens.pieces) == expected["target"][: stop - 1]
    assert attribution.at == tuple(range(start - 1, stop - 1))
    for step, place in enumerate(attribution.at):
        assert not last.scores[step, place + 1 :].any()
        assert last.scores[step, : place + 1].all()


def test_ids_and_names_come_along():
    attribution = read("gradient", 1)
    assert attribution.steps.text == ("le", " chat", "</s>")
    assert min(attribution.steps.ids) >= 0
    assert [side.label for side in attribution.sides] == ["Source", "Target"]
    assert (attribution.method.name, attribution.method.signed) == ("input_x_gradient", False)
    assert attribution.model_name == "translation"
    assert [side.label for side in read("causal").sides] == ["Text"]


def test_the_value_is_the_step_score_that_was_attributed():
    scores = EXPECTED["gradient"][0]["step_scores"]
    attribution = read("gradient")
    assert attribution.value_kind == "probability"
    assert np.array_equal(attribution.value, np.array(scores["probability"], np.float32))
    assert np.allclose(attribution.residual, attribution.value - attribution.to_numpy().sum(axis=1), atol=1e-6)
    logits = read("gradient", value="logit")
    assert (logits.value_kind, logits.notes) == ("logit", ())
    assert np.array_equal(logits.value, np.array(scores["logit"], np.float32))


def test_a_value_that_did_not_come_along_is_not_made_up():
    attribution = read("occlusion")
    assert attribution.value_kind == "sum of scores"
    assert attribution.notes == ("The value itself did not come with the scores: in its place stands their sum.",)
    assert np.abs(attribution.residual).max() < 1e-6


def test_other_ways_to_make_one_score_of_many():
    norm, summed = read("causal"), read("causal", reduce="sum")
    assert summed.method.signed
    assert (summed.scores < 0).any()
    assert (norm.scores >= np.abs(summed.scores) / np.sqrt(128) - 1e-6).all()  # Cauchy and Schwarz
    mean = read("attention")
    assert np.allclose(mean.scores.sum(axis=1), 1, atol=1e-6)  # a mean of rows that sum to one


# The same outputs as objects, with the fields that inseq documents, for inseq itself is not installed for the tests.


@dataclass
class TokenWithId:
    token: str
    id: int


@dataclass
class GranularFeatureAttributionSequenceOutput:
    source: list[TokenWithId]
    target: list[TokenWithId]
    source_attributions: Any = None
    target_attributions: Any = None
    step_scores: dict[str, Any] = field(default_factory=dict)
    sequence_scores: dict[str, Any] = field(default_factory=dict)
    attr_pos_start: int = 0
    attr_pos_end: int | None = None


@dataclass
class FeatureAttributionOutput:
    sequence_attributions: list[Any]
    step_attributions: Any = None
    info: dict[str, Any] = field(default_factory=dict)


def objects() -> FeatureAttributionOutput:
    generator = torch.Generator().manual_seed(0)
    prefix = torch.randn(4, 3, 8, generator=generator)
    for step in range(3):
        prefix[1 + step :, step] = float("nan")
    sequence = GranularFeatureAttributionSequenceOutput(
        source=[TokenWithId("▁the", 5), TokenWithId("</s>", 2)],
        target=[TokenWithId(text, number) for number, text in enumerate(["<pad>", "▁le", "▁chat", "</s>"])],
        source_attributions=torch.randn(2, 3, 8, generator=generator).requires_grad_(),
        target_attributions=prefix,
        step_scores={"logit": torch.tensor([1.0, 2.0, 3.0])},
        attr_pos_start=1,
        attr_pos_end=4,
    )
    info = {"attribution_method": "integrated_gradients", "attributed_fn": "logit", "model_name": "tiny"}
    return FeatureAttributionOutput([sequence], info=info)


def test_an_output_and_one_of_its_sequences():
    output = objects()
    (sequence,) = output.sequence_attributions
    attribution = xai.Attribution.from_inseq(output)
    assert np.allclose(attribution.scores, sequence.source_attributions.detach().norm(dim=2).T, atol=1e-6)
    assert np.allclose(attribution.second.scores[2], [*sequence.target_attributions[:3, 2].norm(dim=1)], atol=1e-6)
    assert (attribution.value_kind, attribution.value.tolist()) == ("logit", [1, 2, 3])
    alone = xai.Attribution.from_inseq(sequence, value="logit", reduce="sum")
    assert np.allclose(alone.scores, sequence.source_attributions.detach().sum(dim=2).T, atol=1e-6)
    assert alone.method.label == "inseq"


def test_what_cannot_be_used_is_refused(tmp_path):
    output = objects()
    (sequence,) = output.sequence_attributions
    cases = [
        (3, {}, "A int came; give an inseq output"),
        (output, {"sequence": 1}, "There is no sequence 1 in this inseq output: they are 0 to 0"),
        (output, {"value": "entropy"}, "There is no step score 'entropy' in this inseq output: there are 'logit'"),
        (output, {"reduce": "max"}, "There is no reduce='max': choose one of 'sum', 'norm', 'mean'"),
    ]
    for given, about, words in cases:
        with pytest.raises(xai.InputError, match=words):
            xai.Attribution.from_inseq(given, **about)
    sequence.source_attributions.data[1, 2, 3] = float("nan")
    with pytest.raises(xai.NotFiniteError, match="1 of the 48 scores are NaN or infinite"):
        xai.Attribution.from_inseq(output)
    sequence.source_attributions = sequence.target_attributions = None
    with pytest.raises(xai.InputError, match="no attributions in this inseq output"):
        xai.Attribution.from_inseq(output)
    with pytest.raises(xai.FileError, match=r"nowhere\.json cannot be read"):
        xai.Attribution.from_inseq(tmp_path / "nowhere.json")


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\x1f\x8b\x08", b'{"attributes": {}}'])
def test_a_file_that_is_not_inseqs_is_refused(content, tmp_path):
    path = tmp_path / "out.json"
    path.write_bytes(content)
    with pytest.raises(xai.InputError, match=r"out\.json is not a file that inseq saved, or it is damaged"):
        xai.Attribution.from_inseq(path)


def test_numbers_that_cannot_be_read_are_refused(tmp_path):
    path = tmp_path / "out.json"
    kept = json.loads(gzip.decompress((FOLDER / FILES["gradient"]).read_bytes()))
    kept["attributes"]["sequence_attributions"][0]["attributes"]["source_attributions"] = "AAAA"
    path.write_text(json.dumps(kept))
    with pytest.raises(xai.InputError, match=r"numbers cannot be read .*scores_precision='float32'"):
        xai.Attribution.from_inseq(path)
    with pytest.raises(xai.InputError, match=r"There is no sequence 2 in .*out\.json: they are 0 to 1"):
        xai.Attribution.from_inseq(path, 2)
