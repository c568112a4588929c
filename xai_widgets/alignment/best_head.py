"""The cross-attention head that follows an alignment best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xai_widgets.alignment.alignment import Alignment
from xai_widgets.alignment.word_matrix import word_matrix, words_of
from xai_widgets.attention.attention_map import AttentionMap
from xai_widgets.errors import InputError
from xai_widgets.text import TokenSequence

READS, WRITES = "reads", "writes"


@dataclass(frozen=True)
class BestHead:
    """A cross-attention head and how well it follows a reference.

    Attributes:
        layer, head: which.
        rows: "reads" or "writes": see ``cross_matrix``.
        error_rate: its alignment error rate, over all sentences together.
        alignments: the alignments that it gives, one a sentence.
    """

    layer: int
    head: int
    rows: str
    error_rate: float
    alignments: tuple[Alignment, ...]


def cross_matrix(
    attention: AttentionMap, weights: NDArray[np.float32], rows: str = READS
) -> tuple[NDArray[np.float32], TokenSequence, TokenSequence]:
    """Cross attention as a matrix from target token to source token, with its tokens.

    A decoder has two rows for each target token: the one in which it reads the token (and decides the next), and the
    one before, in which it writes it. Heads differ in which of them looks at the token's source.

    Args:
        attention: an encoder-decoder's.
        weights: [query, key] of its cross attention: a head's, or a mean over some.
        rows: "reads" or "writes".

    Returns:
        [target, source], the target's tokens (without the decoder's start) and the source's.
    """
    if rows not in (READS, WRITES):
        raise InputError(f"There are no rows {rows!r}: choose {READS!r} or {WRITES!r}.")
    queries, keys = attention.tokens("cross")
    # Row r reads token r and writes token r + 1; token 0 is what the decoder starts with.
    return (weights[1:] if rows == READS else weights[:-1]), queries[1:], keys


def best_head(
    attention: AttentionMap | Sequence[AttentionMap],
    reference: Alignment | Sequence[Alignment],
    *,
    method: str = "argmax",
    rows: str | None = None,
    source_words: Sequence[Sequence[tuple[int, int]]] | None = None,
    target_words: Sequence[Sequence[tuple[int, int]]] | None = None,
) -> BestHead:
    """The cross-attention head whose alignments have the lowest error rate.

    Args:
        attention: the attention of a sentence and its translation, or of several, all of one model.
        reference: the true alignment of each.
        method: how alignments are read from weights; see ``Alignment.from_matrix``.
        rows: "reads" or "writes"; None: whichever is better; see ``cross_matrix``.
        source_words, target_words: for each sentence what counts as a word; see ``Alignment.from_matrix``.

    Raises:
        InputError: no sentences, not as many references, or a map without cross attention.
    """
    maps = [attention] if isinstance(attention, AttentionMap) else list(attention)
    truths = [reference] if isinstance(reference, Alignment) else list(reference)
    if not maps or len(maps) != len(truths):
        raise InputError(f"There are {len(maps)} attention maps and {len(truths)} references: give one for each.")
    spans = [
        (
            source_words[number] if source_words is not None else None,
            target_words[number] if target_words is not None else None,
        )
        for number in range(len(maps))
    ]
    tried = []
    for which in (READS, WRITES) if rows is None else (rows,):
        words = []
        for one, (source, target) in zip(maps, spans, strict=True):
            _, queries, keys = cross_matrix(one, np.zeros(one.shape("cross")[2:], np.float32), which)
            words.append((words_of(keys, source, "source"), words_of(queries, target, "target")))
        for layer in maps[0].layers("cross"):
            stacks = [one.weights(layer, kind="cross") for one in maps]
            for head in range(len(stacks[0])):
                alignments = []
                for one, stack, (source_of, target_of) in zip(maps, stacks, words, strict=True):
                    matrix, _, _ = cross_matrix(one, stack[head], which)
                    merged = word_matrix(matrix, target_of, source_of)
                    alignments.append(Alignment.from_words(merged, source_of, target_of, method=method))
                tried.append(BestHead(layer, head, which, _error_rate(alignments, truths), tuple(alignments)))
    return min(tried, key=lambda found: found.error_rate)


def _error_rate(alignments: Sequence[Alignment], truths: Sequence[Alignment]) -> float:
    matches = [alignment.matches(truth) for alignment, truth in zip(alignments, truths, strict=True)]
    hits, total = (sum(column) for column in zip(*matches, strict=True))
    return 1.0 - hits / total if total else 0.0
