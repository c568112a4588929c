"""The word lists of the language model's grammar. Earlier words of a list are used more often."""


def _nouns(line: str) -> tuple[tuple[str, str], ...]:
    """Read nouns as (singular, plural); an irregular plural stands after a slash."""
    pairs = (word.partition("/") for word in line.split())
    return tuple((singular, plural or singular + "s") for singular, _, plural in pairs)


def _verbs(line: str) -> tuple[tuple[str, str], ...]:
    """Read verbs as (third person singular, plural)."""
    pairs = (word.partition("/") for word in line.split())
    return tuple((singular or base + "s", base) for base, _, singular in pairs)


NOUNS = {
    "thing": _nouns(
        "key book lamp box/boxes letter picture cup clock door ring map coat hat bell kite boat drum chair table "
        "ticket basket candle bottle window flower shoe pencil mirror ladder suitcase blanket button carpet "
        "guitar ribbon kettle lantern painting umbrella violin bucket compass/compasses teapot marble pillow"
    ),
    "person": _nouns(
        "girl boy teacher friend woman/women man/men child/children doctor singer king queen farmer baker student "
        "pilot painter dancer neighbour writer sailor nurse gardener waiter poet actor visitor engineer librarian"
    ),
    "animal": _nouns(
        "dog cat horse bird cow rabbit duck fox/foxes lion owl goat mouse/mice bear frog hen donkey turtle "
        "squirrel penguin hedgehog"
    ),
    "place": _nouns(
        "garden house kitchen table cabinet school park room street city/cities castle river forest village shop "
        "museum bridge station tower market island library/libraries hotel cellar attic harbour lighthouse"
    ),
}  # fmt: skip
ADJECTIVES = (
    "old", "new", "red", "small", "big", "green", "good", "blue", "happy", "quiet", "black", "young",
    "white", "clean", "heavy", "strange", "yellow", "warm", "cold", "bright", "round", "empty", "broken",
    "lovely", "golden", "silver", "famous", "gentle", "curious", "clever", "wooden", "dusty", "noisy",
    "purple", "elegant", "mysterious",
)  # fmt: skip
ADJECTIVES_WITH_A = tuple(word for word in ADJECTIVES if word[0] not in "aeiou")
PREPOSITIONS = ("near", "to", "of", "with", "in", "behind", "on", "under", "from", "beside", "without")
PREPOSITIONS_OF_PLACE = ("in", "near", "behind", "at", "outside")
VERBS = _verbs("see know like watch/watches help find love hear admire follow")
ACTIONS = _verbs("sleep sing wait play work live dance walk smile run rest laugh travel")
EVENTS = _verbs("shine fall move break disappear open")
LIKINGS = ("likes", "wants", "has", "sees", "buys", "paints", "finds", "keeps", "loves", "draws")
DEGREES = ("very", "so", "too", "always", "never")
NAMES = ("Mila", "Tom", "Anna", "Ben", "Lena", "Oscar", "Nora", "Hugo", "Zoe", "Felix", "Ines", "Samir", "Aiko",
         "Pablo", "Leila", "Kofi")  # fmt: skip
ALL_WORDS = tuple(
    dict.fromkeys(
        [*ADJECTIVES]
        + [form for nouns in NOUNS.values() for pair in nouns for form in pair]
        + [form for verbs in (VERBS, ACTIONS, EVENTS) for pair in verbs for form in pair]
        + [*PREPOSITIONS, *DEGREES, *LIKINGS]
    )
)
"""Every word but names and articles, each once: what lists of words are drawn from."""
