"""Where an AttentionMap came from, so that it can be made again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from xai_widgets.attention.attention_map import AttentionMap


class Runner(Protocol):
    """Makes an AttentionMap of other text: ``Explainer.attention`` is one."""

    def __call__(
        self, text: str, text_pair: str | None = None, *, truncate: bool = False, progress: Any = None
    ) -> AttentionMap:
        """The map of ``text``; ``progress(label, done, total)`` may raise to cancel."""


@dataclass(frozen=True)
class Rerun:
    """Where a map came from, so that a view can make it again of other text.

    Attributes:
        text, text_pair: what the map is of; ``text_pair`` is None where there is none, or it was generated.
        run: makes the map of other text.
        labels: what the texts are to the model ("Source", "Target"); one, or two where it takes a pair.
    """

    text: str
    text_pair: str | None
    run: Runner
    labels: tuple[str, ...]
