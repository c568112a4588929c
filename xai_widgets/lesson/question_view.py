"""QuestionView: a question on the page, with what can be picked or typed, the hints so far and the verdict."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import traitlets as t

from xai_widgets.lesson.lesson_view import LessonView
from xai_widgets.widgets.requests import Arrays, Requests


class QuestionView(LessonView):
    """The page's side of a Question: it shows what it is told, and asks ``answer`` and ``hint``.

    What is right is told with the verdict, and each hint when it is asked for: the page holds neither before.
    """

    chosen = t.List(t.Int()).tag(sync=True)
    attempts = t.Int(0).tag(sync=True)
    hints = t.List(t.Unicode()).tag(sync=True)
    verdict: t.Dict[str, Any] | None = t.Dict(default_value=None, allow_none=True).tag(sync=True)

    def __init__(self, asked: Mapping[str, Callable[[dict[str, Any]], None]], **traits: Any) -> None:
        def handler(act: Callable[[dict[str, Any]], None]) -> Callable[[str, dict[str, Any]], Arrays]:
            def handle(_identity: str, request: dict[str, Any]) -> Arrays:
                act(request)
                return []

            return handle

        self._requests = Requests(
            lambda content, buffers: self.send(content, buffers), {what: handler(act) for what, act in asked.items()}
        )
        super().__init__(**traits)
        self.on_msg(lambda _widget, content, _buffers: self._requests.receive(content))
