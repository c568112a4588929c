"""How many texts the model is run on at once: as many as are fast and fit, fewer when memory runs out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, TypeVar

import torch

from xai_widgets.errors import XaiError
from xai_widgets.models.memory import available_bytes, config_number

Result = TypeVar("Result")

# Tokens per batch from which a larger batch is no faster: measured on two cores; a GPU takes many more.
_FAST_TOKENS = {"cpu": 1024}
_FAST_TOKENS_ELSEWHERE = 32_768
_SHARE_OF_FREE = 0.4
# Where the system does not say what is free: the number of tokens bounds a batch as well.
_NOT_TOLD = 2.0**31


class BatchSize:
    """The batch size of one run; shrinks when memory runs out and remembers it.

    Args:
        model: the model that is run.
        n_tokens: tokens of one text (of all that one pass reads).
        size: what the caller asks for; None: chosen by itself.
        most: the model cannot take more at once.
    """

    def __init__(self, model: Any, n_tokens: int, size: int | None, *, most: int | None = None) -> None:
        self.notes: list[str] = []
        self._model = model
        self._n_tokens = n_tokens
        self._asked = size
        self._most = most

    @cached_property
    def size(self) -> int:
        """How many at once. Found out by the first batch: a method of one pass has none, and does not wait for it."""
        size = self._fitting() if self._asked is None else self._asked
        return size if self._most is None else min(size, self._most)

    def _fitting(self) -> int:
        """As many as are fast, or as fit into free memory."""
        device = next(self._model.parameters()).device
        fast = max(1, _FAST_TOKENS.get(device.type, _FAST_TOKENS_ELSEWHERE) // self._n_tokens)
        of_text = _bytes_per_text(self._model.config, self._n_tokens)
        fits = max(1, int(_SHARE_OF_FREE * (available_bytes(device) or _NOT_TOLD) / of_text))
        if fits < fast:
            self.notes.append(f"Run in batches of {fits}: more would take too much of the free memory.")
        return min(fast, fits)

    def over(self, total: int, run: Callable[[int, int], Result]) -> Iterator[tuple[int, int, Result]]:
        """Runs ``run(start, stop)`` over ``total`` items in batches; gives (start, stop, result) of each.

        When memory runs out, goes on with half as many at a time and notes it.

        Raises:
            XaiError: not even one fits.
        """
        start = 0
        while start < total:
            stop = min(total, start + self.size)
            try:
                result = run(start, stop)
            except (torch.OutOfMemoryError, RuntimeError) as error:
                if not is_out_of_memory(error):
                    raise
                self._shrink(stop - start, error)
                continue
            yield start, stop, result
            start = stop

    def _shrink(self, tried: int, error: BaseException) -> None:
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        if tried == 1:
            raise XaiError(
                "Out of memory on a single text. Shorten it, use a method without gradients (occlusion), or load the "
                "model in a smaller dtype."
            ) from error
        self.size = tried // 2
        self.notes = [f"Out of memory with {tried} texts at once; went on with batches of {self.size}, which fit."]


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that memory ran out, on whichever device."""
    text = str(error)
    return isinstance(error, torch.OutOfMemoryError) or "can't allocate memory" in text or "not enough memory" in text


def _bytes_per_text(config: Any, n_tokens: int) -> float:
    """Roughly what a pass with gradients keeps for one text: activations, attention and logits in float32."""
    layers = config_number(config, "num_hidden_layers", "n_layer", default=12)
    width = config_number(config, "hidden_size", "d_model", "n_embd", default=768)
    inner = config_number(config, "intermediate_size", "encoder_ffn_dim", default=4 * width)
    heads = config_number(config, "num_attention_heads", "n_head", default=12)
    vocabulary = config_number(config, "vocab_size", default=32_000)
    per_token = layers * (10 * width + 3 * inner) + 2 * vocabulary
    return 4.0 * (n_tokens * per_token + layers * heads * n_tokens**2)
