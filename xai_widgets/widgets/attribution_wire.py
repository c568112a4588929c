"""The payload of an AttributionWidget: Python's side of ``js/contract.ts``."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from xai_widgets.attribution.attribution import Attribution
from xai_widgets.attribution.method_card import MethodCard
from xai_widgets.widgets.wire import WIRE_VERSION, text_inputs, wire_array

BASELINES = ("pad", "mask", "zero", "mean")
"""The baselines that the view offers; a program may give any that the method takes."""
_EXTRA_MODULES = ("captum", "shap")
VALUES = ("logit", "log_prob", "probability")


def attribution_payload(
    shown: Sequence[Attribution],
    *,
    run: int,
    methods: Sequence[MethodCard],
    previous: Attribution | None,
    attention: dict[str, list[int]] | None,
    within: bool = False,
) -> dict[str, Any]:
    """The payload of one text's attributions by several methods, the first of which is the one looked at.

    Args:
        shown: attributions of the same text and target.
        run: number of the payload; requests carry it.
        methods: every method there is.
        previous: what was shown before this, or None.
        attention: layers and numbers of heads whose attention can stand beside the scores, or None.
        within: this is one of several steps, chosen by the question's ``at``.
    """
    first = shown[0]
    arrays = {
        f"scores/{index}/{number}": wire_array(side.scores)
        for index, attribution in enumerate(shown)
        for number, side in enumerate(attribution.sides)
    }
    tokens = {_name(first, number): side.tokens.as_dict() for number, side in enumerate(first.sides)}
    if first.steps is not None:
        tokens["steps"] = first.steps.as_dict()
    if previous is not None:
        for number, side in enumerate(previous.sides):
            arrays[f"previous/{number}"] = wire_array(side.scores)
            tokens[f"previous/{number}"] = side.tokens.as_dict()
    rerun = first.rerun
    return {
        "v": WIRE_VERSION,
        "kind": "attribution",
        "meta": {
            "run": run,
            "model": first.model_name,
            "live": rerun is not None,
            "inputs": text_inputs(rerun.labels) if rerun is not None else [],
            "sides": [{"label": side.label, "tokens": _name(first, n)} for n, side in enumerate(first.sides)],
            "steps": "steps" if first.steps is not None else None,
            "within": within,
            "candidates": [[_candidate(c) for c in step] for step in first.candidates],
            "explained": _explained(first),
            "runs": [_run(attribution) for attribution in shown],
            "methods": [method_meta(card) for card in methods],
            "values": list(VALUES) if first.value_kind.removeprefix("difference of ") in VALUES else [first.value_kind],
            "attention": attention,
            "previous": None if previous is None else _previous(previous),
        },
        "tokens": tokens,
        "arrays": arrays,
    }


def method_cards() -> tuple[MethodCard, ...]:
    """Every attribution method there is."""
    # The registry knows the methods' code, and with it torch: looked up when there is a model, not at import.
    cards: tuple[MethodCard, ...] = import_module("xai_widgets.attribution.registry").methods()
    return cards


def side_names(attribution: Attribution) -> tuple[str, ...]:
    """What the tokens of each side are called on the wire: as in an attention payload, where it has the same."""
    if len(attribution.sides) == 1:
        return ("text",)
    return ("source", "target") if attribution.sides[0].label == "Source" else ("text", "second")


def _name(attribution: Attribution, number: int) -> str:
    return side_names(attribution)[number]


def _run(attribution: Attribution) -> dict[str, Any]:
    return {
        "method": method_meta(attribution.method),
        "target": attribution.target,
        "value_kind": attribution.value_kind,
        "value": _numbers(attribution.value),
        "baseline_value": _numbers(attribution.baseline_value),
        "residual": _numbers(attribution.residual),
        "baseline": attribution.baseline,
        "notes": list(attribution.notes),
    }


def _previous(attribution: Attribution) -> dict[str, Any]:
    rerun = attribution.rerun
    return {
        "text": rerun.text if rerun is not None else "",
        "text_pair": (rerun.text_pair or "") if rerun is not None else "",
        "target": attribution.target,
        "value": _numbers(attribution.value),
        "value_kind": attribution.value_kind,
    }


def method_meta(card: MethodCard) -> dict[str, Any]:
    """An attribution method, described."""
    return {
        "name": card.name,
        "label": card.label,
        "reference": card.reference,
        "cost": card.cost,
        "complete": card.complete,
        "signed": card.signed,
        "attention_based": card.attention_based,
        "baselines": list(BASELINES) if "baseline" in dict(card.options) else [],
        "unavailable": _missing(card),
    }


def _missing(card: MethodCard) -> str | None:
    if card.extra is None or all(find_spec(module) is not None for module in _EXTRA_MODULES):
        return None
    return f'needs: pip install "xai-widgets[{card.extra}]"'


def _candidate(candidate: Any) -> dict[str, Any]:
    return {
        "id": candidate.id,
        "text": candidate.text,
        "value": float(candidate.value),
        "probability": None if candidate.probability is None else float(candidate.probability),
    }


def _explained(attribution: Attribution) -> int | None:
    """The id of the candidate that is explained, where it is one value: its name stands first in the target's words."""
    if attribution.steps is not None or not attribution.candidates:
        return None
    (candidates,) = attribution.candidates
    named = attribution.target.partition(" ")[2]
    # A regression has one candidate, and it is nobody's name.
    only = candidates[0].id if attribution.value_kind == "prediction" else None
    return next((each.id for each in candidates if named.startswith(repr(each.text))), only)


def _numbers(value: Any) -> list[float]:
    return [float(number) for number in np.atleast_1d(value)]
