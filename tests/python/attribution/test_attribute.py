"""Every head is explained, exactly where it is known what is exact, and the model is left as it was found."""

from __future__ import annotations

import threading

import attribution_models as models
import numpy as np
import pytest
import torch
from attribution_models import TEXT

import xai_widgets as xai


def values_by_hand(explainer, embeddings, read, arguments):
    """The value at word embeddings given as inputs_embeds: another way into the model than the package's own."""
    kept = {name: value for name, value in arguments.items() if name != "input_ids"}
    return read(explainer.model(inputs_embeds=embeddings, **kept))


def gradient_x_input_by_hand(explainer, text, read):
    arguments = explainer.inputs.make(text, None, truncate=False).arguments
    embeddings = explainer.model.get_input_embeddings()(arguments["input_ids"]).detach().requires_grad_()
    value = values_by_hand(explainer, embeddings, read, arguments)
    (grad,) = torch.autograd.grad(value, embeddings)
    return value.item(), (grad * embeddings).sum(-1)[0].detach().numpy()


def test_a_linear_bag_of_embeddings_is_explained_exactly_and_completely():
    explainer = models.bag()
    attribution = explainer.attribute(TEXT, target="positive")
    words, head = explainer.model.words.weight, explainer.model.head.weight
    expected = (words[list(attribution.tokens.ids)] @ head[2]).detach().numpy()
    np.testing.assert_allclose(attribution.scores, expected, rtol=1e-5)
    assert attribution.scores.dtype == np.float32
    assert abs(attribution.residual) < 1e-5
    assert attribution.value == pytest.approx(float(expected.sum()), rel=1e-5)
    assert attribution.target == "class 'positive'"


def test_a_class_is_explained_by_name_by_number_and_by_default():
    explainer = models.classifier()
    predicted = explainer.attribute(TEXT)
    best = predicted.candidates[0][0]
    assert predicted.target == f"class {best.text!r}"
    value, scores = gradient_x_input_by_hand(explainer, TEXT, lambda output: output.logits[0, best.id])
    np.testing.assert_allclose(predicted.scores, scores, rtol=1e-4, atol=1e-6)
    assert predicted.value == pytest.approx(value, rel=1e-5)
    for target in (best.id, best.text, best.text.upper(), np.int64(best.id)):
        np.testing.assert_array_equal(explainer.attribute(TEXT, target=target).scores, predicted.scores)


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("log_prob", lambda output: output.logits[0].log_softmax(-1)[0]),
        ("probability", lambda output: output.logits[0].softmax(-1)[0]),
    ],
)
def test_other_values_than_the_logit(value, read):
    explainer = models.classifier()
    expected_value, scores = gradient_x_input_by_hand(explainer, TEXT, read)
    attribution = explainer.attribute(TEXT, target=0, value=value)
    np.testing.assert_allclose(attribution.scores, scores, rtol=1e-3, atol=1e-6)
    assert attribution.value == pytest.approx(expected_value, rel=1e-4)
    assert attribution.value_kind == value


def test_a_contrast_is_the_difference_of_two_logits():
    explainer = models.classifier()
    one, other = (explainer.attribute(TEXT, target=name) for name in ("positive", "negative"))
    both = explainer.attribute(TEXT, target=("positive", "negative"))
    np.testing.assert_allclose(both.scores, one.scores - other.scores, rtol=1e-3, atol=1e-5)
    assert both.value == pytest.approx(one.value - other.value, rel=1e-4)
    assert "rather than 'negative'" in both.target
    assert both.value_kind == "difference of logits"


def test_multi_label_classes_have_probabilities_of_their_own():
    explainer = models.headed("SequenceClassification", problem_type="multi_label_classification")
    attribution = explainer.attribute(TEXT, target="neutral", value="probability")
    logits = explainer.model(**explainer.tokenizer(TEXT, return_tensors="pt")).logits
    assert attribution.value == pytest.approx(torch.sigmoid(logits[0, 1]).item(), rel=1e-4)
    assert sum(candidate.probability for candidate in attribution.candidates[0]) != pytest.approx(1)


def test_a_regression_is_explained_by_its_prediction():
    explainer = models.headed("SequenceClassification", num_labels=1, id2label={0: "score"}, label2id={"score": 0})
    attribution = explainer.attribute(TEXT)
    assert attribution.value_kind == "prediction"
    assert attribution.candidates[0][0].probability is None
    with pytest.raises(xai.InputError, match="regression has no probability"):
        explainer.attribute(TEXT, value="probability")


