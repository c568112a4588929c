"""English sentences with their French translation and the true word alignment.

The alignment follows these conventions:

- a word is aligned with each word that it translates: "looks for" is both aligned with "cherche"
- "not" is aligned with "ne" and with "pas", "never" with "ne" and with "jamais"
- "do" and "does" before "not" have no counterpart and stay alone
- a contracted word is aligned with both its parts: "du" with "of" and with "the"
- "near" is aligned with "près" and with "de"; "many" with "beaucoup" and with "de"
- punctuation is aligned with punctuation

"you" is always "vous", "they" is "ils", and "I", "we" and "you" are masculine: English does not tell.
"""

import random
from dataclasses import dataclass

from xai_widgets.demos.sentences import translation_words as lexicon
from xai_widgets.demos.sentences.french import Entry, spell, starts_with_vowel
from xai_widgets.demos.sentences.layout import PUNCTUATION, Sentence
from xai_widgets.demos.sentences.split import Split, draw, zipf
from xai_widgets.demos.sentences.translation_words import Adjective, Noun, Verb

ARTICLES = {"the": ("le", "la", "les"), "my": ("mon", "ma", "mes"), "our": ("notre", "notre", "nos"),
            "your": ("votre", "votre", "vos"), "their": ("leur", "leur", "leurs"), "her": ("son", "sa", "ses"),
            "his": ("son", "sa", "ses")}  # fmt: skip
PRONOUNS = (("he", "il"), ("she", "elle"), ("they", "ils"), ("we", "nous"), ("I", "je"), ("you", "vous"))
PERSONS = {"I": 0, "he": 1, "she": 1, "we": 2, "you": 3, "they": 4}
OBJECT_PRONOUNS = (("him", "le"), ("her", "la"), ("them", "les"))
SOUNDS_LIKE_CONSONANT = frozenset({"useful"})


@dataclass(frozen=True)
class TranslationPair(Sentence):
    """An English sentence (``words``, ``text``, ``spans``) and its French.

    Attributes:
        target: the French sentence, with its own ``words``, ``text`` and ``spans``.
        alignment: pairs (index into ``words``, index into ``target.words``), sorted; every target
            word is in at least one.
    """

    target: Sentence
    alignment: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Subject:
    """A subject: its French words, and what the verb and a predicate agree with."""

    french: list[Entry]
    person: int
    feminine: bool
    plural: bool
    kinds: frozenset[str]


class Draft:
    """An English sentence being written, and the random source that it is written from."""

    def __init__(self, source: random.Random) -> None:
        self.source = source
        self.english: list[str] = []

    def say(self, words: str) -> tuple[int, ...]:
        """Add English words; gives their indices."""
        first = len(self.english)
        self.english += words.split()
        return tuple(range(first, len(self.english)))

    def chance(self, probability: float) -> bool:
        """Toss a coin that is not fair."""
        return self.source.random() < probability

    def choose(self, options: tuple[tuple[str, str], ...]) -> tuple[str, str]:
        """Choose a word with its translation, the earlier ones more often."""
        return zipf(self.source, options)


def sample(count: int, *, seed: int, split: Split) -> list[TranslationPair]:
    """Draw pairs of different English sentences.

    Args:
        count: how many.
        seed: the same seed gives the same pairs.
        split: ``"train"`` or ``"held_out"``; no English sentence is ever in both.
    """
    return draw(_sentence, count, seed, split)


def _fitting(adjectives: tuple[Adjective, ...], kinds: frozenset[str]) -> tuple[Adjective, ...]:
    return tuple(adjective for adjective in adjectives if kinds & adjective.kinds)


def _form(adjective: Adjective, feminine: bool, plural: bool) -> str:
    return adjective.forms[feminine + 2 * plural]


def _noun(draft: Draft, kinds: frozenset[str]) -> Noun:
    kind = draft.source.choice(sorted(kinds))
    return zipf(draft.source, lexicon.NOUNS[kind])


