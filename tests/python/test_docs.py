"""What the documentation tells people to type works: every Python block of a page runs, one after another."""

import re
from pathlib import Path
from typing import Any

import pytest

DOCS = Path(__file__).parents[2] / "docs"
PAGES = [DOCS / "start.md", *sorted((DOCS / "how_to").glob("*.md"))]

# Blocks that say how to load a model over the network cannot run here.
NETWORK = ("from_pretrained(", "xai.Explainer(model, tokenizer)")


def blocks(page: Path) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), re.S | re.M)


def test_pages_have_blocks_that_run() -> None:
    assert sum(not any(word in block for word in NETWORK) for page in PAGES for block in blocks(page)) > 15


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_block_runs(page: Path) -> None:
    names: dict[str, Any] = {}
    for block in blocks(page):
        if not any(word in block for word in NETWORK):
            exec(compile(block, page.name, "exec"), names)
