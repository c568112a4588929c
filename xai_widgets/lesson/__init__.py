"""Lessons: predictions before a map appears, checks scored from live results, presets, and answers to hand in.

    lesson = xai.lesson.Lesson("04 Heads that do something")
    lesson.predict("Which token does the last “kite” look at?", widget, answer=xai.lesson.strongest_key(1, 2, query=-1))

``predict``, ``check`` and ``presets`` work without a Lesson too; then nobody collects the answers.
"""

from xai_widgets.lesson.answer import Answer, largest
from xai_widgets.lesson.answers import likeliest, strongest_key, strongest_query, strongest_token, written_from
from xai_widgets.lesson.asking import check, predict
from xai_widgets.lesson.lesson import Lesson
from xai_widgets.lesson.preset_buttons import PresetButtons, presets
from xai_widgets.lesson.question import Question
from xai_widgets.lesson.states import model_says, shows_head
from xai_widgets.lesson.truth import Verdict

__all__ = [
    "Answer",
    "Lesson",
    "PresetButtons",
    "Question",
    "Verdict",
    "check",
    "largest",
    "likeliest",
    "model_says",
    "predict",
    "presets",
    "shows_head",
    "strongest_key",
    "strongest_query",
    "strongest_token",
    "written_from",
]
