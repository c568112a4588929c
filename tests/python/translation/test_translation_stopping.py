"""A generation that is stopped stays as far as it came; what is asked in its place, and what ends with its widget."""

from __future__ import annotations

import threading

import generation_models as models
import pytest
from fake_view import View
from generation_models import TEXT
from translation_fixture import Gate, answered, arrays

import xai_widgets as xai
from xai_widgets.generation import recorder


def stop_after(view, monkeypatch, after: int) -> None:
    """Asks for another text, and stops it when so many tokens are written."""
    inner = recorder.Recorder._before
    reached = threading.Event()

    def before(self, ids, scores):
        if self._start is not None and self.n_seen >= after - 1 and not reached.is_set():
            reached.set()
            view.ask("stop", "cancel", target="a")
        return inner(self, ids, scores)

    monkeypatch.setattr(recorder.Recorder, "_before", before)
    view.ask("a", "run", text="hello world", text_pair="", truncate=False)


@pytest.mark.parametrize("beams", [1, 3])
def test_what_was_written_stays(monkeypatch, beams):
    explainer = models.explainer("bart")
    widget = xai.TranslationWidget(explainer=explainer, source=TEXT, max_new_tokens=20, num_beams=beams)
    view = View(widget)
    stop_after(view, monkeypatch, after=5)
    assert view.answer("a")[0]["ok"]
    assert view.answer("stop")[0]["ok"]
    meta = widget.payload["meta"]
    assert (meta["finished"], widget.text, widget.progress) == (False, "hello world", None)
    assert 1 <= len(meta["steps"]) < 20
    full = explainer.generate("hello world", max_new_tokens=20)
    if beams == 1:
        assert widget.generation.ids == full.ids[: len(meta["steps"])]
    # It can be explored like any other.
    assert arrays(widget)["scores/source"].shape[0] == len(meta["steps"])
    view.ask("s", "scores", by={"what": "method", "name": "saliency"}, rows="writes", align="argmax")
    assert answered(view, "s")[0].shape[0] == len(meta["steps"])
    # Asked for again, it is written to its end.
    monkeypatch.undo()
    view.ask("b", "run", text="hello world", text_pair="", truncate=False)
    assert view.answer("b")[0]["ok"]
    assert widget.payload["meta"]["finished"]


def test_stopped_before_anything_was_written(widget, view, monkeypatch):
    before = widget.written

    def cancelled(*_args, **_options):
        raise xai.Cancelled("stopped")

    monkeypatch.setattr(type(models.explainer("bart").model), "generate", cancelled)
    view.ask("a", "run", text="the mat", text_pair="", truncate=False)
    content, _ = view.answer("a")
    assert (content["ok"], content["name"]) == (False, "Cancelled")
    assert "before anything was written" in content["message"]
    assert (widget.written, widget.text) == (before, TEXT)


def test_a_newer_question_replaces_one_that_is_written(widget, view, monkeypatch):
    opened, entered = threading.Event(), threading.Semaphore(0)
    kind = type(widget.generation.writer)
    inner = kind.write

    def write(self, forced, progress):
        entered.release()
        while not opened.wait(0.15):
            progress("waiting", 1, 3)
        return inner(self, forced, progress)

    monkeypatch.setattr(kind, "write", write)
    view.ask("a", "run", text="hello world", text_pair="", truncate=False)
    assert entered.acquire(timeout=10)
    view.ask("b", "run", text="the mat", text_pair="", truncate=False)
    assert view.answer("a")[0]["name"] == "StaleError"
    opened.set()
    assert view.answer("b")[0]["ok"]
    assert widget.text == "the mat"


def test_closing_ends_what_runs(widget, view, monkeypatch):
    gate = Gate(widget, monkeypatch)
    view.ask("a", "scores", by={"what": "method", "name": "saliency"}, rows="writes", align="argmax")
    assert gate.entered.acquire(timeout=10)
    widget.close()
    assert view.answer("a")[0]["name"] == "StaleError"
    gate.opened.set()
