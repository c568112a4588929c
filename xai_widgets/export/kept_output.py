"""What a widget leaves in a saved notebook, so that something is there when no kernel is.

An output of its own: HTML that holds the view with what was looked at, and in it a picture for readers that run no
scripts (an untrusted notebook, a preview, e-mail); a PNG image for those that take no HTML (a PDF export); and words
for those that take neither.
"""

from __future__ import annotations

import time
from typing import Any

from xai_widgets.export.kept_answers import fitting, view_of
from xai_widgets.export.kept_picture import KeptPicture
from xai_widgets.export.page import page_script, page_styles, title_of
from xai_widgets.export.page_content import PageContent
from xai_widgets.settings import Settings
from xai_widgets.widgets.live_widget import LiveWidget

_SHARE = 4
"""A PNG image may take one part in so many of the room: whoever takes HTML does not need it."""

Bundle = dict[str, str]
"""An output's data by MIME type."""


def kept_output(widget: LiveWidget[Any], settings: Settings) -> Bundle:
    """The output's data, of at most ``settings.keep_bytes`` bytes together, but for the words.

    What there is no room for is left out: first what was looked at longest ago, then the view, then the picture.
    """
    data = {"text/plain": f"{title_of(widget)}. Run the cell to see it live."}
    if settings.keep == "nothing":
        return data
    room = settings.keep_bytes
    drawn = KeptPicture(widget)
    picture = drawn.html()
    if len(picture) <= room:
        image = drawn.png()
        if 0 < len(image) <= room // _SHARE:
            data["image/png"] = image
            room -= len(image)
        data["text/html"] = f'<div class="xai-kept">{picture}</div>'
    if settings.keep == "view":
        frame = _frame(picture if "text/html" in data else "")
        content = fitted(widget, room - sum(len(part) for part in frame))
        if content is not None:
            data["text/html"] = content.join(frame)
    return data


def fitted(widget: LiveWidget[Any], room: int) -> str | None:
    """The view with as many answers as fit into so many letters; None where there is no room for the view itself."""
    bare = PageContent.of(widget, ()).packed()
    if len(bare) > room:
        return None
    answers = fitting(widget, room - len(bare))
    while answers:
        packed = PageContent.of(widget, answers, **view_of(widget, answers)).packed()
        if len(packed) <= room:
            return packed
        answers.pop()
    return bare


def opening() -> str:
    """How the HTML of what is kept begins, up to further attributes: ``js/page/notebook_place.ts`` reads it."""
    return f'<div class="xai-kept" data-xai-place="notebook" data-xai-at="{round(1000 * time.time())}"'


def closing(element: str) -> str:
    """How it goes on behind its attributes: the styles, what is seen, and the script that chooses when it is."""
    return f"><style>{page_styles()}</style>{element}<script>{page_script()}</script></div>"


def _frame(picture: str) -> tuple[str, str]:
    """The HTML before and after what a view holds."""
    return f'{opening()} data-xai="', f'"{closing(picture)}'
