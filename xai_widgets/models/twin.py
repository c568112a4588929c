"""A twin of a model: its own modules and config, the same parameters and buffers."""

from __future__ import annotations

import copy
import itertools
from typing import Any

from torch import nn
from transformers import PreTrainedConfig


def twin(model: nn.Module) -> Any:
    """A copy of the model's structure that shares every tensor with it.

    What is set on the twin (attention implementation, config, whatever a forward pass writes on its modules)
    never reaches the model, so that another thread may run the model meanwhile. It costs no memory for weights
    and a few milliseconds.
    """
    shared: dict[int, Any] = {}
    for tensor in itertools.chain(model.parameters(), model.buffers()):
        shared[id(tensor)] = tensor
        if tensor.grad is not None:
            shared[id(tensor.grad)] = tensor.grad
    return copy.deepcopy(model, shared)


def eager_twin(model: nn.Module) -> Any:
    """A twin that runs eager attention, which returns its weights, and answers with names rather than a tuple."""
    made = twin(model)
    for module in made.modules():
        if isinstance(config := getattr(module, "config", None), PreTrainedConfig):
            _ask_for_weights(config)
    return made


def _ask_for_weights(config: PreTrainedConfig) -> None:
    # Not by `set_attn_implementation`: it refuses the architectures that do not go through the interface, and some
    # of those (Falcon) read the config at each call and leave the mask out where it says SDPA.
    config._attn_implementation_internal = "eager"
    config.return_dict = True
    for name in config.sub_configs:
        if isinstance(part := getattr(config, name, None), PreTrainedConfig):
            _ask_for_weights(part)
