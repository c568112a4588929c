"""What the tests of the TranslationWidget share: its arrays, methods that wait."""

from __future__ import annotations

import threading
import time

import numpy as np
from fake_view import array


def arrays(widget) -> dict[str, np.ndarray]:
    return {name: array(wire) for name, wire in widget.payload["arrays"].items()}


def answered(view, identity) -> list[np.ndarray]:
    content, buffers = view.answer(identity)
    assert content["ok"], content
    return [array(described | {"data": buffer}) for buffer, described in zip(buffers, content["arrays"], strict=True)]


def counted(widget, monkeypatch) -> list[str]:
    """The methods that have run, as they run."""
    calls: list[str] = []
    kind = widget.generation.writer.__class__
    inner = kind.attribute

    def attribute(self, generation, step, options):
        calls.append(options["method"])
        return inner(self, generation, step, options)

    monkeypatch.setattr(kind, "attribute", attribute)
    return calls


def eventually(condition) -> bool:
    """Whether it comes true: what runs in the background may have a word to say after its answer."""
    for _ in range(200):
        if condition():
            return True
        time.sleep(0.05)
    return False


class Gate:
    """An attribution that waits to be let on, and can be cancelled meanwhile."""

    def __init__(self, widget, monkeypatch) -> None:
        self.entered = threading.Semaphore(0)
        self.opened = threading.Event()
        kind = widget.generation.writer.__class__
        inner = kind.attribute

        def attribute(writer, generation, step, options):
            self.entered.release()
            while not self.opened.wait(0.15):
                options["progress"]("waiting", 1, 3)
            return inner(writer, generation, step, options)

        monkeypatch.setattr(kind, "attribute", attribute)
