"""Weights by window, as Longformer and LED give them, put in their places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

_MODULES = {
    "LongformerSelfAttention": ("self", "global_attentions"),
    "LEDEncoderSelfAttention": ("encoder", "encoder_global_attentions"),
}


@dataclass(frozen=True, eq=False)
class BandedWeights:
    """One layer's weights, where tokens look at a window around themselves; a full matrix of those that are looked at.

    A few tokens may be global: all others look at them too, wherever they are, and they look at everything.

    Shapes, float32: ``band`` [head, query, offset], offsets from -w to w, 0 where the key is global or there is none;
    ``to_globals`` [head, query, global]; ``of_globals`` [head, global, key]. ``globals`` [global]: their positions.
    """

    band: Tensor
    to_globals: Tensor
    of_globals: Tensor
    globals: Tensor

    @property
    def n_heads(self) -> int:
        """Number of heads."""
        return int(self.band.shape[0])

    @property
    def n_queries(self) -> int:
        """Number of positions that look."""
        return int(self.band.shape[1])

    @property
    def n_keys(self) -> int:
        """Number of positions that are looked at."""
        return self.n_queries

    def weights(self, heads: Sequence[int], rows: slice | Sequence[int] | None = None) -> Tensor:
        """Exact weights, float32 [len(heads), query, key], of the named heads (and of some queries, if given)."""
        index, at = torch.as_tensor(list(heads), device=self.band.device), self._at(rows)
        columns = at[:, None] + torch.arange(-self._reach, self._reach + 1, device=at.device)
        keys = columns.clamp(0, self.n_keys - 1)
        band = self.band[index[:, None], at] * (keys == columns)
        made = band.new_zeros(len(index), len(at), self.n_keys).scatter_add_(2, keys.expand_as(band), band)
        made[..., self.globals] += self.to_globals[index[:, None], at]
        looks, number = (at[:, None] == self.globals).nonzero(as_tuple=True)
        made[:, looks] = self.of_globals[index[:, None], number]
        return made

    def seen(self, rows: Sequence[int] | None = None) -> Tensor:
        """What may be attended to: boolean [1, query, key]."""
        at, keys = self._at(rows), self._at(None)
        near = (at[:, None] - keys).abs() <= self._reach
        return (near | torch.isin(keys, self.globals) | torch.isin(at, self.globals)[:, None])[None]

    @property
    def _reach(self) -> int:
        """How far a token looks to either side."""
        return int(self.band.shape[2]) // 2

    def _at(self, rows: slice | Sequence[int] | None) -> Tensor:
        return torch.arange(self.n_queries, device=self.band.device)[slice(None) if rows is None else rows]


def banded_kinds(model: nn.Module) -> dict[str, str]:
    """The kinds of attention that a model gives by window, each with the name of what it gives of global tokens."""
    names = {type(module).__name__ for module in model.modules()}
    return dict(kind_and_name for module, kind_and_name in _MODULES.items() if module in names)


def banded_weights(given: Tensor, of_globals: Tensor | None) -> BandedWeights:
    """What a model gives for one layer, made of one text.

    Args:
        given: [1, head, query, global + offset]; the rows of global tokens are zero.
        of_globals: [1, head, key, global], None where no token is global; may be longer than the text.
    """
    weights = given[0].float()
    n_globals = 0 if of_globals is None else of_globals.shape[-1]
    positions = (weights == 0).all(dim=(0, 2)).nonzero()[:, 0][:n_globals]
    looks = weights.new_zeros(len(weights), 0, weights.shape[1])
    if of_globals is not None:
        looks = of_globals[0].float().transpose(1, 2)[..., : weights.shape[1]]
    return BandedWeights(weights[..., n_globals:], weights[..., :n_globals], looks, positions)
