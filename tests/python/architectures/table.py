"""docs/architectures.md: what the sweep found, for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import transformers
from architectures.catalogue import NOT_BUILT
from architectures.comparison import Comparison

PATH = Path(__file__).parents[3] / "docs" / "architectures.md"
_HEAD = """# Architectures

Written by `make test-architectures`, with transformers {version}: a tiny model with random weights of every
architecture with a causal language model, a sequence classifier or a sequence-to-sequence head, and of a few
encoders. Its captured attention is held beside what the model itself returns for `output_attentions=True` under
eager attention, and its answer beside that of a plain forward pass, bit for bit.

- **interface**: the weights are computed from query and key when they are looked at. **eager**: the architecture's
  attention does not go through transformers' attention interface, so that the weights are the model's own.
- **difference**: the largest absolute one from the model's own weights, float32, under weights that make attention far
  from uniform.
- **layers**: the numbers of the layers that attend, which is not all of them in a hybrid.
- **scores**: gradient × input, held beside the change of the answer when all word embeddings become longer, measured by
  finite differences: how far the scores' sum is from it, as a share of what they add up to without their signs.

{counts}

| Architecture | Model type | Path | Layers | Difference | Scores | |
|---|---|---|---|---|---|---|
"""


@dataclass
class Found:
    """What the sweep found: the rows, and of each (class, model type) what came of gradient × input."""

    rows: list[Comparison] = field(default_factory=list)
    scores: dict[tuple[str, str], str] = field(default_factory=dict)


def write_table(found: Found) -> None:
    """Writes the table of all architectures."""
    rows = found.rows
    captured = [row for row in rows if row.path]
    by_path = {path: sum(row.path == path for row in captured) for path in ("interface", "eager")}
    worst = max(row.difference for row in captured if row.difference is not None)
    shares = [float(scores) for scores in found.scores.values() if scores[0].isdigit()]
    counts = (
        f"{len(rows)} architectures: {by_path['interface']} by the interface, {by_path['eager']} eager, "
        f"{len(rows) - len(captured)} refused. The largest difference is {worst:.0e}. "
        f"Gradient × input of {len(shares)} is held to the derivative; the largest share is {max(shares):.0e}."
    )
    lines = [
        _line(row, found.scores[row.class_name, row.model_type])
        for row in sorted(rows, key=lambda row: (row.class_name.lower(), row.model_type))
    ]
    lines += ["", "Not built here, and so not compared:", ""]
    lines += [f"- `{model_type}`: {why}." for model_type, why in NOT_BUILT.items()]
    head = _HEAD.format(version=transformers.__version__, counts=counts)
    PATH.parent.mkdir(exist_ok=True)
    PATH.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")


def _line(row: Comparison, scores: str) -> str:
    layers = "; ".join(f"{kind} {_numbers(numbers)}" for kind, numbers in row.layers.items())
    difference = "" if row.difference is None else f"{row.difference:.0e}" if row.difference else "0"
    cells = (
        f"`{row.class_name}`",
        f"`{row.model_type}`",
        row.path or "refused",
        layers,
        difference,
        scores,
        row.sentence,
    )
    return f"| {' | '.join(cells)} |"


def _numbers(numbers: Sequence[int]) -> str:
    if len(numbers) > 2 and list(numbers) == list(range(numbers[0], numbers[-1] + 1)):
        return f"{numbers[0]}–{numbers[-1]}"
    return ", ".join(map(str, numbers))
