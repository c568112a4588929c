"""When a notebook's output is written anew: after a pause, at the end of a cell, never while a run is under way."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from IPython.core.events import EventManager, available_events
from page_reader import Content, packed_of

import xai_widgets as xai
from xai_widgets.export import kept_display

QUIET = 0.05


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A kernel's shell without a kernel, and what was published in it: (data, display id, whether it is an update)."""
    published: list[tuple[dict[str, str], str | None, bool]] = []

    def publish(data: dict[str, str], transient: Any = None, *, update: bool = False, **_metadata: Any) -> None:
        published.append((data, (transient or {}).get("display_id"), update))

    shell = SimpleNamespace(kernel=None, user_ns={}, published=published)
    shell.events = EventManager(shell, available_events)
    shell.cell_ends = lambda: shell.events.trigger("post_run_cell", None)
    monkeypatch.setattr(kept_display, "shell", lambda: shell)
    monkeypatch.setattr(kept_display, "_publish", publish)
    monkeypatch.setattr(kept_display, "_QUIET_S", QUIET)
    return shell


def shown() -> xai.AttentionWidget:
    weights = [np.full((1, 2, 40, 40), 1 / 40, np.float32)] * 3
    widget = xai.AttentionWidget(attention=xai.AttentionMap.from_tensors(weights, ["t"] * 40))
    widget._ipython_display_()
    return widget


def layer_of(data: dict[str, str]) -> int:
    return Content(packed_of(data["text/html"])).heading["traits"]["layer"]


def test_what_is_kept_comes_before_the_widget(notebook: Any) -> None:
    shown()
    (kept, identity, update), (live, none, _) = notebook.published
    assert (set(kept), update, none) == ({"text/html", "image/png", "text/plain"}, False, None)
    assert identity
    assert "application/vnd.jupyter.widget-view+json" in live


def test_many_changes_are_kept_once_when_nothing_more_comes(notebook: Any) -> None:
    async def person() -> None:
        widget = shown()
        for layer in (1, 2, 1, 2):
            widget.layer = layer
            await asyncio.sleep(QUIET / 5)
        assert len(notebook.published) == 2
        assert widget.keeper.stale
        await asyncio.sleep(3 * QUIET)
        assert not widget.keeper.stale

    asyncio.run(person())
    *_, (kept, identity, update) = notebook.published
    assert (len(notebook.published), layer_of(kept), update) == (3, 2, True)
    assert identity == notebook.published[0][1]


def test_nothing_is_kept_while_a_run_is_under_way(notebook: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def person() -> None:
        widget = shown()
        monkeypatch.setattr(type(widget), "busy", True)
        widget.layer = 1
        await asyncio.sleep(4 * QUIET)
        assert len(notebook.published) == 2
        monkeypatch.setattr(type(widget), "busy", False)
        await asyncio.sleep(4 * QUIET)

    asyncio.run(person())
    assert len(notebook.published) == 3


def test_the_end_of_a_cell_keeps_what_it_changed_and_nothing_else(notebook: Any) -> None:
    widget = shown()
    notebook.cell_ends()
    assert len(notebook.published) == 2
    widget.layer = 2
    notebook.cell_ends()
    notebook.cell_ends()
    assert (len(notebook.published), layer_of(notebook.published[-1][0])) == (3, 2)


def test_the_output_of_the_last_cell_that_showed_a_widget_is_kept_up_to_date(notebook: Any) -> None:
    widget = shown()
    widget._ipython_display_()
    first, second = notebook.published[0][1], notebook.published[2][1]
    assert first != second
    widget.layer = 1
    notebook.cell_ends()
    assert [identity for _, identity, update in notebook.published if update] == [second]


def test_what_passes_by_is_not_kept(notebook: Any) -> None:
    widget = shown()
    widget.progress = {"label": "running", "done": 1, "total": 2}
    widget.error = "no"
    notebook.cell_ends()
    assert len(notebook.published) == 2


def test_a_widget_that_was_closed_is_kept_as_it_was_and_then_no_longer(notebook: Any) -> None:
    widget = shown()
    widget.layer = 1
    widget.close()
    notebook.cell_ends()
    assert notebook.events.callbacks["post_run_cell"] == []
    assert layer_of(notebook.published[-1][0]) == 1


def test_what_cannot_be_kept_does_not_keep_a_widget_from_being_shown(
    notebook: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_arguments: Any) -> None:
        raise RuntimeError("no ink")

    monkeypatch.setattr(kept_display, "kept_output", broken)
    shown()
    (kept, _, _), (live, _, _) = notebook.published
    assert kept == {"text/plain": "This view could not be kept. Run the cell to see it live."}
    assert "application/vnd.jupyter.widget-view+json" in live
    assert "no ink" in caplog.text


@pytest.mark.parametrize("found", [None, SimpleNamespace(user_ns={})])
def test_elsewhere_ipython_is_asked_for_the_bundle(notebook: Any, found: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_display, "shell", lambda: found if hasattr(found, "kernel") else None)
    with pytest.raises(NotImplementedError):
        shown()
    assert notebook.published == []
