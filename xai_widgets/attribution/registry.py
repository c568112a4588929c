"""Which attribution methods there are: every module of ``methods/`` that has a Method."""

from __future__ import annotations

import pkgutil
from difflib import get_close_matches
from functools import cache
from importlib import import_module

from xai_widgets.attribution import methods as methods_package
from xai_widgets.attribution.method import Method
from xai_widgets.attribution.method_card import MethodCard
from xai_widgets.errors import InputError

_FIRST = "gradient_x_input"


@cache
def _all() -> dict[str, Method]:
    found = {}
    for module in pkgutil.iter_modules(methods_package.__path__, f"{methods_package.__name__}."):
        for value in vars(import_module(module.name)).values():
            if isinstance(value, Method):
                found[value.card.name] = value
    # The default first, then attributions before what is attention and not attribution.
    return dict(sorted(found.items(), key=lambda item: (item[0] != _FIRST, item[1].card.attention_based, item[0])))


def methods() -> tuple[MethodCard, ...]:
    """Every attribution method: name, label, reference, what it needs, what it costs, whether it is complete."""
    return tuple(found.card for found in _all().values())


def method_named(name: str) -> Method:
    """The method of that name.

    Raises:
        InputError: there is none; the message lists those there are.
    """
    known = _all()
    if not isinstance(name, str) or name not in known:
        near = get_close_matches(str(name), known, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise InputError(f"There is no attribution method {name!r}: choose one of {', '.join(map(repr, known))}.{hint}")
    return known[name]
