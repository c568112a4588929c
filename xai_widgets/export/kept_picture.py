"""The picture inside what a notebook keeps of a widget: small, for it stands in the file twice."""

from __future__ import annotations

import base64
import html
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any
from urllib.parse import quote

from xai_widgets.errors import XaiError
from xai_widgets.export.drawing.printing import printed
from xai_widgets.export.drawing.scene import Group, Item, Path, Rect, Scene, number
from xai_widgets.export.drawing.svg import to_svg
from xai_widgets.export.page import title_of
from xai_widgets.export.picture import scene_of
from xai_widgets.widgets.live_widget import LiveWidget

_DPI = 96.0
# What an attribute and an address hold as it is; the rest is written as %XX, which takes less room than base64.
_SAFE = " '()*+,-./:;=?@[]^_{|}~!$"


class KeptPicture:
    """An image of what a widget shows: of attention the matrix, which is small however many heads are on.

    Args:
        widget: the widget; one that has no picture is words.
    """

    def __init__(self, widget: LiveWidget[Any]) -> None:
        self._title = title_of(widget)
        drawn: dict[str, Any] = {"presentation": ["matrix"]} if widget.payload["kind"] == "attention" else {}
        self._scene: Scene | None = None
        try:
            self._scene = scene_of(widget, **drawn)
        except XaiError:
            return
        self._scene.root.items = list(compact(self._scene.root.items))

    def html(self) -> str:
        """An element: an SVG image with what it shows in words."""
        scene = self._scene
        if scene is None:
            return f"<p>{html.escape(self._title)}</p>"
        words = html.escape(f"{self._title}. {scene.title}. {scene.words}")
        # A point is 4/3 of a CSS pixel.
        width = round(scene.width * 4 / 3)
        return f'<img width="{width}" alt="{words}" src="data:image/svg+xml,{quote(to_svg(scene), safe=_SAFE)}">'

    def png(self) -> str:
        """The same as a PNG image in base64; "" where there is none, or the extra ``pictures`` is not installed."""
        if self._scene is None or find_spec("typst") is None:
            return ""
        return base64.b64encode(printed(self._scene, "png", _DPI)).decode("ascii")


def compact(items: Sequence[Item]) -> list[Item]:
    """The same drawing with the cells of a matrix as strokes: one path for all of a colour, as wide as a cell."""
    compacted: list[Item] = []
    for item in items:
        if isinstance(item, Group):
            inner = _strokes(item.items) if item.name == "cells" else compact(item.items)
            compacted.append(Group(item.name, item.stroke_width, inner))
        else:
            compacted.append(item)
    return compacted


def _strokes(items: Sequence[Item]) -> list[Item]:
    strokes: dict[tuple[str, float], list[str]] = {}
    others: list[Item] = []
    for item in items:
        if isinstance(item, Rect) and item.fill is not None and item.stroke is None and item.opacity == 1:
            middle = item.y + item.height / 2
            strokes.setdefault((item.fill, item.height), []).append(
                f"M{number(item.x)} {number(middle)}h{number(item.width)}"
            )
        else:
            others.append(item)
    return [*(Path("".join(parts), fill, height) for (fill, height), parts in strokes.items()), *others]
