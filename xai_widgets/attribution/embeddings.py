"""The word embeddings of a forward pass, seen and replaced as the model looks them up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

from xai_widgets.models.modules import modules
from xai_widgets.models.word_embeddings import input_embeddings

# Models that normalize a word's embedding before anything else is added to it: what they then go on with is just as
# much a vector of the word alone. Before the norm every product with the gradient would be zero, for a norm takes no
# notice of length. Class of the module that holds the embedding -> where the norm is in it.
_NORMS = {
    "BlenderbotSmallDecoder": "layernorm_embedding",
    "BloomModel": "word_embeddings_layernorm",
    "FunnelEmbeddings": "layer_norm",
    "MiniMaxModel": "layers.0.input_layernorm",
    "ModernBertDecoderEmbeddings": "norm",
    "ModernBertEmbeddings": "norm",
    "NanoChatModel": "norm",
    "RwkvModel": "blocks.0.pre_ln",
}


@dataclass(frozen=True, eq=False)
class LookUp:
    """How a model looks words up: its embedding module, and the norm that it puts behind it, if it does."""

    embedding: Any
    norm: Any = None

    def __call__(self, ids: Tensor) -> Tensor:
        """The embeddings [batch, position, d_model] of ids [batch, position]."""
        looked_up: Tensor = self.embedding(ids)
        return looked_up if self.norm is None else self.norm(looked_up)


Replace = Callable[[LookUp, Tensor, Tensor], Tensor]
"""Called with (how it was looked up, ids [batch, position], embeddings [batch, position, d_model]); gives the
embeddings to go on with."""

_current: ContextVar[Replace | None] = ContextVar("xai_widgets_embeddings", default=None)


def look_ups(model: nn.Module) -> list[LookUp]:
    """The ways in which the model, or its encoder and its decoder, look words up; one for each embedding module."""
    norms: dict[int, Any] = {}
    embeddings: dict[int, Any] = {}
    parts = modules(model)
    saying = {cls for cls in set(map(type, parts)) if hasattr(cls, "get_input_embeddings")}
    for module in parts:
        embedding = input_embeddings(module) if type(module) in saying else module._modules.get("embed_tokens")
        if isinstance(embedding, nn.Module):
            embeddings.setdefault(id(embedding), embedding)
        if type(module).__name__ in _NORMS:
            norm = module.get_submodule(_NORMS[type(module).__name__])
            norms |= {id(child): norm for child in module.children() if isinstance(child, nn.Embedding)}
    return [LookUp(embedding, norms.get(number)) for number, embedding in embeddings.items()]


@contextmanager
def replace_embeddings(lookups: Sequence[LookUp], replace: Replace) -> Iterator[None]:
    """Within the block, every look-up of words in this context goes through ``replace``.

    The output of the embedding module is what is seen, so its own scale is in it, and positions and token types
    are not. A pass in another thread, or of another explainer in this one, does not notice. The hooks are gone
    after the block, whatever happened in it.
    """
    waiting: dict[int, Tensor] = {}

    def embedding_hook(lookup: LookUp) -> Callable[..., Any]:
        def hook(_module: Any, args: tuple[Any, ...], *rest: Any) -> Any:
            # A pass in another thread may come between a hook's registration and its mark that it takes keyword
            # arguments, and then calls it without them; it is turned away before that matters.
            if _current.get() is not replace or not isinstance(output := rest[-1], Tensor):
                return None
            ids = args[0] if args else next(iter(rest[0].values()))
            if lookup.norm is None:
                return replace(lookup, ids, output)
            waiting[id(lookup)] = ids
            return None

        return hook

    def norm_hook(lookup: LookUp) -> Callable[..., Any]:
        def hook(_module: Any, _args: tuple[Any, ...], output: Any) -> Any:
            # The same module may be the model's last norm too: only the call behind a look-up counts.
            ids = waiting.pop(id(lookup), None) if _current.get() is replace else None
            return None if ids is None else replace(lookup, ids, output)

        return hook

    with ExitStack() as stack:
        for lookup in lookups:
            handle = lookup.embedding.register_forward_hook(embedding_hook(lookup), with_kwargs=True)
            stack.callback(handle.remove)
            if lookup.norm is not None:
                stack.callback(lookup.norm.register_forward_hook(norm_hook(lookup)).remove)
        token = _current.set(replace)
        stack.callback(_current.reset, token)
        yield
