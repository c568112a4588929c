"""TranslationWidget without a browser: what is written, what it was made from, and what is asked for."""

from __future__ import annotations

import threading

import generation_models as models
import numpy as np
import pytest
import traitlets
import transformers
from generation_models import TEXT, read_by_the_model
from tiny_models import bert
from tokenizers_fixture import wordpiece
from translation_fixture import arrays

import xai_widgets as xai
from xai_widgets.widgets import translation_state
from xai_widgets.widgets.step_colour import MEAN


class TestPayload:
    def test_what_was_written_is_what_generate_writes(self, widget):
        explainer = models.explainer("bart")
        encoded = explainer.tokenizer(TEXT, return_tensors="pt")
        ids = explainer.model.generate(
            input_ids=encoded["input_ids"], attention_mask=encoded["attention_mask"], max_new_tokens=6, num_beams=3
        )
        meta = widget.payload["meta"]
        assert [step["id"] for step in meta["steps"]] == ids[0, 1:].tolist()
        assert widget.generation.ids == tuple(ids[0, 1:].tolist())
        assert meta["options"] == "at most 6 new tokens, 3 beams"
        assert (meta["encoder"], meta["given"], meta["finished"], meta["live"]) == (True, False, True, True)
        assert meta["labels"] == {"source": "Source", "target": "Target"}
        assert meta["log_prob"] == pytest.approx(widget.generation.log_prob)
        assert [len(step["candidates"]) for step in meta["steps"]] == [10] * 6
        assert [card["name"] for card in meta["methods"]] == [card.name for card in xai.methods()]

    def test_beams_are_those_of_the_generation(self, widget):
        wire, beams = widget.payload["meta"]["beams"], widget.generation.beams
        assert wire["width"] == 3
        assert [(b["parent"], b["step"], b["id"], b["score"], b["state"]) for b in wire["nodes"]] == [
            (b.parent, b.step, b.id, b.score, b.state) for b in beams.nodes
        ]

    def test_tokens_and_kinds_of_an_encoder_decoder(self, widget):
        payload, generation = widget.payload, widget.generation
        assert set(payload["tokens"]) == {"source", "target", "decoder"}
        assert payload["tokens"]["target"]["ids"] == list(generation.ids)
        read = payload["tokens"]["decoder"]["ids"]
        assert read[payload["meta"]["first_row"]] == generation.start[-1]
        assert read[1:] == list(generation.ids)[: len(read) - 1]
        assert [(k["kind"], k["queries"], k["keys"]) for k in payload["meta"]["kinds"]] == [
            ("encoder", "source", "source"),
            ("cross", "decoder", "source"),
            ("decoder", "decoder", "decoder"),
        ]

    def test_a_decoder_only_model_has_one_text(self):
        widget = xai.TranslationWidget(explainer=models.explainer("gpt2"), source=TEXT, max_new_tokens=4)
        payload, generation = widget.payload, widget.generation
        assert set(payload["tokens"]) == {"source", "target", "text"}
        assert payload["tokens"]["text"]["ids"][len(generation.prompt) :] == list(generation.ids)
        meta = payload["meta"]
        assert meta["encoder"] is False
        assert meta["first_row"] == len(generation.prompt) - 1
        assert meta["labels"] == {"source": "Prompt", "target": "Continuation"}
        assert [kind["kind"] for kind in meta["kinds"]] == ["self"]
        assert widget.alignment is None
        assert arrays(widget)["scores/links"].shape == (0, 2)
        assert widget.presentation == ["text", "steps"]

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            ({}, "as the model's generation config has it"),
            ({"do_sample": True, "top_k": 5, "seed": 1}, "sampled, from the 5 likeliest, seed 1"),
            ({"forced_bos_token_id": 7}, "forced bos token id 7"),
            ({"bad_words_ids": [[7]]}, "with bad words ids"),
        ],
    )
    def test_options_are_said_in_words(self, options, words):
        widget = xai.TranslationWidget(explainer=models.explainer("bart"), source=TEXT, **options)
        assert widget.payload["meta"]["options"] == words


