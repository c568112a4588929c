"""What a text would take of the memory that there is: told before anything is computed."""

from __future__ import annotations

import os
from math import isqrt
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from xai_widgets.errors import TooLongError

_OF_READ_TOKEN = 1000
"""Bytes that a token takes while its place, word and readable text are found, and 700 of them from then on."""
_WORTH_ASKING = 100_000
"""Tokens from which on what it takes to read them is worth a look at what is free."""


def available_bytes(device: Any) -> float | None:
    """Memory that a device could still give, in bytes; None where the system does not say."""
    if device.type == "cuda":
        return float(torch.cuda.mem_get_info(device)[0])
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return 1024.0 * next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable"))
    except (OSError, StopIteration, ValueError):
        pass
    try:
        return float(os.sysconf("SC_AVPHYS_PAGES")) * float(os.sysconf("SC_PAGE_SIZE"))
    except (AttributeError, OSError, ValueError):
        return None


def config_number(config: Any, *names: str, default: int) -> int:
    """The first of some numbers that a config of a text model has, under whichever name its family gives it."""
    text = config.get_text_config() if hasattr(config, "get_text_config") else config
    found = [getattr(text, name, None) for name in names]
    return next((value for value in found if isinstance(value, int)), default)


def refuse_too_long_to_read(ids: Tensor) -> None:
    """Raises TooLongError where what is known of each token, its readable text and place, would not fit into memory."""
    if ids.shape[1] > _WORTH_ASKING:
        _refuse(ids, _OF_READ_TOKEN, "what is known of each of them")


def refuse_too_long_for_queries(model: nn.Module, ids: Tensor) -> None:
    """Raises TooLongError where query and key of every layer of a text would not fit into memory."""
    config: Any = model.config
    parameter = next(model.parameters())
    layers = config_number(config, "num_hidden_layers", "n_layer", default=12)
    width = config_number(config, "hidden_size", "d_model", "n_embd", default=768)
    _refuse(ids, 2 * layers * width * parameter.element_size(), "query and key of all layers")


def refuse_too_long_for_weights(model: nn.Module, ids: Tensor) -> None:
    """Raises TooLongError where all weights of all heads, which eager attention returns, would not fit into memory."""
    config: Any = model.config
    layers = config_number(config, "num_hidden_layers", "n_layer", default=12)
    heads = config_number(config, "num_attention_heads", "n_head", default=12)
    name = type(model).__name__
    what = f"the weights of all {layers} x {heads} heads, which {name} gives only all at once,"
    _refuse(ids, 4 * layers * heads, what, pairs=True)


def _refuse(ids: Tensor, of_each: int, what: str, *, pairs: bool = False) -> None:
    """Raises where so many bytes for each token, or for each pair of tokens, are not free."""
    length, room = ids.shape[1], available_bytes(ids.device)
    needed = of_each * (length**2 if pairs else length)
    if room is None or needed <= room:
        return
    fits = int(room // of_each)
    raise TooLongError(
        f"The text has {length:,} tokens: {what} would take {_size(needed)} of memory, and {_size(room)} are free.",
        isqrt(fits) if pairs else fits,
    )


def _size(count: float) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e8 else f"{count / 1e6:.1f} MB"
