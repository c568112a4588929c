"""Pictures of what a widget shows, drawn in Python: SVG by itself, PNG and PDF through the extra ``pictures``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any

from xai_widgets.attention.attention_map import AttentionMap
from xai_widgets.attribution.attribution import Attribution
from xai_widgets.errors import InputError
from xai_widgets.export.drawing.attention_picture import attention_scene
from xai_widgets.export.drawing.attention_view import PRESENTATIONS, AttentionView, view_of
from xai_widgets.export.drawing.attribution_picture import attribution_scene
from xai_widgets.export.drawing.attribution_view import AttributionView, attribution_view_of
from xai_widgets.export.drawing.ink import Ink, ink_of
from xai_widgets.export.drawing.printing import printed
from xai_widgets.export.drawing.scene import Scene
from xai_widgets.export.drawing.svg import to_svg
from xai_widgets.export.drawing.translation_picture import translation_scene
from xai_widgets.export.drawing.translation_view import TranslationView, translated
from xai_widgets.export.drawing.translation_words import colour_words
from xai_widgets.files import PathLike, suffix_of, written
from xai_widgets.widgets.attribution_wire import method_cards

WIDTHS = {"column": 3.3, "page": 7.0}
"""Inches: a column of a two-column paper, and the width of its text."""
DPI = 300.0
"""Dots per inch of a PNG file: what publishers ask for."""

_FORMS: dict[str, Callable[[Scene, float], bytes]] = {
    ".svg": lambda scene, _dpi: to_svg(scene).encode(),
    ".png": lambda scene, dpi: printed(scene, "png", dpi),
    ".pdf": lambda scene, _dpi: printed(scene, "pdf"),
}


def svg_of(
    what: Any, *, theme: str | None = None, width: str | float = "page", title: str | None = None, **view: Any
) -> str:
    """The picture of an AttentionMap, an Attribution or a widget as the text of an SVG file.

    Args:
        what: an AttentionMap, an Attribution, or a widget of one: then what it has on show.
        theme: "light" or "dark"; None: the widget's, or light where that is "auto".
        width: "column" (3.3 in), "page" (7 in), or a number of inches.
        title: what stands on top, its first part up to " · " in bold; None for what the picture is of, "" for nothing.
        **view: other choices than those on show: the widget's traits by their names.

    Raises:
        InputError: a theme, width or choice that there is not; the message says which there are.
    """
    return to_svg(scene_of(what, theme=theme, width=width, title=title, **view))


def png_of(what: Any, *, dpi: float = DPI, **options: Any) -> bytes:
    """The same as a PNG image of so many dots per inch.

    Raises:
        InputError: as ``svg_of``.
        MissingExtraError: the extra ``pictures`` is not installed.
    """
    return printed(scene_of(what, **options), "png", _checked(dpi))


def pdf_of(what: Any, **options: Any) -> bytes:
    """The same as a PDF file of one page; raises as ``png_of`` does."""
    return printed(scene_of(what, **options), "pdf")


def scene_of(
    what: Any, *, theme: str | None = None, width: str | float = "page", title: str | None = None, **view: Any
) -> Scene:
    """The drawing itself; see ``svg_of``."""
    own = getattr(what, "theme", "light")
    ink, points = ink_of(theme or ("light" if own == "auto" else own)), points_of(width)
    if isinstance(what, AttentionMap):
        return attention_scene(what, view_of(what, **view), ink, points, title)
    if isinstance(what, Attribution):
        return attribution_scene([what], attribution_view_of(what, **view), ink, points, title)
    if hasattr(what, "attributions"):
        shown = what.attributions
        view = _traits(what, AttributionView) | view
        return attribution_scene(shown, attribution_view_of(shown[0], **view), ink, points, title)
    if hasattr(what, "coloured"):
        return _translation(what, ink, points, title)
    if isinstance(getattr(what, "attention", None), AttentionMap):
        view = _traits(what, AttentionView) | view
        return attention_scene(what.attention, view_of(what.attention, **view), ink, points, title)
    raise InputError(
        f"There is no picture of a {type(what).__name__}: give an AttentionMap, an Attribution, or a widget of one."
    )


def _translation(widget: Any, ink: Ink, width: float, title: str | None) -> Scene:
    view = TranslationView.of({name: getattr(widget, name) for name in widget.trait_names()})
    methods = {card.name: card for card in method_cards()}
    colours = [
        (*colour_words(by, tuple(methods.values())), scores, alignment)
        for by, (scores, alignment) in zip(widget.colours, widget.coloured(), strict=True)
    ]
    shown = translated(view, widget.generation, widget.written.attention, colours, widget.words, widget.reference)
    named = [methods[by["name"]] for by in widget.colours if by["what"] == "method"]
    return translation_scene(shown, named, ink, width, title)


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
    if not hasattr(width, "__float__"):
        raise InputError(f"{width!r} is no width: choose 'column' (3.3 in), 'page' (7 in), or inches.")
    if not 1.5 <= width <= 40:
        raise InputError(f"A picture {width:g} inches wide cannot be drawn: choose from 1.5 to 40.")
    return 72 * float(width)


def _checked(dpi: float) -> float:
    if not hasattr(dpi, "__float__") or not 36 <= dpi <= 1200:
        raise InputError(f"An image has 36 to 1200 dots per inch, not {dpi}.")
    return float(dpi)


def save_attention(
    attention: AttentionMap,
    path: PathLike,
    *,
    kind: str | None = None,
    layer: int | None = None,
    heads: int | Sequence[int] | None = None,
    presentation: str | Sequence[str] = PRESENTATIONS,
    hide_special: bool = False,
    merge_words: bool = False,
    threshold: float = 0.0,
    segment_filter: str = "all",
    selection: Sequence[Mapping[str, Any]] = (),
    part: Mapping[str, Sequence[int]] | None = None,
    theme: str = "light",
    width: str | float = "page",
    title: str | None = None,
    dpi: float | None = None,
) -> None:
    """Writes a map's picture; see ``AttentionMap.save``."""
    view = view_of(
        attention,
        kind=kind,
        layer=layer,
        heads=heads,
        presentation=presentation,
        hide_special=hide_special,
        merge_words=merge_words,
        threshold=threshold,
        segment_filter=segment_filter,
        selection=selection,
        part=part,
    )
    ink, points = ink_of(theme), points_of(width)
    _write(path, lambda: attention_scene(attention, view, ink, points, title), dpi)


