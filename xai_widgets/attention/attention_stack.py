"""One stack of attention layers: what an AttentionMap is made of. Numbers only; no framework."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from xai_widgets.text import TokenSequence

Float = NDArray[np.float32]
Bool = NDArray[np.bool_]

Rows = slice | Sequence[int] | None
"""Some of the queries; None: all."""

KINDS = ("self", "encoder", "cross", "decoder")
"""The kinds of attention that a map can have, in the order in which it has them."""

SOURCES = {
    "interface": "exact weights, computed from query and key",
    "eager": "exact weights, returned by the model under eager attention",
    "tensors": "weights as they were given",
}
"""The ways to a map's weights (``AttentionMap.path``), in words."""


class AttentionStack(Protocol):
    """The attention of one kind. Layers are addressed by their index in the stack, not by their own number."""

    @property
    def layers(self) -> tuple[int, ...]:
        """The layers' own numbers, ascending; layers without attention are left out."""

    @property
    def queries(self) -> TokenSequence:
        """The tokens that look."""

    @property
    def keys(self) -> TokenSequence:
        """The tokens that are looked at."""

    def n_heads(self, index: int) -> int:
        """Number of heads of a layer."""

    def weights(self, index: int, heads: Sequence[int], rows: Rows = None) -> Float:
        """Exact weights of the named heads, float32 [head, query, key]; of some query rows only, if given."""

    def seen(self, index: int, rows: Rows = None) -> Bool | None:
        """What may be attended to, bool [1 or head, query, key]; None where everything may."""


class TensorStack:
    """Weights that are already there, such as those that a model returned.

    Layers are float32 [head, query, key] and may have different numbers of heads. ``causal``: whether the pairs
    that look ahead are forbidden; None finds out: they are where every one of their weights is exactly zero.
    """

    def __init__(
        self,
        weights: Sequence[Float],
        queries: TokenSequence,
        keys: TokenSequence,
        layers: Sequence[int] | None = None,
        *,
        causal: bool | None = None,
    ) -> None:
        self._weights = list(weights)
        self.queries = queries
        self.keys = keys
        self.layers = tuple(range(len(self._weights)) if layers is None else layers)
        self._ahead = ~np.tri(len(queries), len(keys), dtype=bool)
        self._causal = self._looks_causal() if causal is None else causal

    def _looks_causal(self) -> bool:
        if not self._ahead.any() or len(self.queries) != len(self.keys):
            return False
        return all(not layer[:, self._ahead].any() for layer in self._weights)

    def n_heads(self, index: int) -> int:
        """Number of heads of a layer."""
        return len(self._weights[index])

    def weights(self, index: int, heads: Sequence[int], rows: Rows = None) -> Float:
        """The weights of the named heads, float32 [head, query, key]; of some query rows only, if given."""
        return self._weights[index][list(heads)][:, slice(None) if rows is None else rows]

    def seen(self, index: int, rows: Rows = None) -> Bool | None:  # noqa: ARG002 - its layers share their mask
        """What may be attended to, bool [1, query, key]; None where everything may."""
        return ~self._ahead[None, slice(None) if rows is None else rows] if self._causal else None
