"""What a question is about: the result that a widget shows, and the widget that shows a result."""

from __future__ import annotations

from typing import Any

from ipywidgets import Widget

from xai_widgets.attention.attention_map import AttentionMap
from xai_widgets.attribution.attribution import Attribution
from xai_widgets.errors import InputError
from xai_widgets.generation.generation import Generation
from xai_widgets.widgets import AttentionWidget, AttributionWidget, TranslationWidget


def result_of(given: Any) -> Any:
    """The result that a widget shows now; what is no widget is given back as it is."""
    if isinstance(given, AttentionWidget):
        return given.attention
    if isinstance(given, AttributionWidget):
        return given.attributions[0]
    if isinstance(given, TranslationWidget):
        return given.generation
    return given


def is_widget(given: Any) -> bool:
    """Whether it is a widget of this package or any other."""
    return isinstance(given, Widget)


def widget_of(given: Any) -> Any:
    """A widget that shows a result; what is a widget already is given back.

    Raises:
        InputError: it is neither.
    """
    if isinstance(given, AttentionMap):
        return AttentionWidget(attention=given)
    if isinstance(given, Attribution):
        return AttributionWidget(attribution=given)
    if isinstance(given, Generation):
        return TranslationWidget(generation=given)
    if is_widget(given):
        return given
    raise InputError(
        f"There is nothing to show: {type(given).__name__} came. Give a widget, an AttentionMap, an Attribution "
        "or a Generation, or a function without arguments that makes one."
    )


def attention_in(given: Any) -> AttentionMap:
    """The attention of a result; of a generation it is computed.

    Raises:
        InputError: it has none.
    """
    result = result_of(given)
    if isinstance(result, Generation):
        return result.attention()
    if isinstance(result, AttentionMap):
        return result
    raise InputError(f"This asks for attention weights, and {type(result).__name__} came: give an AttentionMap.")


def generation_in(given: Any) -> Generation:
    """The generation that is shown.

    Raises:
        InputError: it is something else.
    """
    result = result_of(given)
    if isinstance(result, Generation):
        return result
    raise InputError(f"This asks for what a model wrote, and {type(result).__name__} came: give a Generation.")


def attribution_in(given: Any) -> Attribution:
    """The attribution that is shown.

    Raises:
        InputError: it is something else.
    """
    result = result_of(given)
    if isinstance(result, Attribution):
        return result
    raise InputError(f"This asks for the scores of tokens, and {type(result).__name__} came: give an Attribution.")
