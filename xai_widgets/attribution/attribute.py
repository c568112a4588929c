"""From a text to an Attribution: the question, the method, the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

from xai_widgets.attribution.attribution import Attribution, Float, ScoredTokens
from xai_widgets.attribution.diagnosis import where_not_finite
from xai_widgets.attribution.method import Method, Scores
from xai_widgets.attribution.passes import Call
from xai_widgets.attribution.problem import Problem
from xai_widgets.attribution.question import Tick, ask
from xai_widgets.attribution.registry import method_named
from xai_widgets.attribution.rerun import Rerun
from xai_widgets.attribution.target import Target
from xai_widgets.errors import NotFiniteError
from xai_widgets.models.inputs import InputMaker
from xai_widgets.models.modules import walked_once
from xai_widgets.models.random_state import kept_random_state


def attribute(
    maker: InputMaker,
    text: str,
    text_pair: str | None,
    *,
    method: str,
    target: Target,
    truncate: bool,
    max_new_tokens: int | None,
    batch_size: int | None,
    tick: Tick,
    options: Mapping[str, Any],
    rerun: Rerun,
    model_name: str,
    call: Call | None = None,
) -> Attribution:
    """The attribution of a text; see ``Explainer.attribute``. ``call`` runs the model in the first pass."""
    chosen = method_named(method)
    # Tensors made in inference mode, if the caller is in it, could not be differentiated.
    with torch.inference_mode(False), walked_once(maker.model), kept_random_state(maker.model):
        question = ask(maker, text, text_pair, target, truncate=truncate, max_new_tokens=max_new_tokens, tick=tick)
        problem = Problem(question, maker.tokenizer, tick, batch_size=batch_size)
        problem.start(grad=chosen.at_input, call=call)
        found = chosen(problem, options)
    _refuse_not_finite(problem, found, chosen)
    return _attribution(chosen, problem, found, options, rerun, model_name)


def _refuse_not_finite(problem: Problem, found: Scores, method: Method) -> None:
    if all(np.isfinite(scores).all() for scores in found.scores) and np.isfinite(problem.value).all():
        return
    model = problem.passes.model
    raise NotFiniteError(
        f"{method.card.label} of {type(model).__name__} gives numbers that are not finite (NaN or infinite): "
        f"{where_not_finite(problem.passes)}. Its parameters are {next(model.parameters()).dtype}; try float32."
    )


def _attribution(
    method: Method,
    problem: Problem,
    found: Scores,
    options: Mapping[str, Any],
    rerun: Rerun,
    model_name: str,
) -> Attribution:
    readout = problem.readout
    stepwise = readout.steps is not None

    def per_step(values: Float) -> float | Float:
        return values if stepwise else float(values[0])

    start = np.zeros_like(problem.value) if found.baseline_value is None else found.baseline_value
    sides = tuple(
        ScoredTokens(reading.label, reading.tokens, scores if stepwise else scores[0])
        for reading, scores in zip(problem.readings, found.scores, strict=True)
    )
    return Attribution(
        method=method.card,
        target=readout.words,
        value_kind=readout.value_kind,
        value=per_step(problem.value),
        baseline_value=per_step(start.astype(np.float32)),
        sides=sides,
        steps=readout.steps,
        at=tuple(place for place in readout.places if place is not None),
        candidates=problem.candidates,
        baseline=found.baseline,
        options=dict(method.card.options) | dict(options) | dict(found.options or {}),
        notes=(*problem.notes, *problem.batches.notes),
        model_name=model_name,
        rerun=rerun,
    )
