"""The embedded demo models hold what their cards promise."""

import itertools
import json
import os
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import (
    AutoModelForCausalLM,
    AutoModelForSeq2SeqLM,
    AutoModelForSequenceClassification,
    AutoTokenizer,
)
from transformers.utils import logging as transformers_logging

from xai_widgets.demos.catalogue import NAMES, demo_directory, demo_scores
from xai_widgets.demos.recipes import language_model as language_model_recipe
from xai_widgets.demos.recipes import sentiment as sentiment_recipe
from xai_widgets.demos.recipes import translation as translation_recipe
from xai_widgets.demos.sentences import language_model as language_model_grammar
from xai_widgets.demos.sentences import sentiment as sentiment_grammar
from xai_widgets.demos.sentences import translation as translation_grammar
from xai_widgets.errors import InputError

HEADS = {
    "sentiment": AutoModelForSequenceClassification,
    "translation": AutoModelForSeq2SeqLM,
    "language-model": AutoModelForCausalLM,
}
MEGABYTES = 1_000_000
Loaded = tuple[Any, Any]


def load(name: str, directory: Path) -> Loaded:
    return HEADS[name].from_pretrained(directory), AutoTokenizer.from_pretrained(directory)


@pytest.fixture(scope="module")
def sentiment() -> Loaded:
    return load("sentiment", demo_directory("sentiment"))


@pytest.fixture(scope="module")
def translation() -> Loaded:
    return load("translation", demo_directory("translation"))


@pytest.fixture(scope="module")
def language_model() -> Loaded:
    return load("language-model", demo_directory("language-model"))


def test_a_name_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(InputError, match=r"'sentimental'.*'sentiment', 'translation', 'language-model'"):
        demo_directory("sentimental")


def test_the_catalogue_imports_neither_torch_nor_transformers() -> None:
    code = "import sys, xai_widgets.demos.catalogue; sys.exit(bool({'torch', 'transformers'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("name", NAMES)
def test_a_model_loads_offline_without_a_word(name: str, caplog: pytest.LogCaptureFixture) -> None:
    transformers_logging.enable_propagation()
    try:
        with warnings.catch_warnings(), pytest.MonkeyPatch.context() as patch:
            warnings.simplefilter("error")
            patch.setattr("socket.socket.connect", None)
            model, tokenizer = load(name, demo_directory(name))
    finally:
        transformers_logging.disable_propagation()
    assert not [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")]
    assert tokenizer.is_fast
    assert len(tokenizer) == model.config.vocab_size
    assert {parameter.dtype for parameter in model.parameters()} == {torch.float32}
    assert not any(module.training for module in model.modules())


@pytest.mark.parametrize("name", NAMES)
def test_a_directory_holds_only_data_and_its_card(name: str) -> None:
    directory = demo_directory(name)
    files = {path.name for path in directory.iterdir()}
    expected = {
        "config.json",
        "model.safetensors",
        "tokenizer.json",
        "tokenizer_config.json",
        "README.md",
        "scores.json",
    }
    assert files - {"generation_config.json"} == expected
    card = (directory / "README.md").read_text(encoding="utf-8")
    recipe = f"python -m xai_widgets.demos.recipes.{name.replace('-', '_')}"
    for promised in ("toy made for teaching", "license: bsd-3-clause", "## Limits", "Seed: ", recipe):
        assert promised in card


def test_all_models_together_are_small() -> None:
    sizes = [path.stat().st_size for name in NAMES for path in demo_directory(name).iterdir()]
    assert sum(sizes) <= 12 * MEGABYTES


GENERATORS = (
    sentiment_grammar.sample,
    translation_grammar.sample,
    language_model_grammar.sample_agreement,
    language_model_grammar.sample_lists,
    language_model_grammar.sample_stories,
)


@pytest.mark.parametrize("sample", GENERATORS)
def test_a_generator_repeats_itself_and_keeps_its_sides_apart(sample: Any) -> None:
    train = sample(1500, seed=7, split="train")
    held_out = sample(300, seed=7, split="held_out")
    assert train == sample(1500, seed=7, split="train")
    assert train[:100] != sample(100, seed=8, split="train")

    def bare(sentences: list[Any]) -> set[str]:
        return {sentence.text.lower().rstrip(".!") for sentence in sentences}

    assert not bare(train) & bare(held_out)
    for sentence in train:
        assert [sentence.text[begin:end] for begin, end in sentence.spans] == list(sentence.words)


def test_sentiment_is_right_on_held_out_sentences(sentiment: Loaded) -> None:
    examples = sentiment_grammar.sample(1000, seed=99, split="held_out")
    labels = sentiment_recipe.predict(*sentiment, [example.text for example in examples])
    assert sum(label == one.label for label, one in zip(labels, examples, strict=True)) >= 980


def test_the_deciding_words_decide(sentiment: Loaded) -> None:
    examples = sentiment_grammar.sample(500, seed=98, split="held_out")
    flipped = sentiment_recipe.predict(*sentiment, [example.flipped() for example in examples])
    assert sum(label != one.label for label, one in zip(flipped, examples, strict=True)) >= 475
    # Independent of the generator's own opposites: dropping a lone negator turns the label too.
    alone = [one for one in examples if len(one.negators) == 1 and one.words[one.negators[0]] in ("not", "never")]
    alone = [one for one in alone if len(one.deciding) == 2]
    without = [one.text.replace(f"{one.words[one.negators[0]]} ", "", 1) for one in alone if not one.overruled]
    labels = sentiment_recipe.predict(*sentiment, without)
    before = [one.label for one in alone if not one.overruled]
    assert len(before) > 20
    assert sum(label != old for label, old in zip(labels, before, strict=True)) >= 0.9 * len(before)


def test_the_roles_of_words_are_apart() -> None:
    for one in sentiment_grammar.sample(1000, seed=97, split="train"):
        assert one.deciding
        assert set(one.negators) < set(one.deciding)
        assert not set(one.deciding) & set(one.overruled)
        assert bool(one.contrast) == bool(one.overruled)
        assert max((*one.deciding, *one.overruled, *one.contrast)) < len(one.words)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("not good", "negative"),
        ("The film was never boring.", "positive"),
        ("good but boring", "negative"),
        ("The food was terrible, but the staff was lovely.", "positive"),
        ("Although the music was beautiful, the play was dull.", "negative"),
        ("The soup is too salty.", "negative"),
        ("The waiter was anything but rude.", "positive"),
        ("It was hardly interesting.", "negative"),
        ("I love this film!", "positive"),
        ("I don't like this film.", "negative"),
        ("not bad at all", "positive"),
    ],
)
def test_sentiment_in_class(sentiment: Loaded, text: str, label: str) -> None:
    assert sentiment_recipe.predict(*sentiment, [text]) == [label]


