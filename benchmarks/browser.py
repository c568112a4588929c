"""What a person waits for in JupyterLab, at 128 to 4,096 tokens of 12 layers x 12 heads, and what it costs.

Runs ``benchmarks/browser.ts`` in a real JupyterLab with headless Chromium. The model's own pass is left out: what is
timed begins with a map. The browser has no GPU: what is drawn, the processor draws.

*Painted* means that the page's thread is done with the frame in which something was drawn: scripts, layout, the
raster of its canvases, and its handing over to be shown. It is taken in the first task after that frame.

- first picture: from running the cell until the grid of all heads and the lines of the first were painted.
- next layer: from the click on the stepper until the last canvas with the new weights was painted; 11 steps in each of
  two fresh widgets. The view asks for the next layer while one is looked at, so all steps but the first of each are
  answered from what is here. Of a short text (here 128 tokens) the second layer comes with the first, too; of others it
  is asked for when the pointer comes, a moment before it clicks.
- any layer: the same from the choice in the list, in three more widgets, of 7 layers that nothing could foresee and
  none of which was there: each is asked of the kernel.
- hover: from the moment in which the page hears of the pointer's move until what it changes was painted. Browsers hold
  moves back for the next frame, so this moment is a frame's beginning, and 16.7 ms is that frame's whole time.
- hover, with waiting: the same from the moment in which the move was made, and so with up to 16.7 ms of waiting for
  the next frame, whatever a page does; moves come at every moment of a frame. *Plain* is the same of moves over an
  element that changes nothing but its own number: what the browser and this machine take of it.
- processor: what the page's thread took of the processor for a step and for a move, all that happened between two of
  them; the mean. Other programs on the machine make times longer, and not this.
- late frames: frames that came more than 20 ms after the one before, in 90 turns of the wheel and 90 moves of a drag
  in the matrix; and over the plain element.
- bytes: what came over the web socket for the first picture, in both outputs of the cell.
- heap: JavaScript's after collection, with one widget, less what it was before there was any.
- longest task: the longest time for which the page did nothing else, from the cell's run to 2 s after the first
  picture, the worst of five; since the widget's element is in the page, which is when its data is drawn and more of it
  arrives; and for a widget that shows one word under a line of HTML, which is what JupyterLab takes for itself. It
  comes first: JupyterLab fetches MathJax with the first HTML or Markdown that a page shows, whoever shows it.
"""

from __future__ import annotations

from typing import Any

from lab import measured
from tables import table

LENGTHS = (128, 512, 2048, 4096)

_LAYER = {128: "60 ms", 512: "100 ms", 2048: "250 ms", 4096: "500 ms"}
TO_REACH = {
    "first picture": {512: "1.5 s", 2048: "3 s", 4096: "6 s"},
    "next layer, 95%": _LAYER,
    "any layer, 95%": _LAYER,
    "hover, 95%": dict.fromkeys(LENGTHS, "16 ms"),
    "late frames while zooming": dict.fromkeys(LENGTHS, "none"),
    "late frames while panning": dict.fromkeys(LENGTHS, "none"),
    "bytes": {512: "2 MB", 2048: "4 MB", 4096: "6 MB"},
    "heap": {512: "60 MB", 2048: "120 MB", 4096: "250 MB"},
    "longest task, widget in the page": dict.fromkeys(LENGTHS, "50 ms"),
}


def measure() -> dict[str, Any]:
    """The rows of ``browser.ts``, and how many first pictures there were of each."""
    figures: dict[str, Any] = measured("browser.ts")
    return figures


def cells(row: dict[str, Any]) -> dict[str, str]:
    """The figures of one length, as they are written."""

    def times(name: str) -> str:
        return f"{row[name]['p95']:.0f} ms (median {row[name]['median']:.0f})"

    def late(name: str) -> str:
        return f"{row[name]['late']} of {row[name]['frames']} (plain: {_late_share(row[f'plain_{name}'])})"

    tasks = row["longest_task"]
    return {
        "first picture": f"{row['first']['median'] / 1000:.2f} s",
        "next layer, 95%": times("step"),
        "any layer, 95%": times("jump"),
        "hover, 95%": times("hover"),
        "hover, with waiting, 95%": f"{times('hover_waiting')}; plain: {times('plain_hover_waiting')}",
        "processor for a step, for a move": f"{row['processor']['step']:.0f} ms, {row['processor']['hover']:.0f} ms",
        "late frames while zooming": late("zoom"),
        "late frames while panning": late("pan"),
        "bytes": f"{row['bytes'] / 1e6:.2f} MB",
        "heap": f"{row['heap'] / 1e6:.1f} MB",
        "longest task, widget in the page": f"{tasks['after']['worst']:.0f} ms (median {tasks['after']['median']:.0f})",
        "longest task, from the cell's run": f"{tasks['all']['worst']:.0f} ms (median {tasks['all']['median']:.0f}); "
        f"one word: {tasks['empty']['worst']:.0f} ms (median {tasks['empty']['median']:.0f})",
    }


def _late_share(gesture: dict[str, int]) -> str:
    return f"{gesture['late']} of {gesture['frames']}"


def section(figures: dict[str, Any]) -> str:
    """The table in Markdown, each figure with what was to reach."""
    rows = figures["rows"]
    made = {row["tokens"]: cells(row) for row in rows}
    lines = []
    for name in next(iter(made.values())):
        goals = TO_REACH.get(name, {})
        lines.append(
            [name]
            + [
                cell[name] + (f"; to reach: {goals[length]}" if length in goals else "")
                for length, cell in made.items()
            ]
        )
    step, jump, hover = (rows[0][name]["count"] for name in ("step", "jump", "hover"))
    return (
        "## In the browser\n\n"
        "The attention widget in JupyterLab with headless Chromium, 12 layers x 12 heads of a GPT-2-small shape, all "
        f"of them reachable; {figures['repeats']} first pictures, {step} steps and {jump} jumps from layer to layer, "
        f"{hover} moves of the pointer. The docstring of `benchmarks/browser.py` says what each figure is.\n\n"
        f"{table(['', *(f'{length:,} tokens' for length in made)], lines)}"
    )
