"""A TokenSequence as plain JSON, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xai_widgets.text.token_sequence import TokenSequence


def tokens_to_json(tokens: TokenSequence) -> dict[str, Any]:
    """What ``TokenSequence.as_dict`` gives, with the ``sources`` that the offsets go into."""
    return {**tokens.as_dict(), "sources": list(tokens.sources)}


def tokens_from_json(kept: Mapping[str, Any]) -> TokenSequence:
    """The sequence that was kept.

    Raises:
        KeyError, TypeError, ValueError: something is missing, or does not fit the rest.
    """
    return TokenSequence(
        ids=tuple(int(number) for number in kept["ids"]),
        text=_strings(kept["text"]),
        offsets=tuple(None if offset is None else (int(offset[0]), int(offset[1])) for offset in kept["offsets"]),
        words=_numbers(kept["words"]),
        special=tuple(bool(special) for special in kept["special"]),
        pieces=_strings(kept["pieces"]),
        segments=_numbers(kept["segments"]),
        sources=_strings(kept["sources"]),
    )


def _numbers(kept: list[Any]) -> tuple[int | None, ...]:
    return tuple(None if number is None else int(number) for number in kept)


def _strings(kept: list[Any]) -> tuple[str, ...]:
    for text in kept:
        if not isinstance(text, str):
            raise TypeError(f"{text!r} is no text")
    return tuple(kept)
