"""View state as a short string that people can read, write on a board and type.

    attention1:sentiment:L2:H1,3:lines+matrix:q4:"not a good film"

First what it is of, with the version of the format, then the model, then parts in any order, then the text or both
texts in quotation marks. A part that is left out means the usual; what is always written (a layer, a method) stays as
it is where it is left out. Positions and heads count from 0, and a span from a to b holds both.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from xai_widgets.errors import InputError
from xai_widgets.widgets.state_parts import STAYS, StatePart

VERSION = 1
"""Of the format. A reader reads its own and all before it, and refuses later ones."""

_EXAMPLE = 'attention1:sentiment:L2:H1,3:lines+matrix:"not a good film"'
_HEADING = re.compile(r"(?P<kind>[a-z]+)(?P<version>\d+):(?P<model>[^:\"]*)(?::(?P<rest>.*))?\Z", re.DOTALL)
# What a name holds beside letters and digits without being written as %XX.
_SAFE = "-._~@+()/ "


@dataclass(frozen=True)
class State:
    """A state that was read.

    Attributes:
        model: what the model is called, "" for any.
        values: traits by name; not those that stay.
        texts: the texts, in order; none where the state is of whatever text is on show.
    """

    model: str
    values: Mapping[str, Any]
    texts: tuple[str, ...]


def model_of(name: str) -> str:
    """A model's name as it stands in a state: without its class, and without the folder that it lies in."""
    return name.partition(" (")[0].replace("\\", "/").rstrip("/").rpartition("/")[2]


def write_state(kind: str, model: str, parts: Iterable[StatePart], traits: Any, texts: Sequence[str]) -> str:
    """The state of ``traits`` (an object that has them); ``texts``: those to hold, or none."""
    words = [part.write(getattr(traits, part.trait)) for part in parts]
    quoted = [" ".join(json.dumps(text, ensure_ascii=False) for text in texts)]
    return ":".join([f"{kind}{VERSION}", quote(model_of(model), safe=_SAFE), *filter(None, words + quoted)])


def read_state(state: str, kind: str, parts: Sequence[StatePart]) -> State:
    """Reads a state of that kind.

    Raises:
        InputError: no state at all, of something else, of a newer version, or with a part that is not understood.
    """
    found = _HEADING.match(state.strip()) if isinstance(state, str) else None
    if found is None:
        raise InputError(f"{state!r:.80} is no view state. One reads like {_EXAMPLE}")
    if found["kind"] != kind:
        raise InputError(f"This is a view state of {found['kind']!r}, and this widget shows {kind!r}.")
    if int(found["version"]) > VERSION:
        raise InputError(
            f"This view state was written by a newer xai-widgets (format {found['version']}; this one reads up to "
            f"{VERSION}). Upgrade xai-widgets to use it."
        )
    words, texts = _split(found["rest"] or "")
    values: dict[str, Any] = {}
    for word in words:
        trait, value = _read(word, parts)
        if trait in values:
            raise InputError(f"The view state says twice what {trait} is: {word!r} is the second.")
        values[trait] = value
    # In the order of the parts: a layer comes before its heads.
    made = {part.trait: values.get(part.trait, part.absent) for part in parts}
    made = {trait: value for trait, value in made.items() if value is not STAYS}
    return State(unquote(found["model"]), made, texts)


def _split(rest: str) -> tuple[list[str], tuple[str, ...]]:
    """Parts and texts. Quotation marks may be curly: word processors make them so."""
    start = min((at for mark in '"“”' if (at := rest.find(mark)) >= 0), default=len(rest))
    words = [word.strip() for word in rest[:start].split(":") if word.strip()]
    texts: list[str] = []
    left = rest[start:].strip()
    if left and left[0] in "“”":
        left = left.replace("“", '"').replace("”", '"')
    decoder = json.JSONDecoder()
    while left:
        try:
            text, end = decoder.raw_decode(left)
        except ValueError:
            text, end = None, 0
        if not isinstance(text, str):
            raise InputError(f"The text of the view state does not end, or is not in quotation marks: {left!r:.80}")
        texts.append(text)
        left = left[end:].strip()
    if len(texts) > 2:
        raise InputError(f"The view state has {len(texts)} texts; there are at most two.")
    return words, tuple(texts)


def _read(word: str, parts: Iterable[StatePart]) -> tuple[str, Any]:
    for part in parts:
        try:
            return part.trait, part.read(word)
        except ValueError:
            continue
    raise InputError(f"{word!r} in the view state is not understood. One reads like {_EXAMPLE}")
