"""The names of the embedded demo models and where each one lies on disk."""

import json
from pathlib import Path
from typing import TypedDict

from xai_widgets.errors import InputError

NAMES = ("sentiment", "translation", "language-model")
"""Every name that ``demo_directory`` takes."""


class Score(TypedDict):
    """One figure of a demo model."""

    value: float
    layer: int | None
    head: int | None


def demo_directory(name: str) -> Path:
    """Give the directory of an embedded model.

    Args:
        name: one of ``NAMES``, exactly as it is written there.

    Returns:
        The path of a standard transformers directory, to give to ``from_pretrained``.

    Raises:
        InputError: ``name`` is none of ``NAMES``.
    """
    if name not in NAMES:
        allowed = ", ".join(repr(known) for known in NAMES)
        raise InputError(f"There is no demo model {name!r}: choose one of {allowed}.")
    return Path(__file__).parent / "models" / name.replace("-", "_")


def demo_scores(name: str) -> dict[str, Score]:
    """Give what the recipe measured on an embedded model; the model card shows the same figures.

    Args:
        name: one of ``NAMES``.

    Returns:
        For each figure its ``value`` and, where it belongs to a head, ``layer`` and ``head``, counted from
        0 (otherwise None). Shares and attention weights lie between 0 and 1.

    Raises:
        InputError: ``name`` is none of ``NAMES``.
    """
    scores: dict[str, Score] = json.loads((demo_directory(name) / "scores.json").read_text(encoding="utf-8"))
    return scores
