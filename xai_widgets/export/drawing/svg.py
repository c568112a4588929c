"""A drawing as an SVG file that any browser or editor reads: no script, no style sheet, no font inside."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from zlib import crc32

from xai_widgets.export.drawing.letters import MONO, font_stack
from xai_widgets.export.drawing.scene import Cells, Gradient, Group, Item, Path, Rect, Scene, Text, number
from xai_widgets.text import is_right_to_left

# What XML 1.0 has no way to say, escaped or not: a token may hold it all the same.
_UNSAYABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
_OPPOSITE = {"start": "end", "middle": "middle", "end": "start"}


def to_svg(scene: Scene, *, texts: bool = True) -> str:
    """The file's text. ``texts``: False leaves them out, for a page on which they are set by something else."""
    families = ", ".join(_quoted(name) for name in font_stack("".join(text.text for text in scene.texts())))
    width, height = number(scene.width), number(scene.height)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}pt" height="{height}pt" '
        f'viewBox="0 0 {width} {height}" role="img" font-family="{escaped(families)}, sans-serif">'
    )
    about = [f"<title>{escaped(scene.title)}</title>", f"<desc>{escaped(scene.words)}</desc>"] if texts else []
    paper = f'<rect width="{width}" height="{height}" fill="{scene.paper}"/>'
    return "\n".join([head, *about, paper, *_Writer(texts).lines(scene.root.items), "</svg>"]) + "\n"


def escaped(text: str) -> str:
    """Text as it stands between tags and in attributes: characters that XML cannot hold become U+FFFD."""
    return re.sub('[&<>"]', lambda match: _ENTITIES[match[0]], _UNSAYABLE.sub("\ufffd", text))


def _quoted(family: str) -> str:
    return f"'{family}'" if " " in family else family


class _Writer:
    def __init__(self, texts: bool) -> None:
        self._texts = texts
        self._gradients = 0

    def lines(self, items: list[Item]) -> Iterator[str]:
        for item in items:
            if isinstance(item, Group):
                width = "" if item.stroke_width is None else f' fill="none" stroke-width="{number(item.stroke_width)}"'
                yield f'<g class="{escaped(item.name)}"{width}>'
                yield from self.lines(item.items)
                yield "</g>"
            elif isinstance(item, Text):
                if self._texts:
                    yield _text(item)
            elif isinstance(item, Rect):
                yield _rect(item)
            elif isinstance(item, Path):
                width = "" if item.width is None else f' fill="none" stroke-width="{number(item.width)}"'
                opacity = "" if item.opacity == 1 else f' stroke-opacity="{_share(item.opacity)}"'
                yield f'<path d="{item.d}" stroke="{item.stroke}"{width}{opacity}/>'
            elif isinstance(item, Cells):
                data = base64.b64encode(item.png).decode()
                # The first is what browsers know, the second what SVG 1.1 calls it.
                yield (
                    f'<image {_box(item)} preserveAspectRatio="none" style="image-rendering:pixelated" '
                    f'image-rendering="optimizeSpeed" href="data:image/png;base64,{data}"/>'
                )
            else:
                yield from self._gradient(item)

    def _gradient(self, item: Gradient) -> Iterator[str]:
        self._gradients += 1
        # Several pictures may stand in one page: the name says which ramp it is.
        name = f"ramp-{self._gradients}-{crc32(repr(item.stops).encode()):08x}"
        last = len(item.stops) - 1
        yield f'<linearGradient id="{name}">'
        for index, (colour, opacity) in enumerate(item.stops):
            faint = "" if opacity == 1 else f' stop-opacity="{_share(opacity)}"'
            yield f'<stop offset="{_share(index / last)}" stop-color="{colour}"{faint}/>'
        yield "</linearGradient>"
        yield f'<rect {_box(item)} fill="url(#{name})"/>'


def _box(item: Rect | Gradient | Cells) -> str:
    return f'x="{number(item.x)}" y="{number(item.y)}" width="{number(item.width)}" height="{number(item.height)}"'


def _share(value: float) -> str:
    """An opacity or an offset, to four decimals: a weight is read from it."""
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return text or "0"


def _rect(item: Rect) -> str:
    parts = [f"<rect {_box(item)}"]
    if item.radius:
        parts.append(f'rx="{number(item.radius)}"')
    parts.append(f'fill="{item.fill or "none"}"')
    if item.stroke is not None:
        parts.append(f'stroke="{item.stroke}" stroke-width="{number(item.stroke_width)}"')
    if item.dashed:
        parts.append('stroke-dasharray="1.9"')
    if item.opacity != 1:
        parts.append(f'opacity="{_share(item.opacity)}"')
    return " ".join(parts) + "/>"


def _text(item: Text) -> str:
    backwards = is_right_to_left(item.text)
    anchor = _OPPOSITE[item.anchor] if backwards else item.anchor
    if item.angle:
        parts = [f'<text transform="translate({number(item.x)} {number(item.y)}) rotate({number(item.angle)})"']
    else:
        parts = [f'<text x="{number(item.x)}" y="{number(item.y)}"']
    parts.append(f'font-size="{number(item.size)}" fill="{item.fill}"')
    if anchor != "start":
        parts.append(f'text-anchor="{anchor}"')
    if backwards:
        parts.append('direction="rtl"')
    if item.bold:
        parts.append('font-weight="600"')
    if item.mono:
        families = ", ".join(_quoted(name) for name in MONO)
        parts.append(f'font-family="{families}, monospace"')
    return f"{' '.join(parts)}>{escaped(item.text)}</text>"
