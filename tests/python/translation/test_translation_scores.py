"""What colours a TranslationWidget, against transformers' own attention; alignments and their error rates."""

from __future__ import annotations

import generation_models as models
import numpy as np
import pytest
import torch
from fake_view import View
from generation_models import TEXT, read_by_the_model
from tiny_models import scaled
from tokenizers_fixture import wordpiece
from translation_fixture import Gate, answered, arrays, counted, eventually

import xai_widgets as xai
from xai_widgets.widgets.step_colour import MEAN
from xai_widgets.widgets.wire import head_bytes

FAMILIES = ["marian", "t5", "bart", "nllb", "gpt2", "llama"]


class TestScores:
    @pytest.mark.parametrize("rows", ["writes", "reads"])
    @pytest.mark.parametrize("family", FAMILIES)
    def test_a_heads_scores_are_the_rows_that_transformers_gives(self, family, rows):
        explainer = models.explainer(family)
        widget = xai.TranslationWidget(
            explainer=explainer, source=TEXT, max_new_tokens=5, colours=[(1, 1)], rows=rows, num_beams=2
        )
        generation, found = widget.generation, arrays(widget)
        output = read_by_the_model(generation, explainer, output_attentions=True)
        n = len(generation.ids)
        ends = generation.ids[-1] == explainer.model.generation_config.eos_token_id
        last = n - 1 if ends and rows == "reads" else n  # what ends a text is not read again
        if generation.start:
            first = rows == "reads"
            source = output.cross_attentions[1][0, 1, first : first + n].numpy()
            written = output.decoder_attentions[1][0, 1, first : first + n, 1:].numpy()
        else:
            first = len(generation.prompt) - 1 + (rows == "reads")
            both = output.attentions[1][0, 1, first : first + n].numpy()
            source, written = both[:, : len(generation.prompt)], both[:, len(generation.prompt) :]
        assert found["scores/source"].shape == (n, len(generation.prompt))
        assert found["scores/target"].shape == (n, n)
        np.testing.assert_allclose(found["scores/source"][:last], source[:last], atol=1e-5)
        for step in range(n):
            sees = step + (rows == "reads")
            if step < last:
                np.testing.assert_allclose(found["scores/target"][step, :sees], written[step, :sees], atol=1e-5)
                assert np.isnan(found["scores/target"][step, sees:]).all()
            else:
                assert np.isnan(found["scores/source"][step]).all()

    def test_means_are_those_of_the_heads(self, widget, view):
        output = read_by_the_model(widget.generation, models.explainer("bart"), output_attentions=True)
        layers = [layer[0].numpy() for layer in output.cross_attentions]
        n = len(widget.generation.ids)
        expected = {
            (None, None): np.mean([layer.mean(0) for layer in layers], axis=0),
            (2, None): layers[2].mean(0),
            (None, 1): np.mean([layer[1] for layer in layers], axis=0),
        }
        for (layer, head), weights in expected.items():
            by = {"what": "attention", "layer": layer, "head": head}
            view.ask(f"{layer}{head}", "scores", by=by, rows="writes", align="argmax")
            np.testing.assert_allclose(answered(view, f"{layer}{head}")[0], weights[:n], atol=1e-5)
        assert widget.payload["meta"]["initial"] == {"by": MEAN, "rows": "writes", "align": "argmax"}
        np.testing.assert_allclose(arrays(widget)["scores/source"], expected[None, None][:n], atol=1e-5)

    @pytest.mark.parametrize("family", ["bart", "gpt2"])
    def test_a_methods_scores_are_its_attribution(self, family):
        explainer = models.explainer(family)
        widget = xai.TranslationWidget(explainer=explainer, source=TEXT, max_new_tokens=4)
        view = View(widget)
        by = {"what": "method", "name": "saliency"}
        view.ask("a", "scores", by=by, rows="writes", align="argmax")
        source, written, _, _ = answered(view, "a")
        attribution = widget.generation.attribute(method="saliency")
        n_prompt = len(widget.generation.prompt)
        if widget.generation.start:
            expected = attribution.sides[0].scores, attribution.sides[1].scores[:, 1:]
        else:
            expected = attribution.scores[:, :n_prompt], attribution.scores[:, n_prompt:]
        np.testing.assert_allclose(source, expected[0], rtol=1e-5)
        for step, row in enumerate(written):
            np.testing.assert_allclose(row[:step], expected[1][step, :step], rtol=1e-5)
            assert np.isnan(row[step:]).all()

    def test_a_method_runs_once_however_many_wait_for_it(self, widget, view, monkeypatch):
        calls = counted(widget, monkeypatch)
        by = {"what": "method", "name": "saliency"}
        for number, align in enumerate(("argmax", "itermax", "intersection")):
            view.ask(str(number), "scores", by=by, rows="writes", align=align)
        found = [answered(view, str(number)) for number in range(3)]
        view.ask("again", "scores", by=by, rows="reads", align="argmax")
        np.testing.assert_array_equal(answered(view, "again")[0], found[0][0])
        assert calls == ["saliency"]
        for (source, _, links, _), align in zip(found, ("argmax", "itermax", "intersection"), strict=True):
            generation = widget.generation
            made = xai.Alignment.from_matrix(source, generation.prompt, generation.tokens, method=align)
            assert [tuple(pair) for pair in links.tolist()] == list(made.pairs)

    def test_two_methods_one_after_the_other(self, widget, view, monkeypatch):
        calls = counted(widget, monkeypatch)
        for name in ("saliency", "gradient_x_input"):
            view.ask(name, "scores", by={"what": "method", "name": name}, rows="writes", align="argmax")
        first, second = answered(view, "saliency")[0], answered(view, "gradient_x_input")[0]
        assert calls == ["saliency", "gradient_x_input"]
        assert not np.allclose(first, second)
        assert eventually(lambda: widget.progress is None)

    def test_other_requests_are_answered_while_a_method_runs(self, widget, view, monkeypatch):
        gate = Gate(widget, monkeypatch)
        view.ask("slow", "scores", by={"what": "method", "name": "saliency"}, rows="writes", align="argmax")
        assert gate.entered.acquire(timeout=10)
        # A notebook is kept when a widget has nothing to do any more.
        assert widget.busy
        view.ask("quick", "scores", by=MEAN, rows="reads", align="argmax")
        assert len(answered(view, "quick")) == 4
        assert eventually(lambda: widget.progress is not None)
        view.ask("stop", "cancel", target="slow")
        content, _ = view.answer("slow")
        assert (content["ok"], content["name"]) == (False, "Cancelled")
        gate.opened.set()
        assert eventually(lambda: widget.progress is None)
        assert eventually(lambda: not widget.busy)
        view.ask("again", "scores", by={"what": "method", "name": "saliency"}, rows="writes", align="argmax")
        assert len(answered(view, "again")) == 4

    def test_scores_of_what_has_been_replaced_are_stale(self, widget, view, monkeypatch):
        gate = Gate(widget, monkeypatch)
        view.ask("slow", "scores", by={"what": "method", "name": "saliency"}, rows="writes", align="argmax")
        assert gate.entered.acquire(timeout=10)
        widget.text = "hello world"
        assert view.answer("slow")[0]["name"] == "StaleError"
        gate.opened.set()
        view.ask("old", "scores", run=1, by=MEAN, rows="writes", align="argmax")
        assert view.answer("old")[0]["name"] == "StaleError"

    @pytest.mark.parametrize(
        ("by", "words"),
        [
            ({"what": "attention", "layer": 3, "head": 0}, "layers are 0 to 2"),
            ({"what": "attention", "layer": 0, "head": 2}, "heads are 0 to 1"),
            ({"what": "attention", "layer": "0", "head": 0}, "give its number"),
            ({"what": "method", "name": "magic"}, "no attribution method 'magic'"),
            ({"what": "colour"}, "cannot colour the tokens"),
        ],
    )
    def test_scores_of_what_does_not_exist(self, view, by, words):
        view.ask("a", "scores", by=by, rows="writes", align="argmax")
        content, _ = view.answer("a")
        assert (content["ok"], content["name"]) == (False, "InputError")
        assert words in content["message"]

    def test_a_method_that_cannot_be_used_is_answered_in_words(self, widget, view, monkeypatch):
        def refuse(*_args, **_options):
            raise xai.UnsupportedModelError("not for this model")

        monkeypatch.setattr(widget.generation.writer.__class__, "attribute", refuse)
        view.ask("a", "scores", by={"what": "method", "name": "saliency"}, rows="writes", align="argmax")
        assert view.answer("a")[0]["message"] == "not for this model"
        assert eventually(lambda: widget.progress is None)


