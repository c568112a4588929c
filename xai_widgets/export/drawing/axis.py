"""The tokens of one side after the choices of what to show: ``js/core/axes.ts`` in Python."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xai_widgets.text import TokenSequence

Span = tuple[int, int]


@dataclass(frozen=True)
class Axis:
    """Rows or columns, each a token, or a word where they are merged.

    Attributes:
        labels: what each reads.
        spans: the token positions that it stands for, half-open.
        special: whether it is a special token.
        segments: which text of a pair it belongs to, or None.
        spaced: whether a space stands before it in the text.
        rtl: whether the text runs from right to left.
    """

    labels: tuple[str, ...]
    spans: tuple[Span, ...]
    special: tuple[bool, ...]
    segments: tuple[int | None, ...]
    spaced: tuple[bool, ...]
    rtl: bool

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def second(self) -> int:
        """The row at which the second text of a pair starts; 0 where there is none."""
        return self.segments.index(1) if 0 in self.segments and 1 in self.segments else 0

    def rows_of(self, start: int, stop: int) -> Span | None:
        """The rows that stand for some tokens, half-open; None where they are all hidden."""
        rows = [row for row, (first, end) in enumerate(self.spans) if first < stop and end > start]
        return (rows[0], rows[-1] + 1) if rows else None


def axis_of(
    tokens: TokenSequence,
    *,
    merge_words: bool = False,
    hide_special: bool = False,
    segment: int | None = None,
    part: Span | None = None,
) -> Axis:
    """The axis of some tokens; ``segment``: only that text of a pair; ``part``: only those positions."""
    spans: list[Span] = []
    start, end = (0, len(tokens)) if part is None else part
    while start < end:
        stop = min(end, _end_of_word(tokens, start)) if merge_words else start + 1
        hidden = (hide_special and tokens.special[start]) or segment not in (None, tokens.segments[start])
        if not hidden:
            spans.append((start, stop))
        start = stop
    texts = ["".join(tokens.text[slice(*span)]) for span in spans]
    return Axis(
        labels=tuple(label_of(text) for text in texts),
        spans=tuple(spans),
        special=tuple(tokens.special[start] for start, _ in spans),
        segments=tuple(tokens.segments[start] for start, _ in spans),
        spaced=tuple(text[:1].isspace() for text in texts),
        rtl=tokens.direction == "rtl",
    )


def joined(axes: Sequence[Axis]) -> Axis:
    """Several texts as one axis, whose segments are the texts."""
    return Axis(
        labels=tuple(label for axis in axes for label in axis.labels),
        spans=tuple(span for axis in axes for span in axis.spans),
        special=tuple(special for axis in axes for special in axis.special),
        segments=tuple(number for number, axis in enumerate(axes) for _ in axis.labels),
        spaced=tuple(spaced for axis in axes for spaced in axis.spaced),
        rtl=axes[0].rtl,
    )


def merged(
    values: NDArray[np.float32], seen: NDArray[np.bool_], rows: Sequence[Span], columns: Sequence[Span]
) -> tuple[NDArray[Any], NDArray[np.bool_], float]:
    """Values [position, position] of rows and columns: what ``js/core/prepare.ts`` and ``word_matrix.ts`` do.

    The positions of a column are summed, those of a row averaged. What cannot be seen adds nothing, so that weights
    of a row still sum to one, and a cell of which nothing can be seen cannot be seen. One NaN makes its cell NaN.

    Args:
        values: what is merged.
        seen: whether each can be seen.
        rows, columns: the positions that each stands for, half-open.

    Returns:
        The values [row, column], 0 where nothing can be seen; whether something of each can be seen; and the share of
        the rows' values, by size, that lies in positions of no column.
    """
    counted = np.where(seen, values, 0)
    if (len(rows), len(columns)) == values.shape:
        return counted, seen, 0.0
    counted = counted.astype(np.float64)
    cells = _of_rows(_of_columns(counted, columns), rows, np.mean)
    cells_seen = _of_rows(_of_columns(seen, columns), rows, np.any)
    hidden = np.ones(values.shape[1], dtype=bool)
    for start, stop in columns:
        hidden[start:stop] = False
    sizes = np.abs(np.concatenate([counted[slice(*span)] for span in rows]) if rows else counted[:0])
    total = np.nansum(sizes)
    return cells, cells_seen, float(np.nansum(sizes[:, hidden]) / total) if total > 0 else 0.0


def _of_columns(array: NDArray[Any], columns: Sequence[Span]) -> NDArray[Any]:
    merge = np.any if array.dtype == bool else np.sum
    made = [merge(array[:, slice(*span)], axis=1) for span in columns]
    return np.stack(made, axis=1) if made else array[:, :0]


def _of_rows(array: NDArray[Any], rows: Sequence[Span], merge: Any) -> NDArray[Any]:
    made = [merge(array[slice(*span)], axis=0) for span in rows]
    return np.stack(made) if made else array[:0]


def label_of(text: str) -> str:
    """A label that can be seen: white space and empty text get a sign of their own."""
    if text == "":
        return "∅"
    trimmed = text.strip()
    if trimmed:
        return trimmed.replace("\n", "↵").replace("\t", "⇥")
    visible = text.replace("\r\n", "↵").replace("\n", "↵").replace("\t", "⇥")
    return re.sub(r"\s", "␣", visible)


def _end_of_word(tokens: TokenSequence, start: int) -> int:
    """Where the word that starts here ends; a token without a word stands alone."""
    word, segment, stop = tokens.words[start], tokens.segments[start], start + 1
    if word is None or tokens.special[start]:
        return stop
    while stop < len(tokens) and tokens.words[stop] == word and tokens.segments[stop] == segment:
        stop += 1
    return stop
