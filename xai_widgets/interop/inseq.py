"""inseq's attributions in: its output objects, and the files that it saves, which are read without it."""

from __future__ import annotations

import base64
import binascii
import gzip
import json
import os
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import safetensors.numpy as safetensors
from numpy.typing import NDArray
from safetensors import SafetensorError

from xai_widgets.attribution.attribution import Attribution, ScoredTokens
from xai_widgets.errors import InputError
from xai_widgets.files import PathLike, opened
from xai_widgets.interop.foreign import as_array, method_card, reduced, value_or_sum
from xai_widgets.text import TokenSequence

_SIDES = ("source_attributions", "target_attributions")


@dataclass(frozen=True)
class _Output:
    """A sequence of an inseq output, and what the output says of all its sequences."""

    sequence: Any
    class_name: str
    info: Mapping[str, Any]


def attribution_of(
    output: Any, sequence: int = 0, *, reduce: str | None = None, value: str | None = None
) -> Attribution:
    """See ``Attribution.from_inseq``."""
    found = _saved(output, sequence) if isinstance(output, str | os.PathLike) else _of(output, sequence)
    kept = found.sequence
    source, target = (getattr(kept, name, None) for name in _SIDES)
    if source is None and target is None:
        raise InputError("There are no attributions in this inseq output: neither of the source nor of the target.")
    start, stop = int(kept.attr_pos_start), int(kept.attr_pos_end)
    steps = _tokens(kept.target[start:stop])
    reduce = reduce or _reduction(found.class_name)
    sides = []
    if source is not None:
        sides.append(ScoredTokens("Source", _tokens(kept.source), _scores(source, len(steps), reduce)))
    # What is attributed last is read by no step.
    read = _tokens(kept.target[: max(start, stop - 1)])
    if target is not None:
        prefix = as_array(target)[: len(read)].copy()
        # Of what a step has not read yet inseq has NaN, where this package has no effect.
        for step in range(len(steps)):
            prefix[start + step :, step] = 0
        label = "Text" if source is None else "Target"
        sides.append(ScoredTokens(label, read, _scores(prefix, len(steps), reduce)))
    total = sum(side.scores.sum(axis=1, dtype=np.float64) for side in sides)
    kind, values = _values(kept, found.info, value, len(steps))
    known, kind, notes = value_or_sum(values, np.zeros(len(steps)), total, kind)
    method = str(found.info.get("attribution_method", "inseq")).replace("_", " ")
    return Attribution(
        method=method_card(method, "inseq", signed=reduce != "norm"),
        target=f"{len(steps)} tokens, one a step",
        value_kind=kind,
        value=np.asarray(known, np.float32),
        baseline_value=np.zeros(len(steps), np.float32),
        sides=tuple(sides),
        steps=steps,
        at=tuple(range(start - 1, stop - 1)) if target is not None and start > 0 else (),
        notes=notes,
        model_name=str(found.info.get("model_name") or ""),
    )


def _tokens(tokens: Sequence[Any]) -> TokenSequence:
    return TokenSequence.from_strings([token.token for token in tokens], ids=[int(token.id) for token in tokens])


def _reduction(class_name: str) -> str:
    """What inseq itself does with the axes behind token and step when it shows such an output; one score it leaves."""
    if class_name.startswith("Granular"):
        return "norm"
    return "mean" if class_name.startswith("MultiDimensional") else "sum"


def _scores(given: Any, n_steps: int, reduce: str) -> NDArray[np.float32]:
    """[step, position] of inseq's [position, step, ...]."""
    array = as_array(given)
    if array.ndim < 2 or array.shape[1] != n_steps:
        raise InputError(f"This inseq output has attributions of shape {array.shape} for {n_steps} attributed tokens.")
    return np.ascontiguousarray(reduced(array, 2, reduce).T)


def _values(kept: Any, info: Mapping[str, Any], value: str | None, count: int) -> tuple[str, Any]:
    """The name of the step score that was attributed, and its values where the output has them."""
    if value is not None and not isinstance(value, str):
        raise InputError(f"value is {value!r:.80}: give the name of a step score.")
    name = value or str(info.get("attributed_fn") or "").removesuffix("_fn")
    scores = getattr(kept, "step_scores", None) or {}
    if name not in scores:
        if value is not None:
            there = ", ".join(map(repr, scores)) or "none"
            raise InputError(f"There is no step score {value!r} in this inseq output: there are {there}.")
        return name, None
    values = as_array(scores[name]).reshape(-1)
    if len(values) != count:
        raise InputError(f"The step score {name!r} has {len(values)} values for {count} attributed tokens.")
    return name, values


def _of(output: Any, sequence: int) -> _Output:
    sequences = getattr(output, "sequence_attributions", None)
    if sequences is None:
        if not hasattr(output, "attr_pos_start"):
            raise InputError(
                f"A {type(output).__name__} came; give an inseq output, one of its sequences, or the path of a file "
                "that inseq saved."
            )
        sequences = [output]
    if not 0 <= sequence < len(sequences):
        raise InputError(f"There is no sequence {sequence} in this inseq output: they are 0 to {len(sequences) - 1}.")
    chosen = sequences[sequence]
    return _Output(chosen, type(chosen).__name__, getattr(output, "info", None) or {})


# Files


def _saved(path: PathLike, sequence: int) -> _Output:
    """A sequence of a file that inseq's ``save`` wrote: JSON, or that in gzip."""
    with opened(path) as file:
        content = file.read()
    try:
        text = gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
        attributes = json.loads(text)["attributes"]
        sequences, info = attributes["sequence_attributions"], dict(attributes["info"])
        if not 0 <= sequence < len(sequences):
            raise InputError(f"There is no sequence {sequence} in {path}: they are 0 to {len(sequences) - 1}.")
        chosen = sequences[sequence]
        return _Output(_namespace(chosen["attributes"]), str(chosen["__instance_type__"][1]), info)
    except InputError:
        raise
    except (ValueError, KeyError, TypeError, IndexError, EOFError, OSError, zlib.error) as error:
        raise InputError(f"{path} is not a file that inseq saved, or it is damaged ({error!r}).") from error


def _namespace(kept: Mapping[str, Any]) -> SimpleNamespace:
    """What a sequence of a file holds, under the names that inseq's object has for it."""
    tokens = {
        side: [SimpleNamespace(**token["attributes"]) for token in kept.get(side) or ()]
        for side in ("source", "target")
    }
    arrays = {name: _array(kept[name]) for name in _SIDES if kept.get(name) is not None}
    scores = {name: _array(score) for name, score in (kept.get("step_scores") or {}).items()}
    places = {name: kept[name] for name in ("attr_pos_start", "attr_pos_end")}
    return SimpleNamespace(**tokens, **arrays, **places, step_scores=scores)


def _array(kept: str) -> NDArray[Any]:
    """An array as inseq saves it: the bytes of a safetensors file in base64."""
    try:
        array: NDArray[Any] = safetensors.load(base64.b64decode(kept, validate=True))["attribution"]
    except (binascii.Error, AttributeError, KeyError, SafetensorError) as error:
        raise InputError(
            f"Its numbers cannot be read ({error!r}): inseq saved them in a precision that numpy does not have, or the "
            "file is damaged. Save with scores_precision='float32'."
        ) from error
    return array
