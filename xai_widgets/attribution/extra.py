"""The libraries of the extra ``xai-widgets[attribution]``."""

from __future__ import annotations

from typing import Any

from xai_widgets import extras

EXTRA = "attribution"


def library(name: str, needed_by: str) -> Any:
    """Imports a module of the extra; raises MissingExtraError where it is not installed."""
    return extras.library(name, needed_by, EXTRA)
