"""Vocabulary pieces and how a tokenizer writes them: Ġ, ▁, ##, </w>, @@ and bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Offset = tuple[int, int]

_BYTE_PIECE = re.compile(r"<0x([0-9A-Fa-f]{2})>")
_SPECIAL = re.compile(
    r"""\[(?:CLS|SEP|PAD|MASK|BOS|EOS|EOP|gMASK|sMASK)\]
    | <\|[^\s|<>]+\|> | <｜[^\s｜<>]+｜>
    | </?(?:s|pad|mask|bos|eos|cls|sep|eop|eod|special\d+|extra_id_\d+|start_of_turn|end_of_turn)>
    | [a-z]{3}_[A-Z][a-z]{3} | __[a-z]{2,3}__""",
    re.VERBOSE,
)


def _byte_alphabet() -> dict[str, int]:
    """The printable characters that byte-level vocabularies write the 256 bytes with (GPT-2's table)."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    alphabet = {chr(byte): byte for byte in printable}
    alphabet.update({chr(256 + rank): byte for rank, byte in enumerate(others)})
    return alphabet


_BYTES = _byte_alphabet()


@dataclass(frozen=True, slots=True)
class Notation:
    """How the pieces of one vocabulary are written.

    ``bytes`` is "alphabet" where each character of a piece stands for a byte in GPT-2's table, "latin1" where
    it is the byte's own number (ByT5), None where pieces are text. ``metaspace``: ▁ is a space, and <0xE4> a
    byte. ``continuing``: a piece that starts with this goes on with a word (##). ``word_end``: a piece that
    ends with this ends a word (</w>). ``joiner``: a piece that ends with this goes on in the next (@@).
    ``spaced``: pieces are words, so that a space stands between them unless those marks say otherwise.
    """

    bytes: Literal["alphabet", "latin1"] | None = None
    metaspace: bool = False
    continuing: str = ""
    word_end: str = ""
    joiner: str = ""
    spaced: bool = False


def notation_of(pieces: Iterable[str]) -> Notation:
    """The notation that a list of pieces shows by itself, where no tokenizer can be asked."""
    pieces = [piece for piece in pieces if not is_special_string(piece)]
    joined = "".join(pieces)
    word_end = "</w>" if any(len(piece) > 4 and piece.endswith("</w>") for piece in pieces) else ""
    if _is_byte_level(joined):
        return Notation(bytes="alphabet", word_end=word_end, spaced=bool(word_end))
    if "▁" in joined or any(map(is_byte_piece, pieces)):
        return Notation(metaspace=True)
    return Notation(
        continuing="##" if any(len(piece) > 2 and piece.startswith("##") for piece in pieces) else "",
        word_end=word_end,
        joiner="@@" if any(len(piece) > 2 and piece.endswith("@@") for piece in pieces) else "",
        spaced=True,
    )


def _is_byte_level(joined: str) -> bool:
    if "▁" in joined:
        return False
    if "Ġ" in joined or "Ċ" in joined:
        return True
    # Chinese without a space has neither: then it must use the table's upper part and decode as UTF-8.
    if not any("\u0100" <= char <= "\u0143" for char in joined) or any(char not in _BYTES for char in joined):
        return False
    try:
        bytes(_BYTES[char] for char in joined).decode()
    except UnicodeDecodeError:
        return False
    return True


def is_special_string(piece: str) -> bool:
    """Whether a piece is spelled as special tokens usually are: [CLS], </s>, <|endoftext|>, eng_Latn.

    [UNK] and <unk> are not among them: they stand for something that was typed.
    """
    return _SPECIAL.fullmatch(piece) is not None


def is_byte_piece(piece: str) -> bool:
    """Whether a piece is a byte as sentencepiece writes it, "<0xE4>"."""
    return _BYTE_PIECE.fullmatch(piece) is not None


@dataclass(frozen=True, slots=True)
class Surface:
    """What a piece stands for: UTF-8 bytes, possibly a part of a character, and whether a space goes before.

    ``unknown`` marks the piece of the unknown token, whose bytes are its name and not what was typed.
    """

    data: bytes
    space_before: bool = False
    unknown: bool = False


def surfaces_of(
    pieces: Sequence[str],
    notation: Notation,
    literal: Sequence[bool],
    unknown: Sequence[bool],
) -> list[Surface]:
    """What each of the neighbouring pieces stands for; ``literal`` ones (added tokens) as written."""
    surfaces = []
    glue = True  # the first piece has nothing before it to be apart from
    for piece, as_is, is_unknown in zip(pieces, literal, unknown, strict=True):
        if as_is or is_unknown:
            surfaces.append(Surface(_utf8(piece), notation.spaced and not glue, is_unknown))
            glue = False
            continue
        continues = bool(notation.continuing) and len(piece) > len(notation.continuing)
        continues = continues and piece.startswith(notation.continuing)
        if continues:
            piece = piece[len(notation.continuing) :]
        ends = bool(notation.word_end) and piece.endswith(notation.word_end)
        if ends:
            piece = piece[: -len(notation.word_end)]
        joins = bool(notation.joiner) and len(piece) > len(notation.joiner) and piece.endswith(notation.joiner)
        if joins:
            piece = piece[: -len(notation.joiner)]
        surfaces.append(Surface(_data(piece, notation), notation.spaced and not (glue or continues)))
        glue = joins or (bool(notation.word_end) and not ends)
    return surfaces


def _data(piece: str, notation: Notation) -> bytes:
    if notation.bytes == "alphabet" and all(char in _BYTES for char in piece):
        return bytes(_BYTES[char] for char in piece)
    if notation.bytes == "latin1" and all(char <= "\xff" for char in piece):
        return piece.encode("latin-1")
    if notation.metaspace:
        match = _BYTE_PIECE.fullmatch(piece)
        return bytes([int(match[1], 16)]) if match else _utf8(piece.replace("▁", " "))
    return _utf8(piece)


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")


def assemble(surfaces: Sequence[Surface], *, strip_first: bool = False) -> tuple[str, list[Offset | None]]:
    """The text that the surfaces spell, and where each of them lies in it.

    Offsets are characters, half-open, without the space put before a piece; None for a piece that spells
    nothing. Pieces that hold parts of one character all get that character. A byte that belongs to no
    character is written as "<0xE4>". ``strip_first`` takes away the space that ▁ puts at the beginning.
    """
    buffer = bytearray()
    ranges: list[Offset] = []
    for surface in surfaces:
        data = surface.data
        if strip_first and data:
            data = data.removeprefix(b" ")
            strip_first = False
        if surface.space_before:
            buffer += b" "
        ranges.append((len(buffer), len(buffer) + len(data)))
        buffer += data
    text, starts, stops = _decode(bytes(buffer))
    offsets = [(starts[start], stops[stop - 1]) if start < stop else None for start, stop in ranges]
    return text, offsets


def _decode(data: bytes) -> tuple[str, list[int], list[int]]:
    """The text of UTF-8 bytes, and for each byte the character range it became."""
    if data.isascii():
        return data.decode("ascii"), list(range(len(data))), list(range(1, len(data) + 1))
    shown: list[str] = []
    starts: list[int] = []
    stops: list[int] = []
    length = 0
    position = 0
    while position < len(data):
        lead = data[position]
        size = 1 if lead < 0x80 else 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
        try:
            char = data[position : position + size].decode()
        except UnicodeDecodeError:
            size, char = 1, f"<0x{lead:02X}>"
        shown.append(char)
        starts += [length] * size
        length += len(char)
        stops += [length] * size
        position += size
    return "".join(shown), starts, stops
