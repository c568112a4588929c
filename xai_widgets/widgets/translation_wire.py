"""The payload of a TranslationWidget: Python's side of ``js/contract.ts``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xai_widgets.alignment import Alignment
from xai_widgets.alignment.word_matrix import Words
from xai_widgets.attention.attention_map import AttentionMap
from xai_widgets.attribution.method_card import MethodCard
from xai_widgets.generation.beams import Beam, Beams
from xai_widgets.generation.generation import Generation
from xai_widgets.generation.step import Step
from xai_widgets.generation.step_scores import StepScores
from xai_widgets.widgets.attribution_wire import method_meta
from xai_widgets.widgets.wire import WIRE_VERSION, kind_meta, text_inputs, wire_array

_SIDES = {
    "self": ("text", "text"),
    "encoder": ("source", "source"),
    "cross": ("decoder", "source"),
    "decoder": ("decoder", "decoder"),
}
"""What the (query, key) tokens of a kind are called. A decoder also reads what it starts with, and not the end."""


def translation_payload(
    generation: Generation,
    attention: AttentionMap,
    *,
    run: int,
    words: tuple[Words, Words],
    reference: Alignment | None,
    methods: Sequence[MethodCard],
    initial: Mapping[str, Any],
    scores: StepScores,
    alignment: Alignment | None,
    notes: Sequence[str] = (),
) -> dict[str, Any]:
    """The payload of what was written.

    Args:
        generation: what was written.
        attention: its attention.
        run: number of the payload; requests carry it.
        words: what counts as words of the source and of what was written.
        reference: the true alignment, or None.
        methods: those that have a score for every step.
        initial: what the scores were made with: ``by``, ``rows`` and ``align``.
        scores: what colours the tokens first.
        alignment: the alignment drawn from them; None where there are no two texts.
        notes: what a reader has to know besides what the generation says.
    """
    encoder = bool(generation.start)
    kinds = [kind_meta(attention, kind, _SIDES[kind]) for kind in attention.kinds]
    tokens = {"source": generation.prompt.as_dict(), "target": generation.tokens.as_dict()}
    for meta in kinds:
        for name, side in zip((meta["queries"], meta["keys"]), attention.tokens(meta["kind"]), strict=True):
            tokens.setdefault(name, side.as_dict())
    labels = ("Source", "Target") if encoder else ("Prompt", "Continuation")
    names = ("scores/source", "scores/target", "scores/links", "scores/error_rate")
    arrays = zip(names, score_arrays(scores, alignment, reference), strict=True)
    return {
        "v": WIRE_VERSION,
        "kind": "translation",
        "meta": {
            "run": run,
            "model": generation.model_name,
            "live": True,
            "inputs": text_inputs(labels),
            "encoder": encoder,
            "labels": {"source": labels[0], "target": labels[1]},
            "given": generation.given,
            "finished": generation.finished,
            "steps": [_step(step) for step in generation.steps],
            "log_prob": _number(generation.log_prob),
            "beams": None if generation.beams is None else _beams(generation.beams),
            "options": options_words(generation),
            "notes": [*generation.notes, *notes],
            "kinds": kinds,
            "first_row": generation.row(0),
            "words": _words(*words),
            "reference": None if reference is None else _reference(reference),
            "methods": [method_meta(card) for card in methods],
            "initial": dict(initial),
        },
        "tokens": tokens,
        "arrays": {name: wire_array(array) for name, array in arrays},
    }


def score_arrays(
    scores: StepScores, alignment: Alignment | None, reference: Alignment | None
) -> tuple[NDArray[Any], ...]:
    """The answer to a ``scores`` request: scores of both sides, the alignment's pairs, and its error rate."""
    pairs = () if alignment is None else alignment.pairs
    rate = np.nan if alignment is None or reference is None else alignment.error_rate(reference)
    links = np.array(pairs, np.int32).reshape(-1, 2)
    return scores.source, scores.written, links, np.array([rate], np.float32)


_OPTIONS: dict[str, str] = {
    "src_lang": "from {}",
    "tgt_lang": "into {}",
    "num_beams": "{} beams",
    "max_new_tokens": "at most {} new tokens",
    "max_length": "at most {} tokens",
    "min_new_tokens": "at least {} new tokens",
    "top_k": "from the {} likeliest",
    "top_p": "from the likeliest that make up {}",
}


def options_words(generation: Generation) -> str:
    """How a generation was asked for, in words."""
    if generation.given:
        return "a text of a person's own: what the model thinks of it, with no option of a generation"
    said = [_option(name, value) for name, value in generation.options.items()]
    return ", ".join(said) or "as the model's generation config has it"


def _option(name: str, value: Any) -> str:
    if name == "do_sample":
        return "sampled" if value else "not sampled"
    if name in _OPTIONS:
        return _OPTIONS[name].format(value)
    readable = name.replace("_", " ")
    return f"{readable} {value}" if isinstance(value, bool | int | float | str) else f"with {readable}"


def _step(step: Step) -> dict[str, Any]:
    return {
        "id": step.id,
        "text": step.text,
        "log_prob": _number(step.log_prob),
        "raw_log_prob": _number(step.raw_log_prob),
        "forced": step.forced,
        "candidates": [
            {
                "id": candidate.id,
                "text": candidate.text,
                "probability": candidate.probability,
                "raw_probability": candidate.raw_probability,
            }
            for candidate in step.candidates
        ],
    }


def _beams(beams: Beams) -> dict[str, Any]:
    return {"width": beams.width, "nodes": [_beam(beams, beam) for beam in beams.nodes]}


def _beam(beams: Beams, beam: Beam) -> dict[str, Any]:
    return {
        "parent": beam.parent,
        "step": beam.step,
        "id": beam.id,
        "text": beams.text(beam),
        "log_prob": beam.log_prob,
        "score": beam.score,
        "final": beam.final,
        "state": beam.state,
    }


def _words(source: Words, target: Words) -> dict[str, Any]:
    return {
        "source": list(source.text),
        "target": list(target.text),
        "source_of": _word_of(source),
        "target_of": _word_of(target),
    }


def _word_of(words: Words) -> list[int | None]:
    """The word of every position; a token of several words counts for the first here."""
    found: list[int | None] = [None] * words.n_tokens
    for number, positions in reversed(list(enumerate(words.tokens))):
        for position in positions:
            found[position] = number
    return found


def _reference(reference: Alignment) -> dict[str, Any]:
    return {"pairs": [list(p) for p in reference.pairs], "possible": [list(p) for p in reference.possible]}


def _number(value: float) -> float | None:
    """A number as JSON has it: None for what was not seen, and for what the generation config rules out (-inf)."""
    return value if isfinite(value) else None
