"""What the documentation tells people to type works, and the pictures that it shows are there and those of now."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
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


def shown_pictures() -> dict[Path, set[str]]:
    """The pictures that README and the pages show, by the page."""
    link = re.compile(r"""!\[[^\]]*\]\(([^)]+)\)|(?:src|srcset)="([^"]+)"|^```{image} (\S+)""", re.M)
    pages = [ROOT / "README.md", *DOCS.rglob("*.md")]
    return {page: {"".join(found) for found in link.findall(page.read_text(encoding="utf-8"))} for page in pages}


def test_pictures_that_are_shown_exist_and_those_that_exist_are_shown() -> None:
    shown = {(page.parent / name).resolve() for page, names in shown_pictures().items() for name in names}
    assert len(shown_pictures()[ROOT / "README.md"]) == 6
    assert shown == {path for path in (DOCS / "images").rglob("*.*") if path.is_file()}


def test_drawn_pictures_are_those_that_make_docs_draws(tmp_path: Path) -> None:
    """The others, of widgets in a notebook, are held to theirs by tests/browser/readme.test.ts."""
    subprocess.run([sys.executable, ROOT / "tools" / "draw_pictures.py", tmp_path], check=True)
    kept = DOCS / "images" / "pictures"
    drawn = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert drawn.keys() == {path.name for path in kept.iterdir()}
    # A PNG has the letters of the machine that it was made on.
    for name in (name for name in drawn if name.endswith(".svg")):
        (words, numbers), (kept_words, kept_numbers) = parts_of(drawn[name]), parts_of((kept / name).read_bytes())
        assert words == kept_words
        # Another processor rounds the last digit otherwise.
        assert numbers == pytest.approx(kept_numbers, abs=0.02), name


def parts_of(svg: bytes) -> tuple[list[str], list[float]]:
    """All but the numbers, and the numbers; those of a colour are shares of red, green and blue."""
    number = re.compile(r"(#[0-9a-f]{6}|-?\d+(?:\.\d+)?)")
    words, numbers = [], []
    for index, part in enumerate(number.split(svg.decode())):
        if index % 2 == 0:
            words.append(part)
        elif part.startswith("#"):
            numbers += [channel / 255 for channel in bytes.fromhex(part[1:])]
        else:
            numbers.append(float(part))
    return words, numbers
