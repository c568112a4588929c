"""Leaving the random state as it was found, where a model's forward pass draws numbers in evaluation mode."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from torch import nn

from xai_widgets.models.not_exact import BLOCK_SPARSE

# Layers that hash or choose blocks at random. Others draw nothing, and their passes leave the state alone: putting
# it back would take back what another thread drew meanwhile.
_DRAWING = {"LSHSelfAttention", "YosoSelfAttention"} | BLOCK_SPARSE


@contextmanager
def kept_random_state(model: nn.Module) -> Iterator[None]:
    """Within the block the model may draw; after it, torch's and numpy's random states are as before."""
    if not any(type(module).__name__ in _DRAWING for module in model.modules()):
        yield
        return
    devices = {parameter.device for parameter in model.parameters() if parameter.device.type == "cuda"}
    state = np.random.get_state()  # noqa: NPY002 - it is what the models draw from
    try:
        with torch.random.fork_rng(devices=list(devices)):
            yield
    finally:
        np.random.set_state(state)  # noqa: NPY002
