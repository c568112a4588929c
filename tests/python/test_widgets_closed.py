"""Two hundred widgets, made, used and closed in one kernel: nothing of them stays."""

from __future__ import annotations

import gc
import threading
import weakref
from collections import Counter
from typing import Any

import comm
import ipywidgets
import pytest
import tiny_models
import torch
from fake_view import View

import xai_widgets as xai
from xai_widgets.models.interface import AttentionInterface

TEXT = "the cat sat on the mat"
MADE = 200


def used_attention(explainer: xai.Explainer) -> Any:
    widget = xai.AttentionWidget(explainer=explainer, text=TEXT)
    view = View(widget)
    view.ask("heads", "heads", kind="self", layer=1, heads=[0, 2])
    assert view.answer("heads")[0]["ok"]
    widget.layer, widget.selection = 1, [{"side": "key", "start": 0, "stop": 1}]
    return widget


def used_attribution(explainer: xai.Explainer) -> Any:
    widget = xai.AttributionWidget(explainer=explainer, text=TEXT)
    view = View(widget)
    view.ask("row", "attention_row", layer=0, head=1)
    assert view.answer("row")[0]["ok"]
    widget.merge_words = True
    return widget


def used_translation(explainer: xai.Explainer) -> Any:
    widget = xai.TranslationWidget(explainer=explainer, source=TEXT)
    widget.step = len(widget.generation.steps) - 1
    return widget


KINDS = [("bert", used_attention), ("gpt2", used_attribution), ("bart", used_translation)]
by_kind = pytest.mark.parametrize(("shape", "used"), KINDS, ids=[used.__name__ for _, used in KINDS])


def left() -> dict[str, Any]:
    """What a widget could leave in a process."""
    gc.collect()
    # By class, not by isinstance, which wakes what is only loaded when it is looked at.
    alive = [found for found in gc.get_objects() if issubclass(type(found), torch.Tensor | xai.AttentionMap)]
    return {
        "widgets": len(ipywidgets.widgets.widget._instances),
        "comms": len(comm.get_comm_manager().comms),
        "threads": Counter(thread.name for thread in threading.enumerate()),
        "kept": Counter(type(found).__name__ for found in alive),
    }


def hooks(explainer: xai.Explainer) -> int:
    """What stands on the model's modules, and whether attention functions are still observed."""
    of_modules = (len(m._forward_hooks) + len(m._forward_pre_hooks) for m in explainer.model.modules())
    return sum(of_modules) + ("observed" in repr(vars(AttentionInterface)))


@by_kind
def test_nothing_stays_of_widgets_that_were_closed(shape, used):
    explainer = tiny_models.explainer(shape)
    # The first fills what is made once: an attribution's methods, torch's own tables.
    used(explainer).close()
    # transformers puts hooks of its own on a model that was once asked for its attention, and leaves them there.
    before, before_hooks, references = left(), hooks(explainer), []
    for _ in range(MADE):
        widget = used(explainer)
        references += [weakref.ref(widget), weakref.ref(widget.layout)]
        widget.close()
        del widget
    assert left() == before
    assert [reference for reference in references if reference() is not None] == []
    assert hooks(explainer) == before_hooks


@by_kind
def test_a_run_in_the_background_ends_with_its_widget(shape, used):
    explainer = tiny_models.explainer(shape)
    used(explainer).close()
    before, references = left(), []
    for _ in range(10):
        widget = used(explainer)
        View(widget).ask("typed", "run", text="cats are sitting", text_pair="")
        references.append(weakref.ref(widget))
        widget.close()
        del widget
    for thread in threading.enumerate():
        if thread.name.startswith("xai-widgets"):
            thread.join(timeout=60)
    assert left() == before
    assert [reference for reference in references if reference() is not None] == []


def test_a_linked_widget_that_is_closed_is_left_in_peace():
    explainer = tiny_models.explainer("gpt2")
    stays = xai.AttentionWidget(explainer=explainer, text=TEXT)
    used_attribution(explainer).close()
    before, references, ends = left(), [], []
    for _ in range(20):
        other = xai.AttributionWidget(explainer=explainer, text=TEXT)
        ends.append(xai.link(stays, other))
        references.append(weakref.ref(other))
        other.close()
        del other
        stays.selection = [{"side": "key", "start": 0, "stop": 1}]
    gc.collect()
    assert [reference for reference in references if reference() is not None] == []
    for end in ends:
        end()
    ends.clear()
    assert left() == before
    assert stays.group == ""
    stays.close()


def test_a_layout_that_was_given_stays_open():
    layout = ipywidgets.Layout(width="50%")
    widget = xai.AttentionWidget(explainer=tiny_models.explainer("bert"), text=TEXT, layout=layout)
    widget.close()
    assert layout.comm is not None
    layout.close()
