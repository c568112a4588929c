"""The string that a person reads for each token."""

from __future__ import annotations

from collections.abc import Sequence

from xai_widgets.text.characters import CONTINUATION, clusters, visible
from xai_widgets.text.pieces import Offset


def readable_tokens(
    offsets: Sequence[Offset | None],
    fallbacks: Sequence[str],
    special: Sequence[bool],
    text: str,
) -> tuple[list[str], list[Offset | None]]:
    """What each token of one ``text`` reads as, and its offsets tidied to match.

    ``offsets`` are where the tokens lie in ``text``, with or without the white space before them.
    ``fallbacks`` are what the tokens spell by themselves: shown for special tokens and where the offset is
    None, and the measure of how many spaces a token takes with it. Tidied offsets leave out the spaces before
    a token that has anything else, cover whole user-perceived characters, and never run backwards.

    A token that lies in characters which an earlier token shows already reads "…" and what is new in it.
    """
    starts, stops = clusters(text)
    shown: list[str] = []
    tidied: list[Offset | None] = []
    covered = begin = 0  # up to where the text is shown, and where the last token began
    for offset, fallback, is_special in zip(offsets, fallbacks, special, strict=True):
        if offset is not None:
            start, stop = _tidy(offset, text, starts, stops)
            offset = (start, stop) if begin <= start < stop else None
        tidied.append(offset)
        if offset is None:
            shown.append(visible(fallback))
            continue
        start, stop = offset
        if is_special:
            shown.append(visible(fallback))
        elif start < covered:
            shown.append(CONTINUATION + visible(text[covered:stop]))
        else:
            lead = _lead(text[covered:start], fallback) if start > covered else ""
            shown.append(lead + visible(text[start:stop]))
        covered, begin = max(covered, stop), start
    return shown, tidied


def _tidy(offset: Offset, text: str, starts: Sequence[int], stops: Sequence[int]) -> Offset:
    start, stop = offset
    if start >= stop:
        return offset
    start, stop = starts[start], stops[stop - 1]
    if text[start:stop].strip(" "):
        while text[start] == " ":
            start += 1
    return start, stop


def _lead(gap: str, fallback: str) -> str:
    """The spaces to show before a token after the ``gap`` that no token covers."""
    spaces = len(gap) - len(gap.rstrip())
    wanted = len(fallback) - len(fallback.lstrip(" "))
    return " " * min(spaces, max(1, wanted))
