"""Language codes: the source is framed and the target begun as the family wants it; unknown ones are refused."""

from __future__ import annotations

import generation_models as models
import pytest
from generation_models import TEXT

import xai_widgets as xai

OPTIONS = {"max_new_tokens": 5}


def test_nllb_reads_one_language_and_is_made_to_write_another():
    explainer = models.nllb()
    tokenizer = explainer.tokenizer
    generation = explainer.generate(TEXT, src_lang="fra_Latn", tgt_lang="deu_Latn", **OPTIONS)
    assert (tokenizer.src_lang, tokenizer.tgt_lang) == ("eng_Latn", None)
    assert generation.prompt.text[0] == "fra_Latn"
    tokenizer.src_lang = "fra_Latn"
    german = tokenizer.convert_tokens_to_ids("deu_Latn")
    encoded = tokenizer(TEXT, return_tensors="pt")
    ids = explainer.model.generate(**encoded, forced_bos_token_id=german, **OPTIONS)[0].tolist()
    assert [*generation.start, *generation.ids] == ids
    assert generation.score("the cat").ids[0] == german
    assert generation.score("the cat").tokens.text[-1] == "</s>"


def test_the_older_nllb_says_the_language_behind_a_text_and_writes_it_first():
    explainer = models.nllb(legacy_behaviour=True)
    generation = explainer.generate(TEXT, tgt_lang="deu_Latn", **OPTIONS)
    assert generation.prompt.text[-2:] == ("</s>", "eng_Latn")
    assert generation.tokens.text[0] == "deu_Latn"
    scored = generation.score("the cat")
    assert (scored.tokens.text[0], scored.tokens.text[-1]) == ("deu_Latn", "</s>")


def test_mbarts_decoder_starts_with_the_language():
    explainer = models.mbart()
    german = explainer.tokenizer.lang_code_to_id["de_DE"]
    generation = explainer.generate(TEXT, tgt_lang="de_DE", **OPTIONS)
    encoded = explainer.tokenizer(TEXT, return_tensors="pt")
    ids = explainer.model.generate(**encoded, decoder_start_token_id=german, **OPTIONS)[0].tolist()
    assert [*generation.start, *generation.ids] == ids
    assert generation.start == (german,)
    scored = generation.score("the cat")
    assert (scored.start, scored.tokens.text) == ((german,), ("the", " cat", "</s>"))


def test_mbart_50_writes_the_language_first():
    explainer = models.mbart50()
    german = explainer.tokenizer.lang_code_to_id["de_DE"]
    generation = explainer.generate(TEXT, tgt_lang="de_DE", **OPTIONS)
    encoded = explainer.tokenizer(TEXT, return_tensors="pt")
    ids = explainer.model.generate(**encoded, forced_bos_token_id=german, **OPTIONS)[0].tolist()
    assert [*generation.start, *generation.ids] == ids
    assert generation.score("the cat").tokens.text == ("de_DE", "the", " cat", "</s>")


def test_m2m100_writes_the_language_first(tmp_path):
    explainer = models.m2m100(tmp_path)
    generation = explainer.generate(TEXT, src_lang="de", tgt_lang="fr", **OPTIONS)
    assert generation.prompt.text[0] == "__de__"
    assert generation.ids[0] == explainer.tokenizer.get_lang_id("fr")
    assert generation.score("the cat").ids[0] == explainer.tokenizer.get_lang_id("fr")
    assert explainer.tokenizer.src_lang == "en"


@pytest.mark.filterwarnings("ignore:Recommended. pip install sacremoses")
def test_marian_is_told_at_the_beginning_of_the_text(tmp_path):
    explainer = models.marian_of_many(tmp_path)
    generation = explainer.generate(TEXT, tgt_lang="ron", **OPTIONS)
    assert generation.prompt.ids == tuple(explainer.tokenizer(f">>ron<< {TEXT}")["input_ids"])
    assert explainer.generate(f">>ron<< {TEXT}", **OPTIONS).ids == generation.ids
    with pytest.raises(xai.InputError, match=r"does not know the language 'xx'.*It knows: fra, ron"):
        explainer.generate(f">>xx<< {TEXT}", **OPTIONS)


@pytest.mark.parametrize("which", ["src_lang", "tgt_lang"])
def test_an_unknown_code_is_refused_with_those_there_are(which):
    explainer = models.nllb()
    with pytest.raises(xai.InputError, match=r"'fra_Latin'.*nearest: fra_Latn.*It knows: .*ace_Arab, .*zul_Latn"):
        explainer.generate(TEXT, **{which: "fra_Latin"}, **OPTIONS)
    assert explainer.tokenizer.src_lang == "eng_Latn"


def test_a_first_token_made_of_an_unknown_code_is_refused():
    explainer = models.nllb()
    unknown = explainer.tokenizer.convert_tokens_to_ids("french")
    with pytest.raises(xai.InputError, match=r"forced_bos_token_id is the unknown token.*fra_Latn"):
        explainer.generate(TEXT, forced_bos_token_id=unknown, **OPTIONS)


def test_a_code_means_nothing_to_a_tokenizer_without_languages():
    with pytest.raises(xai.InputError, match="knows no language codes"):
        models.explainer("bart").generate(TEXT, tgt_lang="fr", **OPTIONS)
