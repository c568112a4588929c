"""Question: something asked in a notebook, with hints, attempts and a verdict from a live result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

import ipywidgets

from xai_widgets.errors import InputError
from xai_widgets.lesson.judges import ChoiceJudge, Judge
from xai_widgets.lesson.kept import KeepsItself, kept_question
from xai_widgets.lesson.question_view import QuestionView
from xai_widgets.lesson.truth import Verdict
from xai_widgets.text.characters import is_right_to_left
from xai_widgets.widgets.wire import WIRE_VERSION

Kind = Literal["prediction", "check"]
HEADINGS: dict[Kind, str] = {"prediction": "Predict first", "check": "Check"}


@dataclass(frozen=True)
class Attempt:
    """An answer that was given.

    Attributes:
        given: the answer, in words; "" for "not sure".
        right: whether it was right; None for "not sure".
        at: when, in UTC.
    """

    given: str
    right: bool | None
    at: datetime


@dataclass
class Progress:
    """How far a student has come with a question."""

    asked: datetime = field(default_factory=lambda: datetime.now(UTC))
    hints: int = 0
    attempts: list[Attempt] = field(default_factory=list)
    verdict: Verdict | None = None


# VBox comes without types.
class Question(KeepsItself, ipywidgets.VBox):  # type: ignore[misc]
    """A question with its view, and below it what it is about: from the start, or once it is answered.

    Made by ``predict`` and ``check``. A program answers it as a student does: ``question.answer("lamp")``.

    Args:
        text: the question.
        judge: who knows what is right.
        kind: "prediction" or "check".
        hints: told one at a time, when they are asked for.
        shown: what stands below from the start.
        reveal: makes what stands below once the question is answered.
        theme, presenter: as of every widget.

    Attributes:
        text, kind: as given.
        progress: attempts, hints and verdict so far.
        told: called whenever ``progress`` has changed.
    """

    def __init__(
        self,
        text: str,
        judge: Judge,
        *,
        kind: Kind,
        hints: Sequence[str] = (),
        shown: Sequence[Any] = (),
        reveal: Callable[[], Any] | None = None,
        theme: str = "auto",
        presenter: bool = False,
    ) -> None:
        if not isinstance(text, str) or not text.strip():
            raise InputError("The question is empty: write what is to be answered.")
        if isinstance(hints, str) or not isinstance(hints, Sequence):
            raise InputError(f"hints is {hints!r:.80}: give a list of texts.")
        self.text, self.kind, self.progress = text, kind, Progress()
        self.told: Callable[[], None] = lambda: None
        self._judge, self._reveal = judge, reveal
        self._hints = tuple(hints)
        self._view = QuestionView(
            {"answer": lambda request: self._give(request.get("given")), "hint": lambda _request: self._tell_hint()},
            payload=self._payload(),
            theme=theme,
            presenter=presenter,
        )
        super().__init__(children=[self._view, *shown])

    def _words(self) -> str:
        return f"{HEADINGS[self.kind]}: {self.text} Run the cell to answer."

    def _describe(self) -> tuple[str, str]:
        labels = [choice.label for choice in self._judge.choices]
        shown = [child for child in self.children if child is not self._view]
        return kept_question(self.record(), HEADINGS[self.kind], labels, shown, over=self.is_over)

    @property
    def is_over(self) -> bool:
        """Whether what is right has been told: then the view takes no more answers."""
        verdict = self.progress.verdict
        return verdict is not None and (self.kind == "prediction" or verdict.right is not False)

    def answer(self, given: Any) -> Verdict:
        """Answers the question as a student would.

        Args:
            given: a choice by its label or number, or a list of them; a number; a text; for a state of a widget a
                dict of traits to set first (``{}`` judges what the widget shows); None: not sure.

        Returns:
            What is said to it.

        Raises:
            InputError: it is no such answer; the message says what is. It does not count as an attempt.
        """
        self._give(given)
        verdict = self.progress.verdict
        assert verdict is not None
        return verdict

    def hint(self) -> str:
        """Tells the next hint.

        Raises:
            InputError: there is none left.
        """
        self._tell_hint()
        return self._hints[self.progress.hints - 1]

    def solution(self) -> str:
        """What is right, in a sentence with its numbers: for the teacher."""
        return self._judge.solution()

    def record(self) -> dict[str, Any]:
        """The question and what was answered, as ``Lesson.export`` writes it."""
        progress, last = self.progress, self.progress.attempts[-1] if self.progress.attempts else None
        verdict = progress.verdict
        return {
            "question": self.text,
            "kind": self.kind,
            "answer": last.given if last is not None and last.right is not None else None,
            "right": verdict.right if verdict is not None else None,
            "verdict": verdict.words if verdict is not None else None,
            "attempts": sum(attempt.right is not None for attempt in progress.attempts),
            "not_sure": any(attempt.right is None for attempt in progress.attempts),
            "hints": progress.hints,
            "asked": _stamp(progress.asked),
            "answered": _stamp(last.at) if last is not None else None,
            "seconds": round((last.at - progress.asked).total_seconds(), 1) if last is not None else None,
            "log": [{"answer": one.given, "right": one.right, "at": _stamp(one.at)} for one in progress.attempts],
        }

    def _give(self, given: Any) -> None:
        if given is None:
            verdict, picked = Verdict(None, self._judge.solution()), []
        else:
            answer = self._judge.read(given)
            verdict = self._judge.verdict(answer)
            picked = list(answer) if isinstance(self._judge, ChoiceJudge) else []
        if self._reveal is not None:
            self.children = (self._view, self._reveal())
            self._reveal = None
        self.progress.verdict = verdict
        self.progress.attempts.append(Attempt(verdict.given, verdict.right, datetime.now(UTC)))
        truth = self._judge.truth() if self.is_over else None
        with self._view.hold_sync():
            self._view.chosen = picked
            self._view.attempts = sum(attempt.right is not None for attempt in self.progress.attempts)
            self._view.verdict = {
                "right": verdict.right,
                "words": verdict.words,
                "over": self.is_over,
                "numbers": [] if truth is None else list(truth.numbers()),
                "best": [] if truth is None else list(truth.right(self._judge.pick)),
            }
        self.told()
        self._keep_anew()

    def _tell_hint(self) -> None:
        count = self.progress.hints
        if count == len(self._hints):
            raise InputError("There are no more hints." if count else "This question has no hints.")
        self.progress.hints = count + 1
        self._view.hints = list(self._hints[: count + 1])
        self.told()

    def _payload(self) -> dict[str, Any]:
        choices = [
            {"label": choice.label, "special": choice.special, "note": choice.note} for choice in self._judge.choices
        ]
        meta = {
            "heading": HEADINGS[self.kind],
            "question": self.text,
            "ask": self._judge.ask,
            "pick": self._judge.pick,
            "choices": choices,
            "direction": "rtl" if is_right_to_left("".join(choice.label for choice in self._judge.choices)) else "ltr",
            "hints": len(self._hints),
            "reveals": self._reveal is not None,
        }
        return {"v": WIRE_VERSION, "kind": "question", "meta": meta}


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
