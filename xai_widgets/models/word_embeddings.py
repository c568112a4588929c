"""The table in which a model looks its words up."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from xai_widgets.errors import UnsupportedModelError


def input_embeddings(module: Any) -> Any:
    """The module with which this one looks words up, if it knows; else None."""
    try:
        return module.get_input_embeddings()
    except (NotImplementedError, AttributeError):
        return None


def word_embeddings(model: nn.Module) -> Tensor:
    """The model's table of word embeddings, [id, d_model].

    Raises:
        UnsupportedModelError: it has none, or several: it reads characters, images, sounds or several codes at once.
    """
    table = getattr(input_embeddings(model), "weight", None)
    if not isinstance(table, Tensor) or table.dim() != 2:
        raise UnsupportedModelError(
            f"{type(model).__name__} does not look tokens up in one table of word embeddings. Models that read "
            "characters, images, sounds or several codes at once are not supported."
        )
    return table
