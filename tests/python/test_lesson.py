"""Lessons: what is collected, the file that is handed in, presets, large type and locked controls."""

from __future__ import annotations

import json
from datetime import datetime

import numpy as np
import pytest

import xai_widgets as xai

WEIGHTS = np.tril(np.ones((4, 4), np.float32)) / np.arange(1, 5, dtype=np.float32)[:, None]


def a_map() -> xai.AttentionMap:
    return xai.AttentionMap.from_tensors([np.stack([WEIGHTS] * 2)] * 3, ["<s>", "a", "b", "c"])


@pytest.fixture
def lesson() -> xai.lesson.Lesson:
    return xai.lesson.Lesson("04 Heads")


def ask(lesson, question="Which?"):
    return lesson.predict(
        question, a_map(), answer=lambda _map: "yes", among=["yes", "no"], hints=("one", "two", "three")
    )


# What is collected


def test_answers_are_collected(lesson):
    question = ask(lesson)
    question.hint()
    question.answer("no")
    check = lesson.check("How many?", 3)
    check.answer(2)
    check.answer(3)
    ask(lesson, "And this?").answer(None)
    lesson.check("Open?", "x")
    first, second, third, fourth = lesson.answers()
    assert (first["question"], first["kind"], first["answer"], first["right"]) == ("Which?", "prediction", "no", False)
    assert first["verdict"] == "You said “no”. The answer is “yes”."
    assert (first["hints"], first["attempts"], first["not_sure"]) == (1, 1, False)
    assert (second["kind"], second["answer"], second["right"], second["attempts"]) == ("check", "3", True, 2)
    assert [one["right"] for one in second["log"]] == [False, True]
    assert (third["answer"], third["right"], third["not_sure"], third["attempts"]) == (None, None, True, 0)
    assert (fourth["answer"], fourth["verdict"], fourth["answered"], fourth["seconds"]) == (None, None, None, None)
    asked, answered = (datetime.fromisoformat(first[name]) for name in ("asked", "answered"))
    assert answered >= asked
    assert asked.tzinfo is not None


def test_a_question_that_is_asked_again_counts_by_its_last_answer(lesson):
    ask(lesson).answer("no")
    again = ask(lesson)
    assert [one["answer"] for one in lesson.answers()] == ["no"]
    again.answer("yes")
    assert [one["answer"] for one in lesson.answers()] == ["yes"]


def test_the_page_is_told(lesson):
    ask(lesson).answer("yes")
    lesson.student = "Ada"
    meta = lesson.payload["meta"]
    assert meta["answers"] == lesson.answers()
    assert (meta["lesson"], meta["student"]) == ("04 Heads", "Ada")


def test_solutions_are_for_the_teacher(lesson):
    ask(lesson)
    assert lesson.solutions() == {"Which?": "The answer is “yes”."}
    assert lesson.answers()[0]["answer"] is None


def test_questions_of_a_lesson_look_alike():
    lesson = xai.lesson.Lesson("05", presenter=True, theme="dark")
    widget = xai.AttentionWidget(attention=a_map())
    question = lesson.predict("?", widget, answer=lambda _widget: "a", among=["a", "b"])
    view = question.children[0]
    assert (view.presenter, view.theme, widget.presenter) == (True, "dark", False)
    question.answer("a")
    assert widget.presenter
    other = xai.AttentionWidget(attention=a_map())
    lesson.check("?", 1, other)
    assert other.presenter
    assert lesson.presets(other, {"first": {"layer": 0}}).presenter


# The file


def test_the_file_that_is_handed_in(lesson, tmp_path):
    lesson.student = "Ada"
    ask(lesson).answer("yes")
    lesson.export(tmp_path / "answers.json")
    document = json.loads((tmp_path / "answers.json").read_text(encoding="utf-8"))
    assert list(document) == ["format", "version", "software", "lesson", "student", "exported", "answers"]
    assert (document["format"], document["version"]) == ("xai_widgets/answers", 1)
    assert (document["lesson"], document["student"]) == ("04 Heads", "Ada")
    assert document["answers"] == lesson.answers()


