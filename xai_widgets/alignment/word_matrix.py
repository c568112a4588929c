"""Weights from token to token merged into weights from word to word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xai_widgets.errors import InputError
from xai_widgets.text import TokenSequence

Float = NDArray[np.float64]


@dataclass(frozen=True)
class Words:
    """The words of a text and the tokens that each is made of.

    Attributes:
        text: the words as they read.
        tokens: for each word the positions of its tokens; none where it has none.
        n_tokens: how many tokens there are.
    """

    text: tuple[str, ...]
    tokens: tuple[tuple[int, ...], ...]
    n_tokens: int


def words_of(tokens: TokenSequence, spans: Sequence[tuple[int, int]] | None, what: str) -> Words:
    """The words of a text: those of the tokens, or spans of characters.

    Args:
        tokens: the tokens.
        spans: half-open spans of characters into the text; None: the words that the tokens say they belong to.
        what: "source" or "target", for the message.

    Raises:
        InputError: no TokenSequence, or spans and tokens that do not know where they stand.
    """
    if not isinstance(tokens, TokenSequence):
        raise InputError(
            f"The tokens of the {what} came as {type(tokens).__name__}: give a TokenSequence, such as "
            "TokenSequence.from_strings(['a', 'word', 'each'])."
        )
    if spans is None:
        groups = [span for span in tokens.word_spans() if tokens.words[span.start] is not None]
        text = tuple(tokens.text_of(span).strip() for span in groups)
        return Words(text, tuple(tuple(span) for span in groups), len(tokens))
    places = [(position, offset) for position, offset in enumerate(tokens.offsets) if offset is not None]
    if not places:
        raise InputError(f"The tokens of the {what} do not say where in the text they stand: leave the spans out.")
    text_of = "".join(tokens.sources)
    inside = [
        tuple(position for position, (first, last) in places if first < stop and start < last) for start, stop in spans
    ]
    return Words(tuple(text_of[start:stop] for start, stop in spans), tuple(inside), len(tokens))


def word_matrix(matrix: Any, target: Words, source: Words) -> Float:
    """The mean over a target word's tokens of the sum over a source word's, float64 [target word, source word].

    Args:
        matrix: [target token, source token]; negative weights count by their size.
        target: the words of the rows.
        source: the words of the columns.

    Raises:
        InputError: the matrix does not have a row for each target token and a column for each source token.
    """
    weights = np.abs(np.asarray(matrix, np.float64))
    if weights.shape != (target.n_tokens, source.n_tokens):
        raise InputError(
            f"The matrix is {list(weights.shape)}, and there are {target.n_tokens} target tokens and "
            f"{source.n_tokens} source tokens: give [target, source]."
        )
    # What is not a number links nothing, and would spread over all words.
    weights = np.nan_to_num(weights, nan=0.0)
    return _groups(target, mean=True) @ weights @ _groups(source, mean=False).T


def _groups(words: Words, *, mean: bool) -> Float:
    """[word, token]: what each token counts for each word."""
    groups = np.zeros((len(words.tokens), words.n_tokens))
    for number, positions in enumerate(words.tokens):
        groups[number, list(positions)] = 1 / len(positions) if mean and positions else 1.0
    return groups
