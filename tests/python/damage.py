"""What is kept as JSON, damaged in one place after the other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import xai_widgets as xai

NOTHING = "nothing"
WRONG = (NOTHING, None, -1, "x", [], {}, 1e300)
"""What stands where something else should; ``NOTHING``: it is left out."""


def refusals(kind: type[xai.AttentionMap] | type[xai.Attribution], text: str, wrong: Any) -> int:
    """In how many places something wrong is refused in words; in the others it has to be read and written again."""
    refused = 0
    for path in list(_places(json.loads(text)))[1:]:
        try:
            kind.from_json(json.dumps(_damaged(text, path, wrong))).to_json()
        except xai.InputError as error:
            assert str(error).startswith("The JSON"), (path, error)  # noqa: PT017
            refused += 1
    return refused


def _damaged(text: str, path: tuple[Any, ...], wrong: Any) -> Any:
    meta = json.loads(text)
    owner = meta
    for key in path[:-1]:
        owner = owner[key]
    if wrong == NOTHING:
        del owner[path[-1]]
    else:
        owner[path[-1]] = wrong
    return meta


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    items = value.items() if isinstance(value, dict) else list(enumerate(value))[:2] if isinstance(value, list) else ()
    for key, inner in items:
        yield from _places(inner, (*path, key))
