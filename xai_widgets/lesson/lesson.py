"""Lesson: the questions of a notebook, what was answered, and the file that a student hands in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import traitlets as t

from xai_widgets.errors import InputError
from xai_widgets.files import PathLike, suffix_of, written
from xai_widgets.kept import heading
from xai_widgets.lesson.asking import check, predict
from xai_widgets.lesson.kept import KeepsItself
from xai_widgets.lesson.lesson_view import LessonView
from xai_widgets.lesson.preset_buttons import PresetButtons, presets
from xai_widgets.lesson.question import Question
from xai_widgets.widgets.live_widget import LiveWidget
from xai_widgets.widgets.wire import WIRE_VERSION


class Lesson(KeepsItself, LessonView):
    """The questions of one notebook. Shown in a cell it lists them, and saves the answers as a file::

        lesson = xai.lesson.Lesson("04 Heads that do something")
        lesson.predict("...", widget, answer=xai.lesson.strongest_key(0, 1, query=-1))
        ...
        lesson                              # in the last cell: what was answered, and a button to save it
        lesson.export("answers.json")       # the same from Python

    A question that is asked again (its cell was run again) begins anew; until it is answered anew, the earlier answer
    counts.

    Args:
        name: what the answers are of.
        student: whose they are; it can be typed in the view too.
        theme, presenter: what its questions and their widgets look like.

    Attributes:
        name: as given.
        student: a trait that works both ways.
    """

    student = t.Unicode("").tag(sync=True)

    def __init__(self, name: str, *, student: str = "", theme: str = "auto", presenter: bool = False) -> None:
        if not isinstance(name, str) or not name.strip():
            raise InputError("The lesson has no name: give one, it stands in the file of answers.")
        self.name = name
        self._asked: dict[str, list[Question]] = {}
        super().__init__(student=student, theme=theme, presenter=presenter)
        self._tell()

    def _words(self) -> str:
        answered = sum(question.progress.verdict is not None for question in self.questions)
        return f"{self.name}: {answered} of {len(self.questions)} questions answered. Run the cells to answer."

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions that count, in the order in which they were first asked."""
        return tuple(_counting(asked) for asked in self._asked.values())

    def predict(self, question: str, shown: Any, **options: Any) -> Question:
        """A prediction of this lesson: see ``xai.lesson.predict``."""
        return self._add(predict(question, shown, **self._looks(options)))

    def check(self, question: str, answer: Any, of: Any = None, **options: Any) -> Question:
        """A check of this lesson: see ``xai.lesson.check``."""
        return self._add(check(question, answer, of, **self._looks(options)))

    def presets(self, widget: LiveWidget[Any], named: Mapping[str, Mapping[str, Any]]) -> PresetButtons:
        """Buttons for named views of a widget: see ``xai.lesson.presets``."""
        return presets(widget, named, theme=self.theme, presenter=self.presenter)

    def answers(self) -> list[dict[str, Any]]:
        """What was answered: for each question a dict.

        Keys: ``question``; ``kind`` ("prediction" or "check"); ``answer`` in words, None where none was given;
        ``right``: True, False, or None for open and "not sure"; ``verdict``: what was said to it; ``attempts`` and
        ``hints``: how many; ``not_sure``: whether it was said; ``asked`` and ``answered``: when, in UTC;
        ``seconds`` between them; ``log``: every attempt with its answer, whether it was right, and when.
        """
        return [question.record() for question in self.questions]

    def solutions(self) -> dict[str, str]:
        """What is right, for each question, from the live results: for the teacher."""
        return {question.text: question.solution() for question in self.questions}

    def document(self) -> dict[str, Any]:
        """What ``export`` writes: format, version and software; ``lesson``, ``student``, ``exported``; ``answers``."""
        exported = datetime.now(UTC).isoformat(timespec="seconds")
        about = {"lesson": self.name, "student": self.student, "exported": exported}
        return heading("answers") | about | {"answers": self.answers()}

    def export(self, path: PathLike) -> None:
        """Writes the answers into a ``.json`` file, whole or not at all.

        Raises:
            InputError: another suffix.
            FileError: it cannot be written; the message says why.
        """
        suffix_of(path, {".json": None})
        with written(path) as file:
            file.write(json.dumps(self.document(), indent=2, ensure_ascii=False).encode())

    def _looks(self, options: dict[str, Any]) -> dict[str, Any]:
        return {"theme": self.theme, "presenter": self.presenter} | options

    def _add(self, question: Question) -> Question:
        self._asked.setdefault(question.text, []).append(question)
        question.told = self._tell
        self._tell()
        return question

    @t.observe("student")
    def _named(self, _change: Any) -> None:
        self._tell()

    def _tell(self) -> None:
        self.payload = {"v": WIRE_VERSION, "kind": "lesson", "meta": self.document()}
        self._keep_anew()


def _counting(asked: list[Question]) -> Question:
    """The last that was answered, or the last."""
    return next((question for question in reversed(asked) if question.progress.attempts), asked[-1])
