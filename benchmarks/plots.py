"""The plots of docs/benchmarks.md, drawn from ``benchmarks/results.json`` as SVG, light and dark by the setting."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

FOLDER = Path(__file__).parents[1] / "docs" / "images" / "benchmarks"
WIDTH, HEIGHT = 420, 300
LEFT, RIGHT, TOP, BOTTOM = 62, 28, 58, 44
STYLE = """text { font: 12px system-ui, sans-serif; fill: #24292f } .title { font-weight: 600; font-size: 13px }
.paper { fill: #ffffff } .rule { stroke: #d0d7de; stroke-width: 1 } .line { fill: none; stroke-width: 2 }
.c0 { stroke: #0060a8 } .c1 { stroke: #b34700 } .c2 { stroke: #6e7781 } .c3 { stroke: #7a3e9d }
.f0 { fill: #0060a8 } .f1 { fill: #b34700 } .f2 { fill: #6e7781 } .f3 { fill: #7a3e9d }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .paper { fill: #16191d } .rule { stroke: #3a424b }
.c0 { stroke: #58a6ff } .c1 { stroke: #ff9d57 } .c2 { stroke: #9aa4af } .c3 { stroke: #c993e8 }
.f0 { fill: #58a6ff } .f1 { fill: #ff9d57 } .f2 { fill: #9aa4af } .f3 { fill: #c993e8 } }"""
# A line is told from the others by its dashes as well as by its colour.
DASHES = ("", "6 3", "2 3", "9 3 2 3")

Points = Sequence[tuple[float, float]]


def draw(kept: Mapping[str, Any]) -> None:
    """Writes the plots of what has been measured."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    figures = {name: run["figures"] for name, run in kept.items()}
    panels = [panel for panel in (_drawn(figures), _memory(figures)) if panel]
    if panels:
        _write("length", panels)
    if "attribution" in figures:
        bars = _attribution(figures["attribution"])
        _write("attribution", [bars[0]], height=bars[1])


def _drawn(figures: Mapping[str, Any]) -> str:
    """Until the first picture, over tokens: the widget's own runs and those beside BertViz."""
    lines: dict[str, list[tuple[float, float]]] = {}
    for row in figures.get("peers", {}).get("rows", []):
        if "outputs" not in row:
            lines.setdefault(row["view"], []).append((row["tokens"], row["drawn"]["median"] / 1e3))
    for row in figures.get("browser", {}).get("rows", []):
        known = lines.setdefault("AttentionWidget", [])
        if row["tokens"] not in {tokens for tokens, _ in known}:
            known.append((row["tokens"], row["first"]["median"] / 1e3))
    return chart("Until the first picture is drawn", "tokens", "seconds", lines) if lines else ""


def _memory(figures: Mapping[str, Any]) -> str:
    """Peak memory of capturing, over tokens."""
    rows = figures.get("capture", {}).get("rows", [])
    names = {"capture": "attention()", "plain": "plain pass", "eager": "eager output_attentions"}
    lines = {
        label: [(row["tokens"], row[way]["mib"]["median"]) for row in rows if "mib" in row[way]]
        for way, label in names.items()
    }
    return chart("Peak memory of a pass with its attention", "tokens", "MiB", lines) if rows else ""


def _attribution(figures: Mapping[str, Any]) -> tuple[str, int]:
    """Passes of each method on MiniLM at the longest text that all ran on, as bars; and their height."""
    row = max((row for row in figures["rows"] if "captum_steps" in row), key=lambda row: row["tokens"])
    bars = {name.replace("`", ""): figure["median"] for name, figure in row["passes"].items()}
    # What people call by its name in code is ours.
    own = {name.replace("`", "") for name in row["passes"] if "`" in name}
    most = max(bars.values())
    room = 2 * WIDTH - 340 - 80
    parts = [_text(16, 24, f"Cost on MiniLM, {row['tokens']} tokens, in forward and backward passes", "title")]
    parts += [_text(526, 24, "this package"), _text(636, 24, "other libraries")]
    parts += [
        f'<rect class="{colour}" x="{x}" y="14" width="10" height="10"/>' for x, colour in ((510, "f0"), (620, "f2"))
    ]
    for number, (name, passes) in enumerate(sorted(bars.items(), key=lambda bar: bar[1])):
        y = 44 + 24 * number
        colour = "f0" if name in own else "f2"
        parts.append(_text(330, y + 13, name, "", "end"))
        parts.append(f'<rect class="{colour}" x="340" y="{y}" width="{max(1, passes / most * room):.1f}" height="16"/>')
        parts.append(_text(346 + passes / most * room, y + 13, f"{passes:.1f}"))
    return "\n".join(parts), 44 + 24 * len(bars) + 16


def chart(title: str, across: str, up: str, lines: Mapping[str, Points]) -> str:
    """Lines over logarithmic axes, each named at the top in its colour, as the inside of an SVG."""
    points = [point for line in lines.values() for point in line]
    xs, ys = sorted({x for x, _ in points}), [y for _, y in points]
    low, high = 10 ** math.floor(math.log10(min(ys))), 10 ** math.ceil(math.log10(max(ys)))
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM

    def at(x: float) -> float:
        return LEFT + (right - LEFT) * math.log(x / xs[0]) / (math.log(xs[-1] / xs[0]) or 1)

    def height(y: float) -> float:
        return bottom - (bottom - TOP) * math.log(y / low) / math.log(high / low)

    parts = [_text(16, 20, f"{title}, {up}", "title")]
    for power in range(round(math.log10(low)), round(math.log10(high)) + 1):
        y = height(10.0**power)
        parts.append(f'<line class="rule" x1="{LEFT}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(_text(LEFT - 6, y + 4, f"{10.0**power:,g}", "", "end"))
    parts += [_text(at(x), bottom + 17, f"{x:,}", "", "middle") for x in xs]
    parts += [_text((LEFT + right) / 2, HEIGHT - 8, across, "", "middle")]
    place = 16.0
    for number, (name, line) in enumerate(lines.items()):
        dots = [(at(x), height(y)) for x, y in line]
        way = " ".join(f"{x:.1f},{y:.1f}" for x, y in dots)
        parts.append(f'<polyline class="line c{number}" stroke-dasharray="{DASHES[number]}" points="{way}"/>')
        parts += [f'<circle class="f{number}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in dots]
        key = f'class="line c{number}" stroke-dasharray="{DASHES[number]}"'
        parts.append(f'<line {key} x1="{place}" x2="{place + 22}" y1="36" y2="36"/>')
        parts.append(_text(place + 26, 40, name))
        place += 38 + 6.2 * len(name)
    return "\n".join(parts)


def _text(x: float, y: float, words: str, kind: str = "", anchor: str = "start") -> str:
    of_kind = f' class="{kind}"' if kind else ""
    return f'<text{of_kind} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _write(name: str, panels: Sequence[str], height: int = HEIGHT) -> None:
    width = 2 * WIDTH
    size = f'width="{width}" height="{height}"'
    placed = "\n".join(f'<g transform="translate({WIDTH * number})">\n{one}\n</g>' for number, one in enumerate(panels))
    (FOLDER / f"{name}.svg").write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" {size}>\n<style>\n{STYLE}\n</style>\n'
        f'<rect class="paper" {size} rx="6"/>\n{placed}\n</svg>\n',
        encoding="utf-8",
    )
