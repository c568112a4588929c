"""Where in a model something first goes wrong: gradients that are cut, numbers that are not finite."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.func import functional_call

from xai_widgets.models.twin import twin

if TYPE_CHECKING:
    from xai_widgets.attribution.passes import Passes

Suspect = Callable[[list[Tensor], list[Tensor]], bool]
"""Whether a module that makes these outputs of these inputs is where it goes wrong."""


def where_cut(passes: Passes) -> str:
    """The first module whose input depends on the embeddings and whose output does not, in words."""

    def cuts(before: list[Tensor], after: list[Tensor]) -> bool:
        return any(t.requires_grad for t in before) and bool(after) and not any(t.requires_grad for t in after)

    found = _first_module(passes, cuts, grad=True)
    return f"they are cut in {found}" if found else "they are cut outside of its modules"


def where_not_finite(passes: Passes) -> str:
    """The first module that makes numbers that are not finite of ones that are, in words."""

    def breaks(before: list[Tensor], after: list[Tensor]) -> bool:
        return all(map(_finite, before)) and not all(map(_finite, after))

    found = _first_module(passes, breaks, grad=False)
    if found:
        return f"they first appear in {found}"
    return "the forward pass is finite, and its gradients are not: a smaller dtype overflows there, float32 may not"


def _finite(tensor: Tensor) -> bool:
    return not tensor.is_floating_point() or bool(torch.isfinite(tensor).all())


def _first_module(passes: Passes, suspect: Suspect, *, grad: bool) -> str:
    """The innermost module that is the first to be suspected in a pass, by its name; "" where none is.

    The pass is run on a twin, so that no hook is put on the model, and with parameters cut off, so that what
    requires gradients does so because of the embeddings.
    """
    watched = twin(passes.model)
    parameters = {name: parameter.detach() for name, parameter in watched.named_parameters()}
    found: list[str] = []

    def watch(name: str) -> Callable[..., None]:
        def hook(module: Any, args: Any, kwargs: Any, output: Any) -> None:
            if not found and suspect(_tensors([args, kwargs]), _tensors(output)):
                found.append(f"{name} ({type(module).__name__})")

        return hook

    def call(model: Any, arguments: Mapping[str, Any]) -> Any:
        return functional_call(model, parameters, (), dict(arguments))

    for name, module in watched.named_modules():
        if name:
            module.register_forward_hook(watch(name), with_kwargs=True)
    type(passes)(watched, passes.arguments, passes.readings).run(grad=grad, call=call)
    return found[0] if found else ""


def _tensors(value: Any) -> list[Tensor]:
    if isinstance(value, Tensor):
        return [value]
    if isinstance(value, dict):
        return [tensor for item in value.values() for tensor in _tensors(item)]
    if isinstance(value, list | tuple):
        return [tensor for item in value for tensor in _tensors(item)]
    return []
