"""The table in which a model looks its words up."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from xai_widgets.errors import UnsupportedModelError


def word_embeddings(model: nn.Module) -> Tensor:
    """The model's table of word embeddings, [id, d_model].

    Raises:
        UnsupportedModelError: it has none, or several: it reads characters, images, sounds or several codes at once.
    """
    found: Any = model
    try:
        found = found.get_input_embeddings()
    except (NotImplementedError, AttributeError):
        found = None
    table = getattr(found, "weight", None)
    if not isinstance(table, Tensor) or table.dim() != 2:
        raise UnsupportedModelError(
            f"{type(model).__name__} does not look tokens up in one table of word embeddings. Models that read "
            "characters, images, sounds or several codes at once are not supported."
        )
    return table
