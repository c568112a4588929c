"""Colours as sRGB bytes and in OKLab/OKLCH, where equal steps look equally large: ``js/core/colour.ts`` in Python.

Ottosson, "A perceptual color space for image processing", 2020. ``tests/contract/drawing.json`` holds both sides equal.
"""

from __future__ import annotations

import math

Rgb = tuple[int, int, int]
"""Red, green, blue: 0 to 255."""
Triple = tuple[float, float, float]
"""OKLab (lightness 0 to 1, green-red, blue-yellow) or OKLCH (lightness, chroma, hue in degrees)."""


def _to_linear(byte: float) -> float:
    c = byte / 255
    return c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4


def _from_linear(c: float) -> float:
    return 255 * (12.92 * c if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055)


def _lab_to_linear(lab: Triple) -> Triple:
    lightness, a, b = lab
    l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3  # noqa: E741 - the cone responses' own names
    m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
    return (
        4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
        -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
        -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
    )


def rgb_to_lab(rgb: Rgb) -> Triple:
    """OKLab of a colour."""
    r, g, b = (_to_linear(channel) for channel in rgb)
    l = math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)  # noqa: E741
    m = math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    s = math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    return (
        0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
        1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
        0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
    )


def lab_to_rgb(lab: Triple) -> Rgb:
    """The colour, each channel held to what a screen shows."""
    # Halves round up, as in JavaScript.
    r, g, b = (math.floor(_from_linear(min(1.0, max(0.0, c))) + 0.5) for c in _lab_to_linear(lab))
    return r, g, b


def oklch_to_rgb(colour: Triple) -> Rgb:
    """The nearest colour of that lightness and hue that a screen shows: chroma gives way, the hue stays."""
    lightness, chroma, hue = colour
    radians = hue * math.pi / 180

    def at(c: float) -> Triple:
        return lightness, c * math.cos(radians), c * math.sin(radians)

    def shown(c: float) -> bool:
        return all(-1e-4 <= channel <= 1.0001 for channel in _lab_to_linear(at(c)))

    if shown(chroma):
        return lab_to_rgb(at(chroma))
    low, high = 0.0, chroma
    for _ in range(12):
        middle = (low + high) / 2
        if shown(middle):
            low = middle
        else:
            high = middle
    return lab_to_rgb(at(low))


def to_hex(rgb: Rgb) -> str:
    """``#rrggbb``."""
    return "#{:02x}{:02x}{:02x}".format(*rgb)


def from_hex(colour: str) -> Rgb:
    """The colour of ``#rrggbb``."""
    r, g, b = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return r, g, b


def contrast(a: Rgb, b: Rgb) -> float:
    """Contrast ratio of WCAG 2: 1 to 21."""
    low, high = sorted(_luminance(colour) for colour in (a, b))
    return (high + 0.05) / (low + 0.05)


def _luminance(rgb: Rgb) -> float:
    r, g, b = (_to_linear(channel) for channel in rgb)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


READABLE = 4.5
"""WCAG 2.2, 1.4.3: what text needs."""


def text_on(ground: Rgb, text: str) -> str:
    """The page's own text colour where it can be read on that ground, else black or white."""
    if contrast(from_hex(text), ground) >= READABLE:
        return text
    return "#000000" if contrast(ground, (0, 0, 0)) >= contrast(ground, (255, 255, 255)) else "#ffffff"