class TestQuestion:
    def test_another_text_begins_anew(self, widget):
        widget.run(TEXT, forced=[7], beam=2)
        assert (widget.forced, widget.beam) == ([7], 2)
        widget.text = "hello world"
        assert (widget.text, widget.forced, widget.beam, widget.text_pair) == ("hello world", [], None, "")
        expected = models.explainer("bart").generate("hello world", max_new_tokens=6, num_beams=3)
        assert widget.generation.ids == expected.ids
        assert widget.payload["meta"]["run"] == 3

    def test_forced_tokens_are_those_of_generate(self, widget):
        explainer = models.explainer("bart")
        before = widget.generation
        widget.forced = [*before.ids[:2], "cat"]
        cat = explainer.tokenizer.convert_tokens_to_ids("cat")
        assert widget.forced == [*before.ids[:2], cat]
        assert widget.generation.ids == before.force(2, "cat").ids
        assert [step["forced"] for step in widget.payload["meta"]["steps"]][:4] == [True, True, True, False]

    @pytest.mark.parametrize("forced", [["unbelievable cats"], [120], ["☃"], [1.5], [True], ["cat", None]])
    def test_a_token_that_there_is_not_changes_nothing(self, widget, view, forced):
        before = widget.written
        with pytest.raises(xai.InputError):
            widget.forced = forced
        assert (widget.written, widget.forced, widget.payload["meta"]["run"]) == (before, [], 1)
        view.ask("a", "run", text=TEXT, text_pair="", forced=forced, truncate=False)
        content, _ = view.answer("a")
        assert (content["ok"], content["name"]) == (False, "InputError")
        assert (widget.written, widget.forced, widget.payload["meta"]["run"]) == (before, [], 1)

    def test_a_text_of_several_tokens_says_how_it_is_split(self, widget):
        with pytest.raises(xai.InputError, match=r"'unbelievable cats' is \d tokens for this model: "):
            widget.forced = ["unbelievable cats"]

    def test_another_beam_is_looked_at_and_nothing_is_written_again(self, widget, monkeypatch):
        base = widget.generation
        monkeypatch.setattr(type(models.explainer("bart").model), "generate", None)
        dropped = [node for node in base.beams.nodes if node.state == "dropped"][-1]
        widget.beam = dropped.index
        assert widget.generation.ids == base.beams.ids(dropped)
        assert widget.payload["tokens"]["target"]["ids"] == list(base.beams.ids(dropped))
        assert "which it dropped here" in widget.payload["meta"]["notes"][0]
        output = read_by_the_model(widget.generation, models.explainer("bart"), output_attentions=True)
        expected = np.mean([layer[0].mean(0).numpy() for layer in output.cross_attentions], axis=0)
        np.testing.assert_allclose(arrays(widget)["scores/source"], expected[: len(widget.generation.ids)], atol=1e-5)
        with pytest.raises(xai.InputError, match="no beam 999"):
            widget.beam = 999
        assert widget.beam == dropped.index
        widget.beam = None
        assert widget.generation is base

    def test_a_target_of_a_persons_own(self, widget):
        widget.text_pair = "the mat"
        generation = widget.generation
        assert generation.given
        meta = widget.payload["meta"]
        assert (meta["given"], meta["beams"], widget.beam) == (True, None, None)
        assert meta["options"].startswith("a text of a person's own")
        assert generation.ids == models.explainer("bart").score(TEXT, "the mat").ids
        # Forced into it, the model goes on from there, by the options of before.
        widget.forced = [generation.ids[0]]
        assert (widget.text_pair, widget.forced) == ("", [generation.ids[0]])
        assert len(widget.generation.ids) == 6
        assert widget.payload["meta"]["beams"]["width"] == 3
        with pytest.raises(xai.InputError, match="exclude each other"):
            widget.run(TEXT, "the mat", forced=[7])
        with pytest.raises(xai.InputError, match="target is empty"):
            widget.text_pair = "  "

    @pytest.mark.parametrize(
        ("changes", "words", "offer"),
        [
            ({"text": "cat " * 80, "text_pair": ""}, "more than the 64 positions", "truncate"),
            ({"text": "", "text_pair": ""}, "text is empty", None),
            ({"text": TEXT, "text_pair": " "}, "target is empty", None),
            ({"text": TEXT, "text_pair": "cat " * 80}, "more than the 64 positions", "truncate"),
            ({"text": TEXT, "text_pair": "", "beam": 999}, "no beam 999", None),
        ],
    )
    def test_what_cannot_be_is_said_and_changes_nothing(self, widget, view, changes, words, offer):
        before = widget.written
        view.ask("a", "run", **changes, truncate=False)
        content, _ = view.answer("a")
        assert (content["ok"], content["name"], content["offer"]) == (False, "InputError", offer)
        assert words in content["message"]
        assert (widget.written, widget.text, widget.text_pair, widget.progress) == (before, TEXT, "", None)
        if offer is not None:
            view.ask("b", "run", **changes, truncate=True)
            assert view.answer("b")[0]["ok"]
            assert (widget.text, widget.text_pair) == (changes["text"], changes["text_pair"])
            # The text stays cut while something else is asked.
            view.ask("c", "run", **changes, forced=[], beam=None, truncate=False)
            assert view.answer("c")[0]["ok"]

    def test_a_question_from_the_view(self, widget, view):
        view.ask("a", "run", text=TEXT, text_pair="", forced=[7], beam=1, truncate=False)
        assert view.answer("a")[0]["ok"]
        assert (widget.forced, widget.beam) == ([7], 1)
        assert widget.generation.ids == widget.written.base.beams.ids(1)
        view.ask("b", "run", text="hello world", text_pair="", truncate=False)
        assert view.answer("b")[0]["ok"]
        assert (widget.text, widget.forced, widget.beam) == ("hello world", [], None)

    def test_a_question_of_a_linked_trait(self, widget):
        done = threading.Event()
        widget.observe(lambda _change: done.set(), "payload")
        widget.set_state({"text": "hello world"})
        assert done.wait(10)
        assert widget.generation.prompt.sources == ("hello world",)

    def test_languages_that_there_are(self):
        explainer = models.nllb()
        widget = xai.TranslationWidget(explainer=explainer, source=TEXT, tgt_lang="deu_Latn", max_new_tokens=3)
        assert widget.generation.tokens.text[0] == "deu_Latn"
        assert widget.payload["meta"]["options"] == "into deu_Latn, at most 3 new tokens"
        with pytest.raises(xai.InputError, match=r"does not know the language 'german'.*It knows: ace_Arab"):
            xai.TranslationWidget(explainer=explainer, source=TEXT, tgt_lang="german")

    def test_m2m100_reads_and_writes_other_texts_in_the_same_languages(self, tmp_path):
        explainer = models.m2m100(tmp_path)
        options = {"src_lang": "en", "tgt_lang": "fr", "max_new_tokens": 3}
        widget = xai.TranslationWidget(explainer=explainer, source=TEXT, **options)
        widget.text = "hello world"
        assert widget.generation.ids == explainer.generate("hello world", **options).ids
        assert widget.generation.tokens.text[0] == "__fr__"

    def test_a_model_that_cannot_generate(self):
        with pytest.raises(xai.UnsupportedModelError, match="cannot generate"):
            xai.TranslationWidget(bert(), wordpiece(), TEXT)


