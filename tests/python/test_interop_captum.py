"""Captum's attributions in and out, by runs of Captum itself on the demo model."""

from __future__ import annotations

import sys

import numpy as np
import pytest
import torch
from captum.attr import LayerIntegratedGradients, visualization
from IPython.display import HTML

import xai_widgets as xai

TEXT = "not a good film"


@pytest.fixture(scope="module")
def explainer() -> xai.Explainer:
    return xai.demo("sentiment")


@pytest.fixture(scope="module")
def captum(explainer) -> dict:
    """A run as Captum's tutorials write it: attributions [batch, token, d_model], delta, tokens and the logit."""
    tokenizer, model = explainer.tokenizer, explainer.model
    inputs = tokenizer([TEXT, "a very bad film"], return_tensors="pt")

    def logits(ids):
        return model(ids).logits

    method = LayerIntegratedGradients(logits, model.get_input_embeddings())
    ids = inputs["input_ids"]
    start = torch.full_like(ids, tokenizer.pad_token_id)
    given, delta = method.attribute(ids, start, target=0, n_steps=50, return_convergence_delta=True)
    with torch.no_grad():
        values, empty = logits(ids)[:, 0], logits(start)[:, 0]
    tokens = [tokenizer.convert_ids_to_tokens(row) for row in ids]
    return {"given": given, "delta": delta, "tokens": tokens, "values": values, "empty": empty}


@pytest.mark.parametrize("row", [0, 1])
def test_a_run_of_captum_comes_in(captum, row):
    attribution = xai.Attribution.from_captum(
        captum["given"],
        captum["tokens"][row],
        target="class 'negative'",
        method="Layer integrated gradients",
        value=captum["values"][row],
        baseline_value=captum["empty"][row],
        batch_index=row,
    )
    assert np.allclose(attribution.scores, captum["given"][row].sum(dim=-1), atol=1e-6)
    assert attribution.scores.dtype == np.float32
    # Captum calls the same thing the convergence delta, with the other sign.
    assert attribution.residual == pytest.approx(-float(captum["delta"][row]), abs=1e-5)
    assert attribution.tokens == xai.TokenSequence.from_strings(captum["tokens"][row])
    assert attribution.method.name == "layer_integrated_gradients"
    assert attribution.method.label == "Layer integrated gradients"
    assert (attribution.value_kind, attribution.notes) == ("logit", ())


def test_delta_gives_the_value(captum):
    attribution = xai.Attribution.from_captum(
        captum["given"],
        captum["tokens"][1],
        target="class 'negative'",
        baseline_value=float(captum["empty"][1]),
        delta=captum["delta"],
        batch_index=1,
    )
    assert attribution.value == pytest.approx(float(captum["values"][1]), abs=1e-4)
    assert attribution.residual == pytest.approx(-float(captum["delta"][1]), abs=1e-6)


def test_a_value_that_is_not_known_is_not_made_up(captum):
    attribution = xai.Attribution.from_captum(captum["given"][:1], captum["tokens"][0], target="class 'negative'")
    assert attribution.value_kind == "sum of scores"
    assert attribution.value == pytest.approx(float(captum["given"][0].sum()), abs=1e-5)
    assert attribution.notes == ("The value itself did not come with the scores: in its place stands their sum.",)
    assert repr(attribution).startswith("<Attribution captum; sum of scores of class 'negative' = ")


def test_every_shape_that_captum_gives(captum):
    tokens, given = captum["tokens"][0], captum["given"][0].detach()
    summed = given.sum(dim=-1)
    shapes = [given, given[None], (given[None],), given.numpy(), summed, summed[None], summed.tolist()]
    for shape in shapes:
        assert np.allclose(xai.Attribution.from_captum(shape, tokens, target="t").scores, summed, atol=1e-6)
    norm = xai.Attribution.from_captum(given.half(), tokens, target="t", reduce="norm")
    assert np.allclose(norm.scores, given.norm(dim=-1), rtol=1e-2)
    assert not norm.method.signed
    signed = xai.Attribution.from_captum(summed, tokens, target="t", reduce="norm")
    assert np.allclose(signed.scores, summed, atol=1e-6)
    assert signed.method.signed
    # As many tokens as texts: what says which text says that it is a batch.
    square = torch.arange(9.0).reshape(3, 3)
    assert xai.Attribution.from_captum(square, list("abc"), target="t").scores.tolist() == [3, 12, 21]
    assert xai.Attribution.from_captum(square, list("abc"), target="t", batch_index=1).scores.tolist() == [3, 4, 5]


