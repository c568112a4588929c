"""What a person calls a word, by one rule for every tokenizer."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from xai_widgets.text.characters import clusters

# Scripts written without spaces, as inclusive code point ranges. No rule without a dictionary finds words in
# them, so each character is its own word until a token unites several.
_UNSPACED = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x0F00, 0x0FFF),  # Tibetan
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x2E80, 0x312F),  # CJK radicals, kana, bopomofo
    (0x31A0, 0x9FFF),  # CJK ideographs
    (0xF900, 0xFAFF),  # CJK compatibility
    (0xFF66, 0xFF9F),  # halfwidth katakana
    (0x1B000, 0x1B16F),  # kana supplements
    (0x20000, 0x3FFFF),  # CJK extensions
)
_INSIDE_WORDS = frozenset("'’-‐‑·")
_INSIDE_NUMBERS = frozenset(".,:٫٬")

Offset = tuple[int, int]


def _is_unspaced(char: str) -> bool:
    code = ord(char)
    return code >= 0x0E00 and any(first <= code <= last for first, last in _UNSPACED)


def _is_word_character(char: str) -> bool:
    return char.isalnum() or unicodedata.category(char)[0] == "M" or char in "_\u200c\u200d"


def word_labels(text: str, breaks: Sequence[Offset] = ()) -> list[int | None]:
    """For each character of ``text`` the number of its word, counted from 0; None for white space.

    A word is the longest run of letters, digits, marks and underscores, with apostrophes and hyphens inside
    it ("don't", "well-known") and the separators inside a number ("3,000.50"). Every other character is a
    word of its own, and so is each character of a script written without spaces (Chinese, Japanese, Thai,
    Khmer ...). User-perceived characters are never cut. ``breaks`` are half-open ranges of characters that
    end a word on either side, such as a ``[MASK]`` that was typed.
    """
    labels: list[int | None] = [None] * len(text)
    starts, stops = clusters(text)
    edges = {edge for pair in breaks for edge in pair}
    label = -1
    position = 0
    open_word = False  # whether the next word character goes on with the current label
    while position < len(text):
        char, stop = text[position], stops[position]
        if position in edges:
            open_word = False
        if char.isspace():
            open_word = False
            position += 1
            continue
        joins = _is_word_character(char) and not _is_unspaced(char)
        if not joins and open_word and position > 0 and stop < len(text) and stop not in edges:
            before, after = text[starts[position - 1]], text[stop]
            joins = (char in _INSIDE_WORDS and _is_word_character(after) and not _is_unspaced(after)) or (
                char in _INSIDE_NUMBERS and before.isdigit() and after.isdigit()
            )
        if not (joins and open_word):
            label += 1
        labels[position:stop] = [label] * (stop - position)
        open_word = joins
        position = stop
    return labels


def word_indices(
    texts: Sequence[str],
    offsets: Sequence[Offset | None],
    segments: Sequence[int | None],
    special: Sequence[bool],
    sources: Sequence[str],
) -> list[int | None]:
    """For each token the index of its word, counted from 0 through all texts; None for one without a word.

    ``texts`` are the readable tokens; offsets go into the source of the token's segment. A token that reaches
    over several words unites them. A single space that stands as a token right before a word, as some
    tokenizers write the word's beginning, belongs to that word; other white space, special tokens and tokens
    without offsets have none.
    """
    labels = []
    for segment, source in enumerate(sources):
        breaks = [
            offset
            for offset, own, is_special in zip(offsets, segments, special, strict=True)
            if is_special and offset is not None and own == segment
        ]
        labels.append(word_labels(source, breaks))
    words: list[int | None] = [None] * len(offsets)
    word = -1
    last: tuple[int, int] | None = None  # segment and highest label of the word that may go on
    for position, (offset, owner) in enumerate(zip(offsets, segments, strict=True)):
        if special[position] or offset is None or owner is None:
            last = None
            continue
        covered: list[int] = [label for label in labels[owner][slice(*offset)] if label is not None]
        if not covered:
            last = None
            continue
        if last is None or last[0] != owner or covered[0] > last[1]:
            word += 1
            last = (owner, covered[-1])
        else:
            last = (owner, max(last[1], covered[-1]))
        words[position] = word
    for position, (offset, following) in enumerate(pairwise(offsets)):
        if (
            texts[position] == " " != texts[position + 1]
            and not special[position]
            and segments[position] == segments[position + 1]
            and following is not None
            and (offset is None or offset[1] == following[0])
        ):
            words[position] = words[position + 1]
    return words
