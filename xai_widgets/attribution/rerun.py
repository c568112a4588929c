"""Where an Attribution came from, so that it can be made again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from xai_widgets.attribution.attribution import Attribution


class Runner(Protocol):
    """Makes an Attribution of other text: ``Explainer.attribute`` is one."""

    def __call__(self, text: str, text_pair: str | None = None, **options: Any) -> Attribution:
        """The attribution of ``text``; ``progress(label, done, total)`` may raise to cancel."""


@dataclass(frozen=True)
class Rerun:
    """Where an attribution came from, so that a view can make it again of other text, target or method.

    Attributes:
        text, text_pair: what was explained; ``text_pair`` is None where there is none, or it was generated.
        arguments: the keyword arguments it was made with: ``method``, ``target``, ``value``, ``at`` and the
            method's own options.
        run: makes the attribution.
        labels: what the texts are to the model ("Source", "Target"); one, or two where it takes a second.
    """

    text: str
    text_pair: str | None
    arguments: Mapping[str, Any]
    run: Runner
    labels: tuple[str, ...]

    def again(self, **changes: Any) -> Attribution:
        """The attribution with some of ``text``, ``text_pair`` and the arguments changed.

        A changed ``method`` starts with its own default options.
        """
        text, text_pair = changes.pop("text", self.text), changes.pop("text_pair", self.text_pair)
        shared = ("target", "value", "at", "truncate", "max_new_tokens")
        kept = {
            name: given
            for name, given in self.arguments.items()
            if name in shared or changes.get("method", self.arguments["method"]) == self.arguments["method"]
        }
        return self.run(text, text_pair, **(kept | changes))
