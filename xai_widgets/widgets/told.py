"""What the views of a widget were told of the picture on show: what a view without a kernel can answer again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

_MOST_BYTES = 8_000_000
"""Of the arrays of one widget. What was asked for longest ago is forgotten first."""

_REMEMBERED = ("attention_row", "scores")
"""Beside heads. A view shows the weights of cells without their exact values too; pictures are drawn anew."""


@dataclass(frozen=True)
class Answer:
    """What a view is told when it asks.

    Attributes:
        request: as it is on the wire, but for its ``run``.
        arrays: uint8, int32 or float32.
        weights: whether float32 arrays are weights from 0 to 1 (or NaN), which a file may hold as one byte each.
    """

    request: Mapping[str, Any]
    arrays: tuple[NDArray[Any], ...]
    weights: bool = False

    @property
    def key(self) -> str:
        """The same for answers to the same request."""
        return json.dumps(self.request, sort_keys=True)

    @property
    def nbytes(self) -> int:
        """Bytes of the arrays."""
        return sum(array.nbytes for array in self.arrays)


def answers_of(request: Mapping[str, Any], arrays: Sequence[NDArray[Any]]) -> Iterator[Answer]:
    """What of an answered request is worth remembering: heads one by one, and nothing that a view can do without."""
    asked = {name: value for name, value in request.items() if name not in ("run", "ahead")}
    if request["what"] == "heads":
        if asked.get("part") is None:
            asked.pop("part", None)
        for index, head in enumerate(request["heads"]):
            yield Answer(asked | {"heads": [head]}, (arrays[0][index : index + 1].copy(),))
    elif arrays and request["what"] in _REMEMBERED:
        yield Answer(asked, tuple(arrays), weights=request["what"] == "attention_row")


class Told:
    """Answers that were given, each once, newest first.

    Attributes:
        on_note: called when there is one that was not given before.
    """

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._answers: dict[str, Answer] = {}
        self.on_note: Callable[[], None] = lambda: None

    def note(self, answer: Answer) -> None:
        """Remembers an answer as the newest."""
        known = self._answers.pop(answer.key, None)
        self._answers[answer.key] = answer
        size = sum(each.nbytes for each in self._answers.values())
        while size > self._most_bytes:
            size -= self._answers.pop(next(iter(self._answers))).nbytes
        if known is None:
            self.on_note()

    def clear(self) -> None:
        """Forgets everything: it was of a picture that has been replaced."""
        self._answers.clear()

    def __iter__(self) -> Iterator[Answer]:
        return reversed(list(self._answers.values()))

    def __len__(self) -> int:
        return len(self._answers)