def test_a_file_that_cannot_be_written(lesson, tmp_path):
    with pytest.raises(xai.InputError, match=r"ends with \.json"):
        lesson.export(tmp_path / "answers.txt")
    with pytest.raises(xai.FileError, match="there is no folder"):
        lesson.export(tmp_path / "nowhere" / "answers.json")
    assert list(tmp_path.iterdir()) == []


def test_a_lesson_has_a_name():
    with pytest.raises(xai.InputError, match="has no name"):
        xai.lesson.Lesson(" ")


# Presets


@pytest.fixture
def widget():
    return xai.AttentionWidget(attention=a_map())


def test_a_preset_sets_what_it_names(widget):
    buttons = xai.lesson.presets(widget, {"one": {"layer": 2, "heads": [1]}, "two": {"layer": 1, "threshold": 0.5}})
    assert buttons.payload["meta"] == {"names": ["one", "two"]}
    assert buttons.chosen == ""
    buttons.chosen = "one"
    assert (widget.layer, widget.heads) == (2, [1])
    buttons.apply("two")
    assert (widget.layer, widget.threshold, buttons.chosen) == (1, 0.5, "two")


def test_the_preset_on_show_is_chosen(widget):
    widget.layer, widget.heads = 1, [0]
    buttons = xai.lesson.presets(widget, {"one": {"layer": 1, "heads": [0]}})
    assert buttons.chosen == "one"
    widget.heads = [1]
    assert buttons.chosen == ""
    widget.heads = [0]
    assert buttons.chosen == "one"


def test_a_preset_asks_the_model_once():
    widget = xai.AttributionWidget(explainer=xai.demo("sentiment"), text="The soup was good.", method="saliency")
    runs = []
    widget.observe(lambda _change: runs.append(1), "payload")
    view = {"text": "The soup was not good.", "method": "gradient_x_input", "show_scores": True}
    xai.lesson.presets(widget, {"negated": view}).chosen = "negated"
    assert (widget.text, widget.method, widget.show_scores) == tuple(view.values())
    assert len(runs) == 1


def test_what_goes_wrong_in_a_preset_is_said_beside_it(widget):
    buttons = xai.lesson.presets(widget, {"bad": {"layer": 7}})
    buttons.chosen = "bad"
    assert "layers are 0 to 2" in buttons.error
    assert (buttons.chosen, widget.layer) == ("", 0)
    with pytest.raises(xai.InputError, match="layers are 0 to 2"):
        buttons.apply("bad")


def test_presets_that_cannot_be(widget):
    with pytest.raises(xai.InputError, match="There are no presets"):
        xai.lesson.presets(widget, {})
    with pytest.raises(xai.InputError, match="Preset 'x' sets 'colour'; a AttentionWidget has "):
        xai.lesson.presets(widget, {"x": {"colour": 1}})
    with pytest.raises(xai.InputError, match="for a widget of this package; AttentionMap came"):
        xai.lesson.presets(widget.attention, {"x": {"layer": 1}})
    with pytest.raises(xai.InputError, match="no preset 'y': there are 'x'"):
        xai.lesson.presets(widget, {"x": {"layer": 1}}).apply("y")


# Large type, locked controls


@pytest.mark.parametrize("kind", ["attention", "attribution", "translation"])
def test_every_widget_has_large_type_and_locks(kind):
    options = {"presenter": True, "locked": ("text", "options")}
    if kind == "attention":
        widget = xai.AttentionWidget(attention=a_map(), **options)
    elif kind == "attribution":
        widget = xai.AttributionWidget(explainer=xai.demo("sentiment"), text="good", **options)
    else:
        widget = xai.TranslationWidget(explainer=xai.demo("translation"), source="The house is old.", **options)
    assert (widget.presenter, widget.locked) == (True, ["text", "options"])
    with pytest.raises(xai.InputError, match=r"\['colour'\] cannot be locked: the controls are 'text', "):
        widget.locked = ["colour"]
    assert widget.locked == ["text", "options"]


def test_a_program_sets_what_is_locked(widget):
    widget.locked = ["layer", "heads"]
    widget.layer, widget.heads = 2, [1]
    assert (widget.layer, widget.heads) == (2, [1])
    widget.locked = "layer"
    assert widget.locked == ["layer"]
