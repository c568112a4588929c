"""The stack of a forward pass: weights come from what the layers were given, when somebody looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch

from xai_widgets.attention.attention_map import AttentionMap
from xai_widgets.attention.attention_stack import AttentionStack, Bool, Float, Rows, TensorStack
from xai_widgets.attention.rerun import Rerun
from xai_widgets.models.attention_call import AttentionCall
from xai_widgets.models.banded_weights import BandedWeights
from xai_widgets.models.capture import Captured
from xai_widgets.models.cores import on_one_core
from xai_widgets.text import TokenSequence


class CapturedStack:
    """Layers whose weights are made when somebody looks."""

    def __init__(
        self,
        layers: Sequence[int],
        sources: Sequence[AttentionCall | BandedWeights],
        queries: TokenSequence,
        keys: TokenSequence,
    ) -> None:
        self.layers = tuple(layers)
        self.queries = queries
        self.keys = keys
        self._sources = sources

    def n_heads(self, index: int) -> int:
        """Number of heads of a layer."""
        return self._sources[index].n_heads

    def weights(self, index: int, heads: Sequence[int], rows: Rows = None) -> Float:
        """Exact weights of the named heads, float32 [head, query, key], computed now; of some rows, if given."""
        with torch.no_grad(), on_one_core(len(heads) * len(self._numbers(rows)) * len(self.keys)):
            weights: Float = self._sources[index].weights(heads, rows).cpu().numpy()
        return weights

    def seen(self, index: int, rows: Rows = None) -> Bool | None:
        """What may be attended to, bool [1 or head, query, key]; None where everything may."""
        numbers = self._numbers(rows)
        seen = self._sources[index].seen(None if rows is None else numbers)
        if seen is None:
            return None
        full = seen.expand(-1, len(numbers), len(self.keys))
        array: Bool = full.cpu().numpy()
        return array

    def _numbers(self, rows: Rows) -> Sequence[int]:
        """The numbers of these queries."""
        every = range(len(self.queries))
        return every if rows is None else every[rows] if isinstance(rows, slice) else rows


def attention_map(
    captured: Captured,
    tokens: Mapping[str, tuple[TokenSequence, TokenSequence]],
    *,
    model_name: str,
    rerun: Rerun | None = None,
) -> AttentionMap:
    """The AttentionMap of a forward pass; ``tokens``: kind -> (queries, keys)."""
    stacks: dict[str, AttentionStack] = {}
    for kind, layers in captured.layers.items():
        queries, keys = tokens[kind]
        numbers = [layer.number for layer in layers]
        sources = [layer.source for layer in layers if layer.source is not None]
        if len(sources) == len(layers):
            stacks[kind] = CapturedStack(numbers, sources, queries, keys)
        else:
            arrays = [np.asarray(layer.weights.cpu().numpy()) for layer in layers if layer.weights is not None]
            stacks[kind] = TensorStack(arrays, queries, keys, numbers, causal=False if kind == "cross" else None)
    notes = tuple(dict.fromkeys(captured.left_out.values()))
    return AttentionMap(stacks, path=captured.path, model_name=model_name, rerun=rerun, notes=notes)
