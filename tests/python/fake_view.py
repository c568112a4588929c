"""A front end without a browser: receives a widget's messages and sends it requests."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np

from xai_widgets.widgets.live_widget import LiveWidget


class View:
    """One view of a widget."""

    def __init__(self, widget: LiveWidget) -> None:
        self.widget = widget
        self.answers: dict[str, tuple[dict, list]] = {}
        self.arrived = threading.Condition()
        widget.send = self._receive

    def _receive(self, content: dict, buffers: list | None = None) -> None:
        with self.arrived:
            self.answers[content["id"]] = (content, buffers or [])
            self.arrived.notify_all()

    def ask(self, identity: str, what: str, **fields) -> None:
        request = {"what": what, "run": self.widget.payload["meta"]["run"]} | fields
        self.widget._handle_custom_msg({"type": "request", "id": identity, "request": request}, [])

    def answer(self, identity: str) -> tuple[dict, list]:
        with self.arrived:
            assert self.arrived.wait_for(lambda: identity in self.answers, timeout=20), f"no answer to {identity}"
            return self.answers[identity]


def array(wire: dict[str, Any]) -> np.ndarray:
    """An array as it travels: its bytes, dtype and shape."""
    return np.frombuffer(wire["data"], dtype=wire["dtype"]).reshape(wire["shape"])
