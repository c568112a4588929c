"""What a person may well give by mistake is refused in words that say what came and what is allowed."""

from __future__ import annotations

import json
from types import SimpleNamespace

import generation_models
import numpy as np
import pytest
import tiny_models

import xai_widgets as xai
from xai_widgets.export.picture import svg_of

TEXT = "the cat sat"
WEIGHTS = np.full((2, 3, 3), 1 / 3, np.float32)
TOKENS = xai.TokenSequence.from_strings(["a", "b", "c"])


def attention() -> xai.AttentionMap:
    return xai.AttentionMap.from_tensors([WEIGHTS], TOKENS)


def widget(**options) -> xai.AttentionWidget:
    return xai.AttentionWidget(attention=attention(), **options)


def written(**options) -> xai.Generation:
    return generation_models.explainer("gpt2").generate(TEXT, max_new_tokens=2, **options)


def explained() -> xai.Attribution:
    return tiny_models.explainer("bert").attribute(TEXT, "the mat")


MAPS = {
    "no layers": (lambda: xai.AttentionMap.from_tensors(3, TOKENS), "attention is 3: pass the tuple of layers"),
    "a name": (lambda: xai.AttentionMap.from_tensors("bert", TOKENS), "attention is 'bert': pass the tuple of layers"),
    "words": (
        lambda: xai.AttentionMap.from_tensors([["x"]], TOKENS),
        "Layer 0 of attention is .*expected real numbers",
    ),
    "no positions": (
        lambda: xai.AttentionMap.from_tensors([WEIGHTS[:, :0, :0]], []),
        r"is empty: its shape is \(2, 0, 0\)",
    ),
    "complex": (lambda: xai.AttentionMap.from_tensors([WEIGHTS * 1j], TOKENS), "expected real numbers"),
    "no tokens": (lambda: xai.AttentionMap.from_tensors([WEIGHTS], 3), "tokens 3: give one string for each of 3"),
    "one layer": (
        lambda: xai.AttentionMap.from_tensors([WEIGHTS], TOKENS, include_layers=0),
        "include_layers is 0: pass the numbers of the layers",
    ),
    "a layer by name": (
        lambda: xai.AttentionMap.from_tensors([WEIGHTS], TOKENS, include_layers=["0"]),
        "names layer '0'; attention has layers 0 to 0",
    ),
    "a second text by name": (
        lambda: xai.AttentionMap.from_tensors([WEIGHTS], TOKENS, sentence_b_start="b"),
        "sentence_b_start='b' is outside the text",
    ),
    "no limit": (lambda: attention().to_numpy(max_weights=None), "max_weights is None: give how many"),
    "a span as a pair": (lambda: attention().span_weights(0, [0], (0, 1), (1, 2)), r"\(0, 1\) is no span of tokens"),
    "no path": (lambda: attention().save(None), r"None is no path: name a file that ends with \.npz"),
    "no path to load": (lambda: xai.AttentionMap.load(None), "None is no path"),
    "no width": (lambda: attention().save("map.svg", width=None), "None is no width: choose 'column'"),
    "dots in words": (lambda: attention().save("map.png", dpi="high"), "36 to 1200 dots per inch, not high"),
}

TEXTS = {
    "no tokens": (lambda: xai.TokenSequence.from_strings(None), "tokens is None; give a list"),
    "one id": (lambda: xai.TokenSequence.from_strings(["a"], ids=7), "ids is 7; give a list with one entry"),
    "a start by name": (lambda: xai.TokenSequence.from_strings(["a"], pair_start="a"), "pair_start is 'a'"),
    "no span": (lambda: TOKENS.text_of(None), "None is no span of tokens"),
    "a span of arrays": (lambda: xai.TokenSpan(np.array([0, 1]), 2), "the start of a token span is array"),
    "a field that is none": (
        lambda: xai.TokenSequence((1,), "a", ((0, 1),), (0,), (False,), ("a",), (0,), ("a",)),
        "the field text of a TokenSequence is 'a'",
    ),
    "half a character": (
        lambda: tiny_models.explainer("bert").attention("the \ud83d cat"),
        r"half a character \('\\ud83d'\) at position 4",
    ),
    "half a character in the second text": (
        lambda: tiny_models.explainer("bert").attention(TEXT, "\udc80"),
        "The second text has half a character",
    ),
    "a continuation that is none": (
        lambda: generation_models.explainer("gpt2").attribute(TEXT, 3),
        "continuation must be a string; int came",
    ),
    "tokens in words": (
        lambda: generation_models.explainer("gpt2").attribute(TEXT, max_new_tokens="two"),
        "max_new_tokens is 'two': ask for at least one token",
    ),
}

