"""The libraries of the extra ``xai-widgets[attribution]``, imported when a method needs them."""

from __future__ import annotations

import warnings
from importlib import import_module
from typing import Any

from xai_widgets.errors import MissingExtraError

EXTRA = "attribution"


def library(name: str, needed_by: str) -> Any:
    """Imports a module of the extra.

    Raises:
        MissingExtraError: it is not installed; the message says how to install it.
    """
    try:
        with warnings.catch_warnings():
            # What a library has to say about its own dependencies is not for the person at the notebook.
            warnings.simplefilter("ignore")
            return import_module(name)
    except ImportError as error:
        raise MissingExtraError(
            f'{needed_by} uses the library {name.partition(".")[0]}: pip install "xai-widgets[{EXTRA}]" ({error}).'
        ) from error