def save_attribution(
    attribution: Attribution,
    path: PathLike,
    *,
    step: int = 0,
    merge_words: bool = False,
    hide_special: bool = False,
    show_scores: bool = False,
    attention_head: Sequence[int] | None = None,
    theme: str = "light",
    width: str | float = "page",
    title: str | None = None,
    dpi: float | None = None,
) -> None:
    """Writes an attribution's picture; see ``Attribution.save``."""
    view = attribution_view_of(
        attribution,
        step=step,
        merge_words=merge_words,
        hide_special=hide_special,
        show_scores=show_scores,
        attention_head=attention_head,
    )
    ink, points = ink_of(theme), points_of(width)
    _write(path, lambda: attribution_scene([attribution], view, ink, points, title), dpi)


def save_widget(
    widget: Any,
    path: PathLike,
    *,
    theme: str | None = None,
    width: str | float = "page",
    title: str | None = None,
    dpi: float | None = None,
) -> None:
    """Writes the picture of what a widget has on show; see ``LiveWidget.save``."""
    _write(path, lambda: scene_of(widget, theme=theme, width=width, title=title), dpi)


def _write(path: PathLike, scene: Callable[[], Scene], dpi: float | None) -> None:
    suffix = suffix_of(path, _FORMS)
    if dpi is not None and suffix != ".png":
        raise InputError(f"A {suffix} picture has no dots, so dpi= says nothing: leave it out, or save a .png.")
    made = _FORMS[suffix](scene(), DPI if dpi is None else _checked(dpi))
    with written(path) as file:
        file.write(made)


def picture_of(widget: Any, form: str, *, theme: str | None = None, width: str | float = "page") -> bytes:
    """The picture of what a widget has on show, as the bytes of a file of that form: "svg", "png" or "pdf".

    Raises:
        InputError: another form; the message lists those there are.
    """
    if f".{form}" not in _FORMS:
        raise InputError(f"There is no picture as {form!r}: choose 'svg', 'png' or 'pdf'.")
    return _FORMS[f".{form}"](scene_of(widget, theme=theme, width=width), DPI)
