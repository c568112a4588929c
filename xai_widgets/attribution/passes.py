"""Passes of the model at word embeddings of one's choice: values, and gradients with respect to the embeddings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from xai_widgets.attribution.embeddings import LookUp, look_ups, replace_embeddings
from xai_widgets.errors import UnsupportedModelError
from xai_widgets.models.twin import twin
from xai_widgets.text import TokenSequence

Call = Callable[[Any, Mapping[str, Any]], Any]
"""Runs a model on the arguments of one pass and gives its output."""


@dataclass(frozen=True)
class Reading:
    """One text that the model reads.

    Attributes:
        label: what the text is to the model, for people.
        tokens: its tokens.
        index: which of the passes reads it.
        argument: the name under which the model gets its ids.
        causal: whether a value that is read at a position depends on nothing behind it.
    """

    label: str
    tokens: TokenSequence
    index: int = 0
    argument: str = "input_ids"
    causal: bool = False


@dataclass(frozen=True)
class Outputs:
    """What the model gave for all passes of one batch, and the embeddings that it started from.

    Attributes:
        outputs: the model's output of each pass.
        embeddings: [batch, position, d_model] of each reading, as looked up or as replaced.
        leaves: the same as the leaves of the graph; empty where no gradients are wanted.
    """

    outputs: tuple[Any, ...]
    embeddings: tuple[Tensor, ...]
    leaves: tuple[Tensor, ...]


class Passes:
    """The model, on one input, at embeddings of one's choice.

    Attributes:
        model: the model, never changed; or a twin of it, where its checkpointing does not allow gradients of inputs.
        arguments: the arguments of each pass, batch of one: one, or two for the similarity of two texts.
        readings: the texts that are read, in the order in which scores are given.
    """

    def __init__(self, model: Any, arguments: Sequence[Mapping[str, Any]], readings: Sequence[Reading]) -> None:
        self.model = _differentiable(model)
        self.arguments = tuple(arguments)
        self.readings = tuple(readings)
        self._look_ups = look_ups(self.model)
        self._used: dict[int, LookUp] = {}

    def run(
        self,
        embeddings: Sequence[Tensor] | None = None,
        *,
        grad: bool,
        arguments: Sequence[Mapping[str, Any]] | None = None,
        call: Call | None = None,
    ) -> Outputs:
        """Runs the model once on a batch.

        Args:
            embeddings: for each reading what to go on with in place of what the model looks up,
                [batch, position, d_model]; None: as looked up. Where they require gradients, the graph goes on
                through them.
            grad: keep the graph from the embeddings on. The model's parameters never receive gradients.
            arguments: other arguments than the input's own (a batch of shorter texts).
            call: runs the model in place of calling it.

        Raises:
            UnsupportedModelError: the model does not look up word embeddings for a text that it reads.
        """
        size = None if embeddings is None else embeddings[0].shape[0]
        seen: dict[int, tuple[Tensor, Tensor]] = {}
        outputs = []
        # Inference mode, if the caller is in it, would leave tensors that autograd cannot use.
        with torch.inference_mode(False), torch.set_grad_enabled(grad):
            for index, own in enumerate(arguments or self.arguments):
                batch = own if size is None else {name: _repeated(value, size) for name, value in own.items()}
                lookup = _Lookup(self.readings, index, batch, embeddings, seen, self._used, grad=grad)
                with replace_embeddings(self._look_ups, lookup):
                    outputs.append(self.model(**batch) if call is None else call(self.model, batch))
        missing = [reading for number, reading in enumerate(self.readings) if number not in seen]
        if missing:
            raise UnsupportedModelError(
                f"{type(self.model).__name__} does not look up word embeddings for its {missing[0].argument}, so there "
                "is nothing that scores could be given to. Models that read characters, images or sounds directly are "
                "not supported."
            )
        order = range(len(self.readings))
        leaves = tuple(seen[number][0] for number in order) if grad else ()
        return Outputs(tuple(outputs), tuple(seen[number][1] for number in order), leaves)

    def look_up(self, number: int, ids: Sequence[int]) -> Tensor:
        """The embeddings of other tokens, [token, d_model], as the model looks them up for a reading.

        Only after a pass has shown in which way that is.
        """
        device = self.arguments[self.readings[number].index][self.readings[number].argument].device
        with torch.inference_mode(False), torch.no_grad():
            return self._used[number](torch.tensor([list(ids)], device=device))[0]


def _differentiable(model: Any) -> Any:
    """The model, or a twin without checkpointing where it is of the reentrant sort, which has no input gradients."""

    def reentrant(module: Any) -> bool:
        checkpoint = getattr(module, "_gradient_checkpointing_func", None)
        options = getattr(checkpoint, "keywords", {})
        on = getattr(module, "gradient_checkpointing", False) and module.training
        return bool(on and options.get("use_reentrant", True))

    if not model.training or not any(reentrant(module) for module in model.modules()):
        return model
    without = twin(model)
    for module in without.modules():
        if hasattr(module, "gradient_checkpointing"):
            module.gradient_checkpointing = False
    return without


class _Lookup:
    """Answers the look-ups of one pass with leaves of the graph, or with what is to be put there."""

    def __init__(
        self,
        readings: Sequence[Reading],
        index: int,
        batch: Mapping[str, Any],
        embeddings: Sequence[Tensor] | None,
        seen: dict[int, tuple[Tensor, Tensor]],
        used: dict[int, LookUp],
        *,
        grad: bool,
    ) -> None:
        self._wanted = [(n, batch[r.argument]) for n, r in enumerate(readings) if r.index == index]
        self._embeddings = embeddings
        self._seen = seen
        self._used = used
        self._grad = grad

    def __call__(self, way: LookUp, ids: Tensor, output: Tensor) -> Tensor:
        number = self._which(ids)
        if number is None:
            return output
        self._used[number] = way
        length = dict(self._wanted)[number].shape[1]
        transposed = ids.shape[0] == length != ids.shape[1]
        looked_up = output.transpose(0, 1) if transposed else output
        if number not in self._seen:
            self._seen[number] = self._start(number, looked_up[:, :length])
        # A copy, because some models go on in place, which a leaf does not allow.
        put = self._seen[number][0].clone()
        if looked_up.shape[1] > length:
            put = torch.cat([put, looked_up[:, length:]], dim=1)
        return put.transpose(0, 1) if transposed else put

    def _start(self, number: int, looked_up: Tensor) -> tuple[Tensor, Tensor]:
        given = looked_up if self._embeddings is None else self._embeddings[number].to(looked_up)
        if self._embeddings is not None and given.requires_grad:
            return given, given  # the graph goes on through these
        value = given.detach()
        return (value.detach().requires_grad_(True) if self._grad else value), value

    def _which(self, ids: Tensor) -> int | None:
        """The reading whose ids these are; behind them may stand padding, and the axes may be the other way."""
        matching = [
            number
            for number, wanted in self._wanted
            if ids.dim() == wanted.dim() and (_starts_with(ids, wanted) or _starts_with(ids.T, wanted))
        ]
        # Source and target of the same ids: the encoder comes first.
        fresh = [number for number in matching if number not in self._seen]
        return next(iter(fresh or matching), None)


def _starts_with(ids: Tensor, wanted: Tensor) -> bool:
    if ids is wanted:
        return True
    if ids.shape[0] != wanted.shape[0] or ids.shape[1] < wanted.shape[1]:
        return False
    return bool((ids[:, : wanted.shape[1]] == wanted.to(ids.device)).all())


def _repeated(value: Any, size: int) -> Any:
    return value.repeat(size, *[1] * (value.dim() - 1)) if isinstance(value, Tensor) and value.dim() else value
