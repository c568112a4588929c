"""How scores become colours: of either sign, without a sign, or weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from xai_widgets.attention.weight_bytes import NOT_A_NUMBER, weight_bytes
from xai_widgets.export.drawing.colour import Rgb
from xai_widgets.export.drawing.ink import Ink
from xai_widgets.export.drawing.numbers import plain, signed
from xai_widgets.export.drawing.ramp import SCORE_ZERO, Ramp, score_colour, weight_colour

Scale = Literal["weight", "signed", "size"]
"""What a scale of colours measures: weights (0 to 1), scores of either sign, or scores without a sign."""


@dataclass(frozen=True)
class ScoreColours:
    """The colours of scores, where ``most`` has the full one; a weight has that of its own on the ramp of weights."""

    scale: Scale
    ramp: Ramp
    most: float

    @classmethod
    def of(cls, scale: Scale, most: float, ink: Ink) -> ScoreColours:
        """Those of a scale on the paper of a picture."""
        ramp = ink.weights if scale == "weight" else ink.scores(signed=scale == "signed")
        return cls(scale, ramp, most)

    def colour(self, score: float) -> Rgb:
        """The colour of a score."""
        return weight_colour(self.ramp, score) if self.scale == "weight" else score_colour(self.ramp, score, self.most)

    def words(self, score: float) -> str:
        """A score as a number."""
        return signed(score) if self.scale == "signed" else plain(score)

    def levels(self, scores: NDArray[np.float32]) -> NDArray[np.uint8]:
        """The level of each score on the ramp; what is not a number has one of its own."""
        if self.scale == "weight":
            return weight_bytes(scores)
        missing = np.isnan(scores)
        share = np.clip(scores / self.most, -1, 1) if self.most > 0 else np.zeros(scores.shape)
        levels = SCORE_ZERO + np.floor(SCORE_ZERO * np.where(missing, 0, share).astype(np.float64) + 0.5)
        levels[missing] = NOT_A_NUMBER
        coded: NDArray[np.uint8] = levels.astype(np.uint8)
        return coded


def scale_of(*, has_sign: bool) -> Scale:
    """The scale of a method's scores."""
    return "signed" if has_sign else "size"
