"""The attention calls of one forward pass, kept as they happen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import ref

import torch
from torch import Tensor, nn

from xai_widgets.models.attention_call import AttentionCall, attention_call, bind_arguments
from xai_widgets.models.interface import AttentionFunction
from xai_widgets.models.modules import named_modules

Tick = Callable[[str, int], None]
"""Told before each step of a pass (what, how many are done); raises to cancel it."""


def module_names(model: nn.Module) -> dict[int, str]:
    """Where each module is in the model, by its id; the first name of one that is registered under several."""
    return {id(module): name for name, module in named_modules(model)}


class Recorder:
    """Observes a model's attention functions: keeps each call, checked against the layer's own output.

    A function whose weights cannot be told from its arguments ends the recording: ``unexplained`` names its
    module, and nothing that was kept is left.
    """

    def __init__(self, model: nn.Module, tick: Tick) -> None:
        self._names = module_names(model)
        self._tick = tick
        self._count = 0
        # Weak: a view into a fused projection would keep it for as long as the layer still has to go.
        self._last: tuple[ref[Any], ...] = ()
        self.calls: list[tuple[str, AttentionCall]] = []
        self.unexplained: str | None = None

    def __call__(self, function: AttentionFunction, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Runs the function, and records what it was given."""
        self._tick("attention layer", self._count)
        self._count += 1
        result = function(*args, **kwargs)
        arguments = bind_arguments(args, kwargs)
        name = self._names.get(id(arguments["module"]))
        if name is None or self.unexplained is not None or self._again(arguments):
            return result
        with torch.no_grad():
            call = _explained(function, arguments, result)
        if call is None:
            self.unexplained = name
            self.calls.clear()
        else:
            self.calls.append((name, call))
        return result

    def _again(self, arguments: dict[str, Any]) -> bool:
        """Whether the layer attends once more with the same query and key, to other values (DiffLlama)."""
        now = (arguments["module"], arguments["query"], arguments["key"])
        last, self._last = self._last, tuple(map(ref, now))
        return bool(last) and all(before() is this for before, this in zip(last, now, strict=True))


def _explained(function: AttentionFunction, arguments: dict[str, Any], result: Any) -> AttentionCall | None:
    kernel = function.__module__.startswith("transformers.integrations")
    call = attention_call(arguments, honours_causal=kernel)
    value, output = arguments["value"].detach()[0], result[0].detach()[0]
    own = result[1].detach()[0] if isinstance(result[1], Tensor) and result[1].dim() == 4 else None
    if call.explains(value, output, own):
        return call
    return next((other for other in call.readings() if other.explains(value, output, own)), None)
