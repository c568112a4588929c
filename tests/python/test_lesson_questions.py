"""Predictions and checks: what may be answered, what is said to it, and that it is true of the live result."""

from __future__ import annotations

import ipywidgets
import numpy as np
import pytest

import xai_widgets as xai
from xai_widgets.lesson.question_view import QuestionView

TOKENS = ["<s>", "red", "kite", "red"]
# Row by row what a query takes from each key; the last one sees everything.
WEIGHTS = np.array([[1.0, 0, 0, 0], [0.75, 0.25, 0, 0], [0.25, 0.25, 0.5, 0], [0.0625, 0.125, 0.5, 0.3125]], np.float32)


def a_map(weights=WEIGHTS) -> xai.AttentionMap:
    tokens = xai.TokenSequence.from_strings(TOKENS)
    return xai.AttentionMap.from_tensors([np.stack([weights, np.eye(4, dtype=np.float32)])], tokens)


def asked(**options) -> xai.lesson.Question:
    options = {"answer": xai.lesson.strongest_key(0, 0, query=-1), "hints": ("one", "two", "three")} | options
    return xai.lesson.predict("Which one?", a_map(), **options)


def shown_below(question) -> list:
    return [child for child in question.children if not isinstance(child, QuestionView)]


# What can be picked


def test_the_choices_are_the_tokens_that_the_query_can_see():
    question = asked(answer=xai.lesson.strongest_key(0, 0, query="kite"))
    meta = question.children[0].payload["meta"]
    assert [choice["label"] for choice in meta["choices"]] == ["<s>", "red", "kite"]
    assert [choice["special"] for choice in meta["choices"]] == [True, False, False]
    assert [choice["note"] for choice in meta["choices"]] == ["", "", "looks"]
    assert (meta["ask"], meta["pick"], meta["hints"], meta["reveals"]) == ("choice", 1, 3, True)


def test_only_some_of_the_tokens():
    question = asked(among=["kite", "<s>"])
    assert [choice["label"] for choice in question.children[0].payload["meta"]["choices"]] == ["<s>", "kite"]
    assert question.answer("kite").right


def test_what_is_right_is_not_on_the_page_before_it_is_answered():
    view = asked().children[0]
    state = view.get_state()
    assert "0.5" not in str({name: value for name, value in state.items() if not name.startswith("_")})
    assert (view.verdict, view.hints) == (None, [])


# What is said


def test_a_right_answer_is_told_the_live_number():
    verdict = asked().answer("kite")
    assert verdict == xai.lesson.Verdict(
        True, "Yes. In layer 0, head 0, the second “red” takes most from “kite” (0.50).", "kite"
    )


def test_a_wrong_answer_is_told_what_the_map_shows():
    question = asked()
    verdict = question.answer(1)
    assert verdict.right is False
    assert verdict.words == (
        "You said the first “red” (0.12). In layer 0, head 0, the second “red” takes most from “kite” (0.50)."
    )
    assert question.children[0].verdict["numbers"] == ["0.06", "0.12", "0.50", "0.31"]
    assert question.children[0].verdict["best"] == [2]


def test_not_sure_is_an_answer():
    verdict = asked().answer(None)
    assert verdict == xai.lesson.Verdict(None, "In layer 0, head 0, the second “red” takes most from “kite” (0.50).")


def test_several_are_picked():
    question = asked(pick=2)
    assert question.answer(["kite", 3]).right
    wrong = asked(pick=2).answer(["kite", "<s>"])
    assert wrong.words.startswith("You said “kite” (0.50) and “<s>” (0.06): 1 of 2. ")
    assert wrong.words.endswith("takes most from “kite” (0.50) and the second “red” (0.31).")


def test_equal_numbers_are_all_right():
    weights = WEIGHTS.copy()
    weights[3] = [0, 0.5, 0.5, 0]
    for picked in (1, 2):
        question = xai.lesson.predict("?", a_map(weights), answer=xai.lesson.strongest_key(0, 0, query=-1))
        assert question.answer(picked).right


