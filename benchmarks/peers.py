"""BertViz's head view and model view, and SHAP's text plot, beside the widgets in one JupyterLab.

12 layers x 12 heads of random attention; random scores. In headless Chromium:

- drawn: from the cell's run until nothing of its output changed any more and the frame was out;
- another layer: likewise, from the moment it was asked for;
- hover: from the pointer's event on a token to the frame after it;
- bytes: the HTML that goes into the cell, or the widget's first payload;
- heap: JavaScript's, after collection, above what it was before.

A view that takes more than 12 seconds to draw is drawn once. BertViz's scripts come from disk instead of the network.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from lab import measured
from tables import table
from timing import spread, words


def measure() -> dict[str, Any]:
    """The rows of ``peers.ts``."""
    scripts = Path(sys.prefix) / "node_modules"
    rows = measured("peers.ts", XAI_PEER_SCRIPTS=str(scripts))["rows"]
    for row in rows:
        for name in ("drawn", "switches", "hovers"):
            row[name] = spread(row[name]) if row[name] else None
    return {"rows": rows}


def _lines(rows: list[dict[str, Any]]) -> list[list[str]]:
    return [
        [
            row["view"],
            f"{row['tokens']}" + (f" x {row['outputs']} outputs" if row.get("outputs", 1) > 1 else ""),
            words(row["drawn"], "s", 2, 1e-3) + (", once" if row["drawn"]["runs"] == 1 else ""),
            words(row["switches"], "ms", 0) if row["switches"] else "",
            words(row["hovers"], "ms", 0) if row["hovers"] else "",
            f"{row['bytes'] / 1e6:.2f} MB",
            f"{row['heap'] / 1e6:.1f} MB",
        ]
        for row in rows
    ]


def section(figures: dict[str, Any]) -> str:
    """Both tables, and how many times faster the first picture is."""
    attention = [row for row in figures["rows"] if "outputs" not in row]
    scores = [row for row in figures["rows"] if "outputs" in row]
    longest = max(row["tokens"] for row in attention)
    seconds = {row["view"]: row["drawn"]["median"] for row in attention if row["tokens"] == longest}
    own = seconds.pop("AttentionWidget")
    times = " and ".join(f"{taken / own:.0f} times that of {view}" for view, taken in seconds.items())
    titles = ["", "tokens", "drawn", "another layer", "hover", "bytes", "heap"]
    return (
        "## Beside BertViz and SHAP in the browser\n\n"
        "12 layers x 12 heads of given weights, all of them reachable, in JupyterLab with headless Chromium. Drawn is "
        "until nothing of the output changes any more; what takes more than 12 s ran once. A first picture at "
        f"{longest} tokens takes {own / 1e3:.2f} s; {times}. To reach: 50 times faster than the model view.\n\n"
        f"{table(titles, _lines(attention))}\n\nScores of a text, beside SHAP's text plot (given scores; the widget "
        f"holds one output at a time):\n\n{table(titles, _lines(scores))}"
    )
