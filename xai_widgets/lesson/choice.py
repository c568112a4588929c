"""Choice: one of the things that a student can pick."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xai_widgets.errors import InputError
from xai_widgets.text import TokenSequence
from xai_widgets.whole import whole

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


@dataclass(frozen=True)
class Choice:
    """One of the things that a student can pick.

    Attributes:
        label: a token as it reads, or a name.
        special: whether it is a special token.
        note: what stands under it until the numbers do: what it has to do with the question; "" for nothing.
    """

    label: str
    special: bool = False
    note: str = ""


def choices_of(
    tokens: TokenSequence, positions: Sequence[int], noted: int | None = None, note: str = ""
) -> tuple[Choice, ...]:
    """The tokens at some positions as choices; the one at ``noted`` has the note."""
    return tuple(
        Choice(tokens.text[position].strip(" "), tokens.special[position], note if position == noted else "")
        for position in positions
    )


def quoted(choices: Sequence[Choice], index: int) -> str:
    """A choice in quotes; of several with the same label it says which one."""
    label = choices[index].label
    same = [other for other, choice in enumerate(choices) if choice.label == label]
    if len(same) == 1:
        return f"“{label}”"
    place = same.index(index)
    ordinal = _ORDINALS[place] if place < len(_ORDINALS) else f"{place + 1}th"
    return f"the {ordinal} “{label}”"


def index_of(choices: Sequence[Choice], picked: int | str) -> int:
    """The number of a choice that was picked by its number or its label.

    Raises:
        InputError: there is no such choice, or several have that label; the message says which there are.
    """
    number = whole(picked)
    if number is not None:
        if not -len(choices) <= number < len(choices):
            raise InputError(f"There is no choice {number}: they are 0 to {len(choices) - 1}.")
        return number % len(choices)
    same = [index for index, choice in enumerate(choices) if choice.label == str(picked).strip(" ")]
    if len(same) == 1:
        return same[0]
    if same:
        raise InputError(f"{picked!r} stands at {same} among the choices: pick it by its number.")
    raise InputError(f"{picked!r} is not among the choices: {', '.join(repr(choice.label) for choice in choices)}.")


def position_of(tokens: TokenSequence, token: int | str) -> int:
    """The position of a token that was named by its position (negative: from the end) or its text.

    Raises:
        InputError: there is no such token, or several read so; the message says where.
    """
    number = whole(token)
    if number is not None:
        if not -len(tokens) <= number < len(tokens):
            raise InputError(f"There is no token {number}: positions are 0 to {len(tokens) - 1}.")
        return number % len(tokens)
    same = [position for position, text in enumerate(tokens.text) if text.strip(" ") == str(token).strip(" ")]
    if len(same) == 1:
        return same[0]
    if same:
        raise InputError(f"{token!r} stands at the positions {same}: give one of them in place of the text.")
    raise InputError(f"There is no token {token!r} in {list(tokens.text)}.")
