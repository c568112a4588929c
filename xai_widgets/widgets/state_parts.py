"""The parts of a view state's string: one a trait, each short enough to be written on a board."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

STAYS = object()
"""What the absence of a part means that leaves the trait as it is."""
# What a value may hold beside letters and digits without being written as %XX.
_SAFE = "-._~@()/ ,'"


@dataclass(frozen=True)
class StatePart:
    """One part of a state: a trait, and how it reads.

    Attributes:
        trait: the trait's name.
        write: gives the part, or "" where the value is what its absence means.
        read: gives the value; raises ValueError where the text is another part.
        absent: the value where the part is left out, or STAYS.
    """

    trait: str
    write: Callable[[Any], str]
    read: Callable[[str], Any]
    absent: Any = STAYS


def number(trait: str, prefix: str, absent: Any = STAYS) -> StatePart:
    """A whole number: L2."""
    return StatePart(
        trait,
        lambda value: "" if value == absent else f"{prefix}{value}",
        lambda word: _number(_after(prefix, word)),
        absent,
    )


def numbers(trait: str, prefix: str) -> StatePart:
    """Whole numbers, ascending: H3,5 or H0-3; Hnone."""

    def read(word: str) -> list[int]:
        text = _after(prefix, word)
        spans = [] if text == "none" else [_span(part) for part in text.split(",")]
        return sorted({one for start, stop in spans for one in range(start, stop)})

    return StatePart(trait, lambda values: prefix + (",".join(_runs(values)) or "none"), read)


def amount(trait: str, prefix: str) -> StatePart:
    """A number that is usually 0: min0.05."""
    return StatePart(
        trait, lambda value: f"{prefix}{value:g}" if value else "", lambda word: float(_after(prefix, word)), 0.0
    )


def flag(trait: str, word: str) -> StatePart:
    """A word that is there or not."""

    def read(given: str) -> bool:
        _after(word, given, rest=False)
        return True

    return StatePart(trait, lambda value: word if value else "", read, False)


def choice(trait: str, known: Sequence[str], absent: Any = STAYS, *, usual: str = "") -> StatePart:
    """One of a few words; ``absent`` and what is usual are left out."""
    return StatePart(
        trait, lambda value: "" if value in (absent, usual) else value, lambda word: known[known.index(word)], absent
    )


def choices(trait: str, known: Sequence[str]) -> StatePart:
    """Several of a few words: lines+matrix."""
    return StatePart(trait, "+".join, lambda word: [known[known.index(one)] for one in word.split("+")])


def named(trait: str, absent: Any = STAYS, *, several: bool = False) -> StatePart:
    """A name, or several, behind that of the trait: method=occlusion, compare=lime+shap."""

    def write(value: Any) -> str:
        names = value if several else [value]
        return "" if value == absent else f"{trait}={'+'.join(quote(name, safe=_SAFE) for name in names)}"

    def read(word: str) -> Any:
        names = [unquote(name) for name in _after(f"{trait}=", word).split("+")]
        return names if several else names[0]

    return StatePart(trait, write, read, absent)


def coded(trait: str, write: Callable[[Any], str], read: Callable[[str], Any], absent: Any = STAYS) -> StatePart:
    """A value in words of its own, behind the trait's name."""
    return StatePart(
        trait,
        lambda value: "" if value == absent else f"{trait}={write(value)}",
        lambda word: read(_after(f"{trait}=", word)),
        absent,
    )


def spans(trait: str, letters: Mapping[Any, str]) -> StatePart:
    """Pinned spans: q3,k5-7 (5, 6 and 7); ``letters`` by side."""
    sides = {letter: side for side, letter in letters.items()}

    def write(pinned: Sequence[Mapping[str, Any]]) -> str:
        return ",".join(f"{letters[pin['side']]}{_run(pin['start'], pin['stop'])}" for pin in pinned)

    def read(word: str) -> list[dict[str, Any]]:
        pins = []
        for text in word.split(","):
            if text[:1] not in sides:
                raise ValueError(text)
            start, stop = _span(text[1:])
            pins.append({"side": sides[text[0]], "start": start, "stop": stop})
        return pins

    return StatePart(trait, write, read, [])


def part_of_map(trait: str) -> StatePart:
    """The part of a long map: part=0-255,512-767, queries and keys."""

    def read(text: str) -> dict[str, list[int]]:
        query, key = text.split(",")
        return {"query": list(_span(query)), "key": list(_span(key))}

    return coded(trait, lambda part: ",".join(_run(*part[side]) for side in ("query", "key")), read, None)


def target(trait: str) -> StatePart:
    """A class or token by name or number (#3), a pair of them (a+b), or none: what the model answers."""

    def one(name: int | str) -> str:
        return f"#{name}" if isinstance(name, int) else quote(name, safe=_SAFE)

    def of(text: str) -> int | str:
        return _number(text[1:]) if text.startswith("#") else unquote(text)

    def read(text: str) -> Any:
        names = [of(each) for each in text.split("+")]
        return names[0] if len(names) == 1 else names

    return coded(
        trait, lambda value: "+".join(map(one, value if isinstance(value, list | tuple) else [value])), read, None
    )


def ids(trait: str) -> StatePart:
    """Numbers of tokens: forced=12+55."""
    return coded(
        trait, lambda value: "+".join(map(str, value)), lambda text: [_number(one) for one in text.split("+")], []
    )


def head(trait: str) -> StatePart:
    """A layer and a head of it: 2.3."""

    def read(text: str) -> list[int]:
        layer, number = text.split(".")
        return [_number(layer), _number(number)]

    return coded(trait, lambda value: f"{value[0]}.{value[1]}", read, None)


def colours(trait: str) -> StatePart:
    """What colours a translation: attention (the mean over all), 2.3 (a layer and a head, * for all), or a method."""

    def one(colour: Mapping[str, Any]) -> str:
        if colour["what"] == "method":
            return str(colour["name"])
        numbers = [colour["layer"], colour["head"]]
        return "attention" if numbers == [None, None] else ".".join("*" if n is None else str(n) for n in numbers)

    def of(text: str) -> Any:
        layer, dot, head = text.partition(".")
        return tuple(None if name == "*" else _number(name) for name in (layer, head)) if dot else text

    return coded(trait, lambda value: "+".join(map(one, value)), lambda text: [of(each) for each in text.split("+")])


def _after(prefix: str, word: str, *, rest: bool = True) -> str:
    if not word.startswith(prefix) or rest is (word == prefix):
        raise ValueError(word)
    return word.removeprefix(prefix)


def _number(text: str) -> int:
    # int() alone would take signs, blanks and underscores.
    if not (text.isascii() and text.isdigit()):
        raise ValueError(text)
    return int(text)


def _span(text: str) -> tuple[int, int]:
    """Half-open, of a number or of a first and a last."""
    first, dash, last = text.partition("-")
    start = _number(first)
    stop = (_number(last) if dash else start) + 1
    if stop <= start:
        raise ValueError(text)
    return start, stop


def _run(start: int, stop: int) -> str:
    return str(start) if stop == start + 1 else f"{start}-{stop - 1}"


def _runs(values: Iterable[int]) -> list[str]:
    """Numbers with three or more in a row as a span."""
    runs: list[list[int]] = []
    for value in sorted(values):
        if runs and value == runs[-1][1]:
            runs[-1][1] += 1
        else:
            runs.append([value, value + 1])
    short = [[one, one + 1] for start, stop in runs if stop - start < 3 for one in range(start, stop)]
    long = [run for run in runs if run[1] - run[0] >= 3]
    return [_run(start, stop) for start, stop in sorted(short + long)]
