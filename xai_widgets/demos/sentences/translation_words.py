"""The lexicon of the translation grammar: English words and their French, with every form that is needed.

Earlier entries of a list are used more often. Kinds say what goes with what: ``person``, ``animal``,
``thing``, ``text`` (can be read), ``case`` (can be opened), ``food`` and ``place``.
"""

from dataclasses import dataclass
from typing import Literal

Gender = Literal["m", "f"]


@dataclass(frozen=True)
class Noun:
    """A noun: English and French in singular and plural, French gender, and kind."""

    singular: str
    plural: str
    french: str
    french_plural: str
    gender: Gender
    kind: str


@dataclass(frozen=True)
class Adjective:
    """An adjective, with its four French forms and where it stands.

    Attributes:
        english: the English word.
        forms: masculine, feminine, masculine plural, feminine plural.
        before: whether it stands before the French noun.
        before_vowel: the masculine singular before a vowel ("bel"), where it differs.
        kinds: the kinds of noun that it goes with.
    """

    english: str
    forms: tuple[str, str, str, str]
    before: bool
    before_vowel: str
    kinds: frozenset[str]


@dataclass(frozen=True)
class Verb:
    """A verb in the present.

    Attributes:
        base: English base form.
        third: English third person singular.
        particle: what follows the English verb ("for" in "look for"), or "".
        forms: French for je, il, nous, vous, ils.
        objects: kinds of noun that can be its object; empty for a verb without object.
    """

    base: str
    third: str
    particle: str
    forms: tuple[str, str, str, str, str]
    objects: frozenset[str]


def _nouns(kind: str, *lines: str) -> tuple[Noun, ...]:
    """Read ``english french gender``; irregular plurals stand after a slash."""
    nouns = []
    for line in lines:
        english, french, gender = line.split()
        singular, _, plural = english.partition("/")
        french, _, french_plural = french.partition("/")
        regular = french if french[-1] in "sx" else french + "s"
        nouns.append(
            Noun(
                singular,
                plural or singular + "s",
                french,
                french_plural or regular,
                "m" if gender == "m" else "f",
                kind,
            )
        )
    return tuple(nouns)


NOUNS: dict[str, tuple[Noun, ...]] = {
    "person": _nouns(
        "person",
        "boy garçon m", "girl fille f", "woman/women femme f", "man/men homme m", "friend ami m",
        "sister sœur f",
        "child/children enfant m", "brother frère m", "teacher professeur m", "mother mère f",
        "father père m",
        "doctor médecin m", "neighbour voisin m", "queen reine f", "king roi m", "student étudiant m",
        "baker boulanger m",
        "aunt tante f", "uncle oncle m", "singer chanteur m", "nurse infirmière f", "painter peintre m",
        "actress/actresses actrice f", "farmer fermier m", "gardener jardinier m", "pilot pilote m",
        "waiter serveur m",
        "princess/princesses princesse f", "engineer ingénieur m", "pianist pianiste m",
        "librarian bibliothécaire m",
    ),
    "animal": _nouns(
        "animal",
        "dog chien m", "cat chat m", "bird oiseau/oiseaux m", "horse cheval/chevaux m", "cow vache f",
        "mouse/mice souris f", "rabbit lapin m", "duck canard m", "hen poule f", "bear ours m",
        "wolf/wolves loup m",
        "fox/foxes renard m", "bee abeille f", "goat chèvre f", "lion lion m", "turtle tortue f",
        "frog grenouille f",
        "squirrel écureuil m", "spider araignée f", "donkey âne m", "butterfly/butterflies papillon m",
        "swan cygne m",
    ),
    "thing": _nouns(
        "thing",
        "car voiture f", "table table f", "chair chaise f", "flower fleur f", "bike vélo m",
        "hat chapeau/chapeaux m",
        "tree arbre m", "boat bateau/bateaux m", "lamp lampe f", "key clé f", "dress/dresses robe f",
        "ball ballon m",
        "clock horloge f", "guitar guitare f", "coat manteau/manteaux m", "plate assiette f", "bed lit m",
        "shoe chaussure f", "painting tableau/tableaux m", "pencil crayon m", "glass/glasses verre m",
        "piano piano m",
        "knife/knives couteau/couteaux m", "ring bague f", "mirror miroir m", "star étoile f",
        "umbrella parapluie m",
        "candle bougie f", "shirt chemise f", "violin violon m", "ladder échelle f", "blanket couverture f",
        "drum tambour m", "scarf/scarves écharpe f", "necklace collier m",
    ),
    "text": _nouns(
        "text",
        "book livre m", "letter lettre f", "newspaper journal/journaux m", "story/stories histoire f", "poem poème m",
    ),
    "case": _nouns(
        "case",
        "door porte f", "window fenêtre f", "box/boxes boîte f", "bag sac m", "bottle bouteille f",
        "suitcase valise f", "drawer tiroir m",
    ),
    "food": _nouns(
        "food",
        "apple pomme f", "cake gâteau/gâteaux m", "orange orange f", "egg œuf m", "cheese fromage m",
        "soup soupe f",
        "pear poire f", "carrot carotte f", "tomato/tomatoes tomate f", "banana banane f", "lemon citron m",
        "sandwich/sandwiches sandwich m", "pie tarte f", "strawberry/strawberries fraise f",
        "biscuit biscuit m",
        "onion oignon m", "cherry/cherries cerise f", "mushroom champignon m", "pancake crêpe f",
        "apricot abricot m",
    ),
    "place": _nouns(
        "place",
        "house maison f", "garden jardin m", "school école f", "city/cities ville f", "street rue f",
        "market marché m",
        "kitchen cuisine f", "park parc m", "church/churches église f", "castle château/châteaux m",
        "forest forêt f",
        "river rivière f", "museum musée m", "station gare f", "hotel hôtel m", "island île f",
        "bridge pont m",
        "beach/beaches plage f", "village village m", "library/libraries bibliothèque f", "shop magasin m",
        "hospital hôpital/hôpitaux m", "factory/factories usine f", "mountain montagne f",
        "bakery/bakeries boulangerie f",
        "theatre théâtre m", "farm ferme f", "harbour port m",
    ),
}  # fmt: skip