def test_rare_words_of_sentiment_are_cut_and_know_their_place(sentiment: Loaded) -> None:
    tokenizer = sentiment[1]
    text = "It was MESMERISING, wasn't it?"
    encoded = tokenizer(text, return_offsets_mapping=True)
    pieces = [text[begin:end].lower() for begin, end in encoded["offset_mapping"]]
    tokens = [token.removeprefix("##") for token in tokenizer.convert_ids_to_tokens(encoded["input_ids"])]
    assert pieces[1:-1] == tokens[1:-1]
    assert encoded.word_ids()[1:-1].count(2) > 1
    assert "wasn't" in pieces


def test_translation_is_exact_on_held_out_sentences(translation: Loaded) -> None:
    pairs = translation_grammar.sample(300, seed=99, split="held_out")
    translations = translation_recipe.translate(*translation, [pair.text for pair in pairs])
    assert sum(text == pair.target.text for text, pair in zip(translations, pairs, strict=True)) >= 294


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("The small red car is not expensive.", "La petite voiture rouge n'est pas chère."),
        ("She does not see him.", "Elle ne le voit pas."),
        ("An old man waits for the old woman.", "Un vieil homme attend la vieille femme."),
        ("He never eats an apple.", "Il ne mange jamais de pomme."),
        ("the key of the garden", "la clé du jardin"),
        ("I like the beautiful birds.", "J'aime les beaux oiseaux."),
    ],
)
def test_translation_in_class(translation: Loaded, english: str, french: str) -> None:
    assert translation_recipe.translate(*translation, [english]) == [french]


def test_the_french_is_well_spelt() -> None:
    vowels = "aeiouâéèêîôœh"
    for pair in translation_grammar.sample(3000, seed=96, split="train"):
        words = [word.lower() for word in pair.target.words]
        for word, following in itertools.pairwise(words):
            begins_with_vowel = following[0] in vowels
            assert word not in ("je", "le", "la", "de", "ne", "ce", "ma", "sa") or not begins_with_vowel, (
                pair.target.text
            )
            assert not word.endswith("'") or begins_with_vowel, pair.target.text
            assert (word, following) not in {("de", "le"), ("de", "les"), ("à", "le"), ("à", "les")}, pair.target.text
        assert words.count("ne") + words.count("n'") == words.count("pas") + words.count("jamais")


def test_the_alignment_is_well_formed() -> None:
    certain = {"car": {"voiture", "voitures"}, "red": {"rouge", "rouges"}, "not": {"ne", "n'", "pas"}, "and": {"et"}}
    seen = set()
    for pair in translation_grammar.sample(3000, seed=95, split="train"):
        words, target = pair.words, pair.target.words
        assert {to for _, to in pair.alignment} == set(range(len(target)))
        alone = set(range(len(words))) - {at for at, _ in pair.alignment}
        assert {words[at] for at in alone} <= {"do", "does"}
        for at, to in pair.alignment:
            english = words[at].lower()
            if english in certain:
                assert target[to].lower() in certain[english]
                seen.add(english)
    assert seen == set(certain)


