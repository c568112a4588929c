"""What every widget of this package is, lessons included: one that leaves nothing behind when it is closed."""

from __future__ import annotations

from typing import Any

import anywidget

from xai_widgets.widgets.bundle import bundle


class BaseWidget(anywidget.AnyWidget):
    """A widget that closes what it opened: of its own, ipywidgets leaves the layout, which is a widget too.

    A subclass names its bundle in ``_code``; what anywidget imports for each widget is a module that imports that once.
    """

    _esm = bundle("loader.js")

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        # One that was given may stand in other widgets as well.
        self._own_layout = None if "layout" in traits else self.layout

    def close(self) -> None:
        """Ends the widget and its views."""
        super().close()
        # A widget that was refused while it was made is closed like any other.
        layout = getattr(self, "_own_layout", None)
        if layout is not None:
            layout.close()
