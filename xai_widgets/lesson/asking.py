"""predict and check: the two ways to ask a question in a notebook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from numbers import Real
from typing import Any

import numpy as np

from xai_widgets.errors import InputError
from xai_widgets.lesson.answer import Answer, OfNames, Told
from xai_widgets.lesson.judges import ChoiceJudge, Judge, NumberJudge, StateJudge, TextJudge
from xai_widgets.lesson.question import Question
from xai_widgets.lesson.results import is_widget, widget_of
from xai_widgets.lesson.states import OwnState, State
from xai_widgets.lesson.truth import Verdict


def predict(
    question: str,
    shown: Any,
    *,
    answer: Answer | Callable[[Any], Told],
    among: Sequence[str] | None = None,
    pick: int = 1,
    of: Any = None,
    hints: Sequence[str] = (),
    theme: str = "auto",
    presenter: bool = False,
) -> Question:
    """A prediction: the student answers first, and only then the map appears.

    There is one attempt, and "I am not sure" is an answer. A wrong one is no error: the verdict says what the map
    shows, with the numbers of what was picked and of what is right, taken from the live result at that moment::

        xai.lesson.predict(
            "In layer 1, head 2: which token does the last “kite” look at?",
            xai.AttentionWidget(explainer=model, text="red kite lamp red kite", layer=1, heads=[2]),
            answer=xai.lesson.strongest_key(1, 2, query=-1),
        )

    Args:
        question: what is asked.
        shown: what appears once it is answered: a widget, an AttentionMap, an Attribution or a Generation; or a
            function without arguments that makes one, called when it is needed.
        answer: how the right answer is found: ``strongest_key``, ``strongest_query``, ``strongest_token``,
            ``likeliest``, ``largest``; or a function of what the question is about that gives the right name of
            ``among``, or a number for each.
        among: names to pick from; or only these of the tokens. Default: all tokens that ``answer`` may name.
        pick: how many are to be picked.
        of: what the question is about, where that is not what is shown; a widget stands for what it shows. A function
            of your own gets it as it is given.
        hints: told one at a time; three are a good number.
        theme, presenter: as of every widget.

    Raises:
        InputError: an answer that is not computed, or that does not go with what it is asked of.
    """
    if not callable(answer) and not isinstance(answer, Answer):
        raise InputError(
            f"answer is {answer!r}: give a function of what is shown, so that the verdict is always true of it. "
            "xai.lesson.strongest_key, strongest_token and likeliest make such functions."
        )
    made = _once(shown)
    judge = ChoiceJudge(
        answer if isinstance(answer, Answer) else OfNames(answer),
        made if of is None else _once(of),
        among=among,
        pick=pick,
        telling=True,
    )

    def reveal() -> Any:
        return _presented(widget_of(made()), presenter)

    return Question(question, judge, kind="prediction", hints=hints, reveal=reveal, theme=theme, presenter=presenter)


def check(
    question: str,
    answer: Any,
    of: Any = None,
    *,
    among: Sequence[str] | None = None,
    pick: int = 1,
    tolerance: float = 0.01,
    show: bool = True,
    hints: Sequence[str] = (),
    theme: str = "auto",
    presenter: bool = False,
) -> Question:
    """A check of what was understood: as many attempts as it takes, scored from what is live at each of them.

    A wrong answer is told what it is, not what is right; whoever is not sure can ask for that::

        xai.lesson.check(
            "Step to a head that looks one back in almost all of its rows, and leave it alone on.",
            xai.lesson.shows_head("previous_token", above=0.9),
            xai.AttentionWidget(explainer=model, text="red kite lamp red kite"),
        )

    Args:
        question: what is asked.
        answer: a number or a text, or a function that gives one of ``of``; ``strongest_key`` and its kin, to pick a
            token; for a state of a widget ``shows_head``, ``model_says``, or a function that gives True, False or
            ``(right, words)``.
        of: what the question is about: a widget, or a result. A function of your own gets it as it is given, or
            nothing where there is none.
        among, pick: as of ``predict``.
        tolerance: how far a number may be off.
        show: whether a widget that the question is about stands below it.
        hints: told one at a time.
        theme, presenter: as of every widget.

    Raises:
        InputError: an answer that does not go with what it is asked of.
    """
    judge = _judge(answer, of, among, pick, tolerance)
    below = [_presented(of, presenter)] if show and is_widget(of) else []
    return Question(question, judge, kind="check", hints=hints, shown=below, theme=theme, presenter=presenter)


def _judge(answer: Any, of: Any, among: Sequence[str] | None, pick: int, tolerance: float) -> Judge:
    if isinstance(answer, State):
        answer.judge(of)  # says at once where it cannot look
        return StateJudge(answer, of)
    if isinstance(answer, Answer) or among is not None:
        asked = answer if isinstance(answer, Answer) else OfNames(answer)
        return ChoiceJudge(asked, lambda: of, among=among, pick=pick, telling=False)

    def value() -> Any:
        if not callable(answer):
            return answer
        return answer() if of is None else answer(of)

    first = value()
    if isinstance(first, bool | np.bool_ | tuple | Verdict):
        return StateJudge(OwnState(lambda _widget: value()), of)
    if isinstance(first, Real):
        return NumberJudge(lambda: float(value()), tolerance)
    if isinstance(first, str):
        return TextJudge(value)
    raise InputError(
        f"The answer is {type(first).__name__}: give a number, a text, True or False for a state, or a function that "
        "gives one."
    )


def _once(given: Any) -> Callable[[], Any]:
    """What is given, or what a function without arguments makes, made once."""
    if callable(given):
        return cache(given)
    return lambda: given


def _presented(widget: Any, presenter: bool) -> Any:
    """A widget in the question's own size."""
    if presenter and widget.has_trait("presenter"):
        widget.presenter = True
    return widget
