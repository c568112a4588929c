"""Method: an attribution method, its card and the function that runs it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from numbers import Integral, Real
from types import NoneType
from typing import Any, get_args

from xai_widgets.attribution.attribution import Float
from xai_widgets.attribution.method_card import MethodCard
from xai_widgets.attribution.problem import Problem
from xai_widgets.errors import InputError


@dataclass(frozen=True)
class Scores:
    """What a method found.

    Attributes:
        scores: float32 [step, position] for each reading.
        baseline_value: [step]: the value that the scores start from; None: zero, the method has no baseline.
        baseline: what stands for "nothing there", in words; None where there is no such thing.
        options: options that the method chose by itself (how many steps it took), for the record.
    """

    scores: Sequence[Float]
    baseline_value: Float | None = None
    baseline: str | None = None
    options: Mapping[str, Any] | None = None


# What an option may be by its annotation, numbers of numpy among them, and in words.
_TYPES: dict[Any, tuple[type, str]] = {
    int: (Integral, "a whole number"),
    float: (Real, "a number"),
    str: (str, "a name"),
    NoneType: (NoneType, "None"),
}


@dataclass(frozen=True)
class Method:
    """An attribution method: its card, and ``run(problem, **options)``.

    ``at_input``: it takes the gradients at the input itself, so the first pass must keep its graph.
    """

    card: MethodCard
    run: Callable[..., Scores]
    at_input: bool = False

    def __call__(self, problem: Problem, options: Mapping[str, Any]) -> Scores:
        """Runs the method with some of its options.

        Raises:
            InputError: an option that it does not have, or that is of another type; the message says what it takes.
        """
        known = [name for name, _ in self.card.options]
        for name in options:
            if name not in known:
                near = get_close_matches(name, known, n=1)
                hint = f" Did you mean {near[0]!r}?" if near else ""
                has = f"it has {', '.join(map(repr, known))}" if known else "it has none"
                raise InputError(f"{self.card.label} has no option {name!r}: {has}.{hint}")
            self._check(name, options[name])
        return self.run(problem, **options)

    def _check(self, name: str, value: Any) -> None:
        taken = inspect.signature(self.run, eval_str=True).parameters[name].annotation
        if taken is Any:
            return
        kinds = [_TYPES[kind] for kind in get_args(taken) or (taken,)]
        if not any(isinstance(value, kind) for kind, _ in kinds):
            words = " or ".join(word for _, word in kinds)
            raise InputError(f"{self.card.label} was given {name}={value!r}: it takes {words}.")


def method(*, at_input: bool = False, **card: Any) -> Callable[[Callable[..., Scores]], Method]:
    """Makes the decorated function a Method; its name and its keyword arguments become the card's.

    Takes the fields of MethodCard except ``name`` and ``options``, and ``at_input`` (see Method).
    """

    def make(run: Callable[..., Scores]) -> Method:
        parameters = list(inspect.signature(run).parameters.values())[1:]
        options = tuple((parameter.name, parameter.default) for parameter in parameters)
        return Method(MethodCard(name=run.__name__, options=options, **card), run, at_input)

    return make