class TestAdoption:
    @pytest.mark.parametrize("family", ["bart", "gpt2"])
    def test_a_generation_shows_itself(self, family):
        generation = models.explainer(family).generate(TEXT, max_new_tokens=3)
        assert "application/vnd.jupyter.widget-view+json" in generation._repr_mimebundle_()[0]

    def test_one_of_a_model_without_attention_shows_its_text(self):
        config = transformers.MambaConfig(vocab_size=120, hidden_size=16, num_hidden_layers=2, state_size=4)
        explainer = xai.Explainer(transformers.MambaForCausalLM(config).eval(), wordpiece())
        generation = explainer.generate(TEXT, max_new_tokens=3, pad_token_id=0)
        with pytest.raises(NotImplementedError):  # what IPython takes for: show it as text
            generation._repr_mimebundle_()
        with pytest.raises(xai.UnsupportedModelError, match="no attention weights"):
            xai.TranslationWidget(generation=generation)

    def test_it_goes_on_as_it_was_made(self):
        explainer = models.explainer("bart")
        options = {"max_new_tokens": 5, "do_sample": True, "seed": 7}
        widget = xai.TranslationWidget(generation=explainer.generate(TEXT, **options).force(1, 7))
        assert (widget.text, widget.forced[1:], len(widget.forced)) == (TEXT, [7], 2)
        widget.text = "hello world"
        assert widget.generation.ids == explainer.generate("hello world", **options).ids

    def test_a_scored_one(self):
        generation = models.explainer("bart").score(TEXT, "the mat", max_new_tokens=4)
        widget = xai.TranslationWidget(generation=generation)
        assert (widget.text_pair, widget.forced, widget.generation) == ("the mat", [], generation)
        widget.text_pair = ""
        assert len(widget.generation.ids) == 4

    def test_a_beam_of_another(self):
        base = models.explainer("bart").generate(TEXT, max_new_tokens=4, num_beams=2)
        node = next(beam for beam in base.beams.nodes if beam.state == "dropped")
        widget = xai.TranslationWidget(generation=base.beam(node))
        assert (widget.beam, widget.generation.ids) == (node.index, base.beams.ids(node))
        widget.beam = None
        assert widget.generation.ids == base.ids

    def test_a_conversation(self):
        tokenizer = wordpiece.__wrapped__()
        tokenizer.chat_template = "{% for m in messages %}{{ m['role'] }} {{ m['content'] }} {% endfor %}the"
        explainer = xai.Explainer(models.gpt2().model, tokenizer)
        widget = xai.TranslationWidget(
            explainer=explainer, source=[{"role": "user", "content": "the cat"}], max_new_tokens=3
        )
        assert widget.text == "user the cat the"
        framed = widget.generation.prompt.ids
        widget.text = "user the mat the"
        # The template frames a text, so the tokenizer must not.
        assert len(widget.generation.prompt.ids) == len(framed)

    def test_what_does_not_go_together(self):
        explainer = models.explainer("bart")
        generation = explainer.generate(TEXT, max_new_tokens=2)
        for options in ({"source": TEXT}, {"explainer": explainer}, {"num_beams": 2}, {"forced": [7]}):
            with pytest.raises(xai.InputError, match="either generation= or a model and a source"):
                xai.TranslationWidget(generation=generation, **options)
        with pytest.raises(xai.InputError, match="nothing to read: pass source="):
            xai.TranslationWidget(explainer=explainer)
        with pytest.raises(xai.InputError, match="exclude each other"):
            xai.TranslationWidget(explainer=explainer, source=TEXT, target="the mat", forced=[7])
        with pytest.raises(xai.InputError, match="target is empty"):
            xai.TranslationWidget(explainer=explainer, source=TEXT, target="")
        with pytest.raises(xai.InputError, match="cannot generate so"):
            xai.TranslationWidget(explainer=explainer, source=TEXT, num_beam=2)


