"""The modules of a model, walked quickly: asked for several times in every pass."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from torch import nn

Named = list[tuple[str, nn.Module]]

_walked: ContextVar[tuple[nn.Module, Named] | None] = ContextVar("xai_widgets_modules", default=None)


def named_modules(model: nn.Module) -> Named:
    """What ``model.named_modules()`` gives: names and modules in the same order, each module once.

    torch's own walk goes through as many nested generators as a module is deep, which takes as long as an attention
    layer of a small model.
    """
    known = _walked.get()
    if known is not None and known[0] is model:
        return known[1]
    found: dict[int, tuple[str, nn.Module]] = {}
    waiting: Named = [("", model)]
    while waiting:
        name, module = waiting.pop()
        if id(module) in found:
            continue
        found[id(module)] = name, module
        if module._modules:
            before = f"{name}." if name else ""
            waiting += [(before + own, child) for own, child in reversed(module._modules.items()) if child is not None]
    return list(found.values())


def modules(model: nn.Module) -> list[nn.Module]:
    """What ``model.modules()`` gives, in the same order."""
    return [module for _, module in named_modules(model)]


@contextmanager
def walked_once(model: nn.Module) -> Iterator[None]:
    """Within the block, in this context, the model is walked but once: what it is made of stays the same."""
    token = _walked.set((model, named_modules(model)))
    try:
        yield
    finally:
        _walked.reset(token)
