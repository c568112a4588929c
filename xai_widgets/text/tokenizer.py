"""A Hugging Face tokenizer, fast or slow, and the token sequence of ids that it made or a model wrote."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from xai_widgets.errors import InputError
from xai_widgets.text.alignment import align, refine
from xai_widgets.text.pieces import (
    Notation,
    Offset,
    Surface,
    assemble,
    is_byte_piece,
    notation_of,
    surfaces_of,
)
from xai_widgets.text.readable import readable_tokens
from xai_widgets.text.token_sequence import TokenSequence
from xai_widgets.text.words import word_indices
from xai_widgets.whole import whole

_FRAME_TOKENS = ("bos", "eos", "pad", "sep", "cls", "mask")


class Tokenizer(Protocol):
    """What is asked of a tokenizer; all of transformers' have it. What else they know is used if there."""

    def __call__(self, text: str, *, add_special_tokens: bool = ...) -> Any:
        """Encode a text: a mapping with ``input_ids``."""

    def convert_ids_to_tokens(self, ids: list[int]) -> list[Any]:
        """The vocabulary's string for each id."""

    def convert_tokens_to_string(self, tokens: list[str]) -> str:
        """The text that the strings of the vocabulary spell."""


def sequence_from_tokenizer(
    tokenizer: Tokenizer,
    ids: Iterable[int],
    text: str | None = None,
    text_pair: str | None = None,
    *,
    encoding: Any = None,
    row: int = 0,
    continues: bool = False,
) -> TokenSequence:
    """Make the :class:`TokenSequence` of ``ids``, the ids that the model was run on or has written.

    Args:
        tokenizer: any Hugging Face tokenizer, fast or slow.
        ids: one sequence of ids: a list, or a one-dimensional array or tensor.
        text, text_pair: what was typed, exactly as the tokenizer got it. Without, as for a generated answer, the ids
            are decoded and the offsets go into the decoded text, which is ``sources[0]``.
        encoding: the BatchEncoding that the tokenizer made of the texts. A fast tokenizer's holds the offsets (asked
            for or not); where it is missing, or made by a slow tokenizer, they are recovered by aligning the pieces
            with the text, and None where that fails. ``ids`` may be the encoding's, the same without padding, or either
            followed by more ids, as after generation: what follows is decoded, and its offsets go on behind the last
            text in ``sources``, which is longer than what was typed then.
        row: which row of the encoding.
        continues: without ``text``, that the ids continue a text rather than begin one: a space that the first piece
            starts with is kept.

    Raises:
        InputError: the ids are not one sequence of whole numbers, or a pair has no first text.
    """
    numbers = _whole_numbers(ids)
    if text is None and text_pair is not None:
        raise InputError("there is a text_pair but no text; give both, or the one text as text")
    vocabulary = _Vocabulary.of(tokenizer, numbers)
    texts = [given for given in (text, text_pair) if given is not None]
    layout = _layout(tokenizer, numbers, texts, vocabulary, encoding, row)
    special = [
        marked or (segment is None and position < layout.typed)
        for position, (marked, segment) in enumerate(zip(vocabulary.special, layout.segments, strict=True))
    ]
    sources = texts or [""]
    offsets, spelled = _places(vocabulary, layout, special, sources, begins=not texts and not continues)
    shown = _readable(vocabulary, layout, special, sources, offsets, spelled)
    return TokenSequence(
        ids=tuple(numbers),
        text=tuple(shown),
        offsets=tuple(offsets),
        words=tuple(word_indices(shown, offsets, layout.segments, special, sources)),
        special=tuple(special),
        pieces=tuple(vocabulary.pieces),
        segments=tuple(layout.segments),
        sources=tuple(sources),
    )