ALIGNMENTS = {
    "no pairs": (lambda: xai.Alignment(None), r"pairs \(source word, target word\).* None came"),
    "words": (lambda: xai.Alignment("0-0"), "'0-0' came"),
    "no line": (lambda: xai.Alignment.from_pharaoh(None), "a text such as '0-0 1-2'; None came"),
    "words in place of tokens": (
        lambda: xai.Alignment.from_matrix(np.eye(2), ["a", "b"], ["c", "d"]),
        "tokens of the source came as list: give a TokenSequence",
    ),
}

GENERATIONS = {
    "half a candidate": (lambda: written(top=2.5), "top is 2.5: keep at least one candidate"),
    "no candidates": (lambda: written(top=None), "top is None"),
    "fewer than no beams": (lambda: written(num_beams=-1), "num_beams is -1: give a whole number"),
    "a language as a list": (lambda: written(src_lang=["en"]), r"named by its code, a text; \['en'\] came"),
    "a text to begin with": (lambda: written(forced="the"), "forced is 'the': give a list of tokens"),
    "nothing to begin with": (lambda: written(forced=[None]), "A forced token is None: give its id, or its text"),
}


def explained_by(method, **options) -> xai.Attribution:
    return tiny_models.explainer("bert").attribute(TEXT, "the mat", method=method, **options)


ATTRIBUTIONS = {
    "a list of methods": (lambda: explained_by(["occlusion"]), r"There is no attribution method \['occlusion'\]"),
    "points in words": (
        lambda: explained_by("integrated_gradients", points="many"),
        "Integrated gradients was given points='many': it takes a whole number or None",
    ),
    "half a sample": (lambda: explained_by("smoothgrad", samples=2.5), "samples=2.5: it takes a whole number"),
    "no tolerance": (lambda: explained_by("integrated_gradients", tolerance=None), "tolerance=None: it takes a number"),
    "a unit as a list": (lambda: explained_by("occlusion", unit=["word"]), r"unit=\['word'\]: it takes a name or a"),
    "words as a baseline": (
        lambda: explained_by("integrated_gradients", baseline=["a"]),
        r"\['a'\] is no baseline: give the name of one",
    ),
    "a side by name": (lambda: explained().to_numpy(side="first"), "There is no side 'first'"),
    "a list of head scores": (lambda: attention().head_scores(["induction"]), r"no head score \['induction'\]"),
}

PICTURES = {
    "no threshold": (lambda: svg_of(attention(), threshold=None), "The threshold is None: it is a weight"),
    "no step": (lambda: svg_of(explained(), step=None), "There is no step None"),
    "half a pin": (
        lambda: svg_of(attention(), selection=[{"side": "key", "start": 0.5, "stop": 1}]),
        "is no pin: give",
    ),
}

WIDGETS = {
    "a misspelt trait": (lambda: widget(tresh=0.5), r"AttentionWidget takes no tresh=; its view state is .*threshold"),
    "a question beside an attribution": (
        lambda: xai.AttributionWidget(attribution=explained(), method="occlusion"),
        "of a method, a target and options already",
    ),
    "an option beside an attribution": (
        lambda: xai.AttributionWidget(attribution=explained(), steps=3),
        "leave them out",
    ),
    "no explainer": (lambda: xai.AttentionWidget(explainer=3, text=TEXT), "explainer= is int: give an Explainer"),
    "tensors in place of a map": (
        lambda: xai.AttentionWidget(attention=[WEIGHTS]),
        "attention= is list: give an AttentionMap; AttentionMap.from_tensors",
    ),
    "scores in place of an attribution": (
        lambda: xai.AttributionWidget(attribution=WEIGHTS),
        "attribution= is ndarray: give what Explainer.attribute gives",
    ),
    "a text in place of a generation": (
        lambda: xai.TranslationWidget(generation=TEXT),
        "generation= is str: give what Explainer.generate gives",
    ),
    "no presentation": (lambda: widget(presentation=None), "presentation is None: give one of 'lines', 'matrix'"),
    "a threshold that is no number": (lambda: widget(threshold=float("nan")), "The threshold is NaN: give a number"),
    "heads in words": (lambda: widget(heads="all"), "There is no head 'a' in layer 0: heads are 0 to 1"),
    "half a head": (lambda: widget(heads=0.5), "There is no head 0.5"),
    "a setting that is none": (lambda: setattr(xai.settings, "keep", []), r"keep=\[\] is no choice"),
}

SCORES = np.array([0.1, 0.2])
EXPLAINED = SimpleNamespace(values=np.ones((2, 2)), base_values=np.zeros(2), data=["a ", "b"], output_names=["p", "q"])
OTHERS = {
    "tokens as one text": (
        lambda: xai.Attribution.from_captum(SCORES, "ab", target="x"),
        "tokens is one string; give a list",
    ),
    "no name of a method": (
        lambda: xai.Attribution.from_captum(SCORES, ["a", "b"], target="x", method=None),
        "method is None: give the method's name",
    ),
    "a value in words": (
        lambda: xai.Attribution.from_captum(SCORES, ["a", "b"], target="x", value="high"),
        "value is 'high': give a number",
    ),
    "no baseline": (
        lambda: xai.Attribution.from_captum(SCORES, ["a", "b"], target="x", baseline_value=None),
        "baseline_value is None: give a number",
    ),
    "no reduction": (
        lambda: xai.Attribution.from_captum(SCORES, ["a", "b"], target="x", reduce=["sum"]),
        r"There is no reduce=\['sum'\]",
    ),
    "half an output": (lambda: xai.Attribution.from_shap(EXPLAINED, 0.5), "There is no output 0.5: there are 0"),
}

