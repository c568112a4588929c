"""Small computations on one core: a person waits for them, and spreading them makes them slower where it matters.

Threads that work on one thing wait for each other after every step. Where other programs want the cores (a browser
that draws, on a laptop with two of them), the wait for the last is longer than the work: one layer of 128 tokens,
a third of a millisecond, took up to 25.
"""

from __future__ import annotations

import functools
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from threadpoolctl import ThreadpoolController

_MANY = 2**18
"""From here on, two cores save more than a quarter of a millisecond."""


def on_one_core(numbers: int) -> AbstractContextManager[Any]:
    """In it torch makes so many numbers on one core of the CPU, if they are few; and other threads work as before."""
    return _openmp().limit(limits=1) if numbers < _MANY else nullcontext()


@functools.cache
def _openmp() -> ThreadpoolController:
    # OpenMP keeps its number of threads for each thread that asks; torch.set_num_threads is for the whole process.
    return ThreadpoolController().select(user_api="openmp")
