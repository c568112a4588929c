"""A twin of a model: its own modules and config, the same parameters and buffers."""

from __future__ import annotations

import copy
import itertools
from typing import Any

from torch import nn
from transformers import PreTrainedConfig

from xai_widgets.models.modules import modules
from xai_widgets.models.not_exact import BLOCK_SPARSE


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


def observable(model: nn.Module) -> Any:
    """The model itself where a pass on it can be observed and leaves it alone, else a twin that gives the same answer.

    A compiled model runs as it was written: a compiled pass would have the observer compiled into it. A model with
    block-sparse layers replaces them, for good, when it meets a short text.
    """
    parts = modules(model)
    if any(_is_compiled(module) or module._compiled_call_impl is not None for module in parts):
        made = twin(getattr(model, "_orig_mod", model))
        for module in made.modules():
            for name, child in module.named_children():
                if _is_compiled(child):
                    setattr(module, name, child._orig_mod)
        return made
    return twin(model) if any(type(module).__name__ in BLOCK_SPARSE for module in parts) else model


def _is_compiled(module: nn.Module) -> bool:
    # What torch.compile makes of a module; its class is not imported, which takes a second.
    return "_orig_mod" in module._modules


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
