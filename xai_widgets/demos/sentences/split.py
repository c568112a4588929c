"""Which sentences are for training and which are held out, decided by the text alone.

The text's own hash decides, so a sentence can never be on both sides, whatever the seed and however
many are drawn.
"""

import hashlib
import random
from collections.abc import Callable
from typing import Literal, TypeVar

from xai_widgets.demos.sentences.layout import Sentence

Split = Literal["train", "held_out"]
"""The two sides of the split."""

HELD_OUT_ONE_IN = 10
"""One text in this many is held out."""

AnySentence = TypeVar("AnySentence", bound=Sentence)
AnyItem = TypeVar("AnyItem")


def split_of(text: str) -> Split:
    """Say on which side a text is. Capitals and final stops do not count, so near copies stay together."""
    key = text.lower().rstrip(".!?").encode()
    number = int.from_bytes(hashlib.sha256(key).digest()[:8], "big")
    return "held_out" if number % HELD_OUT_ONE_IN == 0 else "train"


def draw(make: Callable[[random.Random], AnySentence], count: int, seed: int, split: Split) -> list[AnySentence]:
    """Draw different sentences of one side.

    Args:
        make: the grammar: makes one sentence from a random source.
        count: how many sentences, each with another text.
        seed: the same seed gives the same sentences, on every machine.
        split: ``"train"`` or ``"held_out"``.

    Returns:
        ``count`` sentences.
    """
    source = random.Random(seed)
    seen: set[str] = set()
    drawn: list[AnySentence] = []
    while len(drawn) < count:
        sentence = make(source)
        if sentence.text not in seen and split_of(sentence.text) == split:
            seen.add(sentence.text)
            drawn.append(sentence)
    return drawn


def zipf(source: random.Random, items: tuple[AnyItem, ...]) -> AnyItem:
    """Choose an item, the earlier ones more often, as words are in any language.

    The rare ones at the end are what a small vocabulary has to cut into sub-words.
    """
    weights = [1.0 / (6 + rank) for rank in range(len(items))]
    return source.choices(items, weights)[0]
