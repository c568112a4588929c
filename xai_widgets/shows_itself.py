"""Things that show themselves with their widget when they end a cell."""

from __future__ import annotations

from importlib import import_module
from typing import Any, ClassVar


class ShowsItself:
    """A thing that has a widget: ``shown_by`` names it, and the argument that takes the thing.

    The widgets room stands above the rooms of these things: it is looked up only when a notebook asks to see one.
    """

    shown_by: ClassVar[tuple[str, str]]

    def _repr_mimebundle_(self, **options: Any) -> Any:
        return self._widget()._repr_mimebundle_(**options)

    def _ipython_display_(self, **_options: Any) -> None:
        import_module("xai_widgets.export.kept_display").display(self._widget)

    def _widget(self) -> Any:
        """A new widget that shows it."""
        widget, argument = self.shown_by
        return getattr(import_module("xai_widgets.widgets"), widget)(**{argument: self})
