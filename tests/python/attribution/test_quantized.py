"""A model whose weights are 8-bit integers: gradients of its inputs exist, and the scores are those of the weights."""

from pathlib import Path

import numpy as np
import pytest
import torch
import transformers

import xai_widgets as xai

pytest.importorskip("bitsandbytes", reason="bitsandbytes is installed on Linux only")

TEXT = "The film was good but the ending was boring."


@pytest.fixture(scope="module")
def full() -> xai.Explainer:
    return xai.demo("sentiment")


@pytest.fixture(scope="module")
def quantized(full: xai.Explainer, tmp_path_factory: pytest.TempPathFactory) -> xai.Explainer:
    folder: Path = tmp_path_factory.mktemp("sentiment")
    full.model.save_pretrained(folder)
    config = transformers.BitsAndBytesConfig(load_in_8bit=True)
    model = transformers.AutoModelForSequenceClassification.from_pretrained(
        folder, quantization_config=config, device_map="cpu"
    )
    return xai.Explainer(model.eval(), full.tokenizer)


def test_the_weights_are_quantized(quantized: xai.Explainer) -> None:
    weight = quantized.model.bert.encoder.layer[0].attention.self.query.weight
    assert weight.dtype == torch.int8


@pytest.mark.parametrize(
    ("method", "options"),
    # This kernel quantizes the inputs of a layer too, which makes small steps of the values: points= keeps integrated
    # gradients from halving parts for them.
    [("gradient_x_input", {}), ("integrated_gradients", {"points": 20}), ("occlusion", {})],
)
def test_scores_are_close_to_those_of_the_full_weights(
    full: xai.Explainer, quantized: xai.Explainer, method: str, options: dict[str, int]
) -> None:
    exact, found = (explainer.attribute(TEXT, method=method, target=0, **options) for explainer in (full, quantized))
    assert found.value == pytest.approx(exact.value, abs=0.05)
    assert np.corrcoef(found.scores, exact.scores)[0, 1] > 0.99


def test_attention_is_that_of_the_quantized_pass(full: xai.Explainer, quantized: xai.Explainer) -> None:
    exact, found = (explainer.attention(TEXT) for explainer in (full, quantized))
    assert found.path == "interface"
    np.testing.assert_allclose(found.weights(0).sum(axis=-1), 1, atol=1e-5)
    np.testing.assert_allclose(found.weights(0), exact.weights(0), atol=0.05)
