"""Which answers a saved notebook keeps of a widget: what was looked at, newest first, as long as there is room."""

from __future__ import annotations

import zlib
from collections.abc import Container, Iterator
from dataclasses import replace
from math import prod
from typing import Any

import numpy as np

from xai_widgets.export.page_answers import view_within
from xai_widgets.export.page_content import whole_kinds
from xai_widgets.widgets.attention_widget import AttentionWidget
from xai_widgets.widgets.live_widget import LiveWidget
from xai_widgets.widgets.told import Answer, answers_of
from xai_widgets.widgets.wire import head_bytes

_LETTERS_A_BYTE = 16 / 13
_WORDS = 60
"""Letters that a request takes, about."""
_MOST_UNASKED = 4_000_000
"""Weights that are computed for the file alone; more would hardly fit into one."""


def looked_at(widget: LiveWidget[Any]) -> Iterator[Answer]:
    """What views were told, what is on show now before all else; without what the payload itself holds."""
    whole = whole_kinds(widget.payload)
    answers = [answer for answer in (*widget.told, *_brought(widget)) if answer.request.get("kind") not in whole]
    known = {answer.key: answer for answer in answers}
    known |= {answer.key: answer for answer in _unasked(widget, known.keys())}
    yield from sorted(known.values(), key=lambda answer: not _on_show(widget, answer))


def fitting(widget: LiveWidget[Any], room: int) -> list[Answer]:
    """The first of them that fit into about so many letters."""
    answers = []
    for answer in looked_at(widget):
        deflated = sum(len(zlib.compress(array.tobytes(), 1)) for array in answer.arrays)
        room -= round(_LETTERS_A_BYTE * deflated) + _WORDS
        if room < 0:
            break
        answers.append(answer)
    return answers


def view_of(widget: LiveWidget[Any], answers: list[Answer]) -> dict[str, Any]:
    """View state to change, where it is of heads that are not among the answers."""
    if not isinstance(widget, AttentionWidget) or widget.kind in whole_kinds(widget.payload):
        return {}
    heads: dict[tuple[str, int], list[int]] = {}
    for answer in answers:
        if answer.request["what"] == "heads":
            place = (answer.request["kind"], answer.request["layer"])
            heads[place] = heads.get(place, []) + answer.request["heads"]
    return view_within(widget, heads) if heads else {}


def _brought(widget: LiveWidget[Any]) -> Iterator[Answer]:
    """The heads that came with the payload, without being asked for."""
    heads = widget.payload["arrays"].get("heads")
    if heads is not None:
        array = np.frombuffer(heads["data"], heads["dtype"]).reshape(heads["shape"])
        yield from answers_of({"what": "heads", **widget.payload["meta"]["initial"]}, [array])


def _unasked(widget: LiveWidget[Any], known: Container[str]) -> Iterator[Answer]:
    """The heads on show that no view was told: a program chose them, and no browser is looking."""
    if not isinstance(widget, AttentionWidget) or widget.kind in whole_kinds(widget.payload):
        return
    _, _, queries, keys = widget.attention.shape(widget.kind)
    part = widget.part
    weights = queries * keys if part is None else prod(stop - start for start, stop in part.values())
    for head in widget.heads[: _MOST_UNASKED // weights]:
        request = {"what": "heads", "kind": widget.kind, "layer": widget.layer, "heads": [head]}
        answer = Answer(request if part is None else request | {"part": part}, ())
        if answer.key not in known:
            yield replace(answer, arrays=(head_bytes(widget.attention, widget.kind, widget.layer, [head], part),))


def _on_show(widget: LiveWidget[Any], answer: Answer) -> bool:
    """Whether it is of the layer that is looked at."""
    names = ("kind", "layer")
    return all(answer.request.get(name) == getattr(widget, name, None) for name in names)
