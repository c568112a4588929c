"""A twin of a model: its own modules and config, the same parameters and buffers."""

from __future__ import annotations

import copy
import itertools
from typing import Any

from torch import nn


def eager_twin(model: nn.Module) -> Any:
    """A copy of the model's structure that shares every tensor with it and runs eager attention.

    What is set on the twin (attention implementation, config, whatever a forward pass writes on its modules)
    never reaches the model, so that another thread may run the model meanwhile. It costs no memory for weights
    and a few milliseconds.
    """
    tensors = itertools.chain(model.parameters(), model.buffers())
    twin: Any = copy.deepcopy(model, {id(tensor): tensor for tensor in tensors})
    # Architectures with one attention only cannot be switched; theirs is the eager one already.
    if getattr(twin, "_can_set_attn_implementation", lambda: False)():
        twin.set_attn_implementation("eager")
    return twin
