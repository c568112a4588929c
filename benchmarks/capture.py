"""Time and memory of ``Explainer.attention`` beside the plain forward pass and eager ``output_attentions``.

A GPT-2-small shape with random weights. Every way begins with the text, so the tokenizer is in all of them; on one
thread, each length in a process of its own. Eager attention past 1,024 tokens is run once.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import subjects
from memory import MIB, free_bytes, in_a_process, peak_of, peaks
from tables import table, verdict
from timing import in_turn, spread, spreads, words

LENGTHS = (128, 512, 2048, 4096)
ROUNDS = {128: 11, 512: 7}
LAYERS, HEADS, WIDTH = 12, 12, 768
TO_REACH = 1.15
REPEATED_EAGER = 1024
MEMORY_RUNS = {4096: 3}
"""Five elsewhere; peaks differ little from run to run."""
THUMBNAILS = 4096
"""The length at which the memory of exact thumbnails of all heads is taken, and what it may be of a plain pass's plus
query and key."""
THUMBNAILS_TO_REACH = 1.5


def _calls(length: int, ways: tuple[str, ...]) -> dict[str, Callable[[int], Any]]:
    """Each way as a function of a number of tokens, up to ``length``."""
    import torch

    import xai_widgets as xai

    torch.set_num_threads(1)
    tokenizer = subjects.word_tokenizer()

    def passes(model: Any, **options: Any) -> Callable[[int], Any]:
        def run(tokens: int) -> Any:
            with torch.no_grad():
                return model(**tokenizer(subjects.words(tokens), return_tensors="pt"), use_cache=False, **options)

        return run

    made: dict[str, Callable[[int], Any]] = {}
    if ways != ("eager",):
        model = subjects.gpt2(length)
        explainer = xai.Explainer(model, tokenizer)
        made["plain"] = passes(model)
        made["capture"] = lambda tokens: explainer.attention(subjects.words(tokens))
        made["thumbnails"] = lambda tokens: _with_thumbnails(explainer.attention(subjects.words(tokens)))
    if "eager" in ways:
        made["eager"] = passes(subjects.gpt2(length, attention="eager"), output_attentions=True)
    return {way: made[way] for way in ways}


def _with_thumbnails(attention: Any) -> Any:
    """A map, and exact thumbnails of its every head."""
    from xai_widgets.attention.thumbnails import layer_thumbnails

    return attention, layer_thumbnails(attention, "self", attention.layers())


def _memory(length: int, way: str) -> Callable[[], Any]:
    """One way at one length, alone in its process."""
    call = _calls(length, (way,))[way]
    # A short pass first: what torch allocates once for itself is not the way's cost.
    call(16)
    return partial(call, length)


def _once(length: int, way: str) -> tuple[float, float]:
    """Seconds of the processor and MiB of a single call."""
    call = _calls(length, (way,))[way]
    call(16)
    start = time.process_time()
    taken = peak_of(lambda: call(length))
    return time.process_time() - start, taken


def _times(length: int, ways: tuple[str, ...], rounds: int) -> dict[str, list[float]]:
    calls = _calls(length, ways)
    for call in calls.values():
        call(128)
    return in_turn({way: partial(call, length) for way, call in calls.items()}, rounds, warm=False)


def eager_left_out(length: int) -> str | None:
    """Why eager attention is not run at this length, or None where there is room for it."""
    # It keeps the weights of every layer, and makes three more while it works.
    needed = (LAYERS + 3) * HEADS * length**2 * 4
    free = free_bytes()
    return None if needed < 0.9 * free else f"not run: needs about {needed / 1e9:.0f} GB, {free / 1e9:.0f} GB are free"


def row(length: int) -> dict[str, Any]:
    """Seconds and MiB of each way at one length, and the ratio to the plain pass."""
    repeated = ("plain", "capture", "eager") if length <= REPEATED_EAGER else ("plain", "capture")
    found = spreads(in_a_process(_times, length, repeated, ROUNDS.get(length, 5)), "plain")
    measured = (*repeated, "thumbnails") if length == THUMBNAILS else repeated
    runs = MEMORY_RUNS.get(length, 5)
    for way, peak in zip(measured, peaks(_memory, *((length, way) for way in measured), runs=runs), strict=True):
        found.setdefault(way, {})["mib"] = peak
    if "eager" not in found:
        left_out = eager_left_out(length)
        if left_out is None:
            seconds, mib = in_a_process(_once, length, "eager")
            found["eager"] = {"seconds": spread([seconds]), "mib": spread([mib])}
        else:
            found["eager"] = {"left_out": left_out}
    allowed = found["plain"]["mib"]["median"] + LAYERS * 2 * length * WIDTH * 4 / MIB
    return {"tokens": length, "allowed_mib": allowed, **found}


def measure() -> dict[str, Any]:
    """All lengths."""
    return {"to_reach": TO_REACH, "rows": [row(length) for length in LENGTHS]}


def section(figures: dict[str, Any]) -> str:
    """The figures in words and a table."""
    rows = figures["rows"]
    times = verdict({row["tokens"]: row["capture"]["ratio"]["median"] - TO_REACH for row in rows}, "{:.2f}")
    memory = verdict(
        {row["tokens"]: row["capture"]["mib"]["median"] - row["allowed_mib"] for row in rows}, "{:.1f} MiB"
    )
    titles = ["tokens", "plain SDPA pass", "`attention()`", "ratio", "eager `output_attentions`"]
    titles += ["peak memory: plain", "`attention()`", "plain + query and key", "eager"]
    lines = []
    for found in rows:
        plain, captured, eager = found["plain"], found["capture"], found["eager"]
        lines.append(
            [
                f"{found['tokens']:,}",
                f"{plain['seconds']['median']:.2f} s",
                f"{captured['seconds']['median']:.2f} s",
                words(captured["ratio"]),
                eager.get("left_out") or f"{eager['seconds']['median']:.2f} s",
                words(plain["mib"], "MiB", 0),
                words(captured["mib"], "MiB", 0),
                f"{found['allowed_mib']:,.0f} MiB",
                "-" if "left_out" in eager else words(eager["mib"], "MiB", 0),
            ]
        )
    return (
        "## Capturing attention\n\n"
        f"`Explainer.attention` beside the plain forward pass of the same model ({LAYERS} layers, {HEADS} heads, "
        f"{WIDTH} wide, as GPT-2 small) and beside eager `output_attentions=True`, each from the text on. Ratio: over "
        "the pairs that were taken in turn. Memory: peak above the loaded model, each way in a process of its own, "
        f"five runs of it ({MEMORY_RUNS[4096]} at 4,096 tokens). Eager attention past {REPEATED_EAGER:,} tokens ran "
        "once.\n\n"
        f"To reach: a ratio of at most {TO_REACH} ({times}); no more memory than the plain pass plus what query and "
        f"key take ({memory}; the readable tokens, which no plain pass makes, are in what `attention()` takes).\n\n"
        f"{table(titles, lines)}\n\n{_thumbnails(rows)}"
    ).rstrip()


def _thumbnails(rows: list[dict[str, Any]]) -> str:
    """What is said of the memory of thumbnails, where it was measured."""
    said = ""
    for found in rows:
        if "thumbnails" in found:
            peak = found["thumbnails"]["mib"]
            times = peak["median"] / found["allowed_mib"]
            said = (
                f"With exact thumbnails of all {LAYERS} x {HEADS} heads made after it, `attention()` at "
                f"{found['tokens']:,} tokens takes {words(peak, 'MiB', 0)} at its peak, {times:.2f} times a plain "
                f"pass plus query and key. To reach: {THUMBNAILS_TO_REACH} "
                f"({verdict({found['tokens']: times - THUMBNAILS_TO_REACH}, '{:.2f}')})."
            )
    return said