def test_a_cross_attention_head_follows_the_alignment(translation: Loaded) -> None:
    promised = demo_scores("translation")["alignment_writes"]
    pairs = translation_grammar.sample(100, seed=94, split="held_out")
    errors = translation_recipe.alignment_errors(*translation, pairs, reads=False)
    layer, head = promised["layer"], promised["head"]
    assert layer is not None
    assert head is not None
    assert promised["value"] <= 0.15
    assert errors[layer, head] <= promised["value"] + 0.03
    # Where a word has been read, attention has moved on to what comes next.
    assert errors[layer, head] < translation_recipe.alignment_errors(*translation, pairs, reads=True).min()


def test_targets_are_tokenized_as_targets(translation: Loaded) -> None:
    tokenizer = translation[1]
    text = "La clé de l'hôtel n'est pas légère."
    ids = tokenizer(text_target=text)["input_ids"]
    assert tokenizer.unk_token_id not in ids
    assert tokenizer.decode(ids, skip_special_tokens=True) == text


def test_the_verb_agrees_across_attractors(language_model: Loaded) -> None:
    sentences = language_model_grammar.sample_agreement(300, seed=99, split="held_out")
    right = [language_model_recipe.agreement_right(*language_model, one) for one in sentences]
    assert sum(right) >= 0.98 * len(right)
    hard = [good for good, one in zip(right, sentences, strict=True) if one.attractors]
    assert len(hard) > 100
    assert sum(hard) >= 0.97 * len(hard)


def test_verb_and_subject_are_where_the_grammar_says() -> None:
    for one in language_model_grammar.sample_agreement(1000, seed=93, split="train"):
        assert one.subject < one.verb
        assert all(one.subject < at < one.verb for at in one.attractors)
        assert one.words[one.verb] != one.wrong


@pytest.mark.parametrize(
    ("sample", "least"),
    [(language_model_grammar.sample_lists, 95), (language_model_grammar.sample_stories, 60)],
)
def test_what_repeats_itself_is_continued(language_model: Loaded, sample: Any, least: int) -> None:
    texts = sample(100, seed=99, split="held_out")
    assert sum(language_model_recipe.continuation_right(*language_model, one) for one in texts) >= least


def test_the_language_model_has_its_heads(language_model: Loaded) -> None:
    previous, induction = language_model_recipe.head_tables(*language_model, count=16)
    for table, key, least in ((previous, "previous_token", 0.9), (induction, "induction", 0.9)):
        promised = demo_scores("language-model")[key]
        layer, head = promised["layer"], promised["head"]
        assert layer is not None
        assert head is not None
        assert table[layer, head] >= least
        assert float(table[layer, head]) == pytest.approx(promised["value"], abs=0.05)


def test_the_language_model_writes_on(language_model: Loaded) -> None:
    model, tokenizer = language_model
    prompt = tokenizer("red kite lamp old red kite lamp old red kite", return_tensors="pt")
    ids = model.generate(**prompt, max_new_tokens=2)[0, prompt["input_ids"].shape[1] :]
    assert tokenizer.decode(ids) == " lamp old"
    assert tokenizer.decode(tokenizer("🦊 été")["input_ids"], skip_special_tokens=True) == " 🦊 été"


RUN_ALL = """
import sys
from pathlib import Path
from xai_widgets.demos.recipes import language_model, sentiment, translation
from xai_widgets.demos.recipes.recipe import main
for module in (sentiment, translation, language_model):
    main(module.RECIPE, ["--steps", "3", "--out", str(Path(sys.argv[1]) / module.RECIPE.name)])
"""


@pytest.fixture(scope="module")
def two_runs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Cut-down runs of all recipes, two times, each in a fresh process."""
    outs = [tmp_path_factory.mktemp("run") for _ in range(2)]
    processes = [
        subprocess.Popen([sys.executable, "-c", RUN_ALL, str(out)], env={**os.environ, "PYTHONHASHSEED": str(number)})
        for number, out in enumerate(outs)
    ]
    assert [process.wait() for process in processes] == [0, 0]
    return outs


@pytest.mark.parametrize("name", NAMES)
def test_a_recipe_makes_the_same_directory_twice(name: str, two_runs: list[Path]) -> None:
    one, two = (out / name for out in two_runs)
    load(name, one)
    files = sorted(path.name for path in demo_directory(name).iterdir())
    assert sorted(path.name for path in one.iterdir()) == files
    for file in files:
        assert (one / file).read_bytes() == (two / file).read_bytes()
    assert json.loads((one / "scores.json").read_text())
