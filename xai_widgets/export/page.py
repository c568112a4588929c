"""A widget as one HTML file that is live by itself: no network, no kernel, nothing beside it."""

from __future__ import annotations

import html
from functools import cache
from typing import Any

from xai_widgets.attention.selection import Numbers
from xai_widgets.export.page_answers import Choice, every_answer
from xai_widgets.export.page_content import PageContent
from xai_widgets.files import PathLike, written
from xai_widgets.shows_itself import ShowsItself
from xai_widgets.widgets.bundle import built
from xai_widgets.widgets.live_widget import LiveWidget

_MOST_WEIGHTS = 50_000_000
"""Weights of a page, unless more are asked for: 65 MB at most, which browsers open in a few seconds."""

# What the page may do is in the page: it runs what stands in it, and asks nobody for anything.
_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' blob:; style-src 'unsafe-inline'; img-src data: blob:; "
    "base-uri 'none'; form-action 'none'"
)
_PAGE = """<!doctype html>
<html lang="en"{theme}>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
</head>
<body class="xai-page">
<main>
<h1>{title}</h1>
<div class="xai-kept" data-xai-place="page" data-xai="{content}">
<style>{styles}</style>
<p>{title}. This page shows it where scripts may run.</p>
<script>{script}</script>
</div>
</main>
</body>
</html>
"""


def write_page(
    widget: LiveWidget[Any],
    path: PathLike,
    *,
    layers: Numbers = None,
    heads: Numbers = None,
    kind: str | None = None,
    max_weights: int = _MOST_WEIGHTS,
) -> None:
    """Writes what a widget shows as one HTML file.

    The file holds the widget's own program and the answers to what a view may ask: of an attention map, the weights of
    every head as one byte each (within 0.004 of the exact weight). What a mask forbids takes no room to speak of. It
    does not hold the model, so it cannot be asked for other text.

    Args:
        widget: the widget; its view state is what the page shows first.
        path: where; ends with ``.html``.
        layers, heads: those to keep, by number, one or several; default: all.
        kind: of an encoder-decoder's map, the kind to keep; default: all.
        max_weights: more than so many are refused.

    Raises:
        InputError: a layer, head or kind that does not exist, or too many weights; the message has their number.
        FileError: the file cannot be written; what was there before is still there.
    """
    with written(path) as file:
        file.write(page_of(widget, layers=layers, heads=heads, kind=kind, max_weights=max_weights).encode())


def write_own_page(
    what: ShowsItself,
    path: PathLike,
    *,
    layers: Numbers = None,
    heads: Numbers = None,
    kind: str | None = None,
    max_weights: int = _MOST_WEIGHTS,
) -> None:
    """Writes the page of a thing that shows itself, as its widget would; see ``write_page``."""
    widget = what._widget()
    try:
        write_page(widget, path, layers=layers, heads=heads, kind=kind, max_weights=max_weights)
    finally:
        widget.close()


def page_of(
    widget: LiveWidget[Any],
    *,
    layers: Numbers = None,
    heads: Numbers = None,
    kind: str | None = None,
    max_weights: int = _MOST_WEIGHTS,
) -> str:
    """The text of the file that ``write_page`` writes."""
    choice = Choice(layers, heads, kind, max_weights)
    try:
        answers, changed = every_answer(widget, choice)
        content = PageContent.of(widget, answers, theme="auto", **changed)
    finally:
        widget.progress = None
    theme = widget.theme
    return _PAGE.format(
        theme="" if theme == "auto" else f' data-theme="{theme}"',
        policy=_POLICY,
        title=html.escape(title_of(widget)),
        styles=page_styles(),
        content=content.packed(),
        script=page_script(),
    )


def title_of(widget: LiveWidget[Any]) -> str:
    """What the widget shows, in one line."""
    what = str(widget.payload["kind"]).capitalize()
    text = " / ".join(filter(None, (widget.text, widget.text_pair)))
    if len(text) > 60:
        text = f"{text[:59].rstrip()}…"
    return f"{what} of “{text}”" if text else what


@cache
def page_script() -> str:
    """The script that makes a page's view live; it stands in the page as it is."""
    return built("page.js")


@cache
def page_styles() -> str:
    """The style sheet of what stands around a page's view."""
    return built("page.css")
