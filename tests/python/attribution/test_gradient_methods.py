"""Methods that take gradients, against Captum on real weights and against what can be worked out by hand."""

from __future__ import annotations

import warnings

import attribution_models as models
import captum.attr
import numpy as np
import pytest
import torch
import transformers
from attribution_models import TEXT

import xai_widgets as xai

SENTENCE = "The film was not good at all, but we enjoyed it anyway."


@pytest.fixture(scope="module")
def minilm_head(minilm_directory) -> xai.Explainer:
    """Real weights with a classification head drawn from a seed."""
    torch.manual_seed(0)
    verbosity = transformers.logging.get_verbosity()
    transformers.logging.set_verbosity_error()
    model = transformers.AutoModelForSequenceClassification.from_pretrained(minilm_directory, num_labels=3)
    transformers.logging.set_verbosity(verbosity)
    return xai.Explainer(model.eval(), transformers.AutoTokenizer.from_pretrained(minilm_directory))


class Peer:
    """What a user of Captum would write: the model from inputs_embeds, for one class."""

    def __init__(self, explainer: xai.Explainer, text: str, target: int) -> None:
        self.model, self.target = explainer.model, target
        self.encoding = explainer.tokenizer(text, return_tensors="pt")
        self.words = self.model.get_input_embeddings()
        self.at = self.words(self.encoding["input_ids"]).detach()
        special = torch.tensor(
            explainer.tokenizer.get_special_tokens_mask(
                self.encoding["input_ids"][0].tolist(), already_has_special_tokens=True
            )
        ).bool()
        pad = self.words(torch.tensor([explainer.tokenizer.pad_token_id])).detach()
        self.baseline = torch.where(special[None, :, None], self.at, pad)

    def __call__(self, embeddings):
        mask = self.encoding["attention_mask"].expand(len(embeddings), -1)
        return self.model(inputs_embeds=embeddings, attention_mask=mask).logits[:, self.target]


def relative(found, expected) -> float:
    expected = np.asarray(expected.detach() if isinstance(expected, torch.Tensor) else expected)
    return float(np.abs(found - expected).max() / np.abs(expected).max())


def test_gradient_x_input_is_captums(minilm_head):
    peer = Peer(minilm_head, SENTENCE, 1)
    expected = captum.attr.InputXGradient(peer).attribute(peer.at.clone().requires_grad_()).sum(-1)[0]
    assert relative(minilm_head.attribute(SENTENCE, target=1).scores, expected) < 1e-4


def test_saliency_is_captums(minilm_head):
    peer = Peer(minilm_head, SENTENCE, 1)
    saliency = captum.attr.Saliency(peer).attribute(peer.at.clone().requires_grad_(), abs=False)
    attribution = minilm_head.attribute(SENTENCE, method="saliency", target=1)
    assert relative(attribution.scores, saliency.norm(dim=-1)[0]) < 1e-4
    assert (attribution.scores >= 0).all()
    assert not attribution.method.signed


def test_integrated_gradients_are_captums_at_as_many_points(minilm_head):
    peer = Peer(minilm_head, SENTENCE, 1)
    expected = captum.attr.IntegratedGradients(peer).attribute(
        peer.at, peer.baseline, n_steps=20, method="gausslegendre", internal_batch_size=20
    )
    attribution = minilm_head.attribute(SENTENCE, method="integrated_gradients", target=1, points=20)
    assert relative(attribution.scores, expected.sum(-1)[0]) < 1e-4
    assert attribution.baseline == "pad ([PAD])"
    assert attribution.baseline_value == pytest.approx(peer(peer.baseline).item(), abs=1e-5)


@pytest.mark.parametrize("baseline", ["pad", "mask", "zero", "mean", "film"])
def test_integrated_gradients_stop_when_little_is_missing(minilm_head, baseline):
    attribution = minilm_head.attribute(SENTENCE, method="integrated_gradients", baseline=baseline)
    difference = attribution.value - attribution.baseline_value
    assert abs(attribution.residual) <= 0.01 * abs(difference)
    assert 12 <= attribution.options["points"] <= 60
    assert not attribution.notes
    fine = minilm_head.attribute(SENTENCE, method="integrated_gradients", baseline=baseline, points=150)
    assert relative(attribution.scores, fine.scores) < 0.1


