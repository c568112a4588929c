"""docs/architectures.md: what the sweep found, for people."""

from __future__ import annotations

from collections.abc import Sequence
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

{counts}

| Architecture | Model type | Path | Layers | Difference | |
|---|---|---|---|---|---|
"""


def write_table(rows: Sequence[Comparison]) -> None:
    """Writes the table of all architectures."""
    captured = [row for row in rows if row.path]
    by_path = {path: sum(row.path == path for row in captured) for path in ("interface", "eager")}
    worst = max(row.difference for row in captured if row.difference is not None)
    counts = (
        f"{len(rows)} architectures: {by_path['interface']} by the interface, {by_path['eager']} eager, "
        f"{len(rows) - len(captured)} refused. The largest difference is {worst:.0e}."
    )
    lines = [_line(row) for row in sorted(rows, key=lambda row: (row.class_name.lower(), row.model_type))]
    lines += ["", "Not built here, and so not compared:", ""]
    lines += [f"- `{model_type}`: {why}." for model_type, why in NOT_BUILT.items()]
    head = _HEAD.format(version=transformers.__version__, counts=counts)
    PATH.parent.mkdir(exist_ok=True)
    PATH.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")


def _line(row: Comparison) -> str:
    layers = "; ".join(f"{kind} {_numbers(numbers)}" for kind, numbers in row.layers.items())
    difference = "" if row.difference is None else f"{row.difference:.0e}" if row.difference else "0"
    cells = (f"`{row.class_name}`", f"`{row.model_type}`", row.path or "refused", layers, difference, row.sentence)
    return f"| {' | '.join(cells)} |"


def _numbers(numbers: Sequence[int]) -> str:
    if len(numbers) > 2 and list(numbers) == list(range(numbers[0], numbers[-1] + 1)):
        return f"{numbers[0]}–{numbers[-1]}"
    return ", ".join(map(str, numbers))