@pytest.fixture(scope="module")
def translation():
    return xai.demo("translation")


class TestAlignment:
    SOURCE = "The small red car is not expensive."
    WORDS = (
        ("The", "small", "red", "car", "is", "not", "expensive", "."),
        ("La", "petite", "voiture", "rouge", "n'", "est", "pas", "chère", "."),
    )
    TRUTH = ((0, 0), (1, 1), (3, 2), (2, 3), (5, 4), (4, 5), (5, 6), (6, 7), (7, 8))

    def test_words_are_those_of_the_reference_and_its_error_rate_is_the_alignments(self, translation):
        truth = xai.Alignment(self.TRUTH, source=self.WORDS[0], target=self.WORDS[1])
        widget = xai.TranslationWidget(
            explainer=translation, source=self.SOURCE, reference=truth, colours=[(2, 3)], align="itermax"
        )
        meta, found = widget.payload["meta"], arrays(widget)
        assert (tuple(meta["words"]["source"]), tuple(meta["words"]["target"])) == self.WORDS
        assert meta["words"]["target_of"][-1] is None
        assert meta["reference"] == {"pairs": [list(pair) for pair in sorted(self.TRUTH)], "possible": []}
        attention, generation = widget.generation.attention(), widget.generation
        rows = np.vstack([attention.weights(2, 3, "cross"), np.full((1, len(generation.prompt)), 0)])
        spans = [spans_of(words) for words in self.WORDS]
        expected = xai.Alignment.from_matrix(
            rows[: len(generation.ids)],
            generation.prompt,
            generation.tokens,
            method="itermax",
            source_words=spans[0],
            target_words=spans[1],
        )
        assert widget.alignment == expected
        assert [tuple(pair) for pair in found["scores/links"].tolist()] == list(expected.pairs)
        assert found["scores/error_rate"][0] == pytest.approx(expected.error_rate(truth))
        # The head that aligns best gets this sentence nearly right.
        assert expected.error_rate(truth) < 0.15
        assert widget.reference == truth

    def test_a_line_counts_the_words_of_the_tokens(self, translation):
        widget = xai.TranslationWidget(explainer=translation, source="The dog sleeps.", reference="0-0 1-1 2-2 3-3")
        assert widget.generation.text == "Le chien dort."
        widget.colours = [(2, 3)]
        view = View(widget)
        view.ask("a", "scores", by=widget.colours[0], rows="writes", align="argmax")
        source, _, links, rate = answered(view, "a")
        assert source.shape == (5, 5)
        assert links.tolist() == [[0, 0], [1, 1], [2, 2], [3, 3]]
        assert rate[0] == 0
        widget.reference = [(0, 1)]
        assert widget.payload["meta"]["reference"]["pairs"] == [[0, 1]]
        assert arrays(widget)["scores/error_rate"][0] == 1
        widget.reference = None
        assert widget.payload["meta"]["reference"] is None
        assert np.isnan(arrays(widget)["scores/error_rate"][0])

    def test_a_reference_is_of_its_own_texts(self, translation):
        widget = xai.TranslationWidget(explainer=translation, source="The dog sleeps.", reference="0-0 1-1 2-2 3-3")
        widget.text = "The dog eats."
        meta = widget.payload["meta"]
        assert meta["reference"] is None
        assert "of other texts" in meta["notes"][-1]
        assert np.isnan(arrays(widget)["scores/error_rate"][0])
        widget.text = "The dog sleeps."
        assert widget.payload["meta"]["reference"] is not None
        assert widget.payload["meta"]["notes"] == []

    @pytest.mark.parametrize(
        ("reference", "words"),
        [
            ("0-0 9-1", "source word 9, and the source has words 0 to 3"),
            ("0:0", "'0:0' is no pair"),
            ([1, 2], "or pairs \\(source word, target word\\)"),
            (xai.Alignment(((0, 0),), target=("Le", "chat", "dort", ".")), "reference is of another target"),
        ],
    )
    def test_a_reference_that_does_not_fit(self, translation, reference, words):
        with pytest.raises(xai.InputError, match=words):
            xai.TranslationWidget(explainer=translation, source="The dog sleeps.", reference=reference)

    def test_one_text_has_no_reference(self):
        with pytest.raises(xai.InputError, match="there is nothing to align"):
            xai.TranslationWidget(explainer=models.explainer("gpt2"), source=TEXT, max_new_tokens=2, reference="0-0")