@pytest.mark.parametrize("make", [models.causal, models.llama])
def test_the_next_token_and_a_named_token(make):
    explainer = make()
    attribution = explainer.attribute(TEXT)
    best = attribution.candidates[0][0]
    _, scores = gradient_x_input_by_hand(explainer, TEXT, lambda output: output.logits[0, -1, best.id])
    np.testing.assert_allclose(attribution.scores, scores, rtol=1e-3, atol=1e-5)
    named = explainer.attribute(TEXT, target="cat")
    cat = explainer.tokenizer("cat", add_special_tokens=False)["input_ids"][0]
    _, scores = gradient_x_input_by_hand(explainer, TEXT, lambda output: output.logits[0, -1, cat])
    np.testing.assert_allclose(named.scores, scores, rtol=1e-3, atol=1e-5)
    assert named.target == "token 'cat'"


@pytest.mark.parametrize("make", [models.causal, models.llama])
def test_a_continuation_has_a_row_of_scores_per_step(make):
    explainer = make()
    attribution = explainer.attribute(TEXT, " hello world")
    n_steps, n_positions = attribution.scores.shape
    assert attribution.steps.ids == attribution.tokens.ids[-n_steps:]
    assert attribution.residual.shape == attribution.value.shape == (n_steps,)
    ids = torch.tensor([attribution.tokens.ids])
    for step in range(n_steps):
        place = n_positions - n_steps + step - 1
        embeddings = explainer.model.get_input_embeddings()(ids).detach().requires_grad_()
        logit = explainer.model(inputs_embeds=embeddings).logits[0, place, ids[0, place + 1]]
        (grad,) = torch.autograd.grad(logit, embeddings)
        np.testing.assert_allclose(
            attribution.scores[step], (grad * embeddings).sum(-1)[0].detach(), rtol=1e-3, atol=1e-5
        )
        assert not attribution.scores[step, place + 1 :].any()
    alone = explainer.attribute(TEXT, " hello world", at=1)
    np.testing.assert_allclose(alone.scores, attribution.step(1).scores, rtol=1e-4, atol=1e-6)
    assert alone.value == pytest.approx(attribution.step(1).value)


def test_a_generated_continuation_is_what_the_model_generates():
    explainer = models.causal()
    before = torch.random.get_rng_state()
    attribution = explainer.attribute(TEXT, max_new_tokens=4)
    encoded = explainer.tokenizer(TEXT, return_tensors="pt")
    own = {name: encoded[name] for name in ("input_ids", "attention_mask")}
    generated = explainer.model.generate(**own, max_new_tokens=4)[0, encoded["input_ids"].shape[1] :]
    assert attribution.steps.ids == tuple(generated.tolist())
    assert torch.equal(before, torch.random.get_rng_state())


@pytest.mark.parametrize("shape", ["bart", "t5"])
def test_each_target_token_is_explained_by_source_and_target_prefix(shape):
    explainer = models.translator(shape)
    attribution = explainer.attribute(TEXT, "hello world")
    inputs = explainer.inputs.make(TEXT, "hello world", truncate=False)
    assert attribution.tokens.ids == inputs.tokens[0].ids
    assert attribution.second.tokens.ids == inputs.tokens[1].ids
    assert attribution.steps.ids == inputs.tokens[1].ids[1:]
    model = explainer.model
    source = model.get_encoder().embed_tokens(inputs.arguments["input_ids"]).detach().requires_grad_()
    target = model.get_decoder().embed_tokens(inputs.arguments["decoder_input_ids"]).detach().requires_grad_()
    logits = model(inputs_embeds=source, decoder_inputs_embeds=target, use_cache=False).logits[0]
    for step, token in enumerate(attribution.steps.ids):
        grads = torch.autograd.grad(logits[step, token], (source, target), retain_graph=True)
        for side, at, grad in zip(attribution.sides, (source, target), grads, strict=True):
            np.testing.assert_allclose(side.scores[step], (grad * at).sum(-1)[0].detach(), rtol=1e-3, atol=1e-5)
        assert not attribution.second.scores[step, step + 1 :].any()


def test_a_generated_target_is_explained():
    attribution = models.translator().attribute(TEXT)
    assert attribution.scores.shape == (len(attribution.steps), len(attribution.tokens))


def test_each_mask_is_explained():
    explainer = models.headed("MaskedLM")
    attribution = explainer.attribute("the [MASK] sat on the [MASK]")
    assert attribution.scores.shape == (2, len(attribution.tokens))
    assert [attribution.tokens.text[place].strip() for place in attribution.at] == ["[MASK]", "[MASK]"]
    second = explainer.attribute("the [MASK] sat on the [MASK]", at=1, target=attribution.steps.ids[1])
    np.testing.assert_allclose(second.scores, attribution.scores[1], rtol=1e-4, atol=1e-6)
    with pytest.raises(xai.InputError, match=r"There is no mask in the text: write \[MASK\]"):
        explainer.attribute(TEXT)


