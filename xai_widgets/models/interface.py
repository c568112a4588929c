"""Seeing every call of transformers' attention interface, for one thread's forward pass, from outside the model.

Every layer that goes through the interface looks its attention function up by name, at each call. While at
least one capture runs, that look-up is observed: it hands out the very function that it would have handed out
(the model's own choice: SDPA, eager, flash, a custom one), inside a wrapper that reports the call to the
capture of the *current context*. A forward pass in another thread finds no capture in its context and gets the
bare function. Nothing of the model, its modules or its config is touched, so the outputs are the same bit for
bit, and there is nothing to put back when the pass raises.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any

from transformers import AttentionInterface

AttentionFunction = Callable[..., Any]
Observer = Callable[[AttentionFunction, tuple[Any, ...], dict[str, Any]], Any]
"""Called in place of an attention function, with that function and its arguments; returns its result."""

_observer: ContextVar[Observer | None] = ContextVar("xai_widgets_attention_observer", default=None)
_lock = threading.Lock()
_watchers = 0
# transformers 5.0 indexes the interface by name; later releases ask `get_interface`, which is also handed the
# model's eager function and so covers models that run eager attention.
_LOOKUP = "get_interface" if hasattr(AttentionInterface, "get_interface") else "__getitem__"
_original_lookup = getattr(AttentionInterface, _LOOKUP)
_inherited = _LOOKUP not in AttentionInterface.__dict__


@wraps(_original_lookup)
def _observed_lookup(*args: Any, **kwargs: Any) -> AttentionFunction:
    function: AttentionFunction = _original_lookup(*args, **kwargs)
    observer = _observer.get()
    if observer is None:
        return function

    @wraps(function)
    def observed(*call_args: Any, **call_kwargs: Any) -> Any:
        return observer(function, call_args, call_kwargs)

    return observed


def _watch(change: int) -> None:
    """Counts the captures under way; the look-up is observed exactly while there are any."""
    global _watchers
    with _lock:
        had = AttentionInterface.__dict__.get(_LOOKUP)
        _watchers += change
        if _watchers and had is not _observed_lookup:
            setattr(AttentionInterface, _LOOKUP, _observed_lookup)
        elif not _watchers:
            if _inherited:
                delattr(AttentionInterface, _LOOKUP)
            else:
                setattr(AttentionInterface, _LOOKUP, _original_lookup)


@contextmanager
def observe_attention(observer: Observer) -> Iterator[None]:
    """Within the block, every call of an attention function in this context goes through ``observer``."""
    _watch(+1)
    token = _observer.set(observer)
    try:
        yield
    finally:
        _observer.reset(token)
        _watch(-1)
