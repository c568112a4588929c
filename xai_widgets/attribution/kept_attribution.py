"""An Attribution in a file: the archive and the JSON that hold it. ``docs/data.md`` describes both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from math import isfinite, isnan
from typing import TYPE_CHECKING, Any

import numpy as np

from xai_widgets.attribution.method_card import MethodCard
from xai_widgets.errors import InputError
from xai_widgets.files import PathLike, written
from xai_widgets.kept import Get, Put, Stream, from_json, heading, read_kept, reading, to_json, write_archive
from xai_widgets.text import TokenSequence
from xai_widgets.text.kept_tokens import tokens_from_json, tokens_to_json

if TYPE_CHECKING:
    from xai_widgets.attribution.attribution import Attribution

WHAT = "Attribution"
WRITERS = {
    ".npz": "xai_widgets.attribution.kept_attribution:save_archive",
    ".json": "xai_widgets.attribution.kept_attribution:save_json",
    ".svg": "xai_widgets.export.picture:save_attribution",
    ".png": "xai_widgets.export.picture:save_attribution",
    ".pdf": "xai_widgets.export.picture:save_attribution",
    ".html": "xai_widgets.export.page:write_own_page",
}
"""What an attribution can be saved as: suffix -> ``"module:function"``; see ``files.save``."""


def save_archive(attribution: Attribution, path: PathLike) -> None:
    """Writes an attribution as ``.npz``; see ``Attribution.save``."""
    write_archive(path, lambda put: _describe(attribution, put))


def save_json(attribution: Attribution, path: PathLike) -> None:
    """Writes what ``Attribution.to_json`` gives."""
    text = json_of(attribution)
    with written(path) as file:
        file.write(text.encode("ascii"))


def json_of(attribution: Attribution) -> str:
    """See ``Attribution.to_json``."""
    return to_json(lambda put: _describe(attribution, put))


def load(path: PathLike) -> Attribution:
    """See ``Attribution.load``."""
    meta, get = read_kept(path, WHAT)
    return _read(meta, get, str(path))


def parse(text: str | bytes) -> Attribution:
    """See ``Attribution.from_json``."""
    meta, get = from_json(text, WHAT)
    return _read(meta, get, "The JSON")


def _describe(attribution: Attribution, put: Put) -> dict[str, Any]:
    return heading(WHAT) | {
        "model": attribution.model_name,
        "method": _plain(asdict(attribution.method)),
        "target": attribution.target,
        "value_kind": attribution.value_kind,
        "value": _value(attribution.value, "value", put),
        "baseline_value": _value(attribution.baseline_value, "baseline_value", put),
        "baseline": attribution.baseline,
        "sides": [
            {
                "label": side.label,
                "tokens": tokens_to_json(side.tokens),
                "scores": put(f"scores/{number}", Stream.of(np.asarray(side.scores, np.float32))),
            }
            for number, side in enumerate(attribution.sides)
        ],
        "steps": None if attribution.steps is None else tokens_to_json(attribution.steps),
        "at": [int(position) for position in attribution.at],
        "candidates": [[_plain(asdict(candidate)) for candidate in step] for step in attribution.candidates],
        "options": _plain(dict(attribution.options)),
        "notes": list(attribution.notes),
    }


def _value(value: Any, name: str, put: Put) -> Any:
    return put(name, Stream.of(np.asarray(value, np.float32))) if np.ndim(value) else _number(float(value))


def _number(number: float) -> float | None:
    if isnan(number):
        return None
    if not isfinite(number):
        raise InputError("There is an infinite number in the attribution, which JSON cannot write.")
    return number


def _plain(given: Any) -> Any:
    """What JSON can hold of an option: itself, or, of arrays and other objects, what they are, in words."""
    if given is None or isinstance(given, bool | int | str):
        return given
    if isinstance(given, float):
        return _number(given)
    if isinstance(given, np.generic):
        return _plain(given.item())
    if isinstance(given, Mapping):
        return {str(name): _plain(entry) for name, entry in given.items()}
    if isinstance(given, Sequence):
        return [_plain(entry) for entry in given]
    shape = getattr(given, "shape", None)
    return type(given).__name__ if shape is None else f"{type(given).__name__} of shape {list(shape)}"


def _read(meta: Any, get: Get, where: str) -> Attribution:
    # Made here and not given back in parts: candidates and sides are classes of the same module.
    from xai_widgets.attribution.attribution import Attribution, Candidate, ScoredTokens

    with reading(WHAT, where):
        steps = None if meta["steps"] is None else tokens_from_json(meta["steps"])
        attribution = Attribution(
            method=_card(meta["method"]),
            target=str(meta["target"]),
            value_kind=str(meta["value_kind"]),
            value=_kept_value(meta["value"], steps, get),
            baseline_value=_kept_value(meta["baseline_value"], steps, get),
            sides=tuple(
                ScoredTokens(
                    str(side["label"]),
                    tokens_from_json(side["tokens"]),
                    np.asarray(get(side["scores"]), np.float32),
                )
                for side in meta["sides"]
            ),
            steps=steps,
            at=tuple(int(position) for position in meta["at"]),
            candidates=tuple(
                tuple(
                    Candidate(int(one["id"]), str(one["text"]), _float(one["value"]), _probability(one["probability"]))
                    for one in step
                )
                for step in meta["candidates"]
            ),
            baseline=None if meta["baseline"] is None else str(meta["baseline"]),
            options=dict(meta["options"]),
            notes=tuple(str(note) for note in meta["notes"]),
            model_name=str(meta["model"]),
        )
        _check(attribution)
    return attribution


def _card(kept: Any) -> MethodCard:
    return MethodCard(
        name=str(kept["name"]),
        label=str(kept["label"]),
        reference=str(kept["reference"]),
        needs=tuple(str(need) for need in kept["needs"]),
        cost=str(kept["cost"]),
        complete=bool(kept["complete"]),
        signed=bool(kept["signed"]),
        attention_based=bool(kept["attention_based"]),
        options=tuple((str(name), default) for name, default in kept["options"]),
        extra=None if kept["extra"] is None else str(kept["extra"]),
    )


def _kept_value(kept: Any, steps: TokenSequence | None, get: Get) -> Any:
    if steps is None:
        return _float(kept)
    values = np.asarray(get(kept), np.float32)
    if values.shape != (len(steps),):
        raise ValueError(f"there are {len(steps)} steps and values of shape {values.shape}")
    return values


def _float(kept: Any) -> float:
    return float("nan") if kept is None else float(kept)


def _probability(kept: Any) -> float | None:
    return None if kept is None else float(kept)


def _check(attribution: Attribution) -> None:
    if not attribution.sides:
        raise ValueError("it has no text")
    for side in attribution.sides:
        shape = (len(side.tokens),) if attribution.steps is None else (len(attribution.steps), len(side.tokens))
        if side.scores.shape != shape:
            raise ValueError(f"{side.label!r} has scores {side.scores.shape} where {shape} belong")
    if any(not 0 <= position < len(attribution.sides[-1].tokens) for position in attribution.at):
        raise ValueError(f"it was read at {attribution.at}")