def test_the_label_of_a_token():
    explainer = models.headed("TokenClassification")
    attribution = explainer.attribute(TEXT, target="ANIMAL", at="cat")
    place = attribution.tokens.text.index(" cat")
    _, scores = gradient_x_input_by_hand(explainer, TEXT, lambda output: output.logits[0, place, 1])
    np.testing.assert_allclose(attribution.scores, scores, rtol=1e-3, atol=1e-5)
    assert attribution.target == "label 'ANIMAL' of token 'cat'"
    default = explainer.attribute(TEXT)
    assert not default.tokens.special[default.at[0]]
    with pytest.raises(xai.InputError, match="no word 'dog'"):
        explainer.attribute(TEXT, at="dog")


def test_start_and_end_of_an_answer():
    explainer = models.headed("QuestionAnswering")
    both = explainer.attribute("the cat sat", "on the mat")
    assert both.scores.shape[0] == 2
    assert all(both.tokens.segments[place] == 1 for place in both.at)
    start = explainer.attribute("the cat sat", "on the mat", at="start")
    np.testing.assert_allclose(start.scores, both.scores[0], rtol=1e-4, atol=1e-6)
    named = explainer.attribute("the cat sat", "on the mat", target=2, at="end")
    assert named.at == (2,)


def test_the_similarity_of_two_texts_has_scores_for_both(minilm):
    attribution = minilm.attribute("The cat sat on the mat.", "A dog lay on a rug.")
    tokenizer, model = minilm.tokenizer, minilm.model
    embeddings = []
    for text in ("The cat sat on the mat.", "A dog lay on a rug."):
        ids = tokenizer(text, return_tensors="pt")["input_ids"]
        embeddings.append(model.embeddings.word_embeddings(ids).detach().requires_grad_())
    pooled = [model(inputs_embeds=e).last_hidden_state.mean(1) for e in embeddings]
    value = torch.cosine_similarity(*pooled)
    grads = torch.autograd.grad(value, embeddings)
    assert attribution.value == pytest.approx(value.item(), rel=1e-5)
    assert attribution.value_kind == "cosine similarity"
    for side, grad, at in zip(attribution.sides, grads, embeddings, strict=True):
        np.testing.assert_allclose(side.scores, (grad * at).sum(-1)[0].detach(), rtol=1e-3, atol=1e-6)
    with pytest.raises(xai.InputError, match="Pass text_pair="):
        minilm.attribute("The cat sat on the mat.")


MAKERS = [models.classifier, models.causal, models.llama, models.translator, lambda: models.translator("t5")]


@pytest.mark.parametrize("make", MAKERS)
def test_the_model_is_left_as_it_was_found(make):
    explainer = make()
    explainer.model.get_input_embeddings().weight.grad = torch.ones_like(explainer.model.get_input_embeddings().weight)
    before = models.state_of(explainer.model)
    explainer.attribute(TEXT, with_attention=True)

    def stop(_what, _done, _total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        explainer.attribute(TEXT, with_attention=True, progress=stop)
    explainer.model.get_input_embeddings().register_forward_hook(lambda *_: None).remove()
    assert models.same_state(before, models.state_of(explainer.model))
    explainer.model.get_input_embeddings().weight.grad = None


def test_hooks_are_gone_after_a_pass_that_raises(monkeypatch):
    explainer = models.headed("SequenceClassification")
    before = models.state_of(explainer.model)

    def broken(*_args, **_kwargs):
        raise RuntimeError("half way")

    monkeypatch.setattr(explainer.model.bert.encoder, "forward", broken)
    with pytest.raises(RuntimeError, match="half way"):
        explainer.attribute(TEXT)
    monkeypatch.undo()
    assert models.same_state(before, models.state_of(explainer.model))


def test_another_thread_runs_the_model_undisturbed():
    explainer = models.classifier()
    encoded = explainer.tokenizer("hello world", return_tensors="pt")
    with torch.no_grad():
        expected = explainer.model(**encoded).logits
    seen, failures = [], []

    def run():
        with torch.no_grad():
            seen.extend(explainer.model(**encoded).logits for _ in range(50))

    def explain():
        try:
            scores = explainer.attribute(TEXT).scores
            failures.extend(1 for _ in range(15) if not np.array_equal(explainer.attribute(TEXT).scores, scores))
        except Exception as error:  # noqa: BLE001 - told in the main thread
            failures.append(error)

    threads = [threading.Thread(target=target) for target in (run, explain, explain)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert all(torch.equal(logits, expected) for logits in seen)


def test_attention_comes_from_the_same_pass():
    explainer = models.classifier()
    attribution = explainer.attribute(TEXT, with_attention=True)
    np.testing.assert_allclose(attribution.attention.weights(1), explainer.attention(TEXT).weights(1), atol=1e-6)
    np.testing.assert_allclose(attribution.scores, explainer.attribute(TEXT).scores, rtol=1e-4, atol=1e-6)
