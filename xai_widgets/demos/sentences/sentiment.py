"""Opinions whose label is decided by negation, intensifiers and contrast, and the words that decide it.

Who decides:

- a negator flips the opinion in its reach: "not good", "never boring", "hardly funny", "far from perfect"
- after "but", "yet" and "however" the second clause decides; beside "although" the other clause does;
  the overruled clause says the opposite in three cases of four, so that it alone tells nothing for sure
- "too" makes a neutral adjective negative, "pleasantly" makes it positive
- an intensifier ("very") changes nothing, and neither do the facts around the opinion
"""

import random
from dataclasses import dataclass
from typing import Literal

from xai_widgets.demos.sentences import sentiment_words as lists
from xai_widgets.demos.sentences.layout import Sentence
from xai_widgets.demos.sentences.split import Split, draw, zipf

Label = Literal["negative", "positive"]
"""The two labels; their order is that of the model's class numbers."""

Role = Literal["plain", "opinion", "negator", "overruled", "contrast"]
Clause = list[tuple[str, Role]]


@dataclass(frozen=True)
class SentimentSentence(Sentence):
    """An opinion. All numbers are indices into ``words``.

    Attributes:
        label: ``"negative"`` or ``"positive"``.
        deciding: the words that decide the label: the opinion words of the clause that counts, and
            their negators. At least one.
        negators: those of ``deciding`` that turn the opinion round.
        overruled: opinion words and negators of a clause that a contrast overrules.
        contrast: the words that say which clause counts ("but", "although").
    """

    label: Label
    deciding: tuple[int, ...]
    negators: tuple[int, ...]
    overruled: tuple[int, ...]
    contrast: tuple[int, ...]

    def flipped(self) -> str:
        """Give a text of the other label: each deciding opinion word replaced by its opposite.

        "not too long" becomes "too long": no other word says the opposite.
        """
        words = list(self.words)
        for index in self.deciding:
            if words[index] == "too" and index - 1 in self.negators:
                words[index - 1] = words[index - 1].removesuffix("n't") if "'" in words[index - 1] else ""
                continue
            words[index] = OPPOSITES.get(words[index].lower(), words[index])
            if words[index - 1] in ("a", "an"):
                words[index - 1] = "an" if words[index][0] in "aeiou" else "a"
        return Sentence(tuple(word for word in words if word)).text


def _opposites() -> dict[str, str]:
    pairs = [*lists.ADJECTIVES, *lists.QUALITIES]
    for (liked, like), (hated, hate) in lists.VERBS:
        pairs += [(liked, hated), (like, hate)]
    pairs += [(gently, "too") for gently in lists.GENTLY]
    both = dict(pairs) | {negative: positive for positive, negative in pairs}
    return both | {"too": lists.GENTLY[0]}


OPPOSITES = _opposites()
"""For each opinion word the one that says the opposite."""


def sample(count: int, *, seed: int, split: Split) -> list[SentimentSentence]:
    """Draw different opinions, half of them positive on average.

    Args:
        count: how many.
        seed: the same seed gives the same sentences.
        split: ``"train"`` or ``"held_out"``; no text is ever in both.
    """
    return draw(_sentence, count, seed, split)


def _plain(text: str) -> Clause:
    return [(word, "plain") for word in text.split()]


def _negator(text: str) -> Clause:
    return [(word, "negator") for word in text.split()]


def _opinion(text: str) -> Clause:
    return [(word, "opinion") for word in text.split()]


def _contrasting(word: str) -> Clause:
    return [(word, "contrast")]


def _pick(source: random.Random, pairs: tuple[tuple[str, str], ...], positive: bool) -> Clause:
    return _opinion(zipf(source, pairs)[0 if positive else 1])


def _intensifier(source: random.Random) -> Clause:
    return _plain(zipf(source, lists.INTENSIFIERS)) if source.random() < 0.35 else []


