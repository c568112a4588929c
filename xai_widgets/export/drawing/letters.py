"""How much room a text takes, without a font at hand.

Latin text is measured by the advance widths that Helvetica, Arial, Liberation Sans and Arimo share, which is why the
pictures name these first: exact wherever one of them is installed. Of other scripts the mean width of a letter is
known, measured on Noto fonts, with some room to spare where words vary much.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from functools import lru_cache

from xai_widgets.text.characters import clusters

SANS = (
    "Helvetica",
    "Arial",
    "Liberation Sans",
    "Arimo",
    "Noto Sans",
    "Segoe UI",
    "Noto Sans Arabic",
    "Geeza Pro",
    "Noto Sans Hebrew",
    "Noto Sans Devanagari",
    "Kohinoor Devanagari",
    "Nirmala UI",
    "Noto Sans Bengali",
    "Noto Sans Tamil",
    "Noto Sans Thai",
)
MONO = ("Menlo", "Consolas", "Liberation Mono", "DejaVu Sans Mono", "Noto Sans Mono")
EMOJI = ("Apple Color Emoji", "Segoe UI Emoji", "Noto Color Emoji")
# Chinese, Japanese and Korean write some of the same characters differently: a picture names its own language first.
_HAN = {
    "zh": ("Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei"),
    "ja": ("Noto Sans CJK JP", "Noto Sans JP", "Hiragino Sans", "Yu Gothic"),
    "ko": ("Noto Sans CJK KR", "Noto Sans KR", "Apple SD Gothic Neo", "Malgun Gothic"),
}

_WIDTHS = {
    0.191: "'",
    0.222: "ijlł‘’",
    0.26: "|",
    0.278: " !,./:;I[\\]ft·ı",
    0.333: "()-`r“”",
    0.334: "{}",
    0.355: '"',
    0.389: "*",
    0.4: "°",
    0.469: "^",
    0.5: "Jcksvxyz↑↓",
    0.549: "≈±",
    0.556: "#$0123456789?L_abdeghnopqu–€£«»§đþð",
    0.584: "+<=>~×−",
    0.611: "FTZßø",
    0.667: "&ABEKPSVXY",
    0.722: "CDHNRUw",
    0.778: "GOQ",
    0.833: "Mm",
    0.889: "%æ",
    0.944: "Wœ",
    1.0: "—…→←↵⇥∅␣",
    1.015: "@",
}
_WIDTH_OF = {character: width for width, characters in _WIDTHS.items() for character in characters}

# Where a script begins, and the mean advance of its letters in em; marks take none, but for vowel signs that stand by
# themselves.
_SCRIPTS = (
    (0x0000, 0.556),
    (0x0370, 0.57),  # Greek
    (0x0400, 0.61),  # Cyrillic
    (0x0530, 0.65),  # Armenian
    (0x0590, 0.48),  # Hebrew
    (0x0600, 0.48),  # Arabic
    (0x0900, 0.49),  # Devanagari to Gujarati
    (0x0B00, 0.8),  # Tamil, Telugu
    (0x0C80, 0.74),  # Kannada, Malayalam, Sinhala
    (0x0E00, 0.58),  # Thai, Lao, Tibetan
    (0x1000, 0.58),  # Myanmar, Georgian
    (0x1100, 0.92),  # Hangul letters
    (0x1200, 0.66),  # Ethiopic
    (0x1780, 0.38),  # Khmer
    (0x1E00, 0.556),  # Latin with two marks
    (0x2000, 0.6),
    (0x2E80, 1.0),  # Chinese, Japanese
    (0xAC00, 0.92),  # Korean
    (0xD7B0, 0.6),
    (0xF900, 1.0),
    (0xFB1D, 0.5),  # Hebrew and Arabic as they are joined
    (0xFE70, 0.48),
    (0xFF01, 1.0),
    (0x10000, 0.65),
    (0x1F000, 1.25),  # emoji
    (0x20000, 1.0),
)
_VOWEL_SIGN = 0.65
"""Of a letter of its script."""
_STARTS = [start for start, _ in _SCRIPTS]
_BOLD = 1.08
MONO_ADVANCE = 0.602


def font_stack(text: str) -> tuple[str, ...]:
    """The families for a picture of that text, first choice first; a generic family has to follow."""
    language = "zh"
    for character in text:
        if "\u3040" <= character <= "\u30ff":
            language = "ja"
            break
        if "\uac00" <= character <= "\ud7af":
            language = "ko"
    others = [families for name, families in _HAN.items() if name != language]
    return (*SANS, *_HAN[language], *(family for families in others for family in families), *EMOJI)


@lru_cache(maxsize=4096)
def _advance(character: str) -> float:
    known = _WIDTH_OF.get(character)
    if known is not None:
        return known
    category = unicodedata.category(character)
    if category in ("Mn", "Me", "Cf", "Cc"):
        return 0.0
    base = unicodedata.normalize("NFD", character)[0]
    if base != character and base in _WIDTH_OF:
        return _WIDTH_OF[base]
    if "\U0001f1e6" <= character <= "\U0001f1ff":
        return 0.625  # two of them are one flag
    if "\U0001f3fb" <= character <= "\U0001f3ff":
        return 0.0  # the skin of the emoji before
    width = _SCRIPTS[bisect_right(_STARTS, ord(character)) - 1][1]
    if category == "Mc":
        return width * _VOWEL_SIGN
    if unicodedata.east_asian_width(character) in "WF":
        return max(width, 1.0)
    return width * 1.2 if category == "Lu" else width


def text_width(text: str, size: float, *, bold: bool = False, mono: bool = False) -> float:
    """Width of a text in the unit of ``size``: exact to Helvetica's advances in Latin, a mean elsewhere."""
    if mono and text.isascii():
        return len(text) * MONO_ADVANCE * size
    width = 0.0
    joined = False
    for character in text:
        # What a zero-width joiner ties to the emoji before it is part of that.
        if not joined:
            width += _advance(character)
        joined = character == "\u200d"
    return width * size * (_BOLD if bold else 1.0)


def cut(text: str, size: float, room: float, *, bold: bool = False, mono: bool = False) -> str:
    """The text, cut between two characters as people see them, with an ellipsis, where it is wider than ``room``."""
    # A room made for this very text may be less by what sums of floats lose.
    if text_width(text, size, bold=bold, mono=mono) <= room + 0.01:
        return text
    _, stops = clusters(text)
    room -= text_width("…", size, bold=bold, mono=mono)
    kept, used = 0, 0.0
    for stop in dict.fromkeys(stops):
        used += text_width(text[kept:stop], size, bold=bold, mono=mono)
        if kept and used > room:
            break
        kept = stop
    return f"{text[:kept]}…"


def wrapped(text: str, size: float, room: float, *, bold: bool = False) -> list[str]:
    """The words of a text in lines no wider than ``room``; a word that is wider stands alone, cut."""
    lines: list[str] = []
    for word in text.split():
        if lines and text_width(f"{lines[-1]} {word}", size, bold=bold) <= room:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(cut(word, size, room, bold=bold))
    return lines
