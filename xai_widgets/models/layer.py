"""One layer's attention, however it was obtained."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from xai_widgets.models.attention_call import AttentionCall
from xai_widgets.models.banded_weights import BandedWeights


@dataclass(frozen=True)
class Layer:
    """One layer's attention: its own number, and what its weights are made of when somebody looks, or all of them.

    ``weights``: [head, query, key], where there is no ``source``.
    """

    number: int
    source: AttentionCall | BandedWeights | None = None
    weights: Tensor | None = None

    @property
    def positions(self) -> tuple[int, int]:
        """How many positions look, and how many are looked at."""
        if self.source is not None:
            return self.source.n_queries, self.source.n_keys
        assert self.weights is not None
        return self.weights.shape[1], self.weights.shape[2]
