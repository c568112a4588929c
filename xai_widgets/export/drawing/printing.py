"""A drawing as a PNG image or a PDF page.

Typst, the typesetter, makes both: shapes come to it as SVG, texts by themselves, so that it is its own engine that
shapes them, finds a font for every script, and writes them into the PDF as text.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any, Literal

from xai_widgets.export.drawing.letters import MONO, font_stack
from xai_widgets.export.drawing.scene import Scene
from xai_widgets.export.drawing.svg import to_svg
from xai_widgets.extras import library
from xai_widgets.text import is_right_to_left

# A box far wider than any text keeps it in one line, whichever of its ends is where it belongs.
_PAGE = """
#let scene = json("/scene.json")
#set document(title: scene.title, date: none)
#set page(width: scene.width * 1pt, height: scene.height * 1pt, margin: 0pt)
#set text(font: scene.sans, top-edge: "baseline", bottom-edge: "baseline", hyphenate: false, lang: "en")
#place(image("/shapes.svg", format: "svg", width: 100%, alt: scene.words))
#let wide = 20000pt
#for item in scene.texts {
  let side = (start: left, middle: center, end: right).at(item.anchor)
  let shift = (start: 0pt, middle: wide / 2, end: wide).at(item.anchor)
  let words = text(
    size: item.size * 1pt, fill: rgb(item.fill), weight: item.weight, dir: if item.rtl { rtl } else { ltr },
    font: if item.mono { scene.mono } else { scene.sans }, item.text,
  )
  place(
    dx: item.x * 1pt - shift, dy: item.y * 1pt,
    rotate(item.angle * 1deg, origin: side + top, box(width: wide, align(side, words))),
  )
}
"""


def printed(scene: Scene, form: Literal["png", "pdf"], dpi: float = 144.0) -> bytes:
    """The drawing as a file of that form; ``dpi``: dots per inch of an image.

    Raises:
        MissingExtraError: typst is not installed; the message says how to install it.
    """
    typst = library("typst", f"A {form.upper()} picture", "pictures")
    fonts = _fonts()
    installed = {family.lower() for family in fonts.families()}
    texts = scene.texts()
    stack = font_stack("".join(text.text for text in texts))
    files = {
        "main.typ": _PAGE.encode(),
        "shapes.svg": to_svg(scene, texts=False).encode(),
        "scene.json": json.dumps(
            {
                "title": scene.title,
                "words": scene.words,
                "width": scene.width,
                "height": scene.height,
                # A family that is not there would be warned of.
                "sans": [family for family in stack if family.lower() in installed],
                "mono": [family for family in (*MONO, *stack) if family.lower() in installed],
                "texts": [
                    {
                        "x": text.x,
                        "y": text.y,
                        "text": text.text,
                        "size": text.size,
                        "fill": text.fill,
                        "anchor": text.anchor,
                        "weight": "bold" if text.bold else "regular",
                        "mono": text.mono,
                        "angle": text.angle,
                        "rtl": is_right_to_left(text.text),
                    }
                    for text in texts
                ],
            }
        ).encode(),
    }
    compiler = typst.Compiler(files, font_paths=fonts)
    if form == "png":
        made: bytes = compiler.compile(format="png", ppi=float(dpi))
    else:
        made = compiler.compile(format="pdf", timestamp=0)
    return made


@cache
def _fonts() -> Any:
    """The fonts of this machine, looked for once: that takes longer than a picture."""
    return library("typst", "A picture", "pictures").Fonts()
