"""A page that several scripts write: each keeps its own section and leaves the others alone."""

from __future__ import annotations

import re
from pathlib import Path


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
