"""The same way of writing behind another prompt, with tokens forced from the start, and of a person's own target."""

from __future__ import annotations

import json

import generation_models as models
import pytest
import sentencepiece
import transformers
from generation_models import TEXT

import xai_widgets as xai


@pytest.mark.parametrize("family", ["bart", "t5", "gpt2"])
def test_behind_another_prompt_it_is_what_the_explainer_writes(family):
    explainer = models.explainer(family)
    options = {"max_new_tokens": 6, "num_beams": 2, "do_sample": True, "seed": 3}
    writer = explainer.generate(TEXT, **options).writer.behind("hello world", truncate=False)
    again = writer.write((), None)
    assert again.ids == explainer.generate("hello world", **options).ids
    assert writer.text == "hello world"


def test_languages_hold_for_another_prompt():
    explainer = models.nllb()
    generation = explainer.generate(TEXT, src_lang="fra_Latn", tgt_lang="deu_Latn", max_new_tokens=3)
    again = generation.writer.behind("the mat", truncate=False).write((), None)
    expected = explainer.generate("the mat", src_lang="fra_Latn", tgt_lang="deu_Latn", max_new_tokens=3)
    assert (again.prompt.ids, again.ids) == (expected.prompt.ids, expected.ids)


@pytest.mark.filterwarnings("ignore:Recommended. pip install sacremoses")
def test_a_language_that_is_said_in_the_text_is_not_said_twice(tmp_path):
    explainer = models.marian_of_many(tmp_path)
    generation = explainer.generate("the cat", tgt_lang="fra", max_new_tokens=3)
    assert generation.writer.text == ">>fra<< the cat"
    assert generation.writer.behind(">>fra<< the mat", truncate=False).text == ">>fra<< the mat"
    assert generation.writer.behind("the mat", truncate=False).text == ">>fra<< the mat"


def test_another_prompt_that_is_too_long_is_cut_where_that_is_asked():
    generation = models.explainer("bart").generate(TEXT, max_new_tokens=2)
    with pytest.raises(xai.InputError, match="18 more than the 64 positions") as caught:
        generation.writer.behind("cat " * 80, truncate=False)
    assert caught.value.offer == "truncate"
    assert len(generation.writer.behind("cat " * 80, truncate=True).prompt.tokens[0]) == 64


def test_tokens_can_be_forced_from_the_start():
    explainer = models.explainer("bart")
    cat = explainer.tokenizer.convert_tokens_to_ids("cat")
    generation = explainer.generate(TEXT, forced=["cat", 7], max_new_tokens=5)
    assert generation.ids[:2] == (cat, 7)
    assert [step.forced for step in generation.steps] == [True, True, False, False, False]
    assert generation.ids == explainer.generate(TEXT, max_new_tokens=5).force(0, "cat").force(1, 7).ids


def test_a_target_is_scored_without_anything_being_written(monkeypatch):
    for family in ("bart", "gpt2"):
        explainer = models.explainer(family)
        by_hand = explainer.generate(TEXT, max_new_tokens=2).score("the mat")
        with monkeypatch.context() as patch:
            patch.setattr(type(explainer.model), "generate", None)
            scored = explainer.score(TEXT, "the mat", max_new_tokens=4)
        assert scored.given
        assert scored.ids == by_hand.ids
        assert scored.log_prob == pytest.approx(by_hand.log_prob)
        assert len(scored.force(0, scored.ids[0]).ids) == 4


def test_a_target_that_is_too_long_is_cut_where_that_is_asked():
    explainer = models.explainer("bart")
    for words, message in ((80, "more than the 64 positions"), (62, "1 more than fit into the 64 positions")):
        with pytest.raises(xai.InputError, match=message) as caught:
            explainer.score(TEXT, "cat " * words)
        assert caught.value.offer == "truncate"
        scored = explainer.score(TEXT, "cat " * words, truncate=True)
        assert len(scored.start) + len(scored.ids) == 64
        assert scored.tokens.text[-1] == "[SEP]"
        assert scored.attention().n_layers
    assert len(explainer.score(TEXT, "cat " * 61).ids) == 63


@pytest.mark.filterwarnings("ignore:Recommended. pip install sacremoses")
def test_a_forced_token_is_one_of_the_target(tmp_path):
    """Marian splits source and target by models of their own: a word of the target is not one of the source."""

    def pieces(name: str, kind: str):
        path = tmp_path / f"{name}.spm"
        with path.open("wb") as stream:
            sentencepiece.SentencePieceTrainer.train(
                sentence_iterator=iter(["the cat", "chat chien"]), model_writer=stream, model_type=kind, vocab_size=20,
                hard_vocab_limit=False, minloglevel=2,
            )  # fmt: skip
        return path, sentencepiece.SentencePieceProcessor(model_file=str(path))

    source, source_pieces = pieces("source", "char")
    target, target_pieces = pieces("target", "word")
    known = [p.IdToPiece(n) for p in (source_pieces, target_pieces) for n in range(len(p))]
    names = list(dict.fromkeys(["<pad>", "</s>", "<unk>", *known]))
    vocabulary = tmp_path / "vocab.json"
    vocabulary.write_text(json.dumps({name: number for number, name in enumerate(names)}))
    tokenizer = transformers.MarianTokenizer(str(source), str(target), str(vocabulary))
    explainer = xai.Explainer(models._bartish("Marian", len(names), decoder_start_token_id=0), tokenizer)
    chat = tokenizer(text_target="chat", add_special_tokens=False)["input_ids"]
    assert len(chat) == 1
    assert len(tokenizer("chat", add_special_tokens=False)["input_ids"]) > 1
    assert explainer.generate("cat", forced=["chat"], max_new_tokens=3).ids[0] == chat[0]
