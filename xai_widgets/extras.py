"""Libraries of the package's extras, imported when something needs them."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from xai_widgets.errors import MissingExtraError


def library(name: str, needed_by: str, extra: str) -> Any:
    """Imports a module of an extra.

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
            f'{needed_by} uses the library {name.partition(".")[0]}: pip install "xai-widgets[{extra}]" ({error}).'
        ) from error


def frame(columns: Mapping[str, Any]) -> Any:
    """A pandas DataFrame of columns of one length.

    Raises:
        MissingExtraError: pandas is not installed.
    """
    return library("pandas", "to_frame", "data").DataFrame(dict(columns))