def spans_of(words) -> list[tuple[int, int]]:
    """Where the words of the French or English sentence stand."""
    spans, place = [], 0
    for index, word in enumerate(words):
        if index and word != "." and not words[index - 1].endswith("'"):
            place += 1
        spans.append((place, place + len(word)))
        place += len(word)
    return spans


class TestHeads:
    def test_bytes_and_cells(self, widget, view):
        view.ask("a", "heads", kind="decoder", layer=2, heads=[1])
        attention = widget.written.attention
        assert (answered(view, "a")[0] == head_bytes(attention, "decoder", 2, [1])).all()
        view.ask("b", "cell", kind="cross", layer=1, heads=[0, 1], query=[2, 3], key=[1, 2])
        expected = attention.weights(1, [0, 1], "cross")[:, 2, 1]
        np.testing.assert_allclose(answered(view, "b")[0], expected, atol=1e-6)
        view.ask("c", "heads", run=0, kind="cross", layer=0, heads=[0])
        assert view.answer("c")[0]["name"] == "StaleError"

    def test_maps_of_a_model_without_a_decoder_row_for_the_end(self):
        # The end is likely after every token.
        explainer = xai.Explainer(scaled(models.bart().model), wordpiece())
        with torch.no_grad():
            explainer.model.final_logits_bias[0, 2] = 50.0
        explainer.model.generation_config.eos_token_id = 2
        widget = xai.TranslationWidget(explainer=explainer, source=TEXT, max_new_tokens=5, rows="reads")
        assert widget.generation.ids == (2,)
        assert arrays(widget)["scores/source"].shape == (1, len(widget.generation.prompt))
        assert widget.alignment.pairs == ()
