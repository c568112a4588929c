"""What of a translation is on show: its two texts, and what each of the chosen colours says of every step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from xai_widgets.alignment import Alignment
from xai_widgets.alignment.word_matrix import Words
from xai_widgets.attention.attention_map import AttentionMap
from xai_widgets.export.drawing.attribution_view import strongest
from xai_widgets.export.drawing.axis import Axis, Span, axis_of, merged
from xai_widgets.export.drawing.score_colours import Scale
from xai_widgets.generation.generation import Generation
from xai_widgets.generation.step_scores import StepScores

Float = NDArray[np.float32]
Side = Literal["source", "target"]


@dataclass(frozen=True)
class TranslationView:
    """The choices of a TranslationWidget: its traits of the same names say what each means."""

    step: int
    presentation: tuple[str, ...]
    rows: str
    layer: int
    head: int
    beam: int | None
    merge_words: bool
    hide_special: bool
    selection: tuple[tuple[int, int, int], ...]

    @classmethod
    def of(cls, traits: Mapping[str, Any]) -> TranslationView:
        """The choices of a widget, which holds them to what there is."""
        pins = tuple((pin["side"], pin["start"], pin["stop"]) for pin in traits["selection"])
        names = ("step", "rows", "layer", "head", "beam", "merge_words", "hide_special")
        own = {name: traits[name] for name in names}
        return cls(presentation=tuple(traits["presentation"]), selection=pins, **own)


@dataclass(frozen=True)
class Colour:
    """One of the colours that are chosen.

    Attributes:
        title: what it is, in words.
        scale: what it measures.
        source, target: float32 [row of the target, row of the source, or of the target]; NaN: cannot be seen.
        alignment: drawn from it; None where there is one text.
    """

    title: str
    scale: Scale
    source: Float
    target: Float
    alignment: Alignment | None

    @property
    def most(self) -> float:
        """The strongest score of both sides."""
        return strongest([self.source, self.target])


@dataclass(frozen=True)
class Translated:
    """Texts and scores as they are drawn.

    Attributes:
        attention: what the maps are of.
        source, target: the rows of the two texts.
        colours: one or two.
        words: what an alignment counts as words of both.
        reference: the true alignment, or None.
        hidden_share: the largest share of a colour's scores that is on tokens that are not shown, 0 to 1.
    """

    view: TranslationView
    generation: Generation
    attention: AttentionMap
    source: Axis
    target: Axis
    colours: tuple[Colour, ...]
    words: tuple[Words, Words]
    reference: Alignment | None
    hidden_share: float

    @property
    def current(self) -> int | None:
        """The row of the step that is looked at; None where it is hidden."""
        rows = self.target.rows_of(self.view.step, self.view.step + 1)
        return None if rows is None else rows[0]

    def picked(self, side: int, row: int) -> bool:
        """Whether a row is pinned."""
        first, end = (self.source, self.target)[side].spans[row]
        return any(own == side and start < end and stop > first for own, start, stop in self.view.selection)

    def looked(self) -> tuple[Side, list[int]]:
        """The rows whose scores colour the texts: those pinned last with all of their side, else the step's."""
        if not self.view.selection:
            return "target", [] if self.current is None else [self.current]
        side = self.view.selection[-1][0]
        axis = (self.source, self.target)[side]
        return ("target" if side else "source"), [row for row in range(len(axis)) if self.picked(side, row)]

    def of_texts(self, colour: Colour) -> dict[Side, Float | None]:
        """A score for every row of both texts; NaN where none can be seen, None for a text that has none at all."""
        side, rows = self.looked()
        if not rows:
            return {"source": None, "target": None}
        if side == "target":
            return {"source": _mean(colour.source[rows]), "target": _mean(colour.target[rows])}
        # What a source token means to a step: of several, what they mean together.
        return {"source": None, "target": colour.source[:, rows].sum(axis=1, dtype=np.float64).astype(np.float32)}

    def blocks(self, pairs: Sequence[tuple[int, int]]) -> list[tuple[Span, Span]]:
        """Rows and columns of pairs of words (source, target); those of hidden tokens are left out."""
        spans = []
        for source, target in pairs:
            rows = _rows_of(self.target, self.words[1].tokens[target])
            columns = _rows_of(self.source, self.words[0].tokens[source])
            if rows is not None and columns is not None:
                spans.append((rows, columns))
        return spans


def translated(
    view: TranslationView,
    generation: Generation,
    attention: AttentionMap,
    colours: Sequence[tuple[str, Scale, StepScores, Alignment | None]],
    words: tuple[Words, Words],
    reference: Alignment | None,
) -> Translated:
    """What is drawn of a generation; each of ``colours`` has a title, a scale, its scores, and its alignment."""
    source, target = (
        axis_of(tokens, merge_words=view.merge_words, hide_special=view.hide_special)
        for tokens in (generation.prompt, generation.tokens)
    )
    made, hidden = [], 0.0
    for title, scale, scores, alignment in colours:
        sides = [
            step_matrix(of_side, target, axis) for of_side, axis in ((scores.source, source), (scores.written, target))
        ]
        hidden = max(hidden, *(share for _, share in sides))
        made.append(Colour(title, scale, sides[0][0], sides[1][0], alignment))
    return Translated(view, generation, attention, source, target, tuple(made), words, reference, hidden)


def step_matrix(scores: Float, steps: Axis, positions: Axis) -> tuple[Float, float]:
    """Scores [step, position] of rows and columns, and the share of their size that is in columns not shown.

    A word takes from a word the mean over its steps of the sum over the other's positions. What a step cannot see
    (NaN) adds nothing; NaN where nothing of a cell can be seen.
    """
    values, seen, hidden = merged(scores, ~np.isnan(scores), steps.spans, positions.spans)
    matrix: Float = np.where(seen, values, np.nan).astype(np.float32)
    return matrix, hidden


def _mean(rows: Float) -> Float:
    """Mean column by column over the rows that can see it; NaN where none can."""
    seen = ~np.isnan(rows)
    count = seen.sum(axis=0)
    total = np.where(seen, rows, 0).sum(axis=0, dtype=np.float64)
    mean: Float = np.where(count > 0, total / np.maximum(count, 1), np.nan).astype(np.float32)
    return mean


def _rows_of(axis: Axis, tokens: Sequence[int]) -> Span | None:
    return axis.rows_of(min(tokens), max(tokens) + 1) if tokens else None