def _places(
    vocabulary: _Vocabulary, layout: _Layout, special: Sequence[bool], sources: list[str], *, begins: bool
) -> tuple[list[Offset | None], list[str]]:
    """Where each token stands in its source, and what it spells by itself.

    What was written behind the last text is added to its source, and to its segment in the layout. ``begins``: it is
    the beginning of a text.
    """
    length = len(special)
    offsets: list[Offset | None] = [None] * length
    spelled = list(vocabulary.pieces)
    for segment, source in enumerate(sources):
        typed = [position for position in range(layout.typed) if layout.segments[position] == segment]
        surfaces = vocabulary.surfaces(typed)
        if surfaces:
            given = [layout.given[position] for position in typed]
            placed = (
                align(surfaces, source)
                if None in given
                else refine([offset for offset in given if offset], surfaces, source)
            )
            for position, offset, string in zip(typed, placed, _spell(surfaces), strict=True):
                offsets[position], spelled[position] = offset, string
    written = [position for position in range(layout.typed, length) if not special[position]]
    surfaces = vocabulary.surfaces(written)
    decoded, spans = assemble(surfaces, strip_first=begins and vocabulary.notation.metaspace)
    before = len(sources[-1])
    sources[-1] += decoded
    for position, span, string in zip(written, spans, _spell(surfaces), strict=True):
        offsets[position] = None if span is None else (before + span[0], before + span[1])
        spelled[position] = string
        layout.segments[position] = len(sources) - 1
    return offsets, spelled


def _readable(
    vocabulary: _Vocabulary,
    layout: _Layout,
    special: Sequence[bool],
    sources: Sequence[str],
    offsets: list[Offset | None],
    spelled: Sequence[str],
) -> list[str]:
    """What each token reads as; the offsets are tidied to match."""
    shown = [""] * len(special)
    for segment, source in [*enumerate(sources), (None, "")]:
        members = [position for position, own in enumerate(layout.segments) if own == segment]
        strings = [vocabulary.pieces[p] if special[p] or segment is None else spelled[p] for p in members]
        marks = [special[p] or segment is None for p in members]
        read, tidied = readable_tokens([offsets[p] for p in members], strings, marks, source)
        for position, string, offset in zip(members, read, tidied, strict=True):
            shown[position], offsets[position] = string, offset
    return shown


def _whole_numbers(ids: Any) -> list[int]:
    plain = ids.tolist() if hasattr(ids, "tolist") else list(ids)
    numbers = [number for given in plain if (number := whole(given)) is not None] if isinstance(plain, list) else None
    if numbers is None or len(numbers) < len(plain):
        raise InputError("ids must be one sequence of whole numbers; of a batch, give one row: ids[0] rather than ids")
    return numbers


def _spell(surfaces: Sequence[Surface]) -> list[str]:
    """What each token spells by itself, its space before included."""
    spelled, spans = assemble(surfaces)
    return [
        "" if span is None else " " * surface.space_before + spelled[slice(*span)]
        for surface, span in zip(surfaces, spans, strict=True)
    ]


@dataclass(frozen=True)
class _Vocabulary:
    """What the tokenizer says about the ids, one entry an id."""

    pieces: list[str]
    special: list[bool]
    unknown: list[bool]
    literal: list[bool]
    notation: Notation

    @classmethod
    def of(cls, tokenizer: Tokenizer, ids: list[int]) -> _Vocabulary:
        """Ask the tokenizer, in one go for all ids."""
        added = getattr(tokenizer, "added_tokens_decoder", None) or {}
        special_ids = set(getattr(tokenizer, "all_special_ids", None) or ())
        special_ids |= {number for number, token in added.items() if getattr(token, "special", False)}
        unknown_id = getattr(tokenizer, "unk_token_id", None)
        # GPT-2 and its kin use the end of text for unknown too, but can spell everything: it is special.
        frame = {getattr(tokenizer, f"{name}_token_id", None) for name in _FRAME_TOKENS}
        unknown_id = None if unknown_id in frame else unknown_id
        special_ids.discard(unknown_id)
        names = tokenizer.convert_ids_to_tokens(ids) if ids else []
        pieces = [_piece(name, number) for name, number in zip(names, ids, strict=True)]
        notation = _notation(tokenizer, pieces)
        # Vocabularies trained by hand often list their byte pieces among the special tokens.
        content = [notation.metaspace and is_byte_piece(piece) for piece in pieces]
        added_ids = set(added) | {n for name, n in zip(names, ids, strict=True) if name is None}
        return cls(
            pieces,
            [number in special_ids and not typed for number, typed in zip(ids, content, strict=True)],
            [number == unknown_id for number in ids],
            [number in added_ids and not typed for number, typed in zip(ids, content, strict=True)],
            notation,
        )

    def surfaces(self, positions: Sequence[int]) -> list[Surface]:
        """What the pieces at these positions stand for, read one after the other."""
        return surfaces_of(
            [self.pieces[position] for position in positions],
            self.notation,
            [self.literal[position] for position in positions],
            [self.unknown[position] for position in positions],
        )


