"""Leaving the random state as it was found, where a model draws numbers, and drawing the same ones again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import torch
from torch import nn

from xai_widgets.models.modules import modules
from xai_widgets.models.not_exact import BLOCK_SPARSE

# Layers that hash or choose blocks at random. Others draw nothing, and their passes leave the state alone: putting
# it back would take back what another thread drew meanwhile.
_DRAWING = {"LSHSelfAttention", "YosoSelfAttention"} | BLOCK_SPARSE


@contextmanager
def kept_random_state(model: nn.Module) -> Iterator[None]:
    """Within the block the model may draw; after it, torch's and numpy's random states are as before."""
    if not any(type(module).__name__ in _DRAWING for module in modules(model)):
        yield
        return
    devices = {parameter.device for parameter in model.parameters() if parameter.device.type == "cuda"}
    state = np.random.get_state()  # noqa: NPY002 - it is what the models draw from
    try:
        with torch.random.fork_rng(devices=list(devices)):
            yield
    finally:
        np.random.set_state(state)  # noqa: NPY002


def drawing(model: nn.Module, seed: int | None) -> Callable[[], object]:
    """Something to call before the model draws, so that it draws the same numbers every time.

    They are those of the seed; without one, those that would be drawn now.
    """
    if seed is not None:
        return lambda: torch.manual_seed(seed)
    now = torch.get_rng_state()
    devices = {device: torch.cuda.get_rng_state(device) for device in cuda_devices(model)}

    def restore() -> None:
        torch.set_rng_state(now)
        for device, state in devices.items():
            torch.cuda.set_rng_state(state, device)

    return restore


def cuda_devices(model: nn.Module) -> list[int]:
    """The numbers of the CUDA devices that the model is on."""
    return sorted({p.device.index or 0 for p in model.parameters() if p.device.type == "cuda"})
