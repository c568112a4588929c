"""The colours of a picture, light and dark: the widgets' own, as in ``js/views/ink.ts``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from xai_widgets.errors import InputError
from xai_widgets.export.drawing.colour import from_hex, to_hex
from xai_widgets.export.drawing.palette import head_colours
from xai_widgets.export.drawing.ramp import Ramp, score_ramp, weight_ramp

Theme = Literal["light", "dark"]

_OWN = {
    "light": {"paper": "#ffffff", "text": "#1c1e21", "muted": "#5b626b", "line": "#dfe2e6", "accent": "#1a66c2"},
    "dark": {"paper": "#17191c", "text": "#e6e8eb", "muted": "#a2a9b2", "line": "#363a40", "accent": "#6cb0ff"},
}


@dataclass(frozen=True)
class Ink:
    """Paper, text and lines, and the ramps on that paper."""

    dark: bool
    paper: str
    text: str
    muted: str
    line: str
    accent: str
    weights: Ramp
    nan: str

    def scores(self, *, signed: bool) -> Ramp:
        """The ramp of scores on this paper."""
        return score_ramp(from_hex(self.paper), dark=self.dark, signed=signed)

    def heads(self, count: int) -> list[str]:
        """A colour for each of so many heads."""
        return head_colours(count, dark=self.dark)


def ink_of(theme: str) -> Ink:
    """The colours of a theme.

    Raises:
        InputError: neither "light" nor "dark".
    """
    if theme not in _OWN:
        raise InputError(f"There is no theme {theme!r} for a picture: choose 'light' or 'dark'.")
    return _ink(theme)


@cache
def _ink(theme: str) -> Ink:
    own, dark = _OWN[theme], theme == "dark"
    ramp = weight_ramp(from_hex(own["paper"]), dark=dark)
    return Ink(dark=dark, weights=ramp, nan=to_hex(ramp.nan), **own)
