"""Tokens that spell their text with the spaces in them, as SHAP's do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xai_widgets.errors import InputError
from xai_widgets.text import TokenSequence
from xai_widgets.text.readable import readable_tokens
from xai_widgets.text.words import word_indices

_SPECIAL = "[special]"


def spelled_tokens(strings: Sequence[Any]) -> TokenSequence:
    """The tokens of a text that the strings make up one behind the other: ``["a ", "good ", "film"]``.

    An empty string is what SHAP gives for the tokenizer's special tokens; it reads "[special]", for which one it was is
    not known.

    Raises:
        InputError: an entry is not a string.
    """
    for position, string in enumerate(strings):
        if not isinstance(string, str):
            raise InputError(
                f"Entry {position} of the explanation's data is {string!r}, which is no token: give the tokens of the "
                "text as tokens=."
            )
    source = "".join(strings)
    special = [not string for string in strings]
    offsets: list[tuple[int, int] | None] = []
    stop = 0
    for string in strings:
        start, stop = stop, stop + len(string)
        # The space behind a token is read as the space before the next one, as everywhere else.
        offsets.append((start, start + len(string.rstrip(" ") or string)) if string else None)
    shown, tidied = readable_tokens(offsets, strings, special, source)
    segments = [None if is_special else 0 for is_special in special]
    return TokenSequence(
        ids=(-1,) * len(strings),
        text=tuple(text or _SPECIAL for text in shown),
        offsets=tuple(tidied),
        words=tuple(word_indices(shown, tidied, segments, special, [source])),
        special=tuple(special),
        pieces=tuple(str(string) for string in strings),
        segments=tuple(segments),
        sources=(source,),
    )
