"""Draws the pictures of docs/pictures.md, for `make docs`: python tools/draw_pictures.py docs/images/pictures"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

import xai_widgets as xai

TEXT = "The film was good but the ending was boring."
SCRIPTS = [
    "<s>",
    "naïve",
    "العربية",
    "हिन्दी",
    "क्षत्रिय",
    "中文",
    "ひらがな",
    "한국어",
    "ไทย",
    "עברית",
    "😀",
    "👩‍👩‍👧",
    "</s>",
]


def draw(folder: Path) -> None:
    """What docs/pictures.md shows: SVG and PNG files, drawn in Python."""
    explainer = xai.demo("sentiment")
    attention = explainer.attention(TEXT)
    attribution = explainer.attribute(TEXT, method="integrated_gradients")
    for theme in ("light", "dark"):
        pin = {"side": "query", "start": 9, "stop": 10}
        attention.save(
            folder / f"map-{theme}.svg", presentation=["lines", "matrix"], layer=1, selection=[pin], theme=theme
        )
        attribution.save(folder / f"scores-{theme}.svg", show_scores=True, width="column", theme=theme)
    n = len(SCRIPTS)
    weights = np.random.default_rng(0).dirichlet(np.full(n, 0.2), size=(1, n)).astype(np.float32)
    scripts = xai.AttentionMap.from_tensors([weights], SCRIPTS)
    scripts.save(folder / "scripts.png", presentation=["lines", "matrix"], title="", dpi=144)


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    draw(folder)


if __name__ == "__main__":
    main()
