"""What the lesson's own widgets have in common: their code, their payload, and what they look like."""

from __future__ import annotations

import traitlets as t

from xai_widgets.widgets.base_widget import BaseWidget
from xai_widgets.widgets.bundle import bundle


class LessonView(BaseWidget):
    """A widget of the lesson's bundle; the kind of its payload says which."""

    _code = bundle("lesson.js")
    _css = bundle("lesson.css")

    payload = t.Dict().tag(sync=True)
    theme = t.Enum(("auto", "light", "dark"), "auto").tag(sync=True)
    presenter = t.Bool(False).tag(sync=True)