class TestViewState:
    @pytest.mark.parametrize(
        ("name", "value", "words"),
        [
            ("step", 6, "steps are 0 to 5"),
            ("layer", 3, "layers are 0 to"),
            ("head", 4, "heads are 0 to 3"),
            ("colours", [(0, 2)], "heads are 0 to 1"),
            ("colours", ["gradient"], "no attribution method 'gradient'"),
            ("colours", [5], "cannot colour the tokens"),
            ("selection", [{"side": 1, "start": 2, "stop": 99}], "side 0 \\(0 to 8\\) or 1 \\(0 to 6\\)"),
            ("selection", [{"side": "source"}], "cannot be pinned"),
        ],
    )
    def test_what_does_not_exist_is_refused(self, widget, name, value, words):
        before = getattr(widget, name)
        with pytest.raises(xai.InputError, match=words):
            setattr(widget, name, value)
        assert getattr(widget, name) == before

    @pytest.mark.parametrize(
        ("name", "value"),
        [("rows", "columns"), ("align", "best"), ("presentation", ["lines"]), ("colours", []), ("theme", "pink")],
    )
    def test_choices_are_those_there_are(self, widget, name, value):
        with pytest.raises(traitlets.TraitError):
            setattr(widget, name, value)

    def test_colours_as_a_person_writes_them(self, widget):
        widget.colours = ["attention", "saliency"]
        assert widget.colours == [MEAN, {"what": "method", "name": "saliency"}]
        widget.colours = [(1, None), (0, 1)]
        assert [(c["layer"], c["head"]) for c in widget.colours] == [(1, None), (0, 1)]
        one = xai.TranslationWidget(generation=widget.generation, colours=(2, 1))
        assert one.colours == [{"what": "attention", "layer": 2, "head": 1}]

    def test_a_method_that_colours_from_the_start_is_in_the_payload(self):
        explainer = models.explainer("bart")
        widget = xai.TranslationWidget(explainer=explainer, source=TEXT, max_new_tokens=3, colours="saliency")
        assert widget.payload["meta"]["initial"]["by"] == {"what": "method", "name": "saliency"}
        np.testing.assert_allclose(
            arrays(widget)["scores/source"], widget.generation.attribute(method="saliency").sides[0].scores, rtol=1e-5
        )
        assert widget.alignment.pairs == tuple(map(tuple, arrays(widget)["scores/links"].tolist()))
        # Other text: what takes its own passes is left to be asked for.
        widget.text = "hello world"
        assert widget.payload["meta"]["initial"]["by"] == MEAN

    def test_layers_and_heads_of_stacks_that_differ(self):
        # Two layers of four heads in the encoder, three of two in the decoder.
        widget = xai.TranslationWidget(explainer=models.explainer("bart"), source=TEXT, max_new_tokens=2)
        widget.head = 3
        widget.layer = 2
        assert widget.head == 1
        with pytest.raises(xai.InputError, match="heads are 0 to 1"):
            widget.head = 3

    def test_step_and_pins_stay_where_they_mean_the_same(self, widget):
        widget.step = 4
        widget.selection = [{"side": 0, "start": 1, "stop": 2}, {"side": 1, "start": 3, "stop": 4}]
        widget.forced = [*widget.generation.ids[:4], 7]
        assert (widget.step, widget.selection) == (4, [{"side": 0, "start": 1, "stop": 2}])
        widget.text = "hello world"
        assert (widget.step, widget.selection) == (0, [])

    def test_presentations_that_there_is_something_for(self, widget):
        assert widget.presentation == ["text", "alignment", "beams"]
        assert set(widget.presentation) < set(translation_state.PRESENTATIONS)
        assert xai.TranslationWidget(generation=widget.generation, presentation="maps").presentation == ["maps"]


def test_linked_to_the_attention_of_its_source():
    explainer = models.explainer("bart")
    widget = xai.TranslationWidget(explainer=explainer, source=TEXT, max_new_tokens=3)
    attention = xai.AttentionWidget(explainer=explainer, text=TEXT, kind="encoder")
    xai.link(widget, attention)
    widget.selection = [{"side": 0, "start": 1, "stop": 3}, {"side": 1, "start": 0, "stop": 1}]
    assert attention.selection == [{"side": "key", "start": 1, "stop": 3}]
    attention.text = "hello world"
    assert widget.text == "hello world"
    widget.text = "the mat"
    assert attention.text == "the mat"
    other = xai.TranslationWidget(explainer=explainer, source="cats", max_new_tokens=3)
    with pytest.raises(xai.InputError, match="different texts"):
        xai.link(widget, other)
