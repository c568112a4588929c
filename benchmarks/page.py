"""Pages that scripts write: docs/benchmarks.md whole, docs/faithfulness.md in sections."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"

INTRODUCTION = """# Benchmarks

Written by `make bench`, which measures everything in one go beside what people use today, in an environment of its own
(`.venv-peers`); `benchmarks/results.json` holds every figure. Each is the median of at least five runs unless it says
otherwise, with the quartiles behind it; what is compared is taken in turn. In Python, time is what the processor spent
on one thread; in the browser it is what a person waits. Ratios say more than times, which are this machine's.
`make bench-quick` holds what a clock cannot spoil (bytes, passes, allocations, bundles) against
`benchmarks/counts.json` and is part of `make test`; `make bench-cuda` takes time and memory on a GPU."""

PICTURES = {
    "images/benchmarks/length.svg": "Time to the first picture and peak memory over the length of a text",
    "images/benchmarks/attribution.svg": "Cost of attributions in passes",
}


def write_page(kept: Mapping[str, Any], sections: Mapping[str, Callable[[dict[str, Any]], str]]) -> None:
    """Writes docs/benchmarks.md from the figures that are kept, in the order of the sections."""
    parts = [INTRODUCTION]
    parts += [f"![{words}]({file})" for file, words in PICTURES.items() if (PAGE.parent / file).exists()]
    for name, section in sections.items():
        if name in kept:
            parts += [section(kept[name]["figures"]), _run(name, kept[name])]
    PAGE.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def _run(name: str, run: Mapping[str, Any]) -> str:
    """Where and when a measure ran, in a sentence."""
    machine, versions = run["machine"], run["versions"]
    libraries = ", ".join(f"{library} {version}" for library, version in versions.items())
    return (
        f"*`python benchmarks --only {name}` on {run['date']}: {machine['cores']} cores of {machine['processor']}, "
        f"load {run['load_before']} before it, {run['seconds']} s; Python {machine['python']}, {libraries}.*"
    )


def write_section(page: Path, script: str, text: str) -> None:
    """Puts a section in the place of the one that the script wrote before, or behind all others.

    Args:
        page: the page; made where there is none.
        script: the script's name, which stands in a comment over its section.
        text: the section in Markdown.
    """
    mark = f"<!-- benchmarks/{script} -->"
    before = page.read_text(encoding="utf-8") if page.exists() else ""
    section = f"{mark}\n\n{text.strip()}\n\n"
    own = re.compile(re.escape(mark) + r".*?(?=<!-- benchmarks/|\Z)", re.DOTALL)
    made = own.sub(lambda _found: section, before) if own.search(before) else f"{before.rstrip()}\n\n{section}"
    page.write_text(made.strip() + "\n", encoding="utf-8")
