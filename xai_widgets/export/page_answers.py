"""The answers to whatever a view may ask of what a widget shows, for a page that is to hold all of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from xai_widgets.attention.attention_map import AttentionMap
from xai_widgets.attention.selection import Numbers, Part, check_room, parts_of
from xai_widgets.attention.thumbnails import layer_thumbnails
from xai_widgets.attribution.attention_beside import attention_beside, attention_row
from xai_widgets.errors import InputError
from xai_widgets.export.page_content import whole_kinds
from xai_widgets.generation.step_scores import ROWS
from xai_widgets.widgets.attention_widget import AttentionWidget
from xai_widgets.widgets.attribution_widget import AttributionWidget
from xai_widgets.widgets.live_widget import LiveWidget
from xai_widgets.widgets.step_colour import main_kind
from xai_widgets.widgets.told import Answer
from xai_widgets.widgets.translation_state import ALIGNMENTS
from xai_widgets.widgets.translation_widget import TranslationWidget
from xai_widgets.widgets.wire import head_bytes, wire_array

_BYTES_A_WEIGHT = 1.3
_LABEL = "writing the page"


@dataclass(frozen=True)
class Choice:
    """What of a widget's layers and heads a page is to hold; None: all.

    ``max_weights``: more than so many are refused.
    """

    layers: Numbers
    heads: Numbers
    kind: str | None
    max_weights: int


def every_answer(widget: LiveWidget[Any], choice: Choice) -> tuple[list[Answer], dict[str, Any]]:
    """The answers, and view state to change where it names what is not among them.

    Raises:
        InputError: a choice that does not exist, or too many weights.
    """
    if isinstance(widget, AttentionWidget):
        return _of_attention(widget, choice)
    if isinstance(widget, AttributionWidget):
        return list(_of_attribution(widget, choice)), {}
    if isinstance(widget, TranslationWidget):
        return list(_of_translation(widget, choice)), {}
    return list(widget.told), {}


def _of_attention(widget: AttentionWidget, choice: Choice) -> tuple[list[Answer], dict[str, Any]]:
    attention = widget.attention
    parts = _parts(attention, choice)
    everything = choice.layers is None and choice.heads is None
    whole = whole_kinds(widget.payload) if everything else set()
    answers = []
    for done, part in enumerate(parts):
        if part.kind in whole:
            continue
        widget.progress = {"label": _LABEL, "done": done, "total": len(parts)}
        request = {"what": "heads", "kind": part.kind, "layer": part.layer, "heads": list(part.heads)}
        answers.append(Answer(request, (head_bytes(attention, part.kind, part.layer, part.heads),)))
    changed = view_within(widget, {(part.kind, part.layer): part.heads for part in parts})
    # The page's own script makes the thumbnails of what it has all heads of.
    made_there = {part.kind for part in parts} - whole if everything else set()
    return answers, changed | {"payload": _with_thumbnails(widget, made_there)}


def _parts(attention: AttentionMap, choice: Choice) -> list[Part]:
    parts = parts_of(attention, choice.layers, choice.heads, None if choice.kind is None else [choice.kind])
    check_room(attention, parts, choice.max_weights, what="weights", each=_BYTES_A_WEIGHT, argument="max_weights")
    return parts


def _with_thumbnails(widget: AttentionWidget, without: Collection[str]) -> dict[str, Any]:
    """The payload with the thumbnails that it left for later, as it does with those of a long text.

    ``without``: kinds that need none.
    """
    payload = dict(widget.payload)
    thumbnails, arrays = dict(payload["meta"]["thumbnails"]), dict(payload["arrays"])
    for kind in widget.attention.kinds:
        layers = widget.attention.layers(kind)
        if kind in without:
            del arrays[f"thumbnails/{kind}"], thumbnails[kind]
        elif thumbnails[kind] != {"layers": list(layers), "exact": True}:
            widget.progress = {"label": _LABEL, "done": 0, "total": 0}
            thumbnails[kind] = {"layers": list(layers), "exact": True}
            arrays[f"thumbnails/{kind}"] = wire_array(layer_thumbnails(widget.attention, kind, layers))
    return {**payload, "meta": {**payload["meta"], "thumbnails": thumbnails}, "arrays": arrays}


def view_within(widget: AttentionWidget, heads: Mapping[tuple[str, int], Sequence[int]]) -> dict[str, Any]:
    """The view state, or the nearest to it that is of what is kept: heads by (kind, layer)."""
    shown = (widget.kind, widget.layer)
    kind, layer = first = shown if shown in heads else next(iter(heads))
    on = [head for head in widget.heads if head in heads[first]] or sorted(heads[first])
    changed = {"kind": kind, "layer": layer, "heads": on}
    return changed if kind == widget.kind else changed | {"selection": []}


def _of_attribution(widget: AttributionWidget, choice: Choice) -> Iterator[Answer]:
    """The attention that can stand beside the scores: a row for every head and step."""
    attribution = widget.attributions[0]
    found = attention_beside(attribution)
    if found is None:
        return
    attention, kind = found
    if choice.kind not in (None, kind):
        raise InputError(f"A page of this attribution has attention of kind {kind!r}; kind={choice.kind!r} came.")
    steps = [None] if attribution.steps is None else range(len(attribution.steps))
    parts = parts_of(attention, choice.layers, choice.heads, [kind])
    for done, part in enumerate(parts):
        widget.progress = {"label": _LABEL, "done": done, "total": len(parts)}
        for head in part.heads:
            for step in steps:
                row = attention_row(attribution, part.layer, head, step or 0)
                assert row is not None
                request = {"what": "attention_row", "layer": part.layer, "head": head, "step": step}
                yield Answer(request, (row,), weights=True)


def _of_translation(widget: TranslationWidget, choice: Choice) -> Iterator[Answer]:
    """The maps of every head; the scores of every head, and of the methods that were computed, by either row.

    The alignment is drawn as on show; of the colours on show it is there drawn in every way.
    """
    attention = widget.written.attention
    parts = _parts(attention, choice)
    for done, part in enumerate(parts):
        widget.progress = {"label": _LABEL, "done": done, "total": len(parts)}
        for head in part.heads:
            place = {"what": "heads", "kind": part.kind, "layer": part.layer, "heads": [head]}
            yield Answer(place, (head_bytes(attention, part.kind, part.layer, [head]),))
    main = main_kind(attention)
    heads = [(part.layer, head) for part in parts if part.kind == main for head in (None, *part.heads)]
    colours: list[dict[str, Any]] = [
        {"what": "attention", "layer": layer, "head": head} for layer, head in [(None, None), *heads]
    ]
    colours += [{"what": "method", "name": name} for name in widget.known_methods()]
    for by in colours:
        aligns = ALIGNMENTS if by in widget.colours else (widget.align,)
        for rows, align in product(ROWS, aligns):
            request = {"what": "scores", "by": by, "rows": rows, "align": align}
            yield Answer(request, tuple(widget.scores_arrays(by, rows, align)))
