"""Presets: named views of a widget, each a button."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import traitlets as t

from xai_widgets.errors import InputError
from xai_widgets.lesson.kept import KeepsItself
from xai_widgets.lesson.lesson_view import LessonView
from xai_widgets.widgets.live_widget import LiveWidget
from xai_widgets.widgets.requests import words
from xai_widgets.widgets.wire import WIRE_VERSION

_UNSET = ("payload", "error", "progress")


class PresetButtons(KeepsItself, LessonView):
    """Buttons that set a widget's traits; the one whose view is on show is pressed.

    Made by ``presets``.
    """

    chosen = t.Unicode("").tag(sync=True)
    error = t.Unicode("").tag(sync=True)

    def __init__(self, widget: LiveWidget[Any], named: Mapping[str, Mapping[str, Any]], **traits: Any) -> None:
        self._widget = widget
        self._named = {name: dict(view) for name, view in named.items()}
        meta = {"names": list(self._named)}
        super().__init__(payload={"v": WIRE_VERSION, "kind": "presets", "meta": meta}, chosen=self._on_show(), **traits)
        widget.observe(self._moved, sorted({name for view in self._named.values() for name in view}))

    def _words(self) -> str:
        return f"Views: {', '.join(self._named)}. Run the cells to choose one."

    def apply(self, name: str) -> None:
        """Shows a preset; raises what goes wrong."""
        if name not in self._named:
            raise InputError(f"There is no preset {name!r}: there are {', '.join(map(repr, self._named))}.")
        view = dict(self._named[name])
        question = {trait: view.pop(trait) for trait in self._widget.question if trait in view}
        # What the model is asked goes together, and first: a head is looked up in the new map.
        if question and any(getattr(self._widget, trait) != value for trait, value in question.items()):
            self._widget.run(**({"text": self._widget.text} | question))
        # Heads are counted in their layer, and layers in their kind.
        for trait in sorted(view, key=_order):
            setattr(self._widget, trait, view[trait])
        self.chosen = self._on_show()

    @t.observe("chosen")
    def _pressed(self, change: Any) -> None:
        self.error = ""
        if change["new"] in ("", self._on_show()):
            return
        try:
            self.apply(change["new"])
        except Exception as error:  # noqa: BLE001 - told to the view in words
            # What is on show is chosen again first: a choice takes away what was said of the one before.
            self.chosen = self._on_show()
            self.error = words(error)

    def _moved(self, _change: Any) -> None:
        self.chosen = self._on_show()

    def _on_show(self) -> str:
        return next((name for name, view in self._named.items() if self._shows(view)), "")

    def _shows(self, view: Mapping[str, Any]) -> bool:
        return all(_plain(getattr(self._widget, name)) == _plain(value) for name, value in view.items())


def presets(
    widget: LiveWidget[Any],
    named: Mapping[str, Mapping[str, Any]],
    *,
    theme: str = "auto",
    presenter: bool = False,
) -> PresetButtons:
    """A row of buttons, each of which makes a widget show a view that has a name::

        xai.lesson.presets(widget, {
            "previous-token head": {"layer": 0, "heads": [1]},
            "induction head": {"layer": 1, "heads": [2]},
        })

    Args:
        widget: a widget of this package.
        named: for each name the traits to set. Text, target and method are asked of the model together.
        theme, presenter: as of every widget.

    Raises:
        InputError: no presets, something that is no widget of this package, or a trait that it does not have.
    """
    if not isinstance(widget, LiveWidget):
        raise InputError(f"Presets are for a widget of this package; {type(widget).__name__} came.")
    if not isinstance(named, Mapping) or not named:
        raise InputError("There are no presets: give a dict with names, and for each the traits to set.")
    known = sorted(name for name in widget.traits(sync=True) if not name.startswith("_") and name not in _UNSET)
    for name, view in named.items():
        if not isinstance(view, Mapping):
            raise InputError(f"Preset {name!r} is {view!r:.80}: give a dict of the traits to set.")
        for trait in view:
            if trait not in known:
                raise InputError(f"Preset {name!r} sets {trait!r}; a {type(widget).__name__} has {', '.join(known)}.")
    return PresetButtons(widget, named, theme=theme, presenter=presenter)


def _order(trait: str) -> int:
    return {"kind": 0, "layer": 1, "heads": 2}.get(trait, 3)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
