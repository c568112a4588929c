"""Step: one token that was written, and what else could have stood there."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

import numpy as np
from numpy.typing import NDArray

from xai_widgets.attribution.target import Vocabulary

Float = NDArray[np.float32]
Int = NDArray[np.int64]


@dataclass(frozen=True)
class Candidate:
    """A token that could have been written.

    Attributes:
        id: its number in the vocabulary. Give it to ``Generation.force`` to write it instead.
        text: the token as it reads, with the space before it where there is one.
        probability: what it was chosen by, after penalties, temperature and whatever else the generation config asks
            for; 0 for a token that they rule out.
        raw_probability: what the model itself gave it.
    """

    id: int
    text: str
    probability: float
    raw_probability: float


@dataclass(frozen=True, eq=False)
class Ranking:
    """The likeliest tokens of a step, likeliest first. All arrays are [candidate]."""

    ids: Int
    log_probs: Float
    raw_log_probs: Float


@dataclass(frozen=True, eq=False, repr=False)
class Step:
    """One token that was written.

    Attributes:
        index: which step it is, from 0.
        id: the token's number in the vocabulary.
        log_prob: natural logarithm of the probability that it was chosen by, after everything that the generation
            config asks for. NaN where it was not seen: the last token of a sampled beam that a stopping criterion ends.
        raw_log_prob: the same of what the model itself gave it.
        forced: whether a person put it there.
    """

    index: int
    id: int
    log_prob: float
    raw_log_prob: float
    forced: bool
    ranking: Ranking
    raw_ranking: Ranking
    vocabulary: Vocabulary

    @property
    def text(self) -> str:
        """The token as it reads."""
        return self.vocabulary.text(self.id)

    @property
    def probability(self) -> float:
        """What the token was chosen by."""
        return exp(self.log_prob)

    @property
    def raw_probability(self) -> float:
        """What the model itself gave the token."""
        return exp(self.raw_log_prob)

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """The likeliest tokens as the model chose from them, likeliest first."""
        return self._of(self.ranking)

    @property
    def raw_candidates(self) -> tuple[Candidate, ...]:
        """The tokens that the model itself found likeliest, before the generation config's rules."""
        return self._of(self.raw_ranking)

    def _of(self, ranking: Ranking) -> tuple[Candidate, ...]:
        columns = (ranking.ids.tolist(), np.exp(ranking.log_probs).tolist(), np.exp(ranking.raw_log_probs).tolist())
        return tuple(
            Candidate(number, self.vocabulary.text(number), probability, raw)
            for number, probability, raw in zip(*columns, strict=True)
        )

    def __repr__(self) -> str:
        forced = ", forced" if self.forced else ""
        return f"<Step {self.index}: {self.text!r}, probability {self.probability:.4f}{forced}>"
