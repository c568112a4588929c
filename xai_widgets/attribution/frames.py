"""An Attribution as one array, and as a tidy table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xai_widgets import extras
from xai_widgets.errors import InputError
from xai_widgets.whole import whole

if TYPE_CHECKING:
    from xai_widgets.attribution.attribution import Attribution


def attribution_array(attribution: Attribution, side: int | None) -> NDArray[np.float32]:
    """See ``Attribution.to_numpy``."""
    sides = attribution.sides
    number = whole(side)
    if side is not None and (number is None or not 0 <= number < len(sides)):
        raise InputError(f"There is no side {side!r}: this attribution has {len(sides)}, counted from 0.")
    chosen = sides if number is None else sides[number : number + 1]
    return np.concatenate([one.scores for one in chosen], axis=-1)


def attribution_frame(attribution: Attribution) -> Any:
    """See ``Attribution.to_frame``."""
    table: dict[str, list[Any]] = {name: [] for name in ("step", "step_token", "side", "position", "token", "score")}
    stepwise = attribution.steps is not None
    steps = attribution.steps.text if attribution.steps is not None else ("",)
    for number, text in enumerate(steps):
        for side in attribution.sides:
            count = len(side.tokens)
            table["step"] += [number] * count
            table["step_token"] += [text] * count
            table["side"] += [side.label] * count
            table["position"] += range(count)
            table["token"] += side.tokens.text
            table["score"] += list(side.scores[number] if stepwise else side.scores)
    columns: dict[str, Any] = {**table, "score": np.asarray(table["score"], np.float32)}
    if not stepwise:
        del columns["step"], columns["step_token"]
    return extras.frame(columns)