LIVING = frozenset({"person", "animal"})
GOODS = frozenset({"thing", "text", "case"})
PLACES = frozenset({"place"})
FOOD = frozenset({"food"})
EVERYTHING = LIVING | GOODS | PLACES | FOOD


def _adjectives(kinds: frozenset[str], *lines: str, before: bool = False) -> tuple[Adjective, ...]:
    """Read ``english masculine``, or with ``/feminine``, ``/plural``, ``/before-vowel`` where irregular."""
    adjectives = []
    for line in lines:
        english, french = line.split()
        masculine, feminine, plural, before_vowel = [*french.split("/"), "", "", ""][:4]
        feminine = feminine or (masculine if masculine.endswith("e") else masculine + "e")
        plural = plural or (masculine if masculine[-1] in "sx" else masculine + "s")
        forms = (masculine, feminine, plural, feminine + "s")
        adjectives.append(Adjective(english, forms, before, before_vowel or masculine, kinds))
    return tuple(adjectives)


ADJECTIVES_BEFORE = (
    *_adjectives(
        EVERYTHING,
        "small petit", "big grand", "old vieux/vieille/vieux/vieil", "beautiful beau/belle/beaux/bel",
        "pretty joli",
        "good bon/bonne", "new nouveau/nouvelle/nouveaux/nouvel", "bad mauvais",
        before=True,
    ),
    *_adjectives(LIVING, "young jeune", before=True),
)  # fmt: skip
ADJECTIVES_AFTER = (
    *_adjectives(
        GOODS,
        "red rouge", "blue bleu", "green vert", "black noir", "white blanc/blanche", "yellow jaune",
        "heavy lourd",
        "light léger/légère", "round rond", "broken cassé", "useful utile", "pink rose",
        "purple violet/violette",
        "precious précieux/précieuse", "modern moderne",
    ),
    *_adjectives(GOODS | FOOD | PLACES, "expensive cher/chère", "clean propre", "dirty sale"),
    *_adjectives(EVERYTHING, "strange étrange", "magnificent magnifique"),
    *_adjectives(frozenset({"case"}), "open ouvert", "closed fermé", "empty vide"),
    *_adjectives(FOOD, "fresh frais/fraîche", "warm chaud", "cold froid", "sweet sucré",
                 "delicious délicieux/délicieuse"),
    *_adjectives(
        LIVING,
        "happy heureux/heureuse", "sad triste", "tired fatigué", "clever intelligent",
        "curious curieux/curieuse",
        "strong fort", "shy timide", "patient patient", "brave courageux/courageuse",
        "lazy paresseux/paresseuse",
        "worried inquiet/inquiète", "funny drôle",
    ),
    *_adjectives(frozenset({"person"}), "famous célèbre", "rich riche", "polite poli", "kind gentil/gentille",
                 "elegant élégant"),
    *_adjectives(frozenset({"animal"}), "wild sauvage", "grey gris", "brown brun", "fast rapide", "slow lent"),
    *_adjectives(PLACES, "quiet calme", "noisy bruyant", "dangerous dangereux/dangereuse",
                 "mysterious mystérieux/mystérieuse"),
)  # fmt: skip


