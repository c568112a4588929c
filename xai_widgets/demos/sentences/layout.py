"""Words set as a line of text, and where each word then stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

PUNCTUATION = frozenset(".,;:!?")
"""Marks that are words of their own and stand against the word before."""


def lay_out(words: Sequence[str]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Set words as text: a space between two, but none before punctuation or after an apostrophe.

    Args:
        words: words, punctuation marks as words of their own, an elided article as ``l'``.

    Returns:
        The text, and for each word its half-open span of characters in it.
    """
    text = ""
    spans = []
    for word in words:
        if text and word not in PUNCTUATION and not text.endswith("'"):
            text += " "
        spans.append((len(text), len(text) + len(word)))
        text += word
    return text, tuple(spans)


@dataclass(frozen=True)
class Sentence:
    """Words in their order, punctuation marks included as words of their own."""

    words: tuple[str, ...]

    @cached_property
    def text(self) -> str:
        """The words set as a line of text."""
        return lay_out(self.words)[0]

    @cached_property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """For each word its half-open span of characters in ``text``."""
        return lay_out(self.words)[1]
