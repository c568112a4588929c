"""See inside a Hugging Face transformer from a notebook cell.

    import xai_widgets as xai

    explainer = xai.demo("sentiment")              # a small model that ships with the package: no network
    explainer.attention("not a good film")         # who attends to whom: shows itself

Everything public is here; names are loaded when they are first used, so that showing a map of bare tensors does
not wait for torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from xai_widgets.errors import (
    Cancelled,
    FileError,
    InputError,
    MissingExtraError,
    NotFiniteError,
    StaleError,
    TokenizerMismatchError,
    UnsupportedModelError,
    XaiError,
)

# The object takes the module's place here, before anything else imports the module.
from xai_widgets.settings import settings

if TYPE_CHECKING:
    from xai_widgets import lesson
    from xai_widgets.alignment import Alignment
    from xai_widgets.attention import AttentionMap
    from xai_widgets.attribution import Attribution
    from xai_widgets.attribution.evaluation import evaluate
    from xai_widgets.attribution.registry import methods
    from xai_widgets.demos.demo import demo
    from xai_widgets.explainer import Explainer
    from xai_widgets.generation import Generation
    from xai_widgets.text import TokenSequence, TokenSpan
    from xai_widgets.widgets import AttentionWidget, AttributionWidget, TranslationWidget
    from xai_widgets.widgets.link import link

__version__ = "0.1.0"

_HOMES = {
    "Alignment": "alignment",
    "AttentionMap": "attention",
    "AttentionWidget": "widgets",
    "AttributionWidget": "widgets",
    "Attribution": "attribution",
    "Explainer": "explainer",
    "Generation": "generation",
    "TokenSequence": "text",
    "TokenSpan": "text",
    "TranslationWidget": "widgets",
    "demo": "demos.demo",
    "evaluate": "attribution.evaluation",
    "link": "widgets",
    "methods": "attribution.registry",
}
_ROOMS = ("lesson",)
"""Public rooms: what stands in them has no name of its own here."""

__all__ = [
    "Alignment",
    "AttentionMap",
    "AttentionWidget",
    "Attribution",
    "AttributionWidget",
    "Cancelled",
    "Explainer",
    "FileError",
    "Generation",
    "InputError",
    "MissingExtraError",
    "NotFiniteError",
    "StaleError",
    "TokenSequence",
    "TokenSpan",
    "TokenizerMismatchError",
    "TranslationWidget",
    "UnsupportedModelError",
    "XaiError",
    "demo",
    "evaluate",
    "lesson",
    "link",
    "methods",
    "settings",
]


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return import_module(f"{__name__}.{name}")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