def _determiner(draft: Draft, plural: bool, negated: bool, next_word: str) -> tuple[str, str, str]:
    """Choose a determiner: English, French masculine, French feminine."""
    roll = draft.source.random()
    if roll < 0.45:
        english = "the"
    elif roll < 0.65:
        english = draft.source.choice(sorted(ARTICLES))
    elif plural:
        english = draft.source.choice(("these", "many", "number"))
        if english == "number":
            number, french = draft.choose(lexicon.NUMBERS)
            return number, french, french
        french = "ces" if english == "these" else "beaucoup de"
        return english, french, french
    elif roll < 0.88:
        vowel = next_word[0] in "aeiou" and next_word not in SOUNDS_LIKE_CONSONANT
        return ("an" if vowel else "a"), *(("de", "de") if negated else ("un", "une"))
    else:
        return ("this", "ce", "cette") if draft.chance(0.7) else ("every", "chaque", "chaque")
    masculine, feminine, for_plural = ARTICLES[english]
    return english, *((for_plural, for_plural) if plural else (masculine, feminine))


def _noun_phrase(draft: Draft, kinds: frozenset[str], *, negated: bool = False, depth: int = 0) -> Subject:
    """Write "the small red car of my sister". ``negated``: it is the object of a negated verb."""
    noun = _noun(draft, kinds)
    own = frozenset({noun.kind})
    feminine, plural = noun.gender == "f", draft.chance(0.35)
    before = zipf(draft.source, _fitting(lexicon.ADJECTIVES_BEFORE, own)) if draft.chance(0.25) else None
    after = zipf(draft.source, _fitting(lexicon.ADJECTIVES_AFTER, own)) if draft.chance(0.4) else None
    written = [adjective.english for adjective in (before, after) if adjective]
    head = noun.plural if plural else noun.singular
    article = _determiner(draft, plural, negated, [*written, head][0])
    at = draft.say(article[0])
    french: list[Entry] = [(word, at) for word in article[1 + feminine].split()]
    first = draft.say(before.english) if before else ()
    second = draft.say(after.english) if after else ()
    core = draft.say(head)
    name = noun.french_plural if plural else noun.french
    if before:
        form = _form(before, feminine, plural)
        if not feminine and not plural and starts_with_vowel(name):
            form = before.before_vowel
        french.append((form, first))
    french.append((name, core))
    if after:
        french.append((_form(after, feminine, plural), second))
    if depth == 0 and article[0] == "the" and draft.chance(0.25):
        of = draft.say("of")
        owner = lexicon.LIVING if own & (lexicon.LIVING | lexicon.GOODS | lexicon.FOOD) else lexicon.PLACES
        french += [("de", of), *_noun_phrase(draft, owner, depth=1).french]
    return Subject(french, 4 if plural else 1, feminine, plural, own)


def _place(draft: Draft, preposition: tuple[str, str]) -> list[Entry]:
    """Write "in the garden", "near the small car"."""
    english, french = preposition
    at = draft.say(english)
    kinds = {"in": lexicon.PLACES, "to": lexicon.PLACES, "with": lexicon.LIVING, "without": lexicon.LIVING}
    rest = _noun_phrase(draft, kinds.get(english, frozenset({"place", "thing"})), depth=1).french
    return [*((word, at) for word in french.split()), *rest]


def _subject(draft: Draft, kinds: frozenset[str]) -> Subject:
    if draft.chance(0.35):
        english, french = draft.source.choice(PRONOUNS)
        at = draft.say(english)
        person = PERSONS[english]
        plural = english in ("we", "they", "you")
        return Subject([(french, at)], person, english == "she", plural, frozenset({"person"}))
    subject = _noun_phrase(draft, kinds)
    if "person" in subject.kinds and draft.chance(0.12):
        who = draft.say("who")
        verb = zipf(draft.source, lexicon.RESTING)
        at = draft.say(verb.base if subject.plural else verb.third)
        subject.french.extend([("qui", who), (verb.forms[subject.person], at)])
    return subject


def _verb(draft: Draft, subject: Subject, verb: Verb, pronoun_chance: float) -> tuple[list[Entry], bool]:
    """Write the verb with its negation, adverb and object pronoun: "does not often see him".

    Returns:
        The French, and whether a noun must still follow as object.
    """
    way = draft.source.choices(("plain", "not", "never"), (68, 24, 8))[0]
    ne: list[Entry] = []
    after: list[Entry] = []
    third = subject.person == 1
    if way == "not":
        draft.say("does" if third else "do")
        at = draft.say("not")
        ne, after = [("ne", at)], [("pas", at)]
    elif way == "never":
        at = draft.say("never")
        ne, after = [("ne", at)], [("jamais", at)]
    if way != "never" and draft.chance(0.12):
        adverb, french = draft.choose(lexicon.OFTEN[:2] if way == "not" else lexicon.OFTEN)
        after.append((french, draft.say(adverb)))
    at = draft.say(verb.third if third and way != "not" else verb.base)
    at += draft.say(verb.particle)
    pronoun: list[Entry] = []
    needs_object = bool(verb.objects)
    if verb.objects & lexicon.LIVING and draft.chance(pronoun_chance):
        english, french = draft.source.choice(OBJECT_PRONOUNS)
        pronoun = [(french, draft.say(english))]
        needs_object = False
    return [*ne, *pronoun, (verb.forms[subject.person], at), *after], needs_object