def _adjective(source: random.Random, positive: bool) -> Clause:
    """Make what follows "was": an adjective with all that may turn it round."""
    kind = source.choices(("straight", "turned", "measured"), (55, 33, 12))[0]
    if kind == "straight":
        return _intensifier(source) + _pick(source, lists.ADJECTIVES, positive)
    if kind == "turned":
        negator = source.choices(
            ("not", "never", "hardly", "barely", "far from", "anything but", "by no means"),
            (10, 5, 4, 2, 2, 2, 1),
        )[0]
        adjective = _pick(source, lists.ADJECTIVES, not positive)
        if negator != "not":
            return _negator(negator) + adjective
        tail = _plain("at all") if source.random() < 0.15 else []
        return _negator("not") + ([] if tail else _intensifier(source)) + adjective + tail
    measured = _opinion(zipf(source, lists.NEUTRAL))
    if not positive:
        return _opinion("too") + measured
    if source.random() < 0.5:
        return _opinion(zipf(source, lists.GENTLY)) + measured
    return _negator("not") + _opinion("too") + measured


def _copula(source: random.Random, subject: Clause, predicate: Clause) -> Clause:
    if predicate[0][0] == "not" and source.random() < 0.4:
        contracted = source.choice(("wasn't", "isn't"))
        return subject + _negator(contracted) + predicate[1:]
    if predicate[0][1] != "negator" and source.random() < 0.25:
        verb = source.choice(("seemed", "looked", "felt", "became", "turned out"))
        return subject + _plain(verb) + predicate
    return subject + _plain(source.choice(("was", "is"))) + predicate


def _noun_phrase(source: random.Random) -> Clause:
    """Make "the ending of the film that we saw on Monday"."""
    phrase = f"the {zipf(source, lists.TOPICS)}"
    if source.random() < 0.25:
        phrase = f"the {zipf(source, lists.ASPECTS)} of {phrase}"
    tail = source.random()
    if tail < 0.12:
        phrase += f" {zipf(source, lists.PLACES)}"
    elif tail < 0.22:
        phrase += f" that {zipf(source, lists.PEOPLE)} chose {zipf(source, lists.DAYS)}"
    return _plain(phrase)


def _subject(source: random.Random, known: bool) -> Clause:
    if known and source.random() < 0.6:
        return _plain(source.choice(("it", "it", f"the {zipf(source, lists.ASPECTS)}")))
    return _noun_phrase(source)


def _liking(source: random.Random, thing: Clause, positive: bool) -> Clause:
    """Make "my sister did not enjoy the film"."""
    if thing[0] == ("the", "plain") and source.random() < 0.2:
        thing = _plain("this") + thing[1:]
    who = _plain(source.choice(("i", "we", zipf(source, lists.PEOPLE))))
    ways = ("past", "present", "did not", "didn't", "never", "nobody")
    way = source.choices(ways, (35, 20, 14, 14, 10, 7))[0]
    past, base = zipf(source, lists.VERBS)[0 if positive == (way in ("past", "present")) else 1]
    if way == "past":
        return who + _opinion(past) + thing
    if way == "present":
        truly = _plain("really") if source.random() < 0.2 else []
        return _plain(source.choice(("i", "i", "we"))) + truly + _opinion(base) + thing
    if way == "nobody":
        return _negator("nobody") + _opinion(past) + thing
    if way == "never":
        return who + _negator("never") + _opinion(past) + thing
    aside = _plain("really") if source.random() < 0.3 else []
    if source.random() < 0.3:
        who = _plain(source.choice(("i", "we")))
        way = way.replace("did", "do")
    helper = _plain(way.split()[0]) + _negator("not") if " " in way else _negator(way)
    return who + helper + aside + _opinion(base) + thing


def _having(source: random.Random, subject: Clause, positive: bool) -> Clause:
    """Make "the hotel had no charm"."""
    if source.random() < 0.5:
        has = source.choice(("had", "was full of", "had a lot of"))
        return subject + _plain(has) + _pick(source, lists.QUALITIES, positive)
    quality = _pick(source, lists.QUALITIES, not positive)
    way = source.choice(("had no", "lacked", "was without", "was free of"))
    before, _, negator = way.rpartition(" ")
    if way == "was free of":
        return subject + _plain("was") + _negator("free") + _plain("of") + quality
    return subject + _plain(before) + _negator(negator) + quality


