"""The word embeddings of a forward pass, seen and replaced as the model looks them up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from typing import Any

from torch import Tensor, nn

Replace = Callable[[nn.Module, Tensor, Tensor], Tensor]
"""Called with (the module, ids [batch, position], embeddings [batch, position, d_model]); gives the embeddings to go
on with."""

_current: ContextVar[Replace | None] = ContextVar("xai_widgets_embeddings", default=None)


def embedding_modules(model: nn.Module) -> list[nn.Module]:
    """The modules with which the model, or its encoder and decoder, look words up; one each."""
    found: dict[int, nn.Module] = {}
    for module in model.modules():
        get: Any = getattr(module, "get_input_embeddings", None)
        if get is None:
            continue
        try:
            embedding = get()
        except (NotImplementedError, AttributeError):
            continue
        if isinstance(embedding, nn.Module):
            found.setdefault(id(embedding), embedding)
    return list(found.values())


@contextmanager
def replace_embeddings(modules: Sequence[nn.Module], replace: Replace) -> Iterator[None]:
    """Within the block, every look-up of words in this context goes through ``replace``.

    The output of the embedding module is what is seen, so its own scale is in it, and positions and token types
    are not. A pass in another thread, or of another explainer in this one, does not notice. The hooks are gone
    after the block, whatever happened in it.
    """

    def hook(module: Any, args: tuple[Any, ...], kwargs: dict[str, Any], output: Any) -> Any:
        if _current.get() is not replace or not isinstance(output, Tensor):
            return None
        ids = args[0] if args else next(iter(kwargs.values()))
        return replace(module, ids, output)

    with ExitStack() as stack:
        for module in modules:
            handle = module.register_forward_hook(hook, with_kwargs=True)
            stack.callback(handle.remove)
        token = _current.set(replace)
        stack.callback(_current.reset, token)
        yield