def _piece(name: object, number: int) -> str:
    if name is None:  # the embedding has more rows than the vocabulary has entries
        return f"<{number}>"
    return name.decode("utf-8", "backslashreplace") if isinstance(name, bytes) else str(name)


def _notation(tokenizer: Tokenizer, pieces: Sequence[str]) -> Notation:
    """Find out how the vocabulary is written by having the tokenizer put made-up pieces together."""

    def joined(*parts: str) -> str | None:
        try:
            return tokenizer.convert_tokens_to_string(list(parts))
        except Exception:  # noqa: BLE001 - a piece that this vocabulary cannot have; each raises its own error
            return None

    backend = getattr(tokenizer, "backend_tokenizer", None)
    model = getattr(backend, "model", None)
    suffix = getattr(model, "end_of_word_suffix", None)
    if not suffix:
        suffix = "</w>" if (joined("a</w>", "b</w>") or "").strip() == "a b" else ""
    if joined("Ã", "©", "Ġb") == "é b":
        return Notation(bytes="alphabet", word_end=suffix, spaced=bool(suffix))
    if joined("Ã", "©") == "é":
        return Notation(bytes="latin1")
    if joined("a", "▁b") == "a b":
        return Notation(metaspace=True)
    continuing = "##" if joined("a", "##b") == "ab" else ""
    joiner = "@@" if joined("a@@", "b") == "ab" else ""
    if continuing or suffix or joiner:
        return Notation(continuing=continuing, word_end=suffix, joiner=joiner, spaced=True)
    if backend is not None and getattr(backend, "decoder", None) is None:
        # Nothing puts the pieces together here; what takes the text apart tells as well.
        parts = f"{getattr(backend, 'normalizer', None)!r} {getattr(backend, 'pre_tokenizer', None)!r}"
        if "ByteLevel(" in parts:
            return Notation(bytes="alphabet")
        if "▁" in parts:
            return Notation(metaspace=True)
        return notation_of(pieces)
    return Notation(spaced=joined("a", "b") == "a b")


@dataclass
class _Layout:
    """Where the ids belong: segment or None, the tokenizer's offset or None, and how many were typed."""

    segments: list[int | None]
    given: list[Offset | None]
    typed: int


def _layout(
    tokenizer: Tokenizer,
    ids: list[int],
    texts: Sequence[str],
    vocabulary: _Vocabulary,
    encoding: Any,
    row: int,
) -> _Layout:
    length = len(ids)
    layout = _Layout([None] * length, [None] * length, 0)
    if not texts:
        return layout
    encodings = getattr(encoding, "encodings", None)
    if encodings:
        # Each of these attributes is a copy: taken once.
        made, mask = list(encodings[row].ids), encodings[row].attention_mask
        owners, places = encodings[row].sequence_ids, encodings[row].offsets
        for kept in (range(len(made)), [index for index, real in enumerate(mask) if real]):
            if [made[index] for index in kept] == ids[: len(kept)]:
                for position, index in enumerate(kept):
                    owner = owners[index]
                    layout.segments[position] = owner if owner is None or owner < len(texts) else None
                    layout.given[position] = tuple(places[index])
                layout.typed = len(kept)
                return layout
    blocks: list[Offset] = []
    for text in texts:
        block = _locate(tokenizer, ids, text, blocks[-1][1] if blocks else 0)
        if block is None:
            break
        blocks.append(block)
    if len(blocks) == len(texts):
        for segment, block in enumerate(blocks):
            layout.segments[slice(*block)] = [segment] * (block[1] - block[0])
        layout.typed = blocks[-1][1]
        return layout
    # Cut off, or not encoded as this tokenizer does by itself: the ordinary tokens up to the first special
    # one that stands between them are the first text.
    segment, last = 0, None
    for position in range(length):
        if not vocabulary.special[position]:
            if last is not None and position > last + 1:
                segment = len(texts) - 1
            layout.segments[position], last = segment, position
    layout.typed = length
    return layout


def _locate(tokenizer: Tokenizer, ids: list[int], text: str, start: int) -> tuple[int, int] | None:
    """Where the ids of ``text`` by itself lie among ``ids``, half-open; None where they do not."""
    own = [int(number) for number in tokenizer(text, add_special_tokens=False)["input_ids"]]
    for begin in range(start, len(ids) - len(own) + 1):
        if ids[begin : begin + len(own)] == own:
            return begin, begin + len(own)
    return None
