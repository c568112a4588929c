"""What a person should know about an attribution method before trusting it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class MethodCard:
    """One attribution method, described.

    Attributes:
        name: what ``Explainer.attribute(method=...)`` takes.
        label: what people call it.
        reference: the paper, and the library whose implementation is used, if one is.
        needs: what the model must have: "gradients", "attention weights", or nothing but its output.
        cost: what a run costs, in passes of the model.
        complete: whether the scores add up to value minus baseline value by construction.
        signed: whether a score can be negative (speak against the target).
        attention_based: whether it reads attention weights: "attention, not attribution".
        options: the names of its options, with their defaults.
        extra: the extra of this package that it needs (``pip install "xai-widgets[attribution]"``), or None.
    """

    name: str
    label: str
    reference: str
    needs: tuple[str, ...]
    cost: str
    complete: bool = False
    signed: bool = True
    attention_based: bool = False
    options: tuple[tuple[str, object], ...] = ()
    extra: str | None = None

    def __str__(self) -> str:
        return self.label
