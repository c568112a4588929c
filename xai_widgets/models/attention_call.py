"""What one attention layer was given, kept so that its weights can be computed when somebody looks at them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

_ARGUMENTS = ("module", "query", "key", "value", "attention_mask")
# Rows of a layer that are checked against the layer's own output: the first, the middle and the last.
_CHECKED_ROWS = 3
_CHECK_TOLERANCE = {torch.float64: 1e-6, torch.float32: 1e-3, torch.float16: 2e-2, torch.bfloat16: 6e-2}


@dataclass(frozen=True, eq=False)
class AttentionCall:
    """Query and key of one layer's attention, and whatever else enters its softmax.

    Shapes: ``query`` [head, query, d], ``key`` [key head, key, d] (fewer key heads than heads: grouped),
    ``mask`` broadcastable to [head, query, key]: boolean (True: may attend) or additive, ``bias``
    [head or 1, query or 1, key], ``sinks`` [head]: one more logit per head that takes weight and is not a key.
    """

    module: Any
    query: Tensor
    key: Tensor
    mask: Tensor | None
    scaling: float
    causal: bool
    window: int | None = None
    softcap: float | None = None
    bias: Tensor | None = None
    sinks: Tensor | None = None
    _seen: dict[str, Tensor | None] = field(default_factory=dict, repr=False)

    @property
    def n_heads(self) -> int:
        """Number of heads."""
        return self.query.shape[0]

    @property
    def n_queries(self) -> int:
        """Number of positions that look."""
        return self.query.shape[1]

    @property
    def n_keys(self) -> int:
        """Number of positions that are looked at."""
        return self.key.shape[1]

    def weights(self, heads: Sequence[int], rows: slice | Tensor | None = None) -> Tensor:
        """Exact weights, float32 [len(heads), query, key], of the named heads (and query rows, if given)."""
        at = slice(None) if rows is None else rows
        index = torch.as_tensor(list(heads), device=self.query.device)
        group = self.n_heads // self.key.shape[0]
        query = self.query[index][:, at].float()
        key = self.key[index // group].float()
        scores = (query @ key.transpose(1, 2)) * self.scaling
        if self.softcap is not None:
            scores = torch.tanh(scores / self.softcap) * self.softcap
        if self.bias is not None:
            scores = scores + _rows(_per_head(self.bias, index), at).float()
        if self.mask is not None and self.mask.dtype != torch.bool:
            scores = scores + _rows(_per_head(self.mask, index), at).float()
        seen = self.seen()
        if seen is not None:
            scores = scores.masked_fill(~_rows(_per_head(seen, index), at), torch.finfo(torch.float32).min)
        if self.sinks is None:
            return torch.softmax(scores, dim=-1)
        sinks = self.sinks[index].float()[:, None, None].expand(-1, scores.shape[1], 1)
        return torch.softmax(torch.cat([scores, sinks], dim=-1), dim=-1)[..., :-1]

    def seen(self) -> Tensor | None:
        """What may be attended to: boolean [1 or head, query or 1, key], or None where everything may."""
        if "seen" not in self._seen:
            self._seen["seen"] = self._compute_seen()
        return self._seen["seen"]

    def _compute_seen(self) -> Tensor | None:
        if self.mask is not None:
            # An additive mask forbids with the dtype's lowest number (or -inf); real biases are far above it.
            seen = self.mask if self.mask.dtype == torch.bool else self.mask > torch.finfo(self.mask.dtype).min / 2
            return None if bool(seen.all()) else seen
        if not self.causal or self.n_queries == 1:
            return None
        rows = torch.arange(self.n_queries, device=self.query.device)[:, None]
        columns = torch.arange(self.n_keys, device=self.query.device)[None, :]
        seen = columns <= rows
        if self.window is not None:
            seen &= columns > rows - self.window
        return seen[None]

    def explains(self, value: Tensor, output: Tensor) -> bool:
        """Whether weights x value gives the layer's own output, on a few rows of every head.

        Shapes: ``value`` [key head, key, d], ``output`` [query, head, d]. It does not when the architecture's
        attention function does something to its weights that is not known here.
        """
        if output.shape[:2] != (self.n_queries, self.n_heads):
            return False
        steps = max(1, (self.n_queries - 1) // (_CHECKED_ROWS - 1))
        rows = torch.arange(0, self.n_queries, steps, device=self.query.device)
        group = self.n_heads // value.shape[0]
        made = self.weights(range(self.n_heads), rows) @ value.repeat_interleave(group, dim=0).float()
        given = output[rows].transpose(0, 1).float()
        if not bool(torch.isfinite(given).all()):
            return True  # not finite either way: shown as it is, which is what a person hunting a NaN needs
        scale = value.float().abs().amax().clamp_min(1e-6)
        return bool((made - given).abs().amax() / scale < _CHECK_TOLERANCE.get(output.dtype, 6e-2))


def bind_arguments(args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """The arguments of an attention function by name, whether they came by position or by name."""
    return dict(zip(_ARGUMENTS, args, strict=False)) | kwargs


def attention_call(arguments: dict[str, Any], *, honours_causal: bool) -> AttentionCall:
    """Keeps what the weights need of the arguments of an attention function (batch of one).

    ``honours_causal``: whether the function makes a causal mask by itself where it is given none. SDPA and the
    flash kernels do; the eager functions take the mask as it comes.

    Query and key are kept as they are where they own their memory, and copied where they are views into
    something larger (a fused query-key-value projection would be kept alive whole).
    """
    module, query, key = arguments["module"], arguments["query"], arguments["key"]
    scaling = arguments.get("scaling")
    causal = arguments.get("is_causal")
    mask = _dense_mask(arguments.get("attention_mask"), query, key)
    bias = arguments.get("position_bias")
    sinks = arguments.get("s_aux")
    return AttentionCall(
        module=module,
        query=_owned(query),
        key=_owned(key),
        mask=mask,
        scaling=query.shape[-1] ** -0.5 if scaling is None else float(scaling),
        causal=honours_causal and bool(getattr(module, "is_causal", True) if causal is None else causal),
        window=arguments.get("sliding_window"),
        softcap=arguments.get("softcap"),
        bias=None if bias is None else bias.detach()[0],
        sinks=None if sinks is None else sinks.detach().reshape(-1),
    )


def _owned(tensor: Tensor) -> Tensor:
    kept = tensor.detach()[0]
    shares = kept.untyped_storage().nbytes() > kept.numel() * kept.element_size()
    return kept.clone(memory_format=torch.contiguous_format) if shares else kept


def _dense_mask(mask: Any, query: Tensor, key: Tensor) -> Tensor | None:
    """A mask as [head or 1, query or 1, key]; flash attention's two-dimensional and flex's block masks made so."""
    if mask is None:
        return None
    if hasattr(mask, "mask_mod"):
        from torch.nn.attention.flex_attention import create_mask

        dense = create_mask(mask.mask_mod, 1, 1, query.shape[2], key.shape[2], device=str(query.device))
        return dense[0]
    if mask.dim() == 2:
        return None if bool(mask.bool().all()) else mask.bool()[:1, None, : key.shape[2]]
    return mask.detach()[0, ..., : key.shape[2]]


def _per_head(tensor: Tensor, index: Tensor) -> Tensor:
    return tensor[index] if tensor.shape[0] > 1 else tensor


def _rows(tensor: Tensor, at: slice | Tensor) -> Tensor:
    return tensor[:, at] if tensor.shape[1] > 1 else tensor