def test_numbers_that_look_alike_get_more_digits():
    weights = WEIGHTS.copy()
    weights[3] = [0, 0.4991, 0.4995, 0.0014]
    question = xai.lesson.predict("?", a_map(weights), answer=xai.lesson.strongest_key(0, 0, query=-1))
    assert question.answer(1).words.startswith("You said the first “red” (0.499). ")
    assert question.progress.verdict.words.endswith("takes most from “kite” (0.500).")


def test_small_numbers_keep_two_digits_that_say_something():
    question = xai.lesson.predict(
        "?", a_map(), answer=xai.lesson.largest(lambda _map: {"a": 0.00034, "b": 0.00012}), among=["a", "b"]
    )
    assert question.answer("a").words == "Yes. The answer is “a” (0.00034)."


# The map appears afterwards


def test_the_map_appears_with_the_answer():
    question = asked()
    assert shown_below(question) == []
    question.hint()
    assert shown_below(question) == []
    question.answer("kite")
    (widget,) = shown_below(question)
    assert isinstance(widget, xai.AttentionWidget)


def test_a_map_that_takes_its_time_is_made_when_it_is_needed():
    made = []

    def make():
        made.append(1)
        return a_map()

    question = xai.lesson.predict("?", make, of=a_map(), answer=xai.lesson.strongest_key(0, 0, query=-1))
    assert made == []
    question.answer("kite")
    assert made == [1]


def test_the_verdict_is_about_what_is_shown_now():
    explainer = xai.demo("language-model")
    widget = xai.AttentionWidget(explainer=explainer, text="red kite lamp red kite")
    question = xai.lesson.predict("?", widget, answer=xai.lesson.strongest_key(1, 2, query=-1))
    widget.text = "red kite cup red kite"
    assert question.answer(3).words.endswith("takes most from “cup” (1.00).")


@pytest.mark.parametrize("given", ["a", None])
def test_what_is_right_is_found_once_for_an_answer(given):
    asked_of = []

    def value(shown) -> dict[str, float]:
        asked_of.append(shown)
        return {"a": 0.75, "b": 0.25}

    question = xai.lesson.predict("?", a_map, answer=value, among=["a", "b"])
    question.answer(given)
    assert len(asked_of) == 1
    verdict = question.children[0].verdict
    assert (verdict["numbers"], verdict["best"]) == (["0.75", "0.25"], [0])


def test_a_widget_of_any_kind_can_be_shown():
    slider = ipywidgets.IntSlider()
    question = asked(of=a_map())
    other = xai.lesson.predict("?", slider, of=a_map(), answer=xai.lesson.strongest_key(0, 0, query=-1))
    other.answer("kite")
    assert shown_below(other) == [slider]
    assert shown_below(question) == []


# Hints and attempts


def test_hints_come_one_at_a_time():
    question = asked()
    assert [question.hint(), question.hint(), question.hint()] == ["one", "two", "three"]
    assert question.children[0].hints == ["one", "two", "three"]
    with pytest.raises(xai.InputError, match="no more hints"):
        question.hint()
    with pytest.raises(xai.InputError, match="has no hints"):
        asked(hints=()).hint()


def test_an_answer_that_is_none_is_no_attempt():
    question = asked()
    with pytest.raises(xai.InputError, match=r"'lamp' is not among the choices: '<s>', 'red', 'kite', 'red'"):
        question.answer("lamp")
    with pytest.raises(xai.InputError, match="stands at \\[1, 3\\] among the choices"):
        question.answer("red")
    with pytest.raises(xai.InputError, match="they are 0 to 3"):
        question.answer(4)
    with pytest.raises(xai.InputError, match="Pick 1: 2 came"):
        question.answer([0, 1])
    assert question.progress.attempts == []
    assert shown_below(question) == []


# The view


class Page:
    """The page's side of a question."""

    def __init__(self, question) -> None:
        self.view = question.children[0]
        self.answers: list[dict] = []
        self.view.send = lambda content, _buffers=None: self.answers.append(content)

    def ask(self, **request) -> dict:
        message = {"type": "request", "id": str(len(self.answers)), "request": request}
        self.view._handle_custom_msg(message, [])
        return self.answers[-1]


