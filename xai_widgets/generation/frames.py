"""A Generation as a tidy table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xai_widgets import extras
from xai_widgets.generation.step import Candidate

if TYPE_CHECKING:
    from xai_widgets.generation.generation import Generation

_COLUMNS = ("step", "rank", "id", "token", "probability", "raw_probability", "written", "forced")


def generation_frame(generation: Generation) -> Any:
    """See ``Generation.to_frame``."""
    rows: list[tuple[Any, ...]] = []
    for step in generation.steps:
        ranked: list[tuple[int | None, Candidate]] = list(enumerate(step.candidates))
        if step.id not in [candidate.id for _, candidate in ranked]:
            own = Candidate(step.id, step.text, step.probability, step.raw_probability)
            ranked.append((None, own))
        for rank, one in ranked:
            written = one.id == step.id
            shares = (one.probability, one.raw_probability)
            rows.append((step.index, rank, one.id, one.text, *shares, written, written and step.forced))
    columns = {name: [row[place] for row in rows] for place, name in enumerate(_COLUMNS)}
    return extras.frame(columns).astype({"rank": "Int64"})
