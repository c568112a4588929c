"""What the third lesson says of the demo models is so."""

from __future__ import annotations

import numpy as np
import pytest

import xai_widgets as xai
from xai_widgets.generation.step_scores import scores_of_attention

SENTENCE = "The small red car is not expensive."
NOUN_HEAD = (1, 2)


@pytest.fixture(scope="module")
def translation() -> xai.Explainer:
    return xai.demo("translation")


@pytest.fixture(scope="module")
def language_model() -> xai.Explainer:
    return xai.demo("language-model")


def looked_at(generation: xai.Generation, layer: int, head: int) -> dict[str, str]:
    """For each token that was written the source's token that a head looks at most while it is written."""
    scores = scores_of_attention(generation, generation.attention(), layer, head).source
    scores = np.where(generation.prompt.special, -1, scores)
    names = [text.strip() for text in generation.prompt.text]
    return {text.strip(): names[int(row.argmax())] for text, row in zip(generation.tokens.text, scores, strict=True)}


def test_words_change_places(translation):
    found = looked_at(translation.generate(SENTENCE), 2, 3)
    assert found == {
        "La": "The", "petite": "small", "voiture": "car", "rouge": "red", "n'": "not", "est": "is", "pas": "not",
        "chère": "expensive", ".": ".", "</s>": found["</s>"],
    }  # fmt: skip


def test_one_word_goes_wrong_with_the_mean_of_all_heads(translation):
    truth = xai.Alignment.from_pharaoh(
        "0-0 1-1 3-2 2-3 5-4 4-5 5-6 6-7 7-8",
        source=["The", "small", "red", "car", "is", "not", "expensive", "."],
        target=["La", "petite", "voiture", "rouge", "n'", "est", "pas", "chère", "."],
    )
    widget = xai.TranslationWidget(explainer=translation, source=SENTENCE, reference=truth)
    assert set(widget.alignment.pairs) - set(truth.pairs) == {(1, 0)}

    def rate(colour):
        widget.colours = [colour]
        return widget.alignment.error_rate(truth)

    assert rate((2, 3)) == rate("occlusion") == 0
    assert rate(NOUN_HEAD) > 0.7
    assert rate("gradient_x_input") > 0.3


def test_a_head_looks_at_the_noun(translation):
    found = looked_at(translation.generate(SENTENCE), *NOUN_HEAD)
    assert [found[word] for word in ("La", "petite", "rouge", "chère")] == ["car"] * 4
    forms = {text: translation.generate(f"an old {text}").text for text in ("man", "woman", "horse", "bird")}
    assert forms == {
        "man": "un vieil homme",
        "woman": "une vieille femme",
        "horse": "un vieux cheval",
        "bird": "un vieil oiseau",
    }


def test_where_that_head_looks_is_not_what_decides(translation):
    generation = translation.generate("The key of the garden is old.")
    assert generation.text == "La clé du jardin est vieille."
    step = generation.tokens.text.index(" vieille")
    assert looked_at(generation, *NOUN_HEAD)["vieille"] == "garden"
    attribution = generation.attribute(step, target=("vieille", "vieux"), method="occlusion")
    scores = dict(zip(attribution.tokens.text, attribution.scores.tolist(), strict=True))
    assert scores[" ke"] > 0
    assert scores["y"] > 0
    assert scores[" garden"] < 0
    assert attribution.second.scores[attribution.second.tokens.text.index("La")] > 0


def test_what_it_has_never_seen_it_makes_up(translation):
    generation = translation.generate("The dog drives the wall.", num_beams=4)
    chances = {step.text.strip(): step.probability for step in generation.steps}
    assert chances["chien"] > 0.99
    assert chances["aime"] < 0.6
    assert chances["les"] > 0.99
    assert chances["sacs"] < 0.5
    assert len(generation.beams.finished) == 4
    assert any(beam.state == "dropped" for beam in generation.beams.at(2))


def test_a_forced_article_changes_nothing_behind_it(translation):
    forced = translation.generate("The house is old.", forced=["Le"])
    assert forced.text == "Le maison est vieille."
    assert forced.steps[0].probability < 0.001
    scored = translation.score("The house is old.", "La maison est vieux.")
    assert scored.steps[3].probability < 0.01
    assert scored.steps[3].candidates[0].text.strip() == "vieille"
    assert np.mean([step.probability for index, step in enumerate(scored.steps) if index != 3]) > 0.99


def test_the_verb_looks_at_its_subject(language_model):
    for prompt, subject, plural in (
        ("The keys to the old cabinet", " keys", True),
        ("The key to the old cabinets", " key", False),
    ):
        generation = language_model.generate(prompt, max_new_tokens=6)
        assert generation.steps[0].text == (" are" if plural else " is")
        row = scores_of_attention(generation, generation.attention(), 1, 0).source[0]
        assert generation.prompt.text[int(row.argmax())] == subject


def test_the_induction_head_looks_at_what_comes_next(language_model):
    generation = language_model.generate("red kite lamp red kite", max_new_tokens=6)
    scores = scores_of_attention(generation, generation.attention(), 1, 2)
    names = [text.strip() for text in (*generation.prompt.text, *generation.tokens.text)]
    for text, row in zip(generation.tokens.text, np.hstack([scores.source, scores.written]), strict=True):
        assert names[int(np.nanargmax(row))] == text.strip()
