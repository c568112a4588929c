"""SHAP's explanations of text in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xai_widgets.attribution.attribution import Attribution, Candidate, ScoredTokens
from xai_widgets.errors import InputError
from xai_widgets.interop.foreign import as_array, method_card, reduced, token_sequence
from xai_widgets.interop.spelled import spelled_tokens
from xai_widgets.whole import whole

_ADDS_UP = (
    "SHAP keeps no output of the model: the value is base value and scores together, which SHAP makes equal to it."
)


def attribution_of(
    explanation: Any,
    output: int | str | None = None,
    *,
    value_kind: str = "output",
    method: str = "SHAP",
    tokens: Any = None,
) -> Attribution:
    """See ``Attribution.from_shap``."""
    values, bases, data = _of_one_text(explanation)
    sequence = spelled_tokens(data) if tokens is None else token_sequence(tokens)
    if values.shape[0] != len(sequence):
        raise InputError(
            f"The explanation has {values.shape[0]} scores for {len(sequence)} tokens: give one string each."
        )
    names = _output_names(explanation, values.shape[1])
    totals = bases + values.sum(axis=0)
    number = _output(output, names, totals)
    answers = [
        Candidate(index, name, float(total), float(total) if value_kind == "probability" else None)
        for index, (name, total) in enumerate(zip(names, totals, strict=True))
    ]
    return Attribution(
        method=method_card(method, "shap", signed=True, complete=True),
        target=f"output {names[number]!r}",
        value_kind=value_kind,
        value=float(totals[number]),
        baseline_value=float(bases[number]),
        sides=(ScoredTokens("Text", sequence, reduced(values[:, number], 1, "sum")),),
        candidates=(tuple(sorted(answers, key=lambda answer: -answer.value)),),
        baseline="tokens masked by SHAP",
        notes=(_ADDS_UP,),
    )


def _of_one_text(explanation: Any) -> tuple[NDArray[Any], NDArray[Any], Sequence[Any]]:
    """values [token, output], base values [output] and the tokens."""
    missing = [name for name in ("values", "base_values", "data") if getattr(explanation, name, None) is None]
    if missing:
        raise InputError(
            f"A {type(explanation).__name__} without {' and '.join(missing)} came; give one text of a "
            "shap.Explanation: Attribution.from_shap(explanation[0])."
        )
    values, bases, data = explanation.values, explanation.base_values, explanation.data
    if any(np.ndim(entry) for entry in data):
        if len(data) != 1:
            raise InputError(f"This is an explanation of {len(data)} texts: give one of them, as explanation[0].")
        values, bases, data = values[0], np.asarray(bases)[0], data[0]
    scores, starts = as_array(values), np.atleast_1d(as_array(bases))
    scores = scores[:, None] if scores.ndim == 1 else scores
    if scores.ndim != 2 or starts.shape != (scores.shape[1],):
        raise InputError(
            f"The explanation has values {scores.shape} and base values {starts.shape}; expected [token] or "
            "[token, output], and one base value an output."
        )
    return scores, starts, list(data)


def _output_names(explanation: Any, count: int) -> list[str]:
    given = getattr(explanation, "output_names", None)
    if given is None:
        return [str(index) for index in range(count)]
    names = [given] if isinstance(given, str) else list(given)
    return [str(name) for name in names] if len(names) == count else [str(index) for index in range(count)]


def _output(output: int | str | None, names: Sequence[str], totals: NDArray[Any]) -> int:
    if output is None:
        return int(totals.argmax())
    if isinstance(output, str):
        if output in names:
            return names.index(output)
    elif (number := whole(output)) is not None and 0 <= number < len(names):
        return number
    listed = ", ".join(f"{index} ({name!r})" for index, name in enumerate(names[:10]))
    raise InputError(f"There is no output {output!r}: there are {listed}{' ...' if len(names) > 10 else ''}.")
