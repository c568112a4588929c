"""What a person waits for in JupyterLab, at 128 to 4,096 tokens of 12 layers x 12 heads, and what it costs.

    python benchmarks/browser.py [--lengths 128 512 2048 4096]

Runs ``benchmarks/browser.ts`` in a real JupyterLab with headless Chromium, and writes its figures to
``benchmarks/browser.json`` and ``docs/benchmarks.md``. The model's own pass is left out: what is timed begins with a
map.

- first picture: from running the cell until the grid of all heads and the lines of the first were drawn.
- another layer: from the click until the new weights were drawn for the last time.
- hover: from the pointer's event until the frame after it was drawn.
- bytes: what came over the web socket for the first picture, in both outputs of the cell.
- heap: JavaScript's after collection, with one widget, less what it was before there was any.
- longest task: the longest time for which the page did nothing else, from the cell's run to the first picture.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
from pathlib import Path
from typing import Any

from page import write_section

ROOT = Path(__file__).parents[1]
FIGURES = ROOT / "benchmarks" / "browser.json"

TO_REACH = {
    "first picture": {512: "1.5 s", 2048: "3 s", 4096: "6 s"},
    "another layer, 95%": {128: "60 ms", 512: "100 ms", 2048: "250 ms", 4096: "500 ms"},
    "hover, 95%": dict.fromkeys((128, 512, 2048, 4096), "16 ms"),
    "bytes": {512: "2 MB", 2048: "4 MB", 4096: "6 MB"},
    "heap": {512: "60 MB", 2048: "120 MB", 4096: "250 MB"},
}


def cells(row: dict[str, Any]) -> dict[str, str]:
    """The figures of one length, as they are written."""
    return {
        "first picture": f"{row['first']['median'] / 1000:.2f} s",
        "another layer, 95%": f"{row['switch']['p95']:.0f} ms (median {row['switch']['median']:.0f})",
        "hover, 95%": f"{row['hover']['p95']:.0f} ms (median {row['hover']['median']:.0f})",
        "bytes": f"{row['bytes'] / 1e6:.2f} MB",
        "heap": f"{row['heap'] / 1e6:.1f} MB",
        "longest task": f"{row['longest_task']:.0f} ms",
    }


def section(figures: dict[str, Any]) -> str:
    """The table in Markdown, each figure with what was to reach."""
    rows = figures["rows"]
    made = {row["tokens"]: cells(row) for row in rows}
    lines = ["| | " + " | ".join(f"{length:,} tokens" for length in made) + " |", "|---" * (len(made) + 1) + "|"]
    for name in next(iter(made.values())):
        found = []
        for length, column in made.items():
            goal = TO_REACH.get(name, {}).get(length)
            found.append(column[name] + (f"; to reach: {goal}" if goal else ""))
        lines.append(f"| {name} | " + " | ".join(found) + " |")
    return f"""## In the browser

The attention widget in JupyterLab with headless Chromium, 12 layers x 12 heads of a GPT-2-small shape, all of them
reachable, on {os.cpu_count()} cores; {figures["repeats"]} first pictures, 20 changes of layer and 60 tokens pointed at.
Written by `python benchmarks/browser.py`, whose docstring says what each figure is.

""" + "\n".join(lines)


def main() -> None:
    """Measures and writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lengths", type=int, nargs="+", default=[128, 512, 2048, 4096])
    lengths = ",".join(map(str, parser.parse_args().lengths))
    environment = os.environ | {"XAI_LENGTHS": lengths, "XAI_FIGURES": str(FIGURES)}
    command = ["npx", "vitest", "run", "--config", "benchmarks/browser.vitest.config.ts"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)  # noqa: S603 - our own command
    figures = json.loads(FIGURES.read_text(encoding="utf-8"))
    write_section(ROOT / "docs" / "benchmarks.md", "browser.py", section(figures))


if __name__ == "__main__":
    main()
