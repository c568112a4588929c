"""Captum's attributions in, and what its ``visualize_text`` takes out."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xai_widgets import extras
from xai_widgets.attribution.attribution import Attribution, ScoredTokens
from xai_widgets.errors import InputError
from xai_widgets.interop.foreign import as_array, as_number, method_card, reduced, token_sequence, value_or_sum


def attribution_of(
    attributions: Any,
    tokens: Any,
    *,
    target: str,
    method: str = "Captum",
    value: float | None = None,
    baseline_value: float = 0.0,
    delta: Any = None,
    value_kind: str = "logit",
    reduce: str = "sum",
    batch_index: int | None = None,
) -> Attribution:
    """See ``Attribution.from_captum``."""
    sequence = token_sequence(tokens)
    if isinstance(attributions, tuple) and len(attributions) == 1:
        (attributions,) = attributions  # Captum gives a tuple where it was given one
    given, row = _of_one_text(as_array(attributions), len(sequence), batch_index)
    scores = reduced(given, 1, reduce)
    total = float(scores.sum(dtype=np.float64))
    baseline_value = as_number(baseline_value, "baseline_value")
    if delta is not None:
        if value is not None:
            raise InputError("Give value= or delta=, not both: each follows from the other.")
        # Captum's delta is sum - (value - baseline value).
        value = baseline_value + total - float(_of_row(as_array(delta), row))
    value = None if value is None else as_number(value, "value")
    known, kind, notes = value_or_sum(value, baseline_value, total, value_kind)
    return Attribution(
        method=method_card(method, "captum", signed=reduce != "norm" or given.ndim == 1),
        target=target,
        value_kind=kind,
        value=known,
        baseline_value=baseline_value,
        sides=(ScoredTokens("Text", sequence, scores),),
        notes=notes,
    )


def _of_one_text(given: NDArray[Any], count: int, batch_index: int | None) -> tuple[NDArray[Any], int]:
    """The attributions of one text, [token] or [token, d_model], and its row in the batch."""
    batched = given.ndim == 3 or (given.ndim == 2 and (batch_index is not None or given.shape[0] != count))
    if given.ndim not in (1, 2, 3) or given.shape[int(batched)] != count:
        raise InputError(
            f"The attributions have shape {given.shape} for {count} tokens; expected [token], [token, d_model], "
            "[batch, token] or [batch, token, d_model]. Give one string a token."
        )
    if not batched:
        return given, 0
    if batch_index is None and len(given) != 1:
        raise InputError(f"There are {len(given)} texts: say which with batch_index=0 to {len(given) - 1}.")
    row = batch_index or 0
    if not 0 <= row < len(given):
        raise InputError(f"batch_index={row} is not in the batch: 0 to {len(given) - 1} are.")
    return given[row], row


def _of_row(delta: NDArray[Any], row: int) -> Any:
    entries = np.atleast_1d(delta)
    if entries.ndim != 1 or not row < len(entries):
        raise InputError(f"delta has shape {delta.shape}; expected a number, or one for each text of the batch.")
    return entries[row]


def records_of(attribution: Attribution, true_class: str) -> list[Any]:
    """See ``Attribution.to_captum``."""
    record = extras.library("captum.attr", "to_captum", "attribution").visualization.VisualizationDataRecord
    steps = [attribution]
    if attribution.steps is not None:
        steps = [attribution.step(index) for index in range(len(attribution.steps))]
    return [_record(record, step, true_class) for step in steps]


def _record(record: Any, attribution: Attribution, true_class: str) -> Any:
    torch = extras.library("torch", "to_captum", "attribution")
    scores = attribution.to_numpy()
    size = float(np.linalg.norm(scores))
    best = attribution.candidates[0][0] if attribution.candidates and attribution.candidates[0] else None
    probability = None if best is None else best.probability
    return record(
        word_attributions=torch.from_numpy(scores / size if size else scores),
        pred_prob=float("nan") if probability is None else probability,
        pred_class="" if best is None else _escaped(best.text),
        true_class=_escaped(true_class),
        attr_class=_escaped(attribution.target),
        attr_score=float(scores.sum(dtype=np.float64)),
        raw_input_ids=[_escaped(text) for side in attribution.sides for text in side.tokens.text],
        convergence_score=-float(np.asarray(attribution.residual)),
    )


def _escaped(text: str) -> str:
    """For the inside of an element: Captum writes what it is given as HTML."""
    return escape(text, quote=False)
