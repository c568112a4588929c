"""The tokens of a text as a person reads them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, overload

from xai_widgets.errors import InputError
from xai_widgets.text.characters import is_right_to_left, visible
from xai_widgets.text.pieces import assemble, is_special_string, notation_of, surfaces_of
from xai_widgets.text.readable import readable_tokens
from xai_widgets.text.token_span import TokenSpan
from xai_widgets.text.words import word_indices
from xai_widgets.whole import whole

Offset = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Token:
    """One token of a :class:`TokenSequence`; its fields are the sequence's, for one position."""

    id: int
    text: str
    piece: str
    offset: Offset | None
    word: int | None
    special: bool
    segment: int | None


@dataclass(frozen=True, slots=True, repr=False)
class TokenSequence(Sequence[Token]):
    """An immutable sequence of tokens, with what each of them is to a reader; all fields have one length.

    Attributes:
        ids: number in the vocabulary; -1 where it is not known.
        text: readable string: what was typed there, with the space before it where there was one, and without the
            marks of the vocabulary (Ġ, ▁, ##, </w>, @@). Characters come out whole: where one is split over several
            tokens the first shows it and the others read "…". A line break reads "↵", a tab "⇥". A special token keeps
            its own string.
        offsets: (start, stop) in characters, half-open, into the source of the token's segment, without the space
            before; tokens that share a character share its offset. None for a token that was not typed, or of which
            it is not known where.
        words: index of the word it belongs to, counted through all texts; None for special tokens, white space and
            tokens without offset. Words are the same for every tokenizer: see ``word_labels``.
        special: whether it is one of the tokenizer's special tokens. The unknown token is not: it was typed.
        pieces: the string in the vocabulary, as the tokenizer writes it ("Ġcat", "##ing", "[UNK]").
        segments: 0 for the first text, 1 for the second of a pair; None for a token that the tokenizer put in.
        sources: the texts that the offsets go into, one a segment (not one a token).

    Equal when all fields are. Slicing gives a TokenSequence whose offsets, words and sources are unchanged.
    Raises InputError where the fields do not fit each other.
    """

    ids: tuple[int, ...]
    text: tuple[str, ...]
    offsets: tuple[Offset | None, ...]
    words: tuple[int | None, ...]
    special: tuple[bool, ...]
    pieces: tuple[str, ...]
    segments: tuple[int | None, ...]
    sources: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in (*_FIELDS, "sources"):
            given = getattr(self, name)
            if isinstance(given, str) or not isinstance(given, Iterable):
                raise InputError(f"the field {name} of a TokenSequence is {given!r:.80}; give one entry a token")
            object.__setattr__(self, name, tuple(given))
        lengths = {name: len(getattr(self, name)) for name in _FIELDS}
        if len(set(lengths.values())) > 1:
            listed = ", ".join(f"{name} has {length}" for name, length in lengths.items())
            raise InputError(f"the fields of a TokenSequence differ in length: {listed}; give one entry a token")
        for position, (offset, segment) in enumerate(zip(self.offsets, self.segments, strict=True)):
            self._check(position, offset, segment)

    def _check(self, position: int, offset: Offset | None, segment: int | None) -> None:
        if segment is not None and not 0 <= segment < len(self.sources):
            raise InputError(
                f"token {position} is in segment {segment}, but there are {len(self.sources)} source texts; "
                "give one source a segment"
            )
        if offset is None:
            return
        if segment is None:
            raise InputError(f"token {position} has an offset but no segment to say into which text it goes")
        length = len(self.sources[segment])
        if not 0 <= offset[0] <= offset[1] <= length:
            raise InputError(
                f"token {position} has the offset {offset}, outside of its text of {length} characters; "
                "offsets are half-open (start, stop)"
            )

    @classmethod
    def from_strings(
        cls,
        tokens: Sequence[str],
        *,
        ids: Sequence[int] | None = None,
        special: Sequence[bool] | None = None,
        pair_start: int | None = None,
    ) -> TokenSequence:
        """Make a sequence from bare token strings, as BertViz and ``convert_ids_to_tokens`` give them.

        Which marks the strings use (Ġ, ▁, ##, </w>, @@) is read from the strings; where there are none, each
        is taken for a word. ``special`` says which are special; without it those spelled like one are (``[CLS]``,
        ``</s>``, ``<|endoftext|>`` ...). ``pair_start`` is the position of the second text's first token. Offsets go
        into ``sources``, which the tokens spell. ``ids`` are -1 without.

        Raises InputError where ``tokens`` is one string or holds something else than strings, or the other
        arguments do not fit it.
        """
        if isinstance(tokens, str):
            raise InputError("tokens is one string; give a list with one string for each token")
        if not isinstance(tokens, Iterable):
            raise InputError(f"tokens is {tokens!r:.80}; give a list with one string for each token")
        pieces = list(tokens)
        for position, piece in enumerate(pieces):
            if not isinstance(piece, str):
                raise InputError(f"token {position} is {piece!r}; tokens must be strings")
        length = len(pieces)
        for name, given in (("ids", ids), ("special", special)):
            if given is not None and not hasattr(given, "__len__"):
                raise InputError(f"{name} is {given!r:.80}; give a list with one entry for each token")
            if given is not None and len(given) != length:
                raise InputError(f"{name} has {len(given)} entries for {length} tokens; give one a token")
        boundary = length if pair_start is None else whole(pair_start)
        if boundary is None or not 0 <= boundary <= length:
            raise InputError(f"pair_start is {pair_start!r}; it must be a position from 0 to {length}")
        is_special = [is_special_string(p) for p in pieces] if special is None else [bool(s) for s in special]
        segments = [None if skip else int(position >= boundary) for position, skip in enumerate(is_special)]
        notation = notation_of(pieces)
        text = list(pieces)
        offsets: list[Offset | None] = [None] * length
        sources = []
        for segment in (0,) if pair_start is None else (0, 1):
            members = [position for position in range(length) if segments[position] == segment]
            literal = [pieces[position] in ("[UNK]", "<unk>") for position in members]
            surfaces = surfaces_of([pieces[p] for p in members], notation, literal, [False] * len(members))
            source, spans = assemble(surfaces, strip_first=notation.metaspace)
            spelled = ["" if span is None else source[slice(*span)] for span in spans]
            shown, spans = readable_tokens(spans, spelled, [False] * len(members), source)
            for position, string, span in zip(members, shown, spans, strict=True):
                text[position], offsets[position] = string or " ", span
            sources.append(source)
        text = [visible(string) if skip else string for string, skip in zip(text, is_special, strict=True)]
        return cls(
            ids=tuple(int(number) for number in ids) if ids is not None else (-1,) * length,
            text=tuple(text),
            offsets=tuple(offsets),
            words=tuple(word_indices(text, offsets, segments, is_special, sources)),
            special=tuple(is_special),
            pieces=tuple(pieces),
            segments=tuple(segments),
            sources=tuple(sources),
        )

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, index: int) -> Token: ...
    @overload
    def __getitem__(self, index: slice) -> TokenSequence: ...
    def __getitem__(self, index: int | slice) -> Token | TokenSequence:
        if isinstance(index, slice):
            return TokenSequence(**{n: getattr(self, n)[index] for n in _FIELDS}, sources=self.sources)
        return Token(
            self.ids[index],
            self.text[index],
            self.pieces[index],
            self.offsets[index],
            self.words[index],
            self.special[index],
            self.segments[index],
        )

    def __repr__(self) -> str:
        return f"TokenSequence({list(self.text)!r})"

    @property
    def direction(self) -> Literal["ltr", "rtl"]:
        """Which way the text runs: by the first strongly directed character of the sources, else "ltr"."""
        return "rtl" if is_right_to_left("".join(self.sources)) else "ltr"

    def word_spans(self) -> tuple[TokenSpan, ...]:
        """The tokens grouped into words, in order: spans that cover every position once.

        Neighbouring tokens of one word make one span. Special tokens, and tokens without a word, stand alone.
        """
        spans: list[TokenSpan] = []
        for position, word in enumerate(self.words):
            if spans and word is not None and word == self.words[position - 1]:
                spans[-1] = TokenSpan(spans[-1].start, position + 1)
            else:
                spans.append(TokenSpan(position, position + 1))
        return tuple(spans)

    def text_of(self, span: TokenSpan) -> str:
        """What the tokens of ``span`` read as together: "un", "…", "able" give back the word that was typed.

        Raises InputError where the span reaches past the end, or is none.
        """
        if not isinstance(span, TokenSpan):
            raise InputError(f"{span!r:.80} is no span of tokens; give a TokenSpan(start, stop)")
        positions = span.of(range(len(self)))
        parts: list[str] = []
        run: Offset | None = None  # what stands next to each other in one text is read from that text
        segment: int | None = None
        for position in positions:
            offset = self.offsets[position]
            if offset is None or self.special[position]:
                parts.append(self.text[position])
                run = None
            elif run is not None and segment == self.segments[position] and offset[0] <= run[1]:
                start, stop = run[0], max(run[1], offset[1])
                parts[-1] = parts[-1] + visible(self._source(position)[run[1] : stop])
                run = (start, stop)
            else:
                own = self._source(position)[slice(*offset)]
                lead = self.text[position][: len(self.text[position]) - len(self.text[position].lstrip(" "))]
                parts.append(lead + visible(own) if own.strip(" ") else visible(own))
                run, segment = offset, self.segments[position]
        return "".join(parts)

    def _source(self, position: int) -> str:
        segment = self.segments[position]
        return "" if segment is None else self.sources[segment]

    def as_dict(self) -> dict[str, Any]:
        """The sequence as plain lists, ready for JSON: the ``tokens`` entry that travels to the browser.

        Keys: text, ids, pieces, offsets ([start, stop] or null, in characters), words, special, segments, one
        entry a token each, and direction, "ltr" or "rtl".
        """
        return {
            "text": list(self.text),
            "ids": list(self.ids),
            "pieces": list(self.pieces),
            "offsets": [None if offset is None else list(offset) for offset in self.offsets],
            "words": list(self.words),
            "special": list(self.special),
            "segments": list(self.segments),
            "direction": self.direction,
        }


_FIELDS = ("ids", "text", "offsets", "words", "special", "pieces", "segments")
