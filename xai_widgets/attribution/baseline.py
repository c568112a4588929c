"""Baseline: what stands for "nothing there" at a position."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from xai_widgets.attribution.problem import Problem
from xai_widgets.errors import InputError
from xai_widgets.models.word_embeddings import word_embeddings
from xai_widgets.whole import whole

_CHUNK = 8192
"""Vocabulary entries that are looked up at once for their mean."""


@dataclass(frozen=True)
class Baseline:
    """The word embeddings that stand for an empty text.

    Special tokens stay as they are: an empty text has them too.

    Attributes:
        words: what it is, for people: "pad ([PAD])", "zero", "the mean of all word embeddings".
        embeddings: float32 [1, position, d_model] for each reading.
    """

    words: str
    embeddings: tuple[Tensor, ...]

    @classmethod
    def of(cls, given: Any, problem: Problem, *, default: Sequence[str]) -> Baseline:
        """The baseline that was asked for.

        Args:
            given: "pad", "mask" or another of the tokenizer's named tokens, "zero", "mean" (of the vocabulary), a
                token by text or id, an array [d_model], or one array [position, d_model] for each reading. None:
                the first of ``default`` that the tokenizer has.
            problem: after its first pass.
            default: names, preferred first.

        Raises:
            InputError: the tokenizer has no such token, or the array does not fit.
        """
        if given is None:
            given = next(name for name in default if name in ("zero", "mean") or _named(problem, name) is not None)
        if isinstance(given, str):
            words, rows = _by_name(given, problem)
        elif getattr(given, "ndim", 0) == 0 and (number := whole(given)) is not None:
            words, rows = _token(number, problem)
        else:
            words, rows = "given embeddings", _array(given, problem)
        return cls(words, tuple(_put(problem, number, row) for number, row in enumerate(rows)))


def _put(problem: Problem, number: int, rows: Tensor) -> Tensor:
    own = problem.embeddings[number].float()
    special = torch.tensor(problem.readings[number].tokens.special, device=own.device)[None, :, None]
    return torch.where(special, own, rows.to(own))


def _named(problem: Problem, name: str) -> int | None:
    number: int | None = getattr(problem.tokenizer, f"{name}_token_id", None)
    return number


def _by_name(name: str, problem: Problem) -> tuple[str, list[Tensor]]:
    if name == "zero":
        return "zero", [torch.zeros(1, device=own.device) for own in problem.embeddings]
    if name == "mean":
        return "the mean of all word embeddings", [_mean(problem, number) for number in range(len(problem.readings))]
    number = _named(problem, name)
    if number is not None:
        words, rows = _token(number, problem)
        return f"{name} ({words})", rows
    ids = problem.tokenizer(name, add_special_tokens=False)["input_ids"]
    if name in ("pad", "mask") or len(ids) != 1:
        raise InputError(
            f"There is no baseline {name!r} for this tokenizer: choose 'pad', 'mask' (where the tokenizer has them), "
            "'zero', 'mean', one token by its text or id, or an array of embeddings."
        )
    return _token(int(ids[0]), problem)


def _token(number: int, problem: Problem) -> tuple[str, list[Tensor]]:
    count = len(word_embeddings(problem.passes.model))
    if not 0 <= number < count:
        raise InputError(f"There is no token {number} for a baseline: ids are 0 to {count - 1}.")
    text = str(problem.tokenizer.convert_ids_to_tokens(number))
    return text, [problem.passes.look_up(reading, [number]).float() for reading in range(len(problem.readings))]


def _mean(problem: Problem, reading: int) -> Tensor:
    count = len(word_embeddings(problem.passes.model))
    total = sum(
        problem.passes.look_up(reading, range(start, min(count, start + _CHUNK))).float().sum(dim=0)
        for start in range(0, count, _CHUNK)
    )
    assert isinstance(total, Tensor)
    return total / count


def _array(given: Any, problem: Problem) -> list[Tensor]:
    arrays = list(given) if isinstance(given, list | tuple) else [given] * len(problem.readings)
    try:
        tensors = [torch.as_tensor(array, dtype=torch.float32) for array in arrays]
    except (TypeError, ValueError, RuntimeError) as error:
        raise InputError(
            f"{given!r} is no baseline: give the name of one, a token by its text or id, or an array of embeddings."
        ) from error
    for number, own in enumerate(problem.embeddings):
        length, width = own.shape[1:]
        if len(tensors) != len(problem.readings) or tuple(tensors[number].shape) not in ((width,), (length, width)):
            shapes = ", ".join(str(tuple(tensor.shape)) for tensor in tensors)
            raise InputError(
                f"The baseline has shape {shapes}: give [{width}], or for each text read [position, {width}]; here "
                f"[{length}, {width}]."
            )
    return tensors
