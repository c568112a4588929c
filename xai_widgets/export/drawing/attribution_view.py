"""What of an attribution is on show: its texts, and each method's scores on them, after the choices of what to show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xai_widgets.attribution.attention_beside import attention_row
from xai_widgets.attribution.attribution import Attribution
from xai_widgets.errors import InputError
from xai_widgets.export.drawing.axis import Axis, axis_of
from xai_widgets.whole import whole

Float = NDArray[np.float32]


@dataclass(frozen=True)
class AttributionView:
    """The choices of an AttributionWidget: its traits of the same names say what each means."""

    step: int
    merge_words: bool
    hide_special: bool
    show_scores: bool
    selection: tuple[tuple[int, int, int], ...]
    attention_head: tuple[int, int] | None


def attribution_view_of(
    attribution: Attribution,
    *,
    step: int = 0,
    merge_words: bool = False,
    hide_special: bool = False,
    show_scores: bool = False,
    selection: Sequence[Mapping[str, int]] = (),
    attention_head: Sequence[int] | None = None,
) -> AttributionView:
    """The choices, held to what the attribution has.

    Raises:
        InputError: a step, head or pick that there is not; the message says which there are.
    """
    count = 1 if attribution.steps is None else len(attribution.steps)
    at = whole(step)
    if at is None or not 0 <= at < count:
        raise InputError(f"There is no step {step!r}: steps are 0 to {count - 1}.")
    head = None
    if attention_head is not None:
        layer, number = attention_head
        if attention_row(attribution, layer, number) is None:
            raise InputError("There is no attention to stand beside these scores: attribute with with_attention=True.")
        head = (int(layer), int(number))
    picks = []
    for pick in selection:
        side, start, stop = (whole(pick.get(name)) for name in ("side", "start", "stop"))
        if side is None or start is None or stop is None:
            raise InputError(f"{pick!r} is no pick: give {{'side': number, 'start': i, 'stop': j}}.")
        picks.append((side, start, stop))
    return AttributionView(
        step=at,
        merge_words=bool(merge_words),
        hide_special=bool(hide_special),
        show_scores=bool(show_scores),
        selection=tuple(picks),
        attention_head=head,
    )


@dataclass(frozen=True)
class Run:
    """One method's scores as rows of every text.

    Attributes:
        attribution: what the method answered.
        scores: for each text float32 [step, row].
        hidden: for each step what the tokens that are not shown add up to.
        most: the strongest score of all, which has the full colour.
        signed: whether a score can be negative.
    """

    attribution: Attribution
    scores: tuple[Float, ...]
    hidden: Float
    most: float
    signed: bool

    def of_step(self, step: int) -> list[Float]:
        """The scores of one step, float32 [row] for each text."""
        return [scores[step] for scores in self.scores]

    def number(self, name: str, step: int) -> float:
        """The value, baseline value or residual of one step."""
        return float(np.atleast_1d(getattr(self.attribution, name))[step])


@dataclass(frozen=True)
class Attributed:
    """Texts and scores as they are drawn; the first run is the one that is looked at."""

    view: AttributionView
    labels: tuple[str, ...]
    axes: tuple[Axis, ...]
    runs: tuple[Run, ...]

    @property
    def first(self) -> Run:
        """The run that is looked at."""
        return self.runs[0]

    @property
    def attribution(self) -> Attribution:
        """The attribution that is looked at."""
        return self.runs[0].attribution

    def picked(self, side: int, row: int) -> bool:
        """Whether a row stands for a token that is picked."""
        first, end = self.axes[side].spans[row]
        return any(own == side and start < end and stop > first for own, start, stop in self.view.selection)


def attributed(attributions: Sequence[Attribution], view: AttributionView) -> Attributed:
    """The texts of the first attribution, with the scores of all of them."""
    sides = attributions[0].sides
    axes = tuple(axis_of(side.tokens, merge_words=view.merge_words, hide_special=view.hide_special) for side in sides)
    runs = tuple(_run(attribution, axes) for attribution in attributions)
    return Attributed(view, tuple(side.label for side in sides), axes, runs)


def summed(scores: Float, axis: Axis) -> Float:
    """Scores float32 [step, position] as [step, row]: those of a word's tokens are summed."""
    rows = [scores[:, slice(*span)].sum(axis=1, dtype=np.float64) for span in axis.spans]
    result: Float = (np.stack(rows, axis=1) if rows else scores[:, :0]).astype(np.float32)
    return result


def strongest(scores: Sequence[Any]) -> float:
    """The strongest score of all, whatever its sign; what is not a number is not strong."""
    sizes = [np.abs(row[~np.isnan(row)]).max(initial=0.0) for row in scores]
    return float(max(sizes, default=0.0))


def _run(attribution: Attribution, axes: Sequence[Axis]) -> Run:
    whole = [np.atleast_2d(side.scores) for side in attribution.sides]
    scores = tuple(summed(of_side, axis) for of_side, axis in zip(whole, axes, strict=True))
    hidden = np.zeros(len(whole[0]))
    for of_side, axis in zip(whole, axes, strict=True):
        left = np.ones(of_side.shape[1], dtype=bool)
        for start, stop in axis.spans:
            left[start:stop] = False
        hidden += of_side[:, left].sum(axis=1, dtype=np.float64)
    return Run(attribution, scores, hidden.astype(np.float32), strongest(scores), attribution.method.signed)
