"""Pictures of what a widget shows, drawn in Python: SVG by itself, PNG and PDF through the extra ``pictures``."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from xai_widgets.attention.attention_map import AttentionMap
from xai_widgets.attribution.attribution import Attribution
from xai_widgets.errors import InputError
from xai_widgets.export.drawing.attention_picture import attention_scene
from xai_widgets.export.drawing.attention_view import AttentionView, view_of
from xai_widgets.export.drawing.attribution_picture import attribution_scene
from xai_widgets.export.drawing.attribution_view import AttributionView, attribution_view_of
from xai_widgets.export.drawing.ink import ink_of
from xai_widgets.export.drawing.printing import printed
from xai_widgets.export.drawing.scene import Scene
from xai_widgets.export.drawing.svg import to_svg

WIDTHS = {"column": 3.3, "page": 7.0}
"""Inches: a column of a two-column paper, and the width of its text."""


def svg_of(
    what: Any, *, theme: str = "light", width: str | float = "page", title: str | None = None, **view: Any
) -> str:
    """The picture of an AttentionMap or a widget as the text of an SVG file.

    Args:
        what: an AttentionMap, an Attribution, or a widget of one, of which it is what is on show.
        theme: "light" or "dark".
        width: "column" (3.3 in), "page" (7 in), or a number of inches.
        title: what stands on top; None for what the picture is of, "" for nothing.
        **view: other choices than those on show: traits of the widget by their names.
    """
    return to_svg(scene_of(what, theme=theme, width=width, title=title, **view))


def png_of(what: Any, *, dpi: float = 144.0, **options: Any) -> bytes:
    """The same as a PNG image, so many dots per inch.

    Raises:
        MissingExtraError: the extra ``pictures`` is not installed.
    """
    return printed(scene_of(what, **options), "png", dpi)


def pdf_of(what: Any, **options: Any) -> bytes:
    """The same as a PDF page; raises as ``png_of`` does."""
    return printed(scene_of(what, **options), "pdf")


def scene_of(
    what: Any, *, theme: str = "light", width: str | float = "page", title: str | None = None, **view: Any
) -> Scene:
    """The drawing itself; see ``svg_of``."""
    ink, points = ink_of(theme), points_of(width)
    if isinstance(what, AttentionMap):
        return attention_scene(what, view_of(what, **view), ink, points, title)
    if isinstance(what, Attribution):
        return attribution_scene([what], attribution_view_of(what, **view), ink, points, title)
    if hasattr(what, "attributions"):
        shown = what.attributions
        view = _traits(what, AttributionView) | view
        return attribution_scene(shown, attribution_view_of(shown[0], **view), ink, points, title)
    if hasattr(what, "attention"):
        view = _traits(what, AttentionView) | view
        return attention_scene(what.attention, view_of(what.attention, **view), ink, points, title)
    raise InputError(
        f"There is no picture of a {type(what).__name__}: give an AttentionMap, an Attribution, or a widget of one."
    )


def _traits(widget: Any, view: type[AttentionView] | type[AttributionView]) -> dict[str, Any]:
    """What a widget shows: its traits have the names of the view's choices."""
    return {field.name: getattr(widget, field.name) for field in fields(view)}


def points_of(width: str | float) -> float:
    """A width in points.

    Raises:
        InputError: no width, or one that is no picture's.
    """
    if isinstance(width, str):
        if width not in WIDTHS:
            raise InputError(f"There is no width {width!r}: choose 'column' (3.3 in), 'page' (7 in), or inches.")
        return 72 * WIDTHS[width]
    if not 1.5 <= width <= 40:
        raise InputError(f"A picture {width} inches wide cannot be drawn: choose from 1.5 to 40.")
    return 72 * float(width)
