"""Sentences in which the verb agrees with a distant subject, and texts that repeat themselves.

Agreement: "The keys to the old cabinet are on the table." The verb follows its subject, whatever nouns
stand between. Repetition: lists of words that begin again, and little stories that tell a fact twice.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from xai_widgets.demos.sentences import language_model_words as lists
from xai_widgets.demos.sentences.layout import Sentence
from xai_widgets.demos.sentences.split import Split, draw, zipf


@dataclass(frozen=True)
class AgreementSentence(Sentence):
    """A sentence whose verb must agree with its subject. All numbers are indices into ``words``.

    Attributes:
        subject: the noun that the verb agrees with.
        verb: the verb.
        wrong: the form of the verb that does not agree, as it would stand in the text.
        attractors: nouns between subject and verb that are of the other number.
    """

    subject: int
    verb: int
    wrong: str
    attractors: tuple[int, ...]


@dataclass(frozen=True)
class RepetitionSentence(Sentence):
    """A text whose end repeats its beginning.

    Attributes:
        period: for a list of words, after how many words it begins again; 0 for a story.
        repeated: index of the first word that repeats what was there before; from the word after it
            on, the text can be foretold.
    """

    period: int
    repeated: int


def sample_agreement(count: int, *, seed: int, split: Split) -> list[AgreementSentence]:
    """Draw different sentences with a subject and a verb that agree.

    Args:
        count: how many.
        seed: the same seed gives the same sentences.
        split: ``"train"`` or ``"held_out"``; no text is ever in both.
    """
    return draw(_agreement, count, seed, split)


def sample_lists(count: int, *, seed: int, split: Split) -> list[RepetitionSentence]:
    """Draw different lists of random words that begin again; arguments as in ``sample_agreement``."""
    return draw(_list, count, seed, split)


def sample_stories(count: int, *, seed: int, split: Split) -> list[RepetitionSentence]:
    """Draw different stories that tell one fact twice; arguments as in ``sample_agreement``."""
    return draw(_story, count, seed, split)


def _noun(source: random.Random, kinds: Sequence[str], plural: bool) -> str:
    singular, many = zipf(source, lists.NOUNS[source.choice(kinds)])
    return many if plural else singular


def _noun_phrase(source: random.Random, kinds: Sequence[str], plural: bool) -> list[str]:
    """Make "the old cabinet"; the noun is the last word."""
    article = "the"
    if source.random() < 0.2:
        article = source.choice(("my", "our", "her", "their"))
    adjective = [zipf(source, lists.ADJECTIVES)] if source.random() < 0.3 else []
    return [article, *adjective, _noun(source, kinds, plural)]


def _agreement(source: random.Random) -> AgreementSentence:
    plural = source.random() < 0.5
    living = source.random() < 0.45
    words = _noun_phrase(source, ("person", "animal") if living else ("thing",), plural)
    if source.random() < 0.08:
        words[0] = "these" if plural else "this"
    subject = len(words) - 1
    attractors = []
    for _ in range(source.choices((0, 1, 2), (40, 45, 15))[0]):
        other = source.random() < 0.5
        words += [zipf(source, lists.PREPOSITIONS), *_noun_phrase(source, ("thing", "place"), other)]
        if other != plural:
            attractors.append(len(words) - 1)
    if living and source.random() < 0.2:
        other = source.random() < 0.5
        words += ["who", zipf(source, lists.VERBS)[plural], *_noun_phrase(source, ("person", "thing"), other)]
        if other != plural:
            attractors.append(len(words) - 1)
    verb = len(words)
    forms, complement = _predicate(source, living)
    words += [forms[plural], *complement, "."]
    words[0] = words[0].capitalize()
    return AgreementSentence(tuple(words), subject, verb, forms[not plural], tuple(attractors))


def _predicate(source: random.Random, living: bool) -> tuple[tuple[str, str], list[str]]:
    """Choose a verb, singular and plural, and what follows it."""
    place = [zipf(source, lists.PREPOSITIONS_OF_PLACE), *_noun_phrase(source, ("place",), False)]
    kind = source.choices(("be", "have", "act"), (60, 15, 25))[0]
    if kind == "be":
        degree = [source.choice(lists.DEGREES)] if source.random() < 0.3 else []
        quality = [*degree, zipf(source, lists.ADJECTIVES)]
        return source.choice((("is", "are"), ("is", "are"), ("was", "were"))), source.choice((quality, place))
    if kind == "have":
        return ("has", "have"), ["a", zipf(source, lists.ADJECTIVES_WITH_A), _noun(source, ("thing",), False)]
    if living:
        return zipf(source, lists.ACTIONS), place
    return zipf(source, lists.EVENTS), []


def _list(source: random.Random) -> RepetitionSentence:
    period = source.randint(2, 8)
    words = source.sample(lists.ALL_WORDS, period)
    times = source.choices((2, 3, 4), (5, 3, 2))[0]
    length = min(period * times + source.randrange(period), 26)
    return RepetitionSentence(tuple(words[at % period] for at in range(length)), period, period)


def _fact(source: random.Random, name: str) -> list[str]:
    quality, thing = zipf(source, lists.ADJECTIVES), _noun(source, ("thing", "animal"), False)
    return [name, zipf(source, lists.LIKINGS), "the", quality, thing, "."]


def _story(source: random.Random) -> RepetitionSentence:
    names = source.sample(lists.NAMES, source.randint(2, 3))
    facts = [_fact(source, name) for name in names]
    again = source.choice(facts)
    words = [word for fact in (*facts, again) for word in fact]
    return RepetitionSentence(tuple(words), 0, len(words) - len(again))
