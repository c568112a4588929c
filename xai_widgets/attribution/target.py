"""Target: which value is explained, as a person names it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from xai_widgets.errors import InputError
from xai_widgets.text import sequence_from_tokenizer
from xai_widgets.whole import whole

VALUE_KINDS = ("logit", "log_prob", "probability")

Name = int | str


@dataclass(frozen=True)
class Target:
    """Which value is explained. Everything in it can travel as JSON.

    Attributes:
        name: a class by name or number, a token by its text (" Paris") or id; None: what the model answers.
        against: a second one, for the difference between the two; None: no contrast.
        value: "logit", "log_prob" or "probability".
        at: where several values could be explained, which: the number of a generation step or of a mask, the
            position (or the text) of the token whose label it is, "start" or "end" of an answer. None: the
            task's default.
    """

    name: Name | None = None
    against: Name | None = None
    value: str = "logit"
    at: Name | None = None

    @classmethod
    def of(cls, target: Any, *, value: str = "logit", at: Name | None = None) -> Target:
        """A Target of what came as ``target=``: None, a name, a number, a pair of them, or a Target.

        Raises:
            InputError: something else, or a kind of value that there is not.
        """
        if isinstance(target, Target):
            return target
        if value not in VALUE_KINDS:
            kinds = ", ".join(repr(kind) for kind in VALUE_KINDS)
            raise InputError(f"There is no value {value!r} to explain: choose one of {kinds}.")
        if isinstance(target, Sequence) and not isinstance(target, str) and len(target) == 2:
            name, against = target
            return cls(_name(name), _name(against), value, at)
        return cls(None if target is None else _name(target), None, value, at)


def _name(given: Any) -> Name:
    if isinstance(given, str):
        return given
    number = whole(given)
    if number is not None:
        return number
    raise InputError(
        f"The target is {given!r}; give a class or a token by name or number, a pair of them for a contrast "
        '(("positive", "negative")), or None for what the model answers.'
    )


class Classes:
    """The classes of a head, by number and name."""

    def __init__(self, names: Mapping[int, str], what: str = "class") -> None:
        self._names = dict(names)
        self.what = what

    def __len__(self) -> int:
        return len(self._names)

    def text(self, number: int) -> str:
        """The name of a class."""
        return self._names.get(number, str(number))

    def words(self, number: int) -> str:
        """The class as it stands in a sentence."""
        return f"{self.what} {self.text(number)!r}"

    def number(self, name: Name) -> int:
        """The number of the class that a person named.

        Raises:
            InputError: there is none; the message lists the nearest names, or the range of numbers.
        """
        if isinstance(name, int):
            if name in self._names:
                return name
            last = max(self._names, default=-1)
            raise InputError(f"There is no {self.what} {name}: they are numbered 0 to {last}. {self._some()}")
        folded = {text.casefold(): number for number, text in reversed(self._names.items())}
        exact = {text: number for number, text in reversed(self._names.items())}
        if name in exact:
            return exact[name]
        if name.casefold() in folded:
            return folded[name.casefold()]
        near = get_close_matches(name.casefold(), folded, n=5, cutoff=0.4)
        listed = ", ".join(repr(self._names[folded[text]]) for text in near)
        raise InputError(
            f"There is no {self.what} {name!r}. " + (f"The nearest names: {listed}." if near else self._some())
        )

    def _some(self) -> str:
        some = list(self._names.values())[:10]
        more = f" and {len(self) - len(some)} more" if len(self) > len(some) else ""
        return f"There are: {', '.join(repr(name) for name in some)}{more}."


class Vocabulary:
    """The tokens that a language model can say, by id and by text.

    ``several``: where to go with several tokens, for a person who names them as one. ``target``: whether they are an
    encoder-decoder's target: some tokenizers split it otherwise than a source.
    """

    what = "token"

    def __init__(
        self,
        tokenizer: Any,
        size: int,
        *,
        several: str = "a continuation of several tokens goes into text_pair",
        target: bool = False,
    ) -> None:
        self._tokenizer = tokenizer
        self._size = size
        self._several = several
        self._argument = "text_target" if target else "text"
        self._texts: dict[int, str] = {}

    def text(self, number: int) -> str:
        """The token as it reads, with the space before it where there is one."""
        if number not in self._texts:
            self._texts[number] = sequence_from_tokenizer(self._tokenizer, [number], continues=True).text[0]
        return self._texts[number]

    def words(self, number: int) -> str:
        """The token as it stands in a sentence."""
        return f"token {self.text(number)!r}"

    def number(self, name: Name) -> int:
        """The id of the token that a person named, by its text or its string in the vocabulary.

        Raises:
            InputError: it is not one token: the message says how it is split.
        """
        if isinstance(name, int):
            if 0 <= name < self._size:
                return name
            raise InputError(f"There is no token {name}: ids are 0 to {self._size - 1}.")
        encoded = self._tokenizer(**{self._argument: name}, add_special_tokens=False)["input_ids"]
        ids = [int(number) for number in encoded]
        unknown = getattr(self._tokenizer, "unk_token_id", None)
        if len(ids) == 1 and ids[0] != unknown:
            return ids[0]
        entry = self._tokenizer.convert_tokens_to_ids(name)
        if isinstance(entry, int) and entry != unknown and 0 <= entry < self._size:
            return entry
        if not ids or unknown in ids:
            raise InputError(f"The tokenizer does not know {name!r}. Name a token of its vocabulary, or give its id.")
        parts = " + ".join(repr(text) for text in sequence_from_tokenizer(self._tokenizer, ids, continues=True).text)
        raise InputError(f"{name!r} is {len(ids)} tokens for this model: {parts}. Name one of them; {self._several}.")
