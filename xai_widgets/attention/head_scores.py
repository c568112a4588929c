"""Scores that say what a head does: how much of its attention goes to one kind of place. Numbers only.

Every score is made the same way. It names a set of pairs (query, key); a head's score is the mean, over the queries
that have such a pair, of the weight that goes to their pairs:

    score = mean over queries i of the sum over keys j in P(i) of A[i, j]

which lies between 0 (nothing goes there) and 1 (all of it does). Pairs that the mask forbids are not counted: they are
no weights of zero. A score belongs to the text that it was measured on: take the mean over several texts before
a head gets a name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from xai_widgets.attention.attention_stack import Bool, Float
from xai_widgets.errors import InputError
from xai_widgets.text import TokenSequence

if TYPE_CHECKING:
    from xai_widgets.attention.attention_map import AttentionMap


@dataclass(frozen=True)
class HeadScore:
    """One thing that a head can do, and how it is measured.

    Attributes:
        name: what ``AttentionMap.head_scores`` takes.
        label: for people, before "score" or "head".
        formula: which keys j count for a query i, in words.
        source: who described such heads.
        pairs: gives the pairs of some tokens, bool [query, key].
    """

    name: str
    label: str
    formula: str
    source: str
    pairs: Callable[[TokenSequence], Bool]


def head_scores(attention: AttentionMap, score: str, kind: str | None = None) -> Float:
    """See ``AttentionMap.head_scores``."""
    measured = head_score(score)
    kind = attention.kinds[0] if kind is None else kind
    if kind == "cross":
        others = " or ".join(repr(other) for other in attention.kinds if other != "cross")
        raise InputError(
            f"The {measured.label} score compares places in one text, and cross attention goes from one text to "
            f"another. {f'Give the kind: {others}.' if others else 'This map has no other kind.'}"
        )
    pairs = measured.pairs(attention.tokens(kind)[1])
    table = np.full(attention.shape(kind)[:2], np.nan, np.float32)
    for row, layer in enumerate(attention.layers(kind)):
        seen = attention.seen(layer, kind)
        for head in range(attention.heads(layer, kind)):
            allowed = pairs if seen is None else pairs & seen[head if len(seen) > 1 else 0]
            counted = allowed.any(axis=1)
            if counted.any():
                weights = attention.weights(layer, head, kind)
                table[row, head] = np.where(allowed, weights, 0)[counted].sum(axis=1, dtype=np.float64).mean()
    return table


def head_score(name: str) -> HeadScore:
    """The score of that name; raises InputError with those that there are."""
    if not isinstance(name, str) or name not in HEAD_SCORES:
        raise InputError(f"There is no head score {name!r}. There are {', '.join(map(repr, HEAD_SCORES))}.")
    return HEAD_SCORES[name]


def _places(tokens: TokenSequence) -> tuple[Bool, Bool]:
    """Which tokens stand in the text, bool [position], and which of two both do, bool [query, key]."""
    typed = ~np.asarray(tokens.special, bool)
    return typed, typed[:, None] & typed[None, :]


def _shifted(tokens: TokenSequence, by: int) -> Bool:
    _, both = _places(tokens)
    return both & np.eye(len(tokens), k=by, dtype=bool)


def _same(tokens: TokenSequence) -> Bool:
    pieces = np.asarray(tokens.pieces, object)
    _, both = _places(tokens)
    same: Bool = both & (pieces[:, None] == pieces[None, :]) & ~np.eye(len(tokens), dtype=bool)
    return same


def _followed(tokens: TokenSequence) -> Bool:
    _, both = _places(tokens)
    earlier = np.tri(len(tokens), k=-1, dtype=bool)
    # What comes after an earlier same token, and is still before the query itself.
    after = np.zeros_like(both)
    after[:, 1:] = (_same(tokens) & earlier)[:, :-1]
    followed: Bool = both & after & earlier
    return followed


def _first(tokens: TokenSequence) -> Bool:
    typed, _ = _places(tokens)
    pairs = np.zeros((len(tokens), len(tokens)), bool)
    pairs[1:, :1] = typed[1:, None]
    return pairs


def _separators(tokens: TokenSequence) -> Bool:
    typed, _ = _places(tokens)
    separators = ~typed
    separators[:1] = False
    return typed[:, None] & separators[None, :]


_ALL = (
    HeadScore(
        "previous_token",
        "previous-token",
        "the token just before: j = i - 1; neither of them special",
        "Clark et al. 2019; Voita et al. 2019",
        lambda tokens: _shifted(tokens, -1),
    ),
    HeadScore(
        "next_token",
        "next-token",
        "the token just after: j = i + 1; neither of them special",
        "Clark et al. 2019; Voita et al. 2019",
        lambda tokens: _shifted(tokens, 1),
    ),
    HeadScore(
        "same_token",
        "same-token",
        "other places of the same token: j != i, token j = token i; not special",
        "duplicate-token heads: Wang et al. 2023",
        _same,
    ),
    HeadScore(
        "induction",
        "induction",
        "what came after the same token before: token j - 1 = token i, j < i; not special",
        "prefix matching: Olsson et al. 2022",
        _followed,
    ),
    HeadScore(
        "first_token",
        "first-token",
        "the first token, special or not: j = 0 < i; i not special",
        "attention sinks: Xiao et al. 2024",
        _first,
    ),
    HeadScore(
        "separator",
        "separator",
        "special tokens other than the first ([SEP], </s>): j special, j > 0; i not special",
        "Clark et al. 2019",
        _separators,
    ),
)

HEAD_SCORES: Mapping[str, HeadScore] = MappingProxyType({score.name: score for score in _ALL})
"""Every score, by its name."""