def test_the_view_answers_and_asks_for_hints():
    question = asked()
    page = Page(question)
    assert page.ask(what="hint")["ok"]
    assert page.view.hints == ["one"]
    assert page.ask(what="answer", given=[2])["ok"]
    assert page.view.verdict["right"] is True
    assert page.view.verdict["over"] is True
    assert (page.view.chosen, page.view.attempts) == ([2], 1)


def test_what_goes_wrong_is_said_in_the_view():
    page = Page(asked())
    assert page.ask(what="answer", given=[7])["message"] == "There is no choice 7: they are 0 to 3."
    assert page.view.verdict is None


# Checks


def test_a_number():
    question = xai.lesson.check("?", lambda attention: float(attention.weights(0, 0)[3, 2]), a_map(), tolerance=0.01)
    assert question.children[0].payload["meta"]["ask"] == "number"
    assert question.answer("0,3").words == "0.3 is too small."
    assert question.answer(0.9).words == "0.9 is too large."
    assert not question.is_over
    assert question.answer("0.505").words == "Yes. It is 0.5."
    assert question.is_over
    assert question.record()["attempts"] == 3
    with pytest.raises(xai.InputError, match="'many' is not a number"):
        question.answer("many")


def test_a_text():
    question = xai.lesson.check("?", "Lamp")
    assert question.answer("kite").words == "Not “kite”."
    assert question.answer(" lamp ").right
    with pytest.raises(xai.InputError, match="is empty"):
        question.answer(" ")


def test_a_wrong_pick_is_told_nothing_of_what_is_right():
    question = xai.lesson.check("?", xai.lesson.strongest_key(0, 0, query=-1), a_map())
    assert question.answer("<s>").words == "Not “<s>” (0.06)."
    view = question.children[0]
    assert (view.verdict["best"], view.verdict["numbers"], view.verdict["over"]) == ([], [], False)
    assert question.answer(None).words == "In layer 0, head 0, the second “red” takes most from “kite” (0.50)."
    assert view.verdict["over"]


def test_a_head_that_is_found_by_its_score():
    previous = np.eye(4, k=-1, dtype=np.float32)
    previous[0, 0] = 1
    weights = [np.stack([WEIGHTS, previous])]
    attention = xai.AttentionMap.from_tensors(weights, xai.TokenSequence.from_strings(TOKENS))
    widget = xai.AttentionWidget(attention=attention)
    question = xai.lesson.check("?", xai.lesson.shows_head("previous_token", above=0.9), widget)
    assert question.children[0].payload["meta"]["ask"] == "state"
    assert shown_below(question) == [widget]
    assert question.answer({}).words == "The view shows heads 0, 1: leave one alone on, then check again."
    # By hand: rows 2 and 3 have a token before them that is not special, and give it 0.25 and 0.5.
    assert question.answer({"heads": [0]}).words == (
        "In this text layer 0, head 0 has a previous-token score of 0.38, which is not above 0.9."
    )
    assert (
        question.answer({"heads": [1]}).words == "Yes. In this text layer 0, head 1 has a previous-token score of 1.00."
    )
    assert question.record()["answer"] == "layer 0, head 1"
    assert question.solution() == "In this text the highest previous-token score is that of layer 0, head 1: 1.00."


def test_a_text_that_cannot_be_scored():
    attention = xai.AttentionMap.from_tensors([WEIGHTS[None, :3, :3]], ["a", "b", "c"])
    widget = xai.AttentionWidget(attention=attention, heads=[0])
    question = xai.lesson.check("?", xai.lesson.shows_head("induction", above=0.5), widget)
    assert question.answer({}).words == "This text has nothing to measure the induction score on: type another."


def test_a_text_that_the_model_answers_as_asked():
    widget = xai.AttributionWidget(explainer=xai.demo("sentiment"), text="The soup was good.", method="saliency")
    question = xai.lesson.check("?", xai.lesson.model_says("negative"), widget)
    assert question.answer({}).words == (
        "The model answers “positive” (probability 1.00) to “The soup was good.”, not “negative”."
    )
    assert question.answer({"text": "The soup was not good."}).right
    assert question.record()["answer"] == "The soup was not good."