def _clause(source: random.Random, positive: bool, known: bool = False) -> Clause:
    """Make one clause with one opinion. ``known``: what it is about was said before."""
    subject = _subject(source, known)
    kind = source.choices(("adjective", "verb", "quality", "noun", "nothing"), (48, 22, 14, 10, 6))[0]
    if kind == "adjective":
        return _copula(source, subject, _adjective(source, positive))
    if kind == "verb":
        return _liking(source, subject, positive)
    if kind == "quality":
        return _having(source, subject, positive)
    if kind == "nothing":
        opinion = _pick(source, lists.ADJECTIVES, not positive)
        return _plain("there was") + _negator("nothing") + opinion + _plain("about") + subject
    negation = _negator("not") if source.random() < 0.4 else []
    opinion = _intensifier(source) + _pick(source, lists.ADJECTIVES, positive != bool(negation))
    article = "an" if opinion[0][0][0] in "aeiou" else "a"
    return _plain("it was") + negation + _plain(article) + opinion + _plain(zipf(source, lists.TOPICS))


def _fact(source: random.Random) -> Clause:
    pattern = zipf(source, lists.NEUTRAL_CLAUSES)
    fact = pattern.format(
        who=zipf(source, lists.PEOPLE), when=zipf(source, lists.DAYS), where=zipf(source, lists.PLACES)
    )
    return _plain(fact)


def _overruled(clause: Clause) -> Clause:
    """Mark a clause as one that does not count."""
    return [(word, "plain" if role == "plain" else "overruled") for word, role in clause]


def _loser(source: random.Random, positive: bool) -> bool:
    """Choose what the overruled clause says: not always the opposite, or it would give the label away."""
    return positive if source.random() < 0.25 else not positive


def _contrast(source: random.Random, positive: bool) -> Clause:
    loses = _overruled(_clause(source, _loser(source, positive)))
    wins = _clause(source, positive, known=True)
    comma = _plain(",")
    shape = source.choices(("but", "although", "after", "however"), (50, 20, 15, 15))[0]
    if shape == "but":
        joint = source.choice(("but", "but", "yet"))
        return loses + (comma if source.random() < 0.7 else []) + _contrasting(joint) + wins
    if shape == "however":
        return loses + _plain(".") + _contrasting("however") + comma + wins
    joint = source.choice(("although", "although", "though"))
    if shape == "although":
        return _contrasting(joint) + loses + comma + wins
    loses = _overruled(_clause(source, _loser(source, positive), known=True))
    return _clause(source, positive) + comma + _contrasting(joint) + loses


def _fragment(source: random.Random, positive: bool) -> Clause:
    """Make what people type into a demo: "not good", "good but boring"."""
    opinion = _adjective(source, positive)
    if source.random() < 0.35:
        return _overruled(_adjective(source, _loser(source, positive))) + _contrasting("but") + opinion
    return opinion


def _sentence(source: random.Random) -> SentimentSentence:
    positive = source.random() < 0.5
    shape = source.choices(("one", "and", "contrast", "fragment"), (36, 12, 40, 12))[0]
    if shape == "fragment":
        return _finish(_fragment(source, positive), positive)
    if shape == "one":
        body = _clause(source, positive)
    elif shape == "and":
        joint = _plain(source.choice(("and", ", and")))
        body = _clause(source, positive) + joint + _clause(source, positive, known=True)
    else:
        body = _contrast(source, positive)
    extra = source.random()
    if extra < 0.15:
        body = _fact(source) + _plain(source.choice((".", ".", ", and"))) + body
    elif extra < 0.28:
        body = body + _plain(".") + _fact(source)
    if source.random() < 0.75:
        body = body + _plain(source.choices((".", "!"), (9, 1))[0])
    return _finish(body, positive)


def _finish(body: Clause, positive: bool) -> SentimentSentence:
    """Set capitals where sentences begin and turn the roles into indices."""
    words = [word if word != "i" else "I" for word, _ in body]
    whole = words[-1] in ".!"
    starts = [0] + [index + 1 for index, word in enumerate(words[:-1]) if word == "."]
    for index in starts if whole or len(starts) > 1 else []:
        words[index] = words[index][0].upper() + words[index][1:]

    def having(*roles: Role) -> tuple[int, ...]:
        return tuple(index for index, (_, role) in enumerate(body) if role in roles)

    return SentimentSentence(
        words=tuple(words),
        label="positive" if positive else "negative",
        deciding=having("opinion", "negator"),
        negators=having("negator"),
        overruled=having("overruled"),
        contrast=having("contrast"),
    )
