"""What looking costs: one head's weights, and the first payload of a 7B-class shape.

One thread. A head's weights are taken in turn with that head's own score product and softmax, without a mask.
"""

from __future__ import annotations

import time
from typing import Any

import subjects
import timing
from memory import in_a_process, peak_of
from tables import table, verdict
from timing import in_turn, spread, spreads, words

LENGTHS = (512, 2048, 4096)
ROUNDS = {512: 101, 2048: 41, 4096: 15}
LONG = 4096
TO_REACH = 1.3


def _head(length: int) -> dict[str, list[float]]:
    import torch

    import xai_widgets as xai

    torch.set_num_threads(1)
    explainer = xai.Explainer(subjects.gpt2(length, layers=1), subjects.word_tokenizer())
    attention = explainer.attention(subjects.words(length))
    query, key = (torch.randn(length, 64) for _ in range(2))

    def floor() -> Any:
        return torch.softmax(query @ key.T * 0.125, dim=-1)

    return in_turn({"floor": floor, "head": lambda: attention.weights(0, 3)}, ROUNDS[length])


def _seven_billion() -> dict[str, float]:
    """One capture and one first payload of a 7B-class shape: seconds of the processor, MiB, bytes."""
    import torch

    import xai_widgets as xai
    from xai_widgets.widgets.wire import attention_payload, first_heads, first_part

    torch.set_num_threads(1)
    explainer = xai.Explainer(subjects.seven_billion(LONG), subjects.word_tokenizer())
    made: dict[str, Any] = {}

    def capture(length: int = LONG) -> None:
        made["attention"] = explainer.attention(subjects.words(length))

    def payload() -> None:
        attention = made["attention"]
        heads, part = first_heads(attention, "self", 0), first_part(attention, "self")
        made["payload"] = attention_payload(attention, run=1, kind="self", layer=0, heads=heads, part=part)

    capture(16)
    payload()
    made.clear()
    figures: dict[str, float] = {}
    for name, run in (("capture", capture), ("payload", payload)):
        start = time.process_time()
        figures[f"{name}_mib"] = peak_of(run)
        figures[f"{name}_seconds"] = time.process_time() - start
    figures["bytes"] = sum(len(array["data"]) for array in made["payload"]["arrays"].values())
    return figures


def measure() -> dict[str, Any]:
    """One head beside its floor, and the 7B-class shape."""
    heads = [{"tokens": length, **spreads(in_a_process(_head, length), "floor")} for length in LENGTHS]
    runs = [in_a_process(_seven_billion) for _ in range(timing.ROUNDS)]
    seven = {name: spread([run[name] for run in runs]) for name in runs[0]}
    return {"to_reach": TO_REACH, "heads": heads, "seven_billion": seven}


def section(figures: dict[str, Any]) -> str:
    """The figures in words and tables."""
    over = {row["tokens"]: row["head"]["ratio"]["median"] - TO_REACH for row in figures["heads"]}
    lines = [
        [f"{row['tokens']:,}"]
        + [words(row[way]["seconds"], "ms", 2, 1e3) for way in ("floor", "head")]
        + [words(row["head"]["ratio"])]
        for row in figures["heads"]
    ]
    seven = figures["seven_billion"]
    shape = [
        [name, words(seven[f"{way}_seconds"], "s"), words(seven[f"{way}_mib"], "MiB", 0)]
        for way, name in (("capture", "`attention()`"), ("payload", "what a widget sends first, made after it"))
    ]
    return (
        "## Looking at heads\n\n"
        "One head's weights, all rows of them, beside that head's own score product and softmax (64 wide, without a "
        f"mask: rows of a causal head skip what they cannot see). To reach: {TO_REACH} ({verdict(over, '{:.2f}')}).\n\n"
        f"{table(['tokens', 'product and softmax', '`attention.weights(layer, head)`', 'ratio'], lines)}\n\n"
        f"A 7B-class shape (32 layers, 32 heads on 8 key heads, but 256 wide) at {LONG:,} tokens: what a widget sends "
        f"first is {seven['bytes']['median'] / 1e6:.2f} MB.\n\n"
        f"{table(['', 'time', 'peak memory'], shape)}"
    )
