"""Readout: from what the model gives to the values that are explained."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor

from xai_widgets.attribution.attribution import Candidate
from xai_widgets.attribution.target import Classes, Target, Vocabulary
from xai_widgets.errors import InputError
from xai_widgets.text import TokenSequence

N_CANDIDATES = 10

Deletion = Literal["anything", "read", "nothing"]

Places = tuple[int | None, ...]
"""For each step the position whose output is read, None where the head pools."""


@dataclass(frozen=True)
class ScoreReadout:
    """Values read from rows of logits: of classes, tokens, labels or positions.

    Attributes:
        logits: gives float [batch, step, class] of the outputs of the passes, read at the places.
        names: the classes or tokens that the last axis is of.
        ids: what is explained, one per step.
        against: what it is compared with, one per step; None: no contrast.
        value: "logit", "log_prob" or "probability".
        independent: each class has its own probability (multi-label) instead of a share of one.
        regression: the logit is the prediction itself.
        deletion: what may be deleted from the text: "anything"; nothing at the places, which are "read" from tokens
            of the text; "nothing", because positions are the classes.
    """

    logits: Callable[[Sequence[Any], Places], Tensor]
    names: Classes | Vocabulary
    ids: tuple[int, ...]
    against: tuple[int, ...] | None
    value: str
    words: str
    places: Places
    steps: TokenSequence | None = None
    independent: bool = False
    regression: bool = False
    deletion: Deletion = "anything"

    @property
    def value_kind(self) -> str:
        """The kind of value, in words."""
        kind = "prediction" if self.regression else self.value
        return kind if self.against is None else f"difference of {kind}s"

    def values(self, outputs: Sequence[Any], places: Places) -> Tensor:
        """The values, float32 [batch, step]."""
        logits = self.logits(outputs, places)
        rows = logits if self.value == "logit" else self._distribution(logits.float())
        wanted = _pick(rows, self.ids)
        return wanted if self.against is None else wanted - _pick(rows, self.against)

    def _distribution(self, logits: Tensor) -> Tensor:
        if self.value == "log_prob":
            if self.independent:
                return torch.nn.functional.logsigmoid(logits)
            return torch.log_softmax(logits, dim=-1)
        return torch.sigmoid(logits) if self.independent else torch.softmax(logits, dim=-1)

    def candidates(self, outputs: Sequence[Any]) -> tuple[tuple[Candidate, ...], ...]:
        """For each step the likeliest answers, likeliest first."""
        with torch.no_grad():
            logits = self.logits(outputs, self.places)[0].detach().float()
            chances = torch.sigmoid(logits) if self.independent else torch.softmax(logits, dim=-1)
            top = logits.topk(min(N_CANDIDATES, logits.shape[-1]), dim=-1).indices
            values, chances = logits.gather(-1, top).tolist(), chances.gather(-1, top).tolist()
        return tuple(
            tuple(
                Candidate(number, self.names.text(number), value, None if self.regression else chance)
                for number, value, chance in zip(*row, strict=True)
            )
            for row in zip(top.tolist(), values, chances, strict=True)
        )


def _pick(rows: Tensor, ids: Sequence[int]) -> Tensor:
    index = torch.tensor(ids, device=rows.device).view(1, -1, 1).expand(rows.shape[0], -1, 1)
    return rows.gather(-1, index)[..., 0].float()


def score_readout(
    logits: Callable[[Sequence[Any], Places], Tensor],
    outputs: Sequence[Any],
    names: Classes | Vocabulary,
    target: Target,
    *,
    places: Places,
    given: Sequence[int] | None = None,
    steps: Callable[[Sequence[int]], TokenSequence] | None = None,
    independent: bool = False,
    regression: bool = False,
    deletion: Deletion = "anything",
    where: str = "",
) -> ScoreReadout:
    """The readout of rows of logits for a target.

    Args:
        logits: gives the rows; see ScoreReadout.
        outputs: what the model gave for the input, from which the default target is chosen.
        names: what the classes are called.
        target: what is to be explained.
        places: where each step is read.
        given: what each step is known to be (a text that was given or generated); default: the likeliest.
        steps: makes the tokens of the steps of their ids; None where there is but one value.
        independent, regression, deletion: see ScoreReadout.
        where: what to add to the target's words (" at token 'Paris'").
    """
    if regression and target.value != "logit":
        raise InputError(f"A regression has no {target.value}: explain the predicted value itself (value='logit').")
    if target.name is None:
        ids = list(given) if given is not None else _best(logits(outputs, places))
    else:
        ids = [names.number(target.name)] * len(places)
    against = None if target.against is None else [names.number(target.against)] * len(places)
    sequence = None if steps is None else steps(ids)
    if sequence is not None:
        words = f"{len(ids)} tokens, one a step"
    else:
        words = "the prediction" if regression and len(_set(names)) < 2 else names.words(ids[0])
    if against is not None:
        words += f" rather than {names.text(against[0])!r}"
    return ScoreReadout(
        logits,
        names,
        tuple(ids),
        None if against is None else tuple(against),
        target.value,
        words + where,
        places,
        sequence,
        independent=independent,
        regression=regression,
        deletion=deletion,
    )


def _set(names: Classes | Vocabulary) -> range:
    return range(len(names)) if isinstance(names, Classes) else range(2)


def _best(logits: Tensor) -> list[int]:
    best: list[int] = logits[0].detach().argmax(dim=-1).tolist()
    return best


@dataclass(frozen=True)
class SimilarityReadout:
    """The cosine of two texts' embeddings: each the mean of its hidden states over all its tokens.

    That is mean pooling over the attention mask, as sentence encoders do it: no text is padded here.
    """

    words: str = "the two texts"
    value_kind: str = "cosine similarity"
    places: Places = (None,)
    steps: TokenSequence | None = None
    deletion: Deletion = "anything"

    def values(self, outputs: Sequence[Any], places: Places) -> Tensor:  # noqa: ARG002 - it reads a pool of all
        """The cosine, float32 [batch, 1]."""
        first, second = (output.last_hidden_state.float().mean(dim=1) for output in outputs)
        return torch.nn.functional.cosine_similarity(first, second.to(first.device), dim=-1)[:, None]

    def candidates(self, outputs: Sequence[Any]) -> tuple[tuple[Candidate, ...], ...]:  # noqa: ARG002 - none
        """Nothing: there is one value."""
        return ()


Readout = ScoreReadout | SimilarityReadout
"""The values that are explained, one per step: ``values(outputs, places)``, ``candidates(outputs)``, and in words."""
