"""The spelling rules of French that look at the next word: elision, contraction, forms before a vowel.

They work on a line of words of which each remembers the source words that it translates.
"""

from collections.abc import Sequence

Entry = tuple[str, tuple[int, ...]]
"""A French word and the indices of the English words that it translates."""

ELIDED = {"le": "l'", "la": "l'", "je": "j'", "ne": "n'", "de": "d'"}
"""What loses its vowel before a vowel."""

BEFORE_VOWEL = {"ce": "cet", "ma": "mon", "sa": "son"}
"""What takes another form before a vowel."""

CONTRACTED = {("de", "le"): "du", ("de", "les"): "des", ("à", "le"): "au", ("à", "les"): "aux"}
"""What melts into one word."""


def starts_with_vowel(word: str) -> bool:
    """Say whether a word begins with a vowel sound; every h of this project's lexicon is silent."""
    return word[:1].lower() in "aâàeéèêhiîoôœuû"


def spell(entries: Sequence[Entry]) -> list[Entry]:
    """Apply elision, then contraction ("de l'hôtel", but "du jardin").

    Args:
        entries: French words in their order, not yet fitted to each other.

    Returns:
        The words as they are written; a contracted word translates what both its parts did.
    """
    fitted: list[Entry] = []
    for position, (word, sources) in enumerate(entries):
        following = entries[position + 1][0] if position + 1 < len(entries) else ""
        if starts_with_vowel(following):
            word = ELIDED.get(word, BEFORE_VOWEL.get(word, word))
        if fitted and (fitted[-1][0], word) in CONTRACTED:
            before, others = fitted.pop()
            word, sources = CONTRACTED[before, word], (*others, *sources)
        fitted.append((word, sources))
    return fitted