def test_a_residual_above_the_tolerance_is_said(minilm_head):
    attribution = minilm_head.attribute(SENTENCE, method="integrated_gradients", tolerance=1e-9, max_points=12)
    assert "after 20 points" in attribution.notes[0]


def test_integrated_gradients_of_a_similarity_add_up_over_both_texts(minilm):
    attribution = minilm.attribute("The cat sat on the mat.", "A dog lay on a rug.", method="integrated_gradients")
    assert abs(attribution.residual) <= 0.01 * abs(attribution.value - attribution.baseline_value)
    assert attribution.scores.any()
    assert attribution.second.scores.any()


@pytest.mark.parametrize("make", [models.causal, models.translator])
def test_integrated_gradients_have_a_row_per_step(make):
    attribution = make().attribute(TEXT, "hello world", method="integrated_gradients")
    assert attribution.scores.shape[0] == len(attribution.steps)
    difference = np.abs(attribution.value - attribution.baseline_value)
    assert (np.abs(attribution.residual) <= 0.0101 * np.maximum(difference, 0.05 * np.abs(attribution.value))).all()


@pytest.mark.parametrize("method", ["integrated_gradients", "smoothgrad"])
def test_scores_do_not_depend_on_the_batch_size(method):
    one, all_at_once = (models.classifier().attribute(TEXT, method=method, batch_size=size) for size in (1, 64))
    np.testing.assert_allclose(one.scores, all_at_once.scores, rtol=1e-3, atol=1e-5)


def test_smoothgrad_without_noise_is_gradient_x_input(minilm_head):
    smooth = minilm_head.attribute(SENTENCE, method="smoothgrad", noise=0.0, samples=2)
    np.testing.assert_allclose(smooth.scores, minilm_head.attribute(SENTENCE).scores, rtol=1e-3, atol=1e-7)


def test_smoothgrad_is_the_mean_over_the_same_noise(minilm_head):
    peer = Peer(minilm_head, SENTENCE, 1)
    spread = 0.2 * (peer.at.max() - peer.at.min())
    expected = torch.zeros(peer.at.shape[1])
    for sample in range(3):
        generator = torch.Generator().manual_seed(7 * 1_000_003 + sample)
        noisy = (peer.at + spread * torch.randn(peer.at.shape, generator=generator)).requires_grad_()
        (grad,) = torch.autograd.grad(peer(noisy).sum(), noisy)
        expected += (grad * peer.at).sum(-1)[0] / 3
    found = minilm_head.attribute(SENTENCE, method="smoothgrad", target=1, noise=0.2, samples=3, seed=7)
    assert relative(found.scores, expected) < 1e-4


