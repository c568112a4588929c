"""Colours of weights and of scores: ``js/core/ramp.ts`` and ``js/core/score_ramp.ts`` in Python, with their reasons."""

from __future__ import annotations

import math
from dataclasses import dataclass

from xai_widgets.attention.weight_bytes import LEVELS
from xai_widgets.export.drawing.colour import Rgb, Triple, lab_to_rgb, oklch_to_rgb, rgb_to_lab

SCORE_ZERO = 126
"""Level of a score of zero; scores lie on as many levels to both sides of it."""

_WEIGHT_ENDS: dict[bool, tuple[Triple, Triple]] = {
    False: ((0.66, -0.085, -0.065), (0.28, 0.015, -0.13)),
    True: ((0.58, -0.055, -0.095), (0.96, -0.045, 0.055)),
}
_RAISES: dict[bool, Triple] = {False: (0.76, 0.15, 60), True: (0.64, 0.15, 55)}
_LOWERS: dict[bool, Triple] = {False: (0.7, 0.13, 250), True: (0.6, 0.15, 256)}
_SIZE: dict[bool, Triple] = {False: (0.74, 0.13, 310), True: (0.6, 0.18, 310)}
_NAN: dict[bool, Rgb] = {False: (192, 54, 20), True: (255, 128, 92)}


@dataclass(frozen=True)
class Ramp:
    """The colour of each level, and that of what is not a number."""

    levels: tuple[Rgb, ...]
    nan: Rgb


def weight_ramp(paper: Rgb, *, dark: bool) -> Ramp:
    """Colours of weights: from the paper itself (nothing) through a second hue to the ramp's own end (one)."""
    middle, end = _WEIGHT_ENDS[dark]
    start = rgb_to_lab(paper)
    levels = []
    for level in range(LEVELS + 1):
        t = level / LEVELS
        lightness = start[0] + (end[0] - start[0]) * t
        a, b = (
            (1 - t) ** 2 * start[axis] + 2 * t * (1 - t) * 1.35 * middle[axis] + t**2 * end[axis] for axis in (1, 2)
        )
        levels.append(lab_to_rgb((lightness, a, b)))
    return Ramp(tuple(levels), _NAN[dark])


def weight_level(weight: float) -> int:
    """The level of a weight."""
    return math.floor(LEVELS * math.sqrt(min(1.0, max(0.0, weight))) + 0.5)


def weight_colour(ramp: Ramp, weight: float) -> Rgb:
    """The colour of a weight."""
    return ramp.nan if math.isnan(weight) else ramp.levels[weight_level(weight)]


def score_ramp(paper: Rgb, *, dark: bool, signed: bool) -> Ramp:
    """Colours of scores: full blue (lowers), the paper (zero), full orange (raises); one hue where there is no sign."""
    zero = rgb_to_lab(paper)
    up, down = (rgb_to_lab(oklch_to_rgb(end[dark])) for end in (_RAISES if signed else _SIZE, _LOWERS))
    levels = []
    for level in range(2 * SCORE_ZERO + 2):
        t = min(1.0, abs(level - SCORE_ZERO) / SCORE_ZERO)
        end = down if level < SCORE_ZERO else up
        x, y, z = (zero[axis] + (end[axis] - zero[axis]) * t for axis in range(3))
        levels.append(lab_to_rgb((x, y, z)))
    return Ramp(tuple(levels), _NAN[dark])


def score_level(score: float, most: float) -> int:
    """The level of a score, where ``most`` has the full colour."""
    share = min(1.0, max(-1.0, score / most)) if most > 0 else 0.0
    return SCORE_ZERO + math.floor(SCORE_ZERO * share + 0.5)


def score_colour(ramp: Ramp, score: float, most: float) -> Rgb:
    """The colour of a score, where ``most`` has the full one."""
    return ramp.nan if math.isnan(score) else ramp.levels[score_level(score, most)]
