"""How cost grows with the length of a text, with layers and with heads: exponents, fitted on a log-log scale.

An exponent of 1 means twice the cost for twice as much. Random weights, one thread; layers and length at a fixed number
of heads, heads at a fixed width of each.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import subjects
from memory import in_a_process
from tables import table
from timing import in_turn, spread

LENGTHS = (128, 256, 512, 1024)
LAYERS = (2, 4, 8)
HEADS = (2, 4, 8)
LENGTH, N_LAYERS, N_HEADS, HEAD_WIDTH = 512, 4, 4, 64
WAYS = {
    "plain": "plain pass",
    "capture": "`attention()`",
    "payload": "first payload",
    "head": "one head's weights",
    "thumbnails": "exact thumbnails of all heads",
}


def _times(length: int, layers: int, heads: int) -> dict[str, list[float]]:
    import torch

    import xai_widgets as xai
    from xai_widgets.attention.thumbnails import layer_thumbnails
    from xai_widgets.widgets.wire import attention_payload, first_heads, first_part

    torch.set_num_threads(1)
    model = subjects.gpt2(length, layers=layers, heads=heads, width=heads * HEAD_WIDTH)
    tokenizer = subjects.word_tokenizer()
    explainer = xai.Explainer(model, tokenizer)
    text = subjects.words(length)
    attention = explainer.attention(text)
    heads_at_first, part = first_heads(attention, "self", 0), first_part(attention, "self")

    def plain() -> Any:
        with torch.no_grad():
            return model(**tokenizer(text, return_tensors="pt"), use_cache=False)

    ways = {
        "plain": plain,
        "capture": lambda: explainer.attention(text),
        "payload": lambda: attention_payload(attention, run=1, kind="self", layer=0, heads=heads_at_first, part=part),
        "head": lambda: attention.weights(0, 0),
        "thumbnails": lambda: layer_thumbnails(attention, "self", attention.layers()),
    }
    return in_turn(ways)


def exponent(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """The slope of least squares through the logarithms: cost grows with size to this power."""
    across, up = [math.log(size) for size in sizes], [math.log(cost) for cost in costs]
    middle, height = sum(across) / len(across), sum(up) / len(up)
    rise = sum((x - middle) * (y - height) for x, y in zip(across, up, strict=True))
    return rise / sum((x - middle) ** 2 for x in across)


def _along(sizes: Sequence[int], shapes: Sequence[tuple[int, int, int]]) -> dict[str, Any]:
    found = [in_a_process(_times, *shape) for shape in shapes]
    seconds = {way: [spread(one[way]) for one in found] for way in WAYS}
    fitted = {way: exponent(sizes, [one["median"] for one in seconds[way]]) for way in WAYS}
    return {"sizes": list(sizes), "seconds": seconds, "exponents": fitted}


def measure() -> dict[str, Any]:
    """Along each of the three."""
    return {
        "length": _along(LENGTHS, [(length, N_LAYERS, N_HEADS) for length in LENGTHS]),
        "layers": _along(LAYERS, [(LENGTH, layers, N_HEADS) for layers in LAYERS]),
        "heads": _along(HEADS, [(LENGTH, N_LAYERS, heads) for heads in HEADS]),
    }


def section(figures: dict[str, Any]) -> str:
    """The exponents in a table."""
    lines = [
        [name, *(f"{figures[along]['exponents'][way]:.2f}" for along in ("length", "layers", "heads"))]
        for way, name in WAYS.items()
    ]
    ranges = [f"{min(figures[along]['sizes']):,} to {max(figures[along]['sizes']):,}" for along in figures]
    titles = ["", *(f"{along} ({span})" for along, span in zip(("tokens", "layers", "heads"), ranges, strict=True))]
    return (
        "## How cost grows\n\n"
        "Exponents, fitted by least squares on logarithms: 1 is twice the time for twice as much, 2 is four times. "
        f"Else {LENGTH} tokens, {N_LAYERS} layers and {N_HEADS} heads, each {HEAD_WIDTH} wide (so the width of the "
        "model grows with its heads, and a plain pass with the square of it); random weights.\n\n"
        f"{table(titles, lines)}"
    )