def _regular(infinitive: str) -> tuple[str, str, str, str, str]:
    """Conjugate a verb in -er; "mangeons" keeps its e."""
    stem = infinitive.removesuffix("er")
    soft = "e" if stem.endswith("g") else ""
    return (stem + "e", stem + "e", stem + soft + "ons", stem + "ez", stem + "ent")


def _verbs(objects: frozenset[str], *lines: str) -> tuple[Verb, ...]:
    """Read ``english infinitive`` for regular verbs, ``english je il nous vous ils`` for the others.

    ``look+for`` is a verb with its particle; ``go/goes`` gives an irregular third person.
    """
    verbs = []
    for line in lines:
        english, *forms = line.split()
        english, _, particle = english.partition("+")
        base, _, third = english.partition("/")
        if len(forms) == 1:
            forms = list(_regular(forms[0]))
        i, he, we, you, they = forms
        verbs.append(Verb(base, third or base + "s", particle, (i, he, we, you, they), objects))
    return tuple(verbs)


VERBS = (
    *_verbs(
        EVERYTHING,
        "see vois voit voyons voyez voient", "like aimer", "watch/watches regarder", "look+for chercher",
        "find trouver",
        "want veux veut voulons voulez veulent", "draw dessiner",
        "paint peins peint peignons peignez peignent",
        "prefer préfère préfère préférons préférez préfèrent", "admire admirer", "forget oublier",
        "photograph photographier",
    ),
    *_verbs(
        GOODS | FOOD,
        "buy/buys achète achète achetons achetez achètent", "take prends prend prenons prenez prennent",
        "carry/carries porter",
        "sell vends vend vendons vendez vendent", "lose perds perd perdons perdez perdent", "hide cacher",
        "choose choisis choisit choisissons choisissez choisissent", "bring apporter", "keep garder",
    ),
    *_verbs(FOOD, "eat manger", "cut couper", "share partager", "prepare préparer", "taste goûter"),
    *_verbs(
        LIVING,
        "help aider", "wait+for attends attend attendons attendez attendent", "listen+to écouter",
        "follow suis suit suivons suivez suivent", "call appelle appelle appelons appelez appellent",
    ),
    *_verbs(frozenset({"person"}), "invite inviter", "thank remercier",
            "know connais connaît connaissons connaissez connaissent"),
    *_verbs(frozenset({"text"}), "read lis lit lisons lisez lisent", "write écris écrit écrivons écrivez écrivent"),
    *_verbs(frozenset({"case"}), "open ouvre ouvre ouvrons ouvrez ouvrent", "close fermer"),
    *_verbs(GOODS, "repair réparer", "wash/washes laver", "break casser"),
    *_verbs(PLACES, "visit visiter", "leave quitter", "cross/crosses traverser"),
)  # fmt: skip
RESTING = _verbs(
    frozenset(),
    "sleep dors dort dormons dormez dorment", "sing chanter", "play jouer", "work travailler", "dance danser",
    "live vis vit vivons vivez vivent", "swim nager", "laugh ris rit rions riez rient", "cry/cries pleurer",
    "smile souris sourit sourions souriez sourient", "walk marcher",
)  # fmt: skip
GO = _verbs(frozenset(), "go/goes vais va allons allez vont")[0]
BE = Verb("are", "is", "", ("suis", "est", "sommes", "êtes", "sont"), frozenset())

PREPOSITIONS = (("in", "dans"), ("behind", "derrière"), ("near", "près de"), ("with", "avec"), ("under", "sous"),
                ("on", "sur"), ("without", "sans"))  # fmt: skip
OFTEN = (("often", "souvent"), ("always", "toujours"), ("sometimes", "parfois"), ("rarely", "rarement"))
DEGREES = (("very", "très"), ("too", "trop"), ("always", "toujours"), ("often", "souvent"))
TIMES = (("day", "jour"), ("morning", "matin"), ("evening", "soir"), ("week", "semaine"), ("summer", "été"),
         ("winter", "hiver"), ("night", "nuit"), ("year", "année"), ("month", "mois"))  # fmt: skip
CONJUNCTIONS = (("and", "et"), ("but", "mais"), ("because", "car"), ("when", "quand"))
NUMBERS = (("two", "deux"), ("three", "trois"), ("four", "quatre"), ("five", "cinq"), ("ten", "dix"))
