"""docs/keeping.md: its examples run, and its table has every part of a view state."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import xai_widgets as xai
from xai_widgets.settings import Settings

PAGE = (Path(__file__).parents[2] / "docs" / "keeping.md").read_text(encoding="utf-8")


@pytest.fixture
def names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the page's blocks have made, one after another, in a folder of their own."""
    monkeypatch.chdir(tmp_path)
    made: dict[str, Any] = {}
    try:
        for block in re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE):
            exec(compile(block, "keeping.md", "exec"), made)
    finally:
        settings = Settings()
        xai.settings.keep, xai.settings.keep_bytes = settings.keep, settings.keep_bytes
    return made | {"files": {path.name for path in tmp_path.iterdir()}}


def test_the_examples_run(names: dict[str, Any]) -> None:
    assert names["files"] == {"map.html", "part.html"}
    assert names["widget"].state_string() == 'attention1:sentiment:L1:H0-3:matrix:q2:"a good film"'
    assert names["other"].state_string() == 'attention1:sentiment:L2:H3:lines+matrix+grid:"not a good film"'


def test_the_settings_are_those_of_the_page() -> None:
    assert f"{Settings().keep_bytes:,} bytes a widget" in PAGE


@pytest.mark.parametrize("widget", [xai.AttentionWidget, xai.AttributionWidget, xai.TranslationWidget])
def test_every_part_of_a_state_that_the_page_names_is_understood(widget: Any) -> None:
    rows = re.findall(r"^\| (`.*?) \|", PAGE, re.MULTILINE)
    words = {word for row in rows for word in re.findall(r"`([^`]+)`", row)}
    understood = set()
    for part in widget.state_parts:
        for word in words:
            try:
                part.read(word)
            except ValueError:
                continue
            understood.add(part.trait)
    assert understood == {part.trait for part in widget.state_parts}
