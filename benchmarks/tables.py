"""Tables in Markdown, and what was missed in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def table(titles: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """A table whose first column is left and whose figures are right."""
    ruled = ["---", *["---:"] * (len(titles) - 1)]
    return "\n".join(f"| {' | '.join(line)} |" for line in (titles, ruled, *lines))


def verdict(over: Mapping[object, float], form: str) -> str:
    """Whether what was to reach was reached: by how much each is over it, in ``form``, where any is."""
    missed = [f"by {form.format(value)} at {_name(where)}" for where, value in over.items() if value > 0]
    return f"missed {', '.join(missed)}" if missed else "reached"


def _name(where: object) -> str:
    return f"{where:,} tokens" if isinstance(where, int) else str(where)