def test_what_cannot_be_used_is_refused(captum):
    tokens, given = captum["tokens"][0], captum["given"].detach()
    cases = [
        (given, {}, "There are 2 texts: say which with batch_index=0 to 1"),
        (given, {"batch_index": 2}, "batch_index=2 is not in the batch: 0 to 1 are"),
        (given[:, :4], {"batch_index": 0}, r"have shape \(2, 4, 96\) for 6 tokens; expected \[token\]"),
        (given[0, 0, 0], {}, r"have shape \(\) for 6 tokens"),
        (given[0], {"value": 1.0, "delta": 0.1}, "Give value= or delta=, not both"),
        (given[0], {"delta": torch.ones(2, 2)}, r"delta has shape \(2, 2\)"),
        (given[0], {"reduce": "max"}, "no reduce='max'"),
        ((given, given), {}, r"have shape \(2, 2, 6, 96\)"),
        ([[1.0], [1.0, 2.0]], {}, "no numbers of one shape"),
    ]
    for shape, about, words in cases:
        with pytest.raises(xai.InputError, match=words):
            xai.Attribution.from_captum(shape, tokens, target="t", **about)
    with pytest.raises(xai.NotFiniteError, match="1 of the 6 scores are NaN"):
        xai.Attribution.from_captum([1, 2, 3, 4, 5, float("nan")], tokens, target="t")


def test_what_comes_out_is_what_visualize_text_takes(explainer, capsys):
    attribution = explainer.attribute(TEXT, method="integrated_gradients", target="negative")
    (record,) = attribution.to_captum(true_class="negative")
    assert isinstance(record, visualization.VisualizationDataRecord)
    scores = torch.from_numpy(attribution.scores)
    assert torch.allclose(record.word_attributions, scores / scores.norm(), atol=1e-6)
    assert record.attr_score == pytest.approx(float(scores.sum()), abs=1e-5)
    assert record.convergence_score == pytest.approx(-attribution.residual)
    assert record.raw_input_ids == list(attribution.tokens.text)
    with torch.no_grad():
        probabilities = explainer.model(**explainer.tokenizer(TEXT, return_tensors="pt")).logits.softmax(dim=-1)[0]
    assert record.pred_prob == pytest.approx(float(probabilities.max()), abs=1e-5)
    assert (record.pred_class, record.attr_class, record.true_class) == ("negative", "class 'negative'", "negative")
    html = visualization.visualize_text([record], legend=False)
    assert isinstance(html, HTML)
    assert html.data.count("<mark") == len(attribution.tokens)
    capsys.readouterr()


def test_what_went_out_comes_in_again(explainer):
    attribution = explainer.attribute(TEXT, method="integrated_gradients")
    again = xai.Attribution.from_captum(
        torch.from_numpy(attribution.to_numpy()),
        attribution.tokens,
        target=attribution.target,
        value=attribution.value,
        baseline_value=attribution.baseline_value,
    )
    assert np.array_equal(again.scores, attribution.scores)
    assert again.residual == attribution.residual
    assert again.tokens == attribution.tokens


def test_each_step_is_a_record_and_both_texts_are_in_it():
    attribution = xai.demo("translation").attribute("the cat sleeps", "le chat dort")
    records = attribution.to_captum()
    assert len(records) == len(attribution.steps)
    sides = attribution.sides
    for step, record in enumerate(records):
        assert len(record.raw_input_ids) == len(sides[0].tokens) + len(sides[1].tokens)
        assert record.attr_score == pytest.approx(sum(float(side.scores[step].sum()) for side in sides), abs=1e-5)
        assert record.attr_class.startswith("token ")


def test_tokens_do_not_become_html(capsys):
    attribution = xai.Attribution.from_captum([0.0, 0.0], ["<img src=x>", "&amp;"], target="<b>")
    (record,) = attribution.to_captum(true_class="<i>")
    assert record.word_attributions.tolist() == [0, 0]
    html = visualization.visualize_text([record], legend=False).data
    assert "<img" not in html
    assert "&lt;img src=x&gt;" in html
    assert "&amp;amp;" in html
    assert "<b>target" not in html
    assert "&lt;i&gt;" in html
    capsys.readouterr()


def test_without_captum_it_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "captum.attr", None)
    attribution = xai.Attribution.from_captum([0.5], ["a"], target="t")
    with pytest.raises(xai.MissingExtraError, match=r'captum: pip install "xai-widgets\[attribution\]"'):
        attribution.to_captum()
