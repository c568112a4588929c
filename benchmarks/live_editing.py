"""From a word typed to the map drawn anew, at 128 tokens on MiniLM, beside the model's forward pass in the same kernel.

In JupyterLab with headless Chromium: from the Enter that ends the word in the text box to the frame in which the
lines and the grid were last drawn. The forward pass begins with the text and is taken in the same kernel, in turn,
without the widget.
"""

from __future__ import annotations

from typing import Any

from lab import measured
from tables import table, verdict
from timing import spread, words

TO_REACH = 80
"""Milliseconds on top of the forward pass."""


def measure() -> dict[str, Any]:
    """The rounds of ``live_editing.ts``."""
    rounds = measured("live_editing.ts")["rounds"]
    return {
        "to_reach_ms": TO_REACH,
        "tokens": rounds[0]["tokens"],
        "total_ms": spread([one["total"] for one in rounds]),
        "forward_ms": spread([one["forward"] for one in rounds]),
        "over_ms": spread([one["total"] - one["forward"] for one in rounds]),
    }


def section(figures: dict[str, Any]) -> str:
    """The figures in a table."""
    over = figures["over_ms"]["median"] - figures["to_reach_ms"]
    names = {"total_ms": "typed to redrawn", "forward_ms": "forward pass alone", "over_ms": "what comes on top"}
    lines = [[name, words(figures[figure], "ms", 0)] for figure, name in names.items()]
    return (
        "## Live editing\n\n"
        f"A word typed into the text of {figures['tokens']} tokens on MiniLM's real weights, in JupyterLab: from Enter "
        f"to the last drawing of the map. To reach: the forward pass plus {figures['to_reach_ms']} ms "
        f"({verdict({'128 tokens': over}, '{:.0f} ms')}).\n\n{table(['', 'time'], lines)}"
    )
