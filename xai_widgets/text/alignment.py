"""Where the tokens lie in the text that was typed, recovered where the tokenizer does not say."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from xai_widgets.text.pieces import Offset, Surface, assemble

_WINDOW = 256  # characters compared at once after a difference; grows where nothing in it agrees
_OPAQUE = "\U0010ffff"  # a noncharacter: stands for the unknown token's letters and equals nothing


def _fold(text: str, opaque: Sequence[bool] | None = None) -> tuple[str, list[int]]:
    """``text`` as tokenizers' normalizers compare it, and for each folded character where it came from.

    Compatibility forms, case and composition are made equal, white space and ▁ become plain spaces. Accents
    stay as characters of their own: those that a tokenizer dropped are skipped by the alignment.
    """
    folded: list[str] = []
    origins: list[int] = []
    for position, char in enumerate(text):
        if opaque is not None and opaque[position]:
            part = _OPAQUE
        elif char.isspace() or char == "▁":
            part = " "
        elif char.isascii():
            part = char.lower()
        else:
            part = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
        folded.append(part)
        origins += [position] * len(part)
    return "".join(folded), origins


def _match(left: str, right: str) -> list[tuple[int, int, int]]:
    """Monotone runs of equal characters, (left position, right position, length), first to last."""
    if left == right:
        return [(0, 0, len(left))] if left else []
    runs = []
    i = j = 0
    while i < len(left) and j < len(right):
        if left[i] == right[j]:
            size = 1
            while i + size < len(left) and j + size < len(right) and left[i + size] == right[j + size]:
                size += 1
            runs.append((i, j, size))
            i, j = i + size, j + size
        elif right[j] == " " or unicodedata.combining(right[j]):
            j += 1
        elif left[i] == " ":
            i += 1
        else:
            window, found = _WINDOW, None
            while found is None:
                # Spaces say too little to take up the thread again.
                ahead = left[i : i + window].replace(" ", _OPAQUE)
                matcher = SequenceMatcher(None, ahead, right[j : j + window], autojunk=False)
                block = matcher.get_matching_blocks()[0]
                if block.size:
                    found = block
                elif window >= max(len(left) - i, len(right) - j):
                    return runs
                else:
                    window *= 4
            here, there = i + found.a, j + found.b
            while here > i and there > j and left[here - 1] == right[there - 1] == " ":
                here, there = here - 1, there - 1
            i, j = here, there
    return runs


def align(surfaces: Sequence[Surface], text: str) -> list[Offset | None]:
    """Character offsets (half-open) into ``text`` of the tokens that spell it in order.

    Case, accents, compatibility forms and white space may differ. A token of which the first or last
    character is not found gets None rather than a guess, except where it is plain what is left for it: an
    unfound token alone between two found ones, or as many unknown tokens as stretches without white space.
    """
    spelled, spans = assemble(surfaces)
    opaque = [False] * len(spelled)
    for surface, span in zip(surfaces, spans, strict=True):
        if surface.unknown and span is not None:
            opaque[slice(*span)] = [True] * (span[1] - span[0])
    left, left_origins = _fold(spelled, opaque)
    right, right_origins = _fold(text)
    found: list[Offset | None] = [None] * len(spelled)
    for i, j, size in _match(left, right):
        for step in range(size):
            here, there = left_origins[i + step], right_origins[j + step]
            earlier = found[here]
            found[here] = (earlier[0] if earlier else there, there + 1)
    offsets = [None if span is None else _span_offset(spelled, span, found) for span in spans]
    _fill_gaps(surfaces, offsets, text)
    _place_spaces(surfaces, offsets, text)
    return offsets


def _span_offset(spelled: str, span: Offset, found: Sequence[Offset | None]) -> Offset | None:
    characters = [position for position in range(*span) if not spelled[position].isspace()]
    if characters:
        first, last = found[characters[0]], found[characters[-1]]
        return (first[0], last[1]) if first and last else None
    spaces = [place for place in found[slice(*span)] if place]
    return (spaces[0][0], spaces[-1][1]) if spaces else None


def _fill_gaps(surfaces: Sequence[Surface], offsets: list[Offset | None], text: str) -> None:
    missing: list[int] = []
    begin = 0
    for position in range(len(offsets) + 1):
        offset = offsets[position] if position < len(offsets) else (len(text), len(text))
        if offset is None:
            if surfaces[position].data.strip():
                missing.append(position)
            continue
        if missing:
            stretches = _stretches(text, begin, offset[0])
            if len(missing) == 1 and stretches:
                # Several stretches may be one unknown token; at the end of a text that was cut off it is
                # not known how many of them are.
                if len(stretches) == 1 or (surfaces[missing[0]].unknown and position < len(offsets)):
                    offsets[missing[0]] = (stretches[0][0], stretches[-1][1])
            elif len(missing) == len(stretches) and all(surfaces[index].unknown for index in missing):
                for index, stretch in zip(missing, stretches, strict=True):
                    offsets[index] = stretch
            missing = []
        begin = max(begin, offset[1])


def _place_spaces(surfaces: Sequence[Surface], offsets: list[Offset | None], text: str) -> None:
    """Put a single space that is a token on the white space right before the token that it introduces.

    Where the tokenizer made one space of several, this is the one that belongs to the word.
    """
    for position, (here, following) in enumerate(pairwise(surfaces)):
        after = offsets[position + 1]
        if here.data != b" " or after is None or following.space_before or following.data.startswith(b" "):
            continue
        at = after[0] - 1
        before = offsets[position - 1] if position else None
        if at >= 0 and text[at].isspace() and (before is None or before[1] <= at):
            offsets[position] = (at, at + 1)


def _stretches(text: str, start: int, stop: int) -> list[Offset]:
    """The stretches without white space in ``text[start:stop]``."""
    stretches: list[Offset] = []
    for position in range(start, stop):
        if text[position].isspace():
            continue
        if stretches and stretches[-1][1] == position:
            stretches[-1] = (stretches[-1][0], position + 1)
        else:
            stretches.append((position, position + 1))
    return stretches


def refine(given: Sequence[Offset], surfaces: Sequence[Surface], text: str) -> list[Offset | None]:
    """A tokenizer's own offsets into ``text``, held against what its pieces spell.

    Trimmed-away space tokens get their space back, tokens that share one range get their parts of it, the ▁
    put at the beginning loses the character it borrowed, and what has an empty range is recovered by
    alignment, as everything is where the offsets run backwards or leave the text.
    """
    if any(not 0 <= start <= stop <= len(text) for start, stop in given) or any(
        later[0] < earlier[0] for earlier, later in pairwise(given)
    ):
        return align(surfaces, text)
    offsets: list[Offset | None] = list(given)
    start = 0
    while start < len(given):
        stop = start + 1
        while stop < len(given) and given[stop] == given[start]:
            stop += 1
        low, high = given[start]
        if stop - start > 1 and high - low > 1:
            parts = align(surfaces[start:stop], text[low:high])
            blank = [not surface.data.strip() for surface in surfaces[start:stop]]
            if all(part or empty for part, empty in zip(parts, blank, strict=True)):
                offsets[start:stop] = [part and (low + part[0], low + part[1]) for part in parts]
        start = stop
    lost = False
    covered = 0
    for position, ((start, stop), surface) in enumerate(zip(given, surfaces, strict=True)):
        blank_here = not surface.data.strip()
        offset = offsets[position]
        if start == stop:
            offsets[position] = _trimmed(text, start, covered, len(surface.data)) if blank_here else None
            lost = lost or not blank_here
        elif blank_here and offset and text[slice(*offset)].strip().strip("▁"):
            offsets[position] = None
        covered = max(covered, stop)
    if lost:
        recovered = align(surfaces, text)
        for position, ((start, stop), surface) in enumerate(zip(given, surfaces, strict=True)):
            if start == stop and surface.data.strip():
                offsets[position] = recovered[position]
    return offsets


def _trimmed(text: str, at: int, covered: int, size: int) -> Offset | None:
    """The white space that a tokenizer cut off a token of ``size`` spaces, on either side of ``at``."""
    if not size:
        return None
    if covered <= at - size and text[at - size : at].isspace():
        return (at - size, at)
    return (at, at + size) if text[at : at + size].isspace() and at + size <= len(text) else None
