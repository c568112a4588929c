"""Alignment: which source words and target words go together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from xai_widgets import extras
from xai_widgets.alignment.links import links
from xai_widgets.alignment.word_matrix import Words, word_matrix, words_of
from xai_widgets.errors import InputError
from xai_widgets.text import TokenSequence

Pair = tuple[int, int]

_LINK = re.compile(r"(\d+)([-?p])(\d+)")


@dataclass(frozen=True)
class Alignment:
    """Pairs (source word, target word), words counted from 0 with special tokens left out.

    Attributes:
        pairs: the pairs, sorted.
        possible: pairs that a person who made a reference was not sure of, sorted; none of them in ``pairs``. Of an
            alignment that was computed there are none.
        source: the source's words as they read; empty where they are not known.
        target: the target's words.

    Raises:
        InputError: something that is no pair, a number below 0, or of a word that there is not.
    """

    pairs: tuple[Pair, ...]
    possible: tuple[Pair, ...] = ()
    source: tuple[str, ...] = ()
    target: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        sure = _numbers(self.pairs)
        object.__setattr__(self, "pairs", tuple(sorted(sure)))
        possible = _numbers(self.possible) - sure
        object.__setattr__(self, "possible", tuple(sorted(possible)))
        for name, words, side in (("source", self.source, 0), ("target", self.target, 1)):
            numbers = [pair[side] for pair in (*self.pairs, *self.possible)]
            if any(number < 0 for number in numbers):
                raise InputError(f"The alignment has the {name} word {min(numbers)}: words are counted from 0.")
            if words and numbers and max(numbers) >= len(words):
                raise InputError(
                    f"The alignment has the {name} word {max(numbers)}, and the {name} has words 0 to {len(words) - 1}."
                )

    @classmethod
    def from_matrix(
        cls,
        matrix: Any,
        source: TokenSequence,
        target: TokenSequence,
        *,
        method: str = "argmax",
        source_words: Sequence[tuple[int, int]] | None = None,
        target_words: Sequence[tuple[int, int]] | None = None,
    ) -> Alignment:
        """The best alignment of a matrix of weights from token to token.

        Sub-words are merged first: a word takes from a word the mean over the target's tokens of the sum over the
        source's. Special tokens are left out on both sides.

        Args:
            matrix: [target, source], one weight from each target token to each source token: a head's cross attention,
                a mean over several, or the size of attributions. Negative weights count by their size.
            source: the tokens of the columns.
            target: the tokens of the rows.
            method: "argmax": each target word goes with the source word of its largest weight. "intersection": the
                pairs in which each is the other's largest. "itermax": the same, and again among the words that are
                left over. Both of the latter are Jalili Sabet et al. (2020), "SimAlign: High Quality Word Alignments
                without Parallel Training Data using Static and Contextualized Embeddings", who call the first Argmax.
            source_words, target_words: what counts as a word, as half-open spans of characters into the text;
                None: the words of the tokens, which are the same for every tokenizer.

        Raises:
            InputError: shapes that do not fit the tokens, an unknown method, spans without offsets to find them by.
        """
        columns, rows = words_of(source, source_words, "source"), words_of(target, target_words, "target")
        return cls.from_words(word_matrix(matrix, rows, columns), columns, rows, method=method)

    @classmethod
    def from_words(cls, matrix: Any, source: Words, target: Words, *, method: str = "argmax") -> Alignment:
        """The best alignment of a matrix of weights from word to word, [target, source]; see ``from_matrix``."""
        found = links(np.asarray(matrix), method)
        pairs = tuple((int(column), int(row)) for row, column in np.argwhere(found))
        return cls(pairs, source=source.text, target=target.text)

    @classmethod
    def from_pharaoh(cls, line: str, *, source: Sequence[str] = (), target: Sequence[str] = ()) -> Alignment:
        """Reads a line as aligners write it: "0-0 1-2", source word first; "1?2" or "1p2" is a possible pair.

        Raises:
            InputError: something that is not a pair; the message says what.
        """
        if not isinstance(line, str):
            raise InputError(f"A line of pairs is a text such as '0-0 1-2'; {line!r:.80} came.")
        pairs: dict[str, list[Pair]] = {"-": [], "?": []}
        for entry in line.split():
            found = _LINK.fullmatch(entry)
            if found is None:
                raise InputError(f"{entry!r} is no pair of an alignment: write source-target, as in 0-0 1-2.")
            pairs["-" if found[2] == "-" else "?"].append((int(found[1]), int(found[3])))
        return cls(tuple(pairs["-"]), tuple(pairs["?"]), tuple(source), tuple(target))

    def pharaoh(self) -> str:
        """The pairs as a line that other tools read: "0-0 1-2", source word first; possible ones as "1?2"."""
        marked = [(pair, "-") for pair in self.pairs] + [(pair, "?") for pair in self.possible]
        return " ".join(f"{source}{mark}{target}" for (source, target), mark in sorted(marked))

    def to_frame(self) -> Any:
        """The pairs as a tidy pandas DataFrame: one row a pair, sorted.

        Columns: ``source`` and ``target`` (words from 0), ``source_word`` and ``target_word`` (as they read; missing
        where they are not known) and ``sure`` (False for a possible pair).

        Raises:
            MissingExtraError: pandas is not installed.
        """
        sure = set(self.pairs)
        pairs = sorted([*self.pairs, *self.possible])
        return extras.frame(
            {
                "source": [source for source, _ in pairs],
                "target": [target for _, target in pairs],
                "source_word": [self.source[source] if self.source else None for source, _ in pairs],
                "target_word": [self.target[target] if self.target else None for _, target in pairs],
                "sure": [pair in sure for pair in pairs],
            }
        )

    def error_rate(self, reference: Alignment | Iterable[Pair]) -> float:
        """How far this alignment is from a reference, 0 (best) to 1.

        The alignment error rate of Och & Ney (2003), "A Systematic Comparison of Various Statistical Alignment Models":
        ``1 - (|A & S| + |A & P|) / (|A| + |S|)``, with the sure pairs S of the reference and P, the sure and the
        possible ones. Without possible ones it is one minus F1.

        Args:
            reference: an Alignment, or bare pairs, which are all sure.

        Returns:
            the rate; 0 where neither has pairs.
        """
        hits, total = self.matches(reference)
        return 1.0 - hits / total if total else 0.0

    def matches(self, reference: Alignment | Iterable[Pair]) -> tuple[int, int]:
        """``|A & S| + |A & P|`` and ``|A| + |S|``: summed over sentences they give the error rate of them all."""
        truth = reference if isinstance(reference, Alignment) else Alignment(tuple(reference))
        own, sure = set(self.pairs), set(truth.pairs)
        allowed = sure | set(truth.possible)
        return len(own & sure) + len(own & allowed), len(own) + len(sure)

    def __repr__(self) -> str:
        return f"<Alignment {self.pharaoh() or 'without pairs'}>"


def _numbers(pairs: Iterable[Pair]) -> set[Pair]:
    try:
        return {(int(source), int(target)) for source, target in pairs}
    except (TypeError, ValueError):
        raise InputError(
            f"An alignment is of pairs (source word, target word), words counted from 0; {pairs!r:.80} came."
        ) from None
