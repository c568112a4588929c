"""How many of the CPU's cores torch works on, where a person waits beside it.

OpenMP keeps its number of threads for each thread that asks: what is said here holds for the thread that says it, and
other threads work as before. ``torch.set_num_threads`` is for the whole process.
"""

from __future__ import annotations

import functools
import sys
import warnings
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from threadpoolctl import ThreadpoolController

_MANY = 2**18
"""From here on, two cores save more than a quarter of a millisecond."""


def on_one_core(numbers: int) -> AbstractContextManager[Any]:
    """In it torch makes so many numbers on one core, if they are few.

    Cores that share a work wait for each other after every step. Where other programs want them too (a browser that
    draws, on a laptop with two of them), the wait for the last is longer than the work: one layer of 128 tokens, a
    third of a millisecond, took up to 25.
    """
    return _limited(most=1) if numbers < _MANY else nullcontext()


def leaving_a_core() -> AbstractContextManager[Any]:
    """In it torch leaves one core to the page, which goes on being drawn and pointed at meanwhile."""
    return _limited(spared=1)


def _limited(*, most: int | None = None, spared: int = 0) -> AbstractContextManager[Any]:
    torch = sys.modules.get("torch")
    if torch is None:
        return nullcontext()
    # Asked for in any case: torch decides on a number once in each thread, and would put it in place of this one.
    cores: int = torch.get_num_threads()
    limited: AbstractContextManager[Any] = _openmp().limit(limits=most or max(1, cores - spared))
    return limited


@functools.cache
def _openmp() -> ThreadpoolController:
    with warnings.catch_warnings():
        # That there are two kinds of OpenMP in the process is the concern of whoever loaded them.
        warnings.simplefilter("ignore")
        return ThreadpoolController().select(user_api="openmp")