@pytest.mark.parametrize(
    ("judge", "right", "words"),
    [
        (lambda widget: widget.layer == 0, True, "Yes."),
        (lambda widget: widget.layer == 1, False, "Not yet."),
        (lambda widget: (np.bool_(True), f"layer {widget.layer}"), True, "layer 0"),
        (lambda _widget: np.bool_(False), False, "Not yet."),
        (lambda _widget: xai.lesson.Verdict(True, "so it is"), True, "so it is"),
    ],
)
def test_a_state_that_a_function_knows(judge, right, words):
    question = xai.lesson.check("?", judge, xai.AttentionWidget(attention=a_map()))
    verdict = question.answer({})
    assert (verdict.right, verdict.words) == (right, words)


def test_a_trait_that_the_widget_does_not_have():
    question = xai.lesson.check("?", lambda _widget: True, xai.AttentionWidget(attention=a_map()))
    with pytest.raises(xai.InputError, match="AttentionWidget has no 'colour' to set"):
        question.answer({"colour": 1})


def test_a_widget_that_stands_elsewhere_is_not_shown_again():
    widget = xai.AttentionWidget(attention=a_map())
    assert shown_below(xai.lesson.check("?", 1, widget, show=False)) == []
    assert shown_below(xai.lesson.check("?", 1, widget.attention)) == []


# Mistakes of whoever writes a lesson


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"answer": "kite"}, "answer is 'kite': give a function of what is shown"),
        ({"answer": lambda _map: "a"}, "needs names to pick from"),
        ({"answer": xai.lesson.strongest_key(0, 7, query=-1)}, "heads are 0 to 1"),
        ({"answer": xai.lesson.strongest_key(0, 0, query="lamp")}, "There is no token 'lamp'"),
        ({"answer": xai.lesson.strongest_key(0, 0, query="red")}, r"stands at the positions \[1, 3\]"),
        ({"answer": xai.lesson.strongest_key(0, 0, query=9)}, "positions are 0 to 3"),
        ({"answer": xai.lesson.strongest_token()}, "asks for the scores of tokens, and AttentionMap came"),
        ({"answer": xai.lesson.written_from(0, 0, 0)}, "asks for what a model wrote, and AttentionMap came"),
        ({"among": ["lamp"]}, r"\['lamp'\] cannot be picked"),
        ({"pick": 4}, "There are 4 choices: 4 of them cannot be picked"),
        ({"hints": "one text"}, "hints is 'one text': give a list of texts"),
    ],
)
def test_mistakes_are_said_when_the_question_is_made(options, words):
    with pytest.raises(xai.InputError, match=words):
        asked(**options)


def test_other_mistakes():
    with pytest.raises(xai.InputError, match="The question is empty"):
        xai.lesson.check(" ", 1)
    with pytest.raises(xai.InputError, match="The answer is NoneType"):
        xai.lesson.check("?", lambda: None)
    with pytest.raises(xai.InputError, match="no head score 'syntax'"):
        xai.lesson.shows_head("syntax", above=0.5)
    with pytest.raises(xai.InputError, match="looks at the head that an AttentionWidget shows; int came"):
        xai.lesson.check("?", xai.lesson.shows_head("induction", above=0.5), 3)
    with pytest.raises(xai.InputError, match="direction is 'up'"):
        xai.lesson.strongest_token("up")
    question = xai.lesson.predict("?", 3, of=a_map(), answer=xai.lesson.strongest_key(0, 0, query=-1))
    with pytest.raises(xai.InputError, match="There is nothing to show: int came"):
        question.answer("kite")
    assert question.progress.attempts == []


def test_an_answer_that_names_what_cannot_be_picked():
    question = asked(answer=lambda _map: {"c": 1.0}, among=["a", "b"])
    with pytest.raises(xai.InputError, match="'c' is not among the choices: 'a', 'b'"):
        question.answer("a")