def _predicate(draft: Draft, subject: Subject) -> list[Entry]:
    """Write "is not very happy"."""
    third = subject.person == 1
    at = draft.say("is" if third else "am" if subject.person == 0 else "are")
    be: Entry = (lexicon.BE.forms[subject.person], at)
    french = [be]
    if draft.chance(0.3):
        negation = draft.say("not")
        french = [("ne", negation), be, ("pas", negation)]
    if draft.chance(0.35):
        degree, translated = draft.choose(lexicon.DEGREES)
        french.append((translated, draft.say(degree)))
    before = tuple(one for one in lexicon.ADJECTIVES_BEFORE if one.english != "new")
    pool = lexicon.ADJECTIVES_AFTER if draft.chance(0.75) else before
    adjective = zipf(draft.source, _fitting(pool, subject.kinds))
    french.append((_form(adjective, subject.feminine, subject.plural), draft.say(adjective.english)))
    return french


def _clause(draft: Draft) -> list[Entry]:
    kind = draft.source.choices(("doing", "being", "resting", "going"), (52, 26, 14, 8))[0]
    if kind == "being":
        subject = _subject(draft, lexicon.EVERYTHING)
        return subject.french + _predicate(draft, subject)
    if kind == "doing":
        subject = _subject(draft, lexicon.LIVING)
        verb = zipf(draft.source, lexicon.VERBS)
        french, needs_object = _verb(draft, subject, verb, 0.3)
        if needs_object:
            negated = any(word == "ne" for word, _ in french)
            french += _noun_phrase(draft, verb.objects, negated=negated).french
        if draft.chance(0.1):
            french += _place(draft, draft.choose(lexicon.PREPOSITIONS))
        return subject.french + french
    subject = _subject(draft, lexicon.LIVING)
    verb = lexicon.GO if kind == "going" else zipf(draft.source, lexicon.RESTING)
    french, _ = _verb(draft, subject, verb, 0.0)
    preposition = ("to", "à") if kind == "going" else draft.choose(lexicon.PREPOSITIONS)
    if kind == "going" or draft.chance(0.6):
        french += _place(draft, preposition)
    return subject.french + french


def _every_time(draft: Draft) -> list[Entry]:
    english, french = draft.choose(lexicon.TIMES)
    every, time = draft.say("every"), draft.say(english)
    return [("chaque", every), (french, time)]


def _sentence(source: random.Random) -> TranslationPair:
    draft = Draft(source)
    french: list[Entry] = []
    if draft.chance(0.1):
        return _finish(draft, _noun_phrase(draft, lexicon.EVERYTHING).french)
    opening = draft.chance(0.07)
    if opening:
        french += _every_time(draft)
        french.append((",", draft.say(",")))
    french += _clause(draft)
    if not opening and draft.chance(0.08):
        french += _every_time(draft)
    elif draft.chance(0.1):
        english, translated = draft.choose(lexicon.CONJUNCTIONS)
        french.append((translated, draft.say(english)))
        french += _clause(draft)
    if draft.chance(0.85):
        french.append((".", draft.say(".")))
    return _finish(draft, french)


def _finish(draft: Draft, entries: list[Entry]) -> TranslationPair:
    """Apply the spelling rules; a sentence that ends with a full stop begins with a capital."""
    spelt = spell(entries)
    english, french = list(draft.english), [word for word, _ in spelt]
    if english[-1] in PUNCTUATION:
        english[0] = english[0][0].upper() + english[0][1:]
        french[0] = french[0][0].upper() + french[0][1:]
    pairs = {(at, position) for position, (_, sources) in enumerate(spelt) for at in sources}
    return TranslationPair(tuple(english), Sentence(tuple(french)), tuple(sorted(pairs)))
