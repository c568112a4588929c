"""What a function takes of memory at its peak, each time in a process of its own."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from timing import ROUNDS, spread

MIB = 2**20


def in_a_process(function: Callable[..., Any], *arguments: Any) -> Any:
    """What a function of a module gives, run in a fresh interpreter."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def peaks(
    ways: Callable[..., Callable[[], object]], *arguments: Sequence[Any], runs: int = ROUNDS
) -> list[dict[str, float]]:
    """The spread of the peaks of ``ways(*one)``, a call that is run some times, for each of some arguments.

    Each has a process of its own; two run at once, which memory does not mind. The C library's allocator is told to
    give blocks of 256 KiB and more back at once: by itself it keeps holes, and the peak of the same pass differs by
    100 MiB.
    """
    before = dict(os.environ)
    os.environ["MALLOC_MMAP_THRESHOLD_"] = str(2**18)
    context = multiprocessing.get_context("spawn")
    try:
        with ProcessPoolExecutor(min(2, os.cpu_count() or 1), mp_context=context, max_tasks_per_child=1) as pool:
            started = [pool.submit(_peaks, runs, ways, *one) for one in arguments]
            return [spread(one.result()) for one in started]
    finally:
        os.environ.clear()
        os.environ.update(before)


def _peaks(runs: int, ways: Callable[..., Callable[[], object]], *one: Any) -> list[float]:
    run = ways(*one)
    return [peak_of(run) for _ in range(runs)]


def peak_of(run: Callable[[], object]) -> float:
    """MiB that a call takes at its peak, what it returns included: of resident memory, above what there was before."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak begins anew: proc_pid_clear_refs(5)
    before = _kib("/proc/self/status", "VmRSS")
    kept = run()
    taken = _kib("/proc/self/status", "VmHWM") - before
    del kept
    return taken * 1024 / MIB


def free_bytes() -> int:
    """Memory that is free on this machine."""
    return 1024 * _kib("/proc/meminfo", "MemAvailable")


def _kib(file: str, name: str) -> int:
    lines = Path(file).read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))
