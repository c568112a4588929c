"""Characters as a person sees them: clusters, what has no picture, and the direction of a script."""

from __future__ import annotations

import unicodedata

CONTINUATION = "…"
"""Stands at the start of a token that goes on inside a character which an earlier token already shows."""

NEWLINE = "↵"
"""What a line break is shown as."""

TAB = "⇥"
"""What a tab is shown as."""

_JOINER = "\u200d"
_NON_JOINER = "\u200c"
_LINE_BREAKS = frozenset("\n\r\v\f\x85\u2028\u2029")
# Format characters that have a picture of their own (Arabic, Syriac and Kaithi number signs).
_VISIBLE_FORMAT = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd")


def is_mark(char: str) -> bool:
    """Whether the character is drawn on the one before it: accents, vowel signs, emoji modifiers."""
    return (
        unicodedata.category(char)[0] == "M"
        or char in (_JOINER, _NON_JOINER)
        or "\U0001f3fb" <= char <= "\U0001f3ff"  # skin tones
        or "\U000e0020" <= char <= "\U000e007f"  # the letters of subdivision flags
    )


def _is_regional(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _joins(text: str, position: int, start: int) -> bool:
    """Whether ``text[position]`` belongs to the cluster that begins at ``start``."""
    char, before = text[position], text[position - 1]
    if before == "\r" and char == "\n":
        return True
    if before.isspace() or unicodedata.category(before) in ("Cc", "Zl", "Zp"):
        return False  # an accent after a space stands alone: a space belongs to no character
    if is_mark(char):
        return True
    if before == _JOINER:
        return unicodedata.category(char) in ("So", "Sm")  # "👩‍🚀": the joiner makes one picture
    if _is_regional(char) and _is_regional(before):
        return (position - start) % 2 == 1  # flags are pairs of letters
    # Hangul written as single letters: a syllable is leading consonants, vowels, trailing consonants.
    if "\u1160" <= char <= "\u11ff":
        return "\u1100" <= before <= "\u11ff" or "\uac00" <= before <= "\ud7a3"
    return False


def clusters(text: str) -> tuple[list[int], list[int]]:
    """For each character of ``text``, where the user-perceived character it belongs to starts and stops.

    Character positions, half-open. The rule is Unicode's grapheme cluster in the parts that tokenizers cut
    through: combining marks, vowel signs, joined and tinted emoji, flags, Hangul letters, CR LF.
    """
    length = len(text)
    starts = list(range(length))
    stops = list(range(1, length + 1))
    if text.isascii() and "\r" not in text:
        return starts, stops
    for position in range(1, length):
        if _joins(text, position, starts[position - 1]):
            starts[position] = starts[position - 1]
    for position in range(length - 2, -1, -1):
        if starts[position + 1] == starts[position]:
            stops[position] = stops[position + 1]
    return starts, stops


def visible(text: str) -> str:
    """``text`` with a picture for what has none, on one line and free of characters that turn its direction.

    A line break becomes "↵", a tab "⇥", a control or invisible format character its code ("⟨U+200B⟩"), and a
    combining mark without a base stands on a dotted circle. Everything else stays as it is.
    """
    if text.isascii() and text.isprintable():
        return text
    shown: list[str] = []
    for position, char in enumerate(text.replace("\r\n", "\n")):
        category = unicodedata.category(char)
        if char in _LINE_BREAKS:
            shown.append(NEWLINE)
        elif char == "\t":
            shown.append(TAB)
        elif category == "Cf" and position and is_mark(char):
            shown.append(char)
        elif category in ("Cc", "Cs", "Co") or (category == "Cf" and char not in _VISIBLE_FORMAT):
            shown.append(f"⟨U+{ord(char):04X}⟩")
        elif category[0] == "M" and position == 0:
            shown.append("◌" + char)
        else:
            shown.append(char)
    return "".join(shown)


def is_right_to_left(text: str) -> bool:
    """Whether the first character with a strong direction belongs to a right-to-left script.

    False for text without such a character (digits, punctuation, emoji, nothing at all).
    """
    for char in text:
        direction = unicodedata.bidirectional(char)
        if direction in ("R", "AL"):
            return True
        if direction == "L":
            return False
    return False
