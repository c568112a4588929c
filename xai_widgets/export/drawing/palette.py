"""One colour a head: ``js/core/palette.ts`` in Python, where it is said how the twelve were found."""

from __future__ import annotations

from xai_widgets.export.drawing.colour import Rgb, Triple, contrast, oklch_to_rgb, to_hex

_BASE: tuple[Triple, ...] = (
    (0.504, 0.133, 261),
    (0.613, 0.19, 86),
    (0.48, 0.182, 16),
    (0.655, 0.164, 266),
    (0.572, 0.173, 177),
    (0.421, 0.165, 342),
    (0.42, 0.19, 281),
    (0.501, 0.158, 202),
    (0.549, 0.105, 54),
    (0.565, 0.106, 235),
    (0.634, 0.146, 154),
    (0.422, 0.105, 267),
)
_MIDDLE = 0.535
_LIGHT_GROUND: Rgb = (248, 248, 248)
_DARK_GROUND: Rgb = (36, 36, 36)
_NEEDED = 3


def head_colours(count: int, *, dark: bool) -> list[str]:
    """A colour for each of so many heads, the same for a head whatever others there are."""
    colours = []
    for head in range(count):
        base = _vary(_BASE[head % len(_BASE)], head // len(_BASE))
        colours.append(to_hex(_readable(_lifted(base) if dark else base, dark)))
    return colours


def _lifted(colour: Triple) -> Triple:
    lightness, chroma, hue = colour
    return 0.66 + ((lightness - 0.42) * 0.22) / 0.24, chroma, hue


def _vary(colour: Triple, turn: int) -> Triple:
    if turn == 0:
        return colour
    lightness, chroma, hue = colour
    side = -1 if turn % 2 == 1 else 1
    mirrored = _MIDDLE + side * (lightness - _MIDDLE) + side * 0.02 * turn
    hue = (hue + side * 12 * -(-turn // 2) + 360) % 360
    return min(0.66, max(0.38, mirrored)), chroma * (1 - 0.08 * turn), hue


def _readable(colour: Triple, dark: bool) -> Rgb:
    ground, step = (_DARK_GROUND, 0.01) if dark else (_LIGHT_GROUND, -0.01)
    lightness, chroma, hue = colour
    rgb = oklch_to_rgb(colour)
    while contrast(rgb, ground) < _NEEDED and 0 < lightness < 1:
        lightness += step
        rgb = oklch_to_rgb((lightness, chroma, hue))
    return rgb
