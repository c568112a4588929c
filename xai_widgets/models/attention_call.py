"""What one attention layer was given, kept so that its weights can be computed when somebody looks at them."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import torch
from torch import Tensor

_ARGUMENTS = ("module", "query", "key", "value", "attention_mask")
# How far the weights may be from the layer's own: the kernels' arithmetic differs, wrong weights differ by far more.
_TOLERANCE = {torch.float64: 1e-6, torch.float32: 1e-4, torch.float16: 2e-2, torch.bfloat16: 6e-2}
_REDUCED_FLOAT32_TOLERANCE = 1e-2
# Weights that are made in one step: on a CPU what its cache holds, so that memory is written once and not read.
_FAST_WEIGHTS = 2**19
_FAST_WEIGHTS_ELSEWHERE = 2**25
_CAUSAL_ROWS = 128


@dataclass(frozen=True, eq=False)
class AttentionCall:
    """Query and key of one layer's attention, and whatever else enters its softmax.

    Shapes: ``query`` [head, query, d], ``key`` [key head, key, d] (fewer key heads than heads: grouped),
    ``mask`` broadcastable to [head, query, key]: boolean (True: may attend) or additive, ``bias``
    [head or 1, query or 1, key], ``sinks`` [head, query or 1]: one more logit that takes weight and is not a key.
    ``part`` says from which key to which, where a layer attends to two sequences in one softmax.
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
    part: tuple[int, int | None] = (0, None)
    _seen: dict[str, Tensor | None] = field(default_factory=dict, repr=False)

    @property
    def n_heads(self) -> int:
        """Number of heads."""
        return int(self.query.shape[0])

    @property
    def n_queries(self) -> int:
        """Number of positions that look."""
        return int(self.query.shape[1])

    @property
    def n_keys(self) -> int:
        """Number of positions that are looked at."""
        return len(range(self.key.shape[1])[slice(*self.part)])

    def parts(self, n_first: int) -> tuple[AttentionCall, AttentionCall]:
        """The call seen as two: the first ``n_first`` keys, and the others. Their weights sum to one together."""
        return replace(self, part=(0, n_first), _seen={}), replace(self, part=(n_first, None), _seen={})

    def weights(self, heads: Sequence[int], rows: slice | Sequence[int] | None = None) -> Tensor:
        """Exact weights, float32 [len(heads), query, key], of the named heads (and of some queries, if given)."""
        device = self.query.device
        of: slice | Tensor = slice(None)
        query, key = self.query, self.key
        if len(heads) == 1:
            group = heads[0] // (self.n_heads // self.key.shape[0])
            of = slice(heads[0], heads[0] + 1)
            query, key = self.query[of], self.key[group : group + 1]
        elif list(heads) != list(range(self.n_heads)):
            of = torch.as_tensor(list(heads), dtype=torch.long, device=device)
            query, key = self.query[of], self.key[of // (self.n_heads // self.key.shape[0])]
        key = key.float()
        numbers = range(self.n_queries)[rows or slice(None)] if rows is None or isinstance(rows, slice) else list(rows)
        made = torch.zeros(len(query), len(numbers), key.shape[1], device=device)
        if not len(query):
            return made[..., slice(*self.part)]
        at_once = self._rows_at_once(len(query))
        for first in range(0, len(numbers), at_once):
            block = numbers[first : first + at_once]
            columns, sure = self._columns(block)
            at = _index(block, device)
            scores = self._scores(query, key, at, columns)
            made[:, first : first + len(block), columns] = self._softmax(scores, of, at, columns, sure)
        return made[..., slice(*self.part)]

    def seen(self, rows: Sequence[int] | None = None) -> Tensor | None:
        """What may be attended to: boolean [1 or head, query or 1, key], or None where everything may."""
        if rows is not None:
            of_rows = self._seen_rows(torch.as_tensor(list(rows), device=self.query.device))
            return None if of_rows is None else of_rows[..., slice(*self.part)]
        if "seen" not in self._seen:
            seen = self._seen_rows(slice(None))
            part = None if seen is None else seen[..., slice(*self.part)]
            self._seen["seen"] = None if part is None or bool(part.all()) else part
        return self._seen["seen"]

    def explains(self, value: Tensor, output: Tensor, own: Tensor | None) -> bool:
        """Whether the weights are the layer's: checked on a few rows of every head, the last one among them.

        Where the layer's function returned its ``own`` weights [head, query, key] they must be the same.
        Otherwise weights x ``value`` [value head, key, d] must be the ``output`` [query, head, d]. They are not
        where an architecture's function does something to its weights that is not known here.
        """
        if output.shape[:2] != (self.n_queries, self.n_heads):
            return False
        rows = _few(self.n_queries)
        made = self._softmax(self._scores(self.query, self.key.float(), rows), slice(None), rows)
        tolerance: float | Tensor = _tolerance(output)
        if own is not None and own.shape == (self.n_heads, self.n_queries, self.key.shape[1]):
            given = own[:, rows].float()
        else:
            made = (made.reshape(value.shape[0], -1, made.shape[-1]) @ value.float()).view(*made.shape[:2], -1)
            given = output[rows].transpose(0, 1).float()
            tolerance = tolerance * given.nan_to_num(0, 0, 0).abs().amax().clamp_min(1e-6)
        if self.mask is not None:
            # Padding on the left sees nothing: what comes out there is the kernel's choice, and nobody's business.
            seen = self._seen_rows(rows)
            assert seen is not None
            made = torch.where(seen.any(dim=-1, keepdim=True), made, given)
        # What is not finite is shown as it is, which is what a person hunting a NaN needs: some kernels give zero for
        # it. A comparison with NaN is never true.
        return not bool(((made - given).abs() >= tolerance).any())

    def readings(self) -> Iterator[AttentionCall]:
        """Other ways to read the same arguments, for a function that this reading does not explain."""
        if self.mask is None:
            yield replace(self, causal=not self.causal, _seen={})
        if self.softcap is not None:
            # SDPA leaves the cap out in transformers 5.0; later releases refuse it.
            yield replace(self, softcap=None, _seen={})
        if self.sinks is not None:
            # Some functions scale the output by what the sinks leave over, and return the weights without it.
            yield replace(self, sinks=None, _seen={})

    def _rows_at_once(self, heads: int) -> int:
        """How many rows are made in one step: of a causal layer fewer, so that little is made that nobody may see."""
        weights = _FAST_WEIGHTS if self.query.is_cpu else _FAST_WEIGHTS_ELSEWHERE
        rows: int = max(1, weights // (heads * self.key.shape[1]))
        return min(rows, max(_CAUSAL_ROWS, self.n_queries // 8)) if self.causal else rows

    def _columns(self, rows: Sequence[int]) -> tuple[slice, int]:
        """The keys that some of these rows may see, and how many of them, from the first on, all of the rows see.

        Of a causal layer without a mask, these are the keys up to the last row; elsewhere it takes a look at each.
        """
        if self.mask is not None or not self.causal or self.n_queries == 1:
            return slice(0, self.key.shape[1]), 0
        lowest, highest = min(rows), max(rows)
        if self.window is not None:
            return slice(max(0, lowest - self.window + 1), highest + 1), 0
        return slice(0, highest + 1), lowest + 1

    def _scores(self, query: Tensor, key: Tensor, rows: slice | Tensor, columns: slice = slice(None)) -> Tensor:
        """Scaled products of some rows, float32 [head, row, key]; no key is repeated for heads that share it."""
        picked = query[:, rows].float() * self.scaling
        grouped = picked.reshape(key.shape[0], -1, picked.shape[-1])
        return (grouped @ key[:, columns].transpose(1, 2)).view(*picked.shape[:2], -1)

    def _softmax(
        self, scores: Tensor, heads: slice | Tensor, rows: slice | Tensor, columns: slice = slice(None), sure: int = 0
    ) -> Tensor:
        """From scores [head, row, key] of these heads, rows and keys to weights. Works in place where it can.

        ``sure``: so many of the keys are seen by all of the rows, and need no look at the mask.
        """
        if self.softcap is not None:
            scores.div_(self.softcap).tanh_().mul_(self.softcap)
        if self.bias is not None:
            scores += _cut(self.bias, heads, rows)[..., columns].float()
        if self.mask is not None and self.mask.dtype != torch.bool:
            scores += _cut(self.mask, heads, rows)[..., columns].float()
        lowest = torch.finfo(torch.float32).min
        if sure and isinstance(rows, slice):
            scores[..., sure:].masked_fill_(_later(scores.shape[1], scores.device), lowest)
        elif (seen := self._seen_rows(rows, slice((columns.start or 0) + sure, columns.stop))) is not None:
            scores[..., sure:].masked_fill_(~_cut(seen, heads, slice(None)), lowest)
        if self.sinks is None:
            return torch.softmax(scores, dim=-1)
        sinks = _cut(self.sinks[..., None], heads, rows).float().expand(-1, scores.shape[1], 1)
        return torch.softmax(torch.cat([scores, sinks], dim=-1), dim=-1)[..., :-1]

    def _seen_rows(self, rows: slice | Tensor, columns: slice = slice(None)) -> Tensor | None:
        """What may be attended to in these rows and keys: boolean [1 or head, row or 1, key]."""
        if self.mask is not None:
            mask = _cut(self.mask, slice(None), rows)[..., columns]
            # An additive mask forbids with the dtype's lowest number (or -inf); real biases are far above it.
            return mask if mask.dtype == torch.bool else mask > torch.finfo(mask.dtype).min / 2
        if not self.causal or self.n_queries == 1:
            return None
        device = self.query.device
        numbers = torch.arange(*rows.indices(self.n_queries), device=device) if isinstance(rows, slice) else rows
        at, keys = numbers[:, None], torch.arange(*columns.indices(self.key.shape[1]), device=device)
        seen = keys <= at
        if self.window is not None:
            seen &= keys > at - self.window
        return seen[None]


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
    bias = arguments.get("position_bias")
    return AttentionCall(
        module=module,
        query=_owned(query),
        key=_owned(key),
        mask=_dense_mask(arguments.get("attention_mask"), query, key),
        scaling=query.shape[-1] ** -0.5 if scaling is None else float(scaling),
        causal=honours_causal and bool(getattr(module, "is_causal", True) if causal is None else causal),
        window=arguments.get("sliding_window"),
        softcap=arguments.get("softcap"),
        bias=None if bias is None else bias.detach()[0, ..., : key.shape[2]],
        sinks=_sinks(arguments),
    )


def _owned(tensor: Tensor) -> Tensor:
    kept = tensor.detach()[0]
    shares = kept.untyped_storage().nbytes() > kept.numel() * kept.element_size()
    return kept.clone(memory_format=torch.contiguous_format) if shares else kept


def _sinks(arguments: dict[str, Any]) -> Tensor | None:
    """Sinks as [head, query or 1]: a parameter [head] (gpt-oss), or made per query [1, head, query, 1]."""
    per_head = arguments.get("s_aux")
    if per_head is not None:
        learned: Tensor = per_head.detach().reshape(-1, 1)
        return learned
    per_query = arguments.get("sinks")
    return None if per_query is None else per_query.detach()[0, ..., 0]


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


def _cut(tensor: Tensor, heads: slice | Tensor, rows: slice | Tensor) -> Tensor:
    """These heads and rows of a tensor [head or 1, row or 1, ...] that is broadcast over what it has one of."""
    cut = tensor[heads] if tensor.shape[0] > 1 else tensor
    return cut[:, rows] if cut.shape[1] > 1 else cut


@functools.lru_cache(maxsize=8)
def _later(count: int, device: torch.device) -> Tensor:
    """Of rows that follow each other, which of the keys after the first of them come later: bool [count, count - 1]."""
    return torch.ones(count, count - 1, dtype=torch.bool, device=device).triu_()


def _index(numbers: Sequence[int], device: torch.device) -> slice | Tensor:
    """What picks these rows: a slice where they follow each other, which copies nothing."""
    if isinstance(numbers, range) and numbers.step == 1:
        return slice(numbers.start, numbers.stop)
    return torch.as_tensor(list(numbers), device=device)


def _few(n_queries: int) -> slice:
    """A few rows, the last one among them, as a slice: nothing is copied to look at them."""
    step = max(1, (n_queries - 1) // 2)
    return slice((n_queries - 1) % step, None, step)


def _tolerance(tensor: Tensor) -> float:
    if tensor.dtype == torch.float32 and torch.get_float32_matmul_precision() != "highest":
        return _REDUCED_FLOAT32_TOLERANCE
    return _TOLERANCE.get(tensor.dtype, _TOLERANCE[torch.bfloat16])