def test_deeplift_is_captums():
    explainer = models.headed("SequenceClassification", hidden_act="relu")
    peer = Peer(explainer, TEXT, 1)

    class Model(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = explainer.model

        def forward(self, embeddings):
            return peer(embeddings)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = captum.attr.DeepLift(Model()).attribute(peer.at.clone().requires_grad_(), peer.baseline)
    attribution = explainer.attribute(TEXT, method="deeplift", target=1)
    assert relative(attribution.scores, expected.sum(-1)[0]) < 1e-4


@pytest.mark.parametrize("activation", [transformers.activations.NewGELUActivation, torch.nn.SiLU, torch.nn.ReLU])
def test_deeplift_is_complete_where_only_activations_are_not_linear(activation):
    explainer = models.bag(activation())
    attribution = explainer.attribute(TEXT, method="deeplift", target=0)
    assert abs(attribution.residual) < 1e-4 * max(1, abs(attribution.value))


def test_every_gradient_method_is_exact_and_complete_on_a_linear_model():
    explainer = models.bag()
    exact = explainer.attribute(TEXT, target=2).scores
    words = [not special for special in explainer.attribute(TEXT).tokens.special]
    for method in ("integrated_gradients", "deeplift", "occlusion", "shap"):
        attribution = explainer.attribute(TEXT, method=method, target=2, baseline="zero")
        np.testing.assert_allclose(attribution.scores[words], exact[words], rtol=1e-3, atol=1e-4)
        assert abs(attribution.residual) < 1e-4
    np.testing.assert_allclose(
        explainer.attribute(TEXT, method="smoothgrad", target=2).scores, exact, rtol=1e-3, atol=1e-5
    )


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
@pytest.mark.parametrize("method", ["gradient_x_input", "integrated_gradients"])
def test_half_precision(dtype, method):
    exact = models.classifier().attribute(TEXT, target=0, method=method)
    model = models.headed("SequenceClassification").model.to(dtype)
    attribution = xai.Explainer(model, models.classifier().tokenizer).attribute(TEXT, target=0, method=method)
    assert attribution.scores.dtype == np.float32
    assert relative(attribution.scores, exact.scores) < 0.15
    assert model.dtype == dtype


@pytest.mark.parametrize("reentrant", [True, False])
def test_gradient_checkpointing(reentrant):
    explainer = models.headed("SequenceClassification", hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
    expected = explainer.attribute(TEXT).scores
    model = explainer.model
    # The newer name first: the older one warns where there are both.
    enable = getattr(model, "activation_checkpointing_enable", model.gradient_checkpointing_enable)
    enable({"use_reentrant": reentrant})
    model.train()
    np.testing.assert_allclose(explainer.attribute(TEXT).scores, expected, rtol=1e-4, atol=1e-6)
    assert model.bert.encoder.layer[0].gradient_checkpointing
    assert model.training


def test_parameters_that_are_frozen_or_under_no_grad_do_not_matter():
    explainer = models.headed("SequenceClassification")
    expected = explainer.attribute(TEXT).scores
    with torch.inference_mode():
        np.testing.assert_array_equal(explainer.attribute(TEXT).scores, expected)
    explainer.model.requires_grad_(False)
    with torch.no_grad():
        np.testing.assert_array_equal(explainer.attribute(TEXT).scores, expected)
    with torch.inference_mode():
        np.testing.assert_array_equal(explainer.attribute(TEXT).scores, expected)
    assert not any(p.requires_grad for p in explainer.model.parameters())


@pytest.mark.parametrize("kind", ["causal", "llama", "bart", "t5", "MaskedLM", "TokenClassification"])
def test_the_sum_of_scores_is_the_directional_derivative(kind):
    """d/dt of the value at (1 + t) times the word embeddings, measured by finite differences."""
    makers = {"causal": models.causal, "llama": models.llama, "bart": models.translator}
    makers["t5"] = lambda: models.translator("t5")
    explainer = makers[kind]() if kind in makers else models.headed(kind)
    text = "the [MASK] sat" if kind == "MaskedLM" else TEXT
    pair = "hello" if kind in ("bart", "t5") else None
    attribution = explainer.attribute(text, pair, **({"at": 0} if pair else {}))
    names = [explainer.model.get_encoder, explainer.model.get_decoder] if pair else []
    arguments = explainer.inputs.make(text, pair, truncate=False).arguments
    model = explainer.model.double()
    try:
        modules = {id(m): m for m in (part().get_input_embeddings() for part in names)}
        modules = modules or {0: model.get_input_embeddings()}

        def value(scale: float) -> float:
            hooks = [m.register_forward_hook(lambda _m, _a, out: out * scale) for m in modules.values()]
            with torch.no_grad():
                logits = model(**arguments).logits[0]
            for hook in hooks:
                hook.remove()
            token = attribution.candidates[0]
            chosen = (
                next(c.id for c in token if repr(c.text) in attribution.target.replace('"', "'")) if not pair else None
            )
            chosen = arguments["decoder_input_ids"][0, 1] if pair else chosen
            return logits[attribution.at[0] if attribution.at else -1, chosen].item()

        measured = (value(1 + 1e-3) - value(1 - 1e-3)) / 2e-3
    finally:
        model.float()
    total = sum(float(side.scores.sum()) for side in attribution.sides)
    size = sum(float(np.abs(side.scores).sum()) for side in attribution.sides)
    assert total == pytest.approx(measured, abs=2e-3 * size)
