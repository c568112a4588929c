"""Reference: the true alignment of two texts, as a person gives it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from xai_widgets.alignment.alignment import Alignment, Pair
from xai_widgets.alignment.word_matrix import Words, words_of
from xai_widgets.errors import InputError
from xai_widgets.text import TokenSequence

Spans = Sequence[tuple[int, int]]


@dataclass(frozen=True)
class Reference:
    """An alignment and the texts that it is of.

    Where the alignment has words, they are what counts as words, and it fits every text that they spell. Where it has
    none, its numbers are of the words of the tokens, and it fits the texts that it was given for.

    Attributes:
        alignment: the alignment.
        source_text, target_text: the texts that it was given for.
    """

    alignment: Alignment
    source_text: str
    target_text: str

    @classmethod
    def of(cls, given: Alignment | str | Iterable[Pair], source: TokenSequence, target: TokenSequence) -> Reference:
        """The reference of two texts: an Alignment, a line ("0-0 1-2") or bare pairs, which are all sure.

        Raises:
            InputError: something else, words that are not those of the texts, or numbers of words that there are not.
        """
        made = cls(_alignment(given), _text(source), _text(target))
        sides = (("source", made.alignment.source, source), ("target", made.alignment.target, target))
        for name, words, tokens in sides:
            if words and _spans(words, _text(tokens)) is None:
                raise InputError(
                    f"The reference is of another {name}: its words are {' '.join(words)!r}, and the {name} is "
                    f"{_text(tokens).strip()!r}. Give the reference of this text, or the text of this reference."
                )
        words_of_both = made.words(source, target)
        Alignment(
            made.alignment.pairs,
            made.alignment.possible,
            source=words_of_both[0].text,
            target=words_of_both[1].text,
        )
        return made

    def fits(self, source: TokenSequence, target: TokenSequence) -> bool:
        """Whether these are the texts that it is of."""
        own = ((self.alignment.source, self.source_text, source), (self.alignment.target, self.target_text, target))
        return all(
            _spans(words, _text(tokens)) is not None if words else text.strip() == _text(tokens).strip()
            for words, text, tokens in own
        )

    def words(self, source: TokenSequence, target: TokenSequence) -> tuple[Words, Words]:
        """What counts as words of the source and of the target, which it fits."""
        return (
            words_of(source, _spans(self.alignment.source, _text(source)), "source"),
            words_of(target, _spans(self.alignment.target, _text(target)), "target"),
        )


def _alignment(given: Alignment | str | Iterable[Pair]) -> Alignment:
    if isinstance(given, Alignment):
        return given
    if isinstance(given, str):
        return Alignment.from_pharaoh(given)
    try:
        return Alignment(tuple((source, target) for source, target in given))
    except (TypeError, ValueError) as error:
        raise InputError(
            "A reference is an Alignment, a line such as '0-0 1-2', or pairs (source word, target word); "
            f"{given!r:.80} came."
        ) from error


def _text(tokens: TokenSequence) -> str:
    return "".join(tokens.sources)


def _spans(words: Sequence[str], text: str) -> Spans | None:
    """Where words stand in a text that they spell; None where they do not, or there are none."""
    spans = []
    place = 0
    for word in words:
        start = text.find(word, place)
        if start < 0 or text[place:start].strip():
            return None
        place = start + len(word)
        spans.append((start, place))
    return spans if spans and not text[place:].strip() else None
