"""The stack of a kept map: weights from a file, as float32 or as bytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from xai_widgets.attention.attention_stack import Bool, Float, Rows
from xai_widgets.attention.weight_bytes import Bytes, weights_of_bytes
from xai_widgets.text import TokenSequence


class KeptStack:
    """Layers as they were kept, each with a mask of its own.

    Args:
        weights: of each layer float32 [head, query, key], or its bytes (see ``weight_bytes``), which stay bytes
            until somebody looks.
        masks: of each layer bool [1 or head, query, key], or None where everything may be attended to.

    Raises:
        ValueError: they do not fit each other or the tokens.
    """

    def __init__(
        self,
        layers: Sequence[int],
        weights: Sequence[Float | Bytes],
        masks: Sequence[Bool | None],
        queries: TokenSequence,
        keys: TokenSequence,
    ) -> None:
        if list(layers) != sorted(set(layers)) or not layers:
            raise ValueError(f"its layers are {list(layers)}")
        for layer, array, mask in zip(layers, weights, masks, strict=True):
            if array.ndim != 3 or array.shape[1:] != (len(queries), len(keys)) or not len(array):
                raise ValueError(
                    f"layer {layer} has weights {array.shape} for {len(queries)} queries and {len(keys)} keys"
                )
            if mask is not None and (mask.shape[1:] != array.shape[1:] or len(mask) not in (1, len(array))):
                raise ValueError(f"layer {layer} has a mask {mask.shape} for weights {array.shape}")
        self.layers = tuple(layers)
        self.queries = queries
        self.keys = keys
        self._weights = list(weights)
        self._masks = list(masks)

    def n_heads(self, index: int) -> int:
        """Number of heads of a layer."""
        return len(self._weights[index])

    def weights(self, index: int, heads: Sequence[int], rows: Rows = None) -> Float:
        """The weights of the named heads, float32 [head, query, key]; of some query rows only, if given."""
        kept: Any = self._weights[index][list(heads)][:, slice(None) if rows is None else rows]
        return weights_of_bytes(kept) if kept.dtype == np.uint8 else kept

    def seen(self, index: int, rows: Rows = None) -> Bool | None:
        """What may be attended to, bool [1 or head, query, key]; None where everything may."""
        mask = self._masks[index]
        return mask if mask is None or rows is None else mask[:, rows]
