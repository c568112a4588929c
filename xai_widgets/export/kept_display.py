"""A widget that ends a cell, shown as two outputs: what the notebook keeps of it, and the widget itself.

The page's script (``js/page/notebook_place.ts``) shows one of them at a time: the widget where it is alive, what was
kept where it is not.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import weakref
from collections.abc import Callable
from importlib import import_module
from typing import Any
from uuid import uuid4

from xai_widgets.export.kept_output import kept_output
from xai_widgets.settings import settings
from xai_widgets.widgets.live_widget import LiveWidget

_log = logging.getLogger(__name__)

_QUIET_S = 1.5
"""A widget is kept anew when nothing has changed for so long."""


def shell() -> Any:
    """The shell of a notebook's kernel, or None."""
    ipython = sys.modules.get("IPython")
    found = ipython.get_ipython() if ipython is not None else None
    return found if hasattr(found, "kernel") else None


def shows_two_outputs() -> bool:
    """Whether the front end shows both outputs: JupyterLab, Notebook 7, or nobody yet (nbclient, papermill).

    VS Code and Colab draw every output in a frame of its own, where a script does not see what stands beside it.
    """
    found = shell()
    return found is not None and "__vsc_ipynb_file__" not in found.user_ns and "google.colab" not in sys.modules


def display(make: Callable[[], LiveWidget[Any]]) -> None:
    """Displays a widget in the cell that runs, behind what the notebook keeps of it.

    Raises NotImplementedError where the front end shows one output: IPython then asks for the MIME bundle.
    """
    if not shows_two_outputs():
        raise NotImplementedError
    widget = make()
    if settings.keep != "nothing":
        widget.keeper = widget.keeper or Keeper(widget)
        widget.keeper.show()
    data, metadata = widget._repr_mimebundle_() or ({}, {})
    data["text/plain"] = "Run the cell to see the widget live."
    _publish(data, metadata=metadata)


class Keeper:
    """Keeps an output of the notebook up to date with what was looked at of a widget.

    It is the output of the cell that showed the widget last; those before keep what they held.

    Attributes:
        stale: whether something was looked at that is not kept yet.
    """

    def __init__(self, widget: LiveWidget[Any]) -> None:
        self._widget = weakref.ref(widget)
        self._display_id = ""
        self._timer: asyncio.TimerHandle | None = None
        self.stale = False
        names = [name for name in widget.trait_names(sync=True) if not name.startswith("_")]
        widget.observe(lambda _change: self.changed(), [name for name in names if name not in ("progress", "error")])
        widget.told.on_note = self.changed
        # A cell that changes the widget leaves it kept as it stands: a notebook may be closed right after its last.
        shell().events.register("post_run_cell", self._cell_ended)

    def show(self) -> None:
        """Displays what is kept in the cell that runs."""
        self._display_id = uuid4().hex
        self._publish(update=False)

    def changed(self) -> None:
        """Something else was looked at: it is kept when nothing more comes for a moment."""
        self.stale = True
        if self._timer is not None:
            self._timer.cancel()
        try:
            self._timer = asyncio.get_running_loop().call_later(_QUIET_S, self._settled)
        except RuntimeError:
            # No loop in this thread; the end of the cell sees to it.
            self._timer = None

    def _settled(self) -> None:
        widget = self._widget()
        if widget is not None and widget.busy:
            self.changed()
        else:
            self._update()

    def _cell_ended(self, _result: Any = None) -> None:
        self._update()
        widget = self._widget()
        # One that was closed may have been changed before, in the same cell.
        if widget is None or widget.comm is None:
            shell().events.unregister("post_run_cell", self._cell_ended)

    def _update(self) -> None:
        if self.stale:
            self._publish(update=True)

    def _publish(self, *, update: bool) -> None:
        widget = self._widget()
        if widget is None:
            return
        try:
            data = kept_output(widget, settings)
        except Exception:  # noqa: BLE001 - the widget itself is there, and is to be shown
            _log.exception("a view could not be kept in the notebook")
            data = {"text/plain": "This view could not be kept. Run the cell to see it live."}
        _publish(data, transient={"display_id": self._display_id}, update=update)
        self.stale = False


def _publish(data: dict[str, Any], **options: Any) -> None:
    import_module("IPython.display").publish_display_data(data, **options)
