"""StepScores: what each token that was written has to do with every token before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xai_widgets.attention.attention_map import AttentionMap
from xai_widgets.attribution.attribution import Attribution
from xai_widgets.errors import InputError
from xai_widgets.generation.generation import Generation

Float = NDArray[np.float32]

WRITES, READS = "writes", "reads"
ROWS = (WRITES, READS)
"""Which row of attention belongs to a token; see ``cross_matrix`` in ``xai_widgets.alignment``."""


@dataclass(frozen=True, eq=False)
class StepScores:
    """A row for each step of a Generation.

    Attributes:
        source: float32 [step, position of the prompt]; of an encoder-decoder the prompt is the source.
        written: float32 [step, position of what was written]; NaN where a step cannot see.
    """

    source: Float
    written: Float


def scores_of_attention(
    generation: Generation,
    attention: AttentionMap,
    layer: int | None = None,
    head: int | None = None,
    rows: str = WRITES,
) -> StepScores:
    """How much each step attends to every token before it: in a head, or the mean over several.

    Of an encoder-decoder ``source`` is cross attention, and ``written`` the decoder's self attention of the same layer
    and head.

    Args:
        generation: what was written.
        attention: its attention.
        layer, head: which; None: the mean over all layers, over all heads.
        rows: "writes": the row from which the token was written (its query is the token before it); "reads": the row
            in which the model read it again. A token that ends the text is not read again: its row is NaN.

    Raises:
        InputError: there is no such layer or head, or no such rows.
    """
    if rows not in ROWS:
        raise InputError(f"There are no rows {rows!r}: choose {WRITES!r} or {READS!r}.")
    count, before = len(generation.steps), len(generation.start)
    first = generation.row(0) + (rows == READS)
    if before:
        source = _rows(attention, "cross", layer, head, first, count)
        written = _rows(attention, "decoder", layer, head, first, count)[:, before:]
    else:
        both = _rows(attention, "self", layer, head, first, count)
        source, written = np.split(both, [len(generation.prompt)], axis=1)
    # Without the row of a token that ends the text it is no key either.
    missing = count - written.shape[1]
    return StepScores(source, np.pad(written, ((0, 0), (0, missing)), constant_values=np.nan))


def scores_of_attribution(generation: Generation, attribution: Attribution) -> StepScores:
    """The scores that a method gave to every token before each step; ``generation.attribute()`` makes them."""
    count = len(generation.steps)
    # A decoder that starts with several tokens was asked about those too, all but the first.
    scores = [side.scores[-count:] for side in attribution.sides]
    if generation.start:
        source, written = scores[0], scores[1][:, len(generation.start) :]
    else:
        source, written = np.split(scores[0], [len(generation.prompt)], axis=1)
    ahead = np.triu(np.ones((count, count), bool))
    return StepScores(source, np.where(ahead, np.float32(np.nan), written))


def _rows(attention: AttentionMap, kind: str, layer: int | None, head: int | None, first: int, count: int) -> Float:
    """The mean over layers and heads of some rows, float32 [row, key]; NaN where no row can be, or none sees."""
    layers: Sequence[int] = attention.layers(kind) if layer is None else (layer,)
    _, _, n_queries, n_keys = attention.shape(kind)
    stop = min(first + count, n_queries)
    total = np.zeros((stop - first, n_keys))
    visible = np.zeros(total.shape, bool)
    for number in layers:
        weights = attention.weights(number, None if head is None else [head], kind, rows=slice(first, stop))
        total += weights.mean(axis=0, dtype=np.float64) / len(layers)
        seen = attention.seen(number, kind, rows=slice(first, stop))
        visible |= True if seen is None else seen.any(axis=0)
    made = np.full((count, n_keys), np.nan, np.float32)
    made[: stop - first] = np.where(visible, total, np.nan)
    return made
