"""The word lists of the sentiment grammar. Earlier words of a list are used more often."""

ADJECTIVES = (
    # (positive, negative): each is the other's opposite
    ("good", "bad"), ("great", "terrible"), ("funny", "boring"), ("wonderful", "awful"),
    ("beautiful", "ugly"), ("excellent", "poor"), ("interesting", "dull"), ("charming", "annoying"),
    ("lovely", "horrible"), ("friendly", "rude"), ("clever", "foolish"), ("fresh", "stale"),
    ("delightful", "dreadful"), ("perfect", "broken"), ("brilliant", "miserable"),
    ("exciting", "tedious"), ("fantastic", "disappointing"), ("pleasant", "unpleasant"),
    ("amazing", "disgusting"), ("comfortable", "uncomfortable"), ("clean", "dirty"),
    ("generous", "stingy"), ("memorable", "forgettable"), ("elegant", "clumsy"), ("superb", "mediocre"),
    ("inspiring", "depressing"), ("honest", "dishonest"), ("cheerful", "gloomy"), ("helpful", "useless"),
    ("remarkable", "lousy"), ("witty", "shallow"), ("marvellous", "abysmal"), ("thrilling", "tiresome"),
    ("impressive", "pathetic"), ("splendid", "shabby"), ("enchanting", "irritating"),
    ("graceful", "awkward"), ("flawless", "faulty"), ("refreshing", "exhausting"),
    ("magnificent", "atrocious"), ("captivating", "monotonous"), ("heartwarming", "infuriating"),
    ("exquisite", "revolting"), ("masterful", "amateurish"), ("unforgettable", "unbearable"),
    ("mesmerising", "insufferable"),
)  # fmt: skip
VERBS = (
    # ((positive past, base), (negative past, base))
    (("loved", "love"), ("hated", "hate")),
    (("liked", "like"), ("disliked", "dislike")),
    (("enjoyed", "enjoy"), ("regretted", "regret")),
    (("admired", "admire"), ("despised", "despise")),
    (("praised", "praise"), ("criticised", "criticise")),
    (("recommended", "recommend"), ("dismissed", "dismiss")),
    (("adored", "adore"), ("detested", "detest")),
    (("treasured", "treasure"), ("loathed", "loathe")),
)
QUALITIES = (
    # nouns: (positive, negative)
    ("charm", "problems"), ("warmth", "mistakes"), ("talent", "flaws"), ("humour", "errors"),
    ("style", "nonsense"), ("beauty", "noise"), ("wit", "clutter"), ("grace", "mould"),
    ("elegance", "gaffes"), ("brilliance", "drudgery"),
)  # fmt: skip
NEUTRAL = (
    "long", "loud", "sweet", "spicy", "slow", "short", "quiet", "bright", "simple", "warm", "cold",
    "salty", "serious", "dark", "expensive", "crowded", "sugary", "solemn",
)  # fmt: skip
GENTLY = ("pleasantly", "nicely", "agreeably", "delightfully")
INTENSIFIERS = (
    "very", "really", "so", "truly", "extremely", "quite", "absolutely", "remarkably", "incredibly",
    "thoroughly", "exceptionally", "astonishingly",
)  # fmt: skip
TOPICS = (
    "film", "book", "hotel", "restaurant", "concert", "play", "story", "soup", "song", "museum", "game",
    "show", "room", "cake", "service", "garden", "novel", "beach", "coffee", "actor", "album", "city",
    "meal", "painting", "lecture", "guide", "tour", "train", "dessert", "opera", "waiter", "exhibition",
    "bakery", "salad", "festival", "comedy", "singer", "library", "poem", "orchestra", "castle",
    "pianist", "boat", "teacher", "ballet", "market", "director", "sequel", "documentary", "aquarium",
    "sandwich", "campsite", "gallery", "soundtrack", "puppeteer", "lighthouse", "marmalade",
    "planetarium", "choreographer",
)  # fmt: skip
ASPECTS = (
    "ending", "music", "plot", "food", "staff", "view", "acting", "price", "sound", "light", "cast",
    "menu", "design", "beginning", "colour", "script", "breakfast", "rhythm", "dialogue", "costume",
    "seating", "scenery", "decoration", "atmosphere", "translation", "choreography",
)  # fmt: skip
PEOPLE = (
    "my sister", "my friends", "the children", "our guests", "the critics", "my father", "my neighbour",
    "the audience", "the students", "my aunt", "my colleagues", "the visitors", "our teacher",
    "my cousin", "the tourists", "my grandmother", "the jury", "my uncle", "the locals", "the newspapers",
    "my roommates", "the librarian", "my godmother",
)  # fmt: skip
DAYS = (
    "on Monday", "last week", "on Sunday", "yesterday", "last night", "on Friday", "in the spring",
    "this morning", "in the summer", "on Tuesday", "last winter", "in October", "on Wednesday",
    "after lunch", "on Thursday", "in February", "at midnight",
)  # fmt: skip
PLACES = (
    "in the old town", "near the river", "by the sea", "next to the station", "in the park",
    "at the corner", "behind the church", "in the mountains", "at the harbour", "near the university",
    "by the lake", "under the bridge", "opposite the cathedral",
)  # fmt: skip
NEUTRAL_CLAUSES = (
    "we went there with {who}", "we saw it with {who}", "i waited there for {who}",
    "we had never been there before", "it was not our first visit", "we took the bus {where}",
    "i read about it {when}", "we talked about it {when}", "nobody else was there",
    "it was raining {when}", "we did not stay until the end", "i met {who} {where}", "{who} chose it",
    "{who} told us about it", "the tickets came {when}", "we walked home {when}",
    "i was there with {who} {when}", "we never saw {who} {where}",
)  # fmt: skip
