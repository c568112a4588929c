"""One layer's attention, however it was obtained."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from xai_widgets.models.attention_call import AttentionCall


@dataclass(frozen=True)
class Layer:
    """One layer's attention: its own number, and either its call or its weights [head, query, key]."""

    number: int
    call: AttentionCall | None = None
    weights: Tensor | None = None

    @property
    def positions(self) -> tuple[int, int]:
        """How many positions look, and how many are looked at."""
        if self.call is not None:
            return self.call.n_queries, self.call.n_keys
        assert self.weights is not None
        return self.weights.shape[1], self.weights.shape[2]
