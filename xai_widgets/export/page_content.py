"""What a page holds of a widget: its program, its view state, its payload, and answers to what a view may ask.

``js/page/content.ts`` reads it. The bytes are a heading (JSON, behind its length as uint32) and the arrays that it
names, deflated as one and written as letters.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

import anywidget
import numpy as np
from numpy.typing import NDArray

from xai_widgets.attention.weight_bytes import weight_bytes
from xai_widgets.export.page_letters import letters
from xai_widgets.widgets.live_widget import LiveWidget
from xai_widgets.widgets.told import Answer
from xai_widgets.widgets.wire import wire_array

CONTENT_VERSION = 1
"""Of what stands in a page. The page's own script reads it and all before it, and refuses later ones in words."""

# Weights are nearly noise: level 6 makes them as small as level 9 does, in a third of the time.
_LEVEL = 6


@dataclass(frozen=True)
class PageContent:
    """What a page holds of a widget.

    Attributes:
        esm, css: the widget's module and style sheet, as text.
        traits: view state by trait, and ``payload``.
        answers: to what a view may ask.
    """

    esm: str
    css: str
    traits: Mapping[str, Any]
    answers: tuple[Answer, ...]

    @classmethod
    def of(cls, widget: LiveWidget[Any], answers: Iterable[Answer], **changed: Any) -> PageContent:
        """What a page holds of a widget as it stands, with some traits changed."""
        payload = kept_payload(widget, changed.pop("payload", widget.payload))
        return cls(
            esm=str(widget._code),
            css=str(widget._css),
            traits={**view_traits(widget), **changed, "payload": payload},
            answers=tuple(answers),
        )

    def packed(self) -> str:
        """The content as letters: ``<version>:<length>:<letters>``."""
        places = _Places()
        payload = self.traits["payload"]
        arrays = {name: places.put(array) for name, array in payload["arrays"].items()}
        heading = {
            "esm": self.esm,
            "css": self.css,
            "traits": {**self.traits, "payload": {**payload, "arrays": arrays}},
            "answers": [
                {
                    "request": dict(answer.request),
                    "arrays": [places.put_array(a, answer.weights) for a in answer.arrays],
                }
                for answer in self.answers
            ],
        }
        text = json.dumps(_finite(heading), separators=(",", ":"), allow_nan=False).encode("ascii")
        deflated = zlib.compressobj(_LEVEL, zlib.DEFLATED, zlib.MAX_WBITS, 9)
        pieces = [deflated.compress(piece) for piece in (len(text).to_bytes(4, "little"), text, *places.pieces)]
        return f"{CONTENT_VERSION}:{letters(b''.join([*pieces, deflated.flush()]))}"


def _finite(value: Any) -> Any:
    """The same with null in place of numbers that JSON has no word for: NaN, and what is infinite."""
    if isinstance(value, Mapping):
        return {name: _finite(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not isfinite(value) else value


class _Places:
    """Arrays one behind the other, and where each starts."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self._at = 0

    def put(self, array: Mapping[str, Any]) -> dict[str, Any]:
        """An array as it travels; gives what stands for it in the heading."""
        place = {"dtype": array["dtype"], "shape": list(array["shape"]), "at": self._at}
        self.pieces.append(array["data"])
        self._at += len(array["data"])
        return place

    def put_array(self, array: NDArray[Any], are_weights: bool) -> dict[str, Any]:
        if are_weights and array.dtype == np.float32:
            return self.put(wire_array(weight_bytes(array)) | {"dtype": "weight"})
        return self.put(wire_array(array))


def view_traits(widget: LiveWidget[Any]) -> dict[str, Any]:
    """The traits that say what a widget shows: its own, without what every widget has and what passes by."""
    shared = set(anywidget.AnyWidget.class_trait_names())
    own = [name for name in widget.trait_names(sync=True) if name not in shared and not name.startswith("_")]
    return {name: getattr(widget, name) for name in own} | {"error": "", "progress": None}


def kept_payload(widget: LiveWidget[Any], payload: Mapping[str, Any]) -> dict[str, Any]:
    """The payload as it stands in a page: its heads are among the answers, and it says how exact weights are there."""
    meta = dict(payload["meta"])
    # An empty box is there to be filled, which nobody can where there is no model.
    meta["inputs"] = [box for box in meta["inputs"] if getattr(widget, box["name"]) != ""]
    if payload["kind"] == "attention":
        source = meta["source"].removeprefix("exact ").rstrip(".")
        meta["source"] = f"{source}; kept as one byte each, within 0.004."
    arrays = {name: array for name, array in payload["arrays"].items() if name != "heads"}
    return {**payload, "meta": meta, "arrays": arrays}


def whole_kinds(payload: Mapping[str, Any]) -> set[str]:
    """The kinds of attention of which a payload's thumbnails, one cell a pair, are the heads themselves."""
    whole = set()
    for kind in payload["meta"].get("kinds", ()):
        thumbnails = payload["arrays"].get(f"thumbnails/{kind['kind']}")
        counts = [len(payload["tokens"][kind[side]]["text"]) for side in ("queries", "keys")]
        if thumbnails is not None and thumbnails["shape"][2:] == counts:
            whole.add(kind["kind"])
    return whole