KEY = xai.lesson.strongest_key(0, 0, query=1)
LESSONS = {
    "no question": (lambda: xai.lesson.predict(None, attention(), answer=KEY), "The question is empty"),
    "no hints": (lambda: xai.lesson.predict("?", attention(), answer=KEY, hints=None), "hints is None: give a list"),
    "one name": (lambda: xai.lesson.predict("?", attention(), answer=KEY, among="a"), "among is 'a': give a list"),
    "no number of picks": (lambda: xai.lesson.predict("?", attention(), answer=KEY, pick=None), "3 choices: None of"),
    "no name": (lambda: xai.lesson.Lesson(None), "The lesson has no name"),
    "presets as a list": (lambda: xai.lesson.presets(widget(), ["layer 0"]), "give a dict with names"),
    "a preset of nothing": (lambda: xai.lesson.presets(widget(), {"first": None}), "Preset 'first' is None"),
    "no function": (lambda: xai.lesson.largest(None), "None is no function"),
    "no answer": (lambda: xai.lesson.model_says(None), "answers with a text; None came"),
    "no tolerance": (lambda: xai.lesson.check("?", 3.0, tolerance=None), "tolerance is None: give how far"),
    "no bound": (lambda: xai.lesson.shows_head("induction", above=90), "above is 90: a score of a head is between"),
    "no number to answer with": (lambda: xai.lesson.check("?", 3.0).answer("nan"), "'nan' is not a number"),
    "a number without end": (lambda: xai.lesson.check("?", 3.0).answer(float("inf")), "inf is not a number"),
    "a state that is none": (
        lambda: xai.lesson.check("?", xai.lesson.shows_head("previous_token", above=0.9), widget()).answer(3),
        "3 is no state: give a dict of traits",
    ),
}


@pytest.mark.parametrize(
    ("call", "words"),
    [
        pytest.param(*case, id=f"{room}: {name}")
        for room, cases in (
            ("map", MAPS),
            ("text", TEXTS),
            ("alignment", ALIGNMENTS),
            ("generation", GENERATIONS),
            ("attribution", ATTRIBUTIONS),
            ("picture", PICTURES),
            ("widget", WIDGETS),
            ("interop", OTHERS),
            ("lesson", LESSONS),
        )
        for name, case in cases.items()
    ],
)
def test_what_cannot_be_used_is_refused_in_words(call, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(xai.InputError, match=words):
        call()
    assert list(tmp_path.iterdir()) == []


def test_one_head_is_given_as_it_is():
    for one in (1, np.int64(1), [1], np.array([1, 1])):
        shown = widget(heads=one)
        assert shown.heads == [1]
        shown.close()


def test_whole_numbers_of_numpy_are_whole_numbers():
    generation = written(top=np.int64(3), num_beams=np.int64(2))
    assert len(generation.steps[0].candidates) == 3
    assert generation.row(np.int64(1)) == generation.row(1)
    assert generation.force(np.int64(1), generation.ids[1]).ids == generation.ids
    assert generation.beam(np.int64(0)).ids == generation.beam(0).ids
    assert written(forced=[np.int64(5)]).ids[0] == 5
    assert (
        generation_models.explainer("gpt2").attribute(TEXT, max_new_tokens=np.int64(2)).step(np.int64(1)).steps is None
    )
    assert np.int64(2) in xai.TokenSpan(1, 3)
    assert "2" not in xai.TokenSpan(1, 3)
    assert xai.lesson.predict("?", attention(), answer=KEY).answer(np.int64(0)).given == "a"
    two = [np.int64(0), np.int64(2)]
    shown = widget(part={"query": two, "key": two}, selection=[{"side": "key", "start": two[0], "stop": two[1]}])
    assert "<svg" in svg_of(shown)
    # They travel as JSON, which has no numbers of numpy.
    assert json.loads(json.dumps([shown.part, shown.selection])) == [shown.part, shown.selection]
    shown.close()


def test_a_colour_of_numpys_numbers_travels_as_json():
    pair = (np.int64(1), np.int64(0))
    shown = xai.TranslationWidget(
        explainer=generation_models.explainer("bart"), source=TEXT, max_new_tokens=2, colours=pair
    )
    assert json.loads(json.dumps(shown.colours)) == [{"what": "attention", "layer": 1, "head": 0}]
    shown.close()
