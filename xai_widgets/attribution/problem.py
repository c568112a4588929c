"""Problem: what every method works on. One input, one readout; values and gradients at embeddings of one's choice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from xai_widgets.attribution.attribution import Float
from xai_widgets.attribution.batch_size import BatchSize, is_out_of_memory
from xai_widgets.attribution.diagnosis import where_cut
from xai_widgets.attribution.passes import Call, Outputs, Reading
from xai_widgets.attribution.question import Question, Tick
from xai_widgets.attribution.readout import Places, Readout
from xai_widgets.errors import InputError, UnsupportedModelError
from xai_widgets.models.task import is_encoder_decoder

Reduce = Callable[[int, Tensor], Tensor]
"""Makes of a reading's number and its gradient [batch, position, d_model] what is kept of it, [batch, ...]."""


class Problem:
    """One input of one model and the value, or values, that are explained.

    Shapes: embeddings are one [batch, position, d_model] per reading; values are float32 [batch, step].

    Attributes:
        readings: the texts that the model reads.
        tokenizer: the model's.
        notes: what a reader should know about this run; methods add to it.
    """

    def __init__(self, question: Question, tokenizer: Any, tick: Tick, *, batch_size: int | None = None) -> None:
        self.passes = question.passes
        self.readings: tuple[Reading, ...] = self.passes.readings
        self.tokenizer = tokenizer
        self.tick = tick
        self.notes: list[str] = []
        self._question = question
        for reading in self.readings[:1]:
            if all(reading.tokens.special):
                raise InputError(
                    "Everything in this text is special tokens, so there is nothing to give scores to. Type a word."
                )
        n_tokens = sum(len(reading.tokens) for reading in self.readings)
        self.batches = BatchSize(self.passes.model, n_tokens, batch_size, most=_most(self.passes.model))
        self._first: Outputs
        self._first_values: Tensor
        self.readout: Readout

    def start(self, *, grad: bool, call: Call | None = None) -> None:
        """The first pass: the input as it is. Finds out what is explained and its value."""
        self.tick("running the model", 0, 0)
        self._first = self.passes.run(grad=grad, call=call)
        self.readout = self._question.resolve(self._first.outputs)
        with torch.set_grad_enabled(grad):
            self._first_values = self.readout.values(self._first.outputs, self.readout.places)
        self.value: Float = self._first_values.detach()[0].cpu().numpy()
        self.candidates = self.readout.candidates(self._first.outputs)
        self._first = Outputs((), self._first.embeddings, self._first.leaves)

    @property
    def n_steps(self) -> int:
        """How many values are explained."""
        return len(self.value)

    @property
    def embeddings(self) -> tuple[Tensor, ...]:
        """The word embeddings of the input as the model looks them up, one [1, position, d_model] per reading."""
        return self._first.embeddings

    @property
    def groups(self) -> list[list[int]]:
        """Which readings are put to a baseline together.

        Two texts whose similarity is explained are not: two empty texts are as similar as can be. Each is emptied
        while the other stays.
        """
        numbers = range(len(self.readings))
        return [[number] for number in numbers] if len(self.passes.arguments) > 1 else [list(numbers)]

    def gradients_of_first(self, reduce: Reduce) -> list[Tensor]:
        """What ``reduce`` keeps of the gradients at the input itself, [step, 1, ...] per reading. Only once."""
        values, leaves = self._first_values, self._first.leaves
        self._first_values = values.detach()
        self._first = Outputs((), self._first.embeddings, ())
        return self._backward(values, leaves, reduce)

    def gradients(self, embeddings: Sequence[Tensor], reduce: Reduce) -> tuple[Tensor, list[Tensor]]:
        """The values of a batch, [batch, step], and what ``reduce`` keeps of their gradients, [step, batch, ...]."""
        at = self.passes.run(embeddings, grad=True)
        with torch.enable_grad():
            values = self.readout.values(at.outputs, self.readout.places)
        return values.detach(), self._backward(values, at.leaves, reduce)

    def values(self, embeddings: Sequence[Tensor]) -> Tensor:
        """The values of a batch, [batch, step], without gradients."""
        at = self.passes.run(embeddings, grad=False)
        return self.readout.values(at.outputs, self.readout.places)

    def values_of_kept(self, kept: Sequence[Sequence[Sequence[int]]]) -> Tensor:
        """The values, [batch, step], of the input shortened to some of its positions.

        Args:
            kept: for each item of the batch, for each reading the positions to keep, in order. All items keep as
                many and are read at the same places.
        """
        arguments = [_shortened(own, self.readings, kept, index) for index, own in enumerate(self.passes.arguments)]
        with torch.no_grad():
            outputs = [self.passes.model(**own) for own in arguments]
            return self.readout.values(outputs, self.places_of_kept(kept[0]))

    def places_of_kept(self, kept: Sequence[Sequence[int]]) -> Places:
        """Where the values are read in the shortened input: behind the last kept token that stood there or before."""
        return tuple(
            None if place is None else max(0, sum(position <= place for position in kept[-1]) - 1)
            for place in self.readout.places
        )

    def _backward(self, values: Tensor, leaves: Sequence[Tensor], reduce: Reduce) -> list[Tensor]:
        if not values.requires_grad:
            raise self._cut()
        kept: list[list[Tensor]] = [[] for _ in leaves]
        count = values.shape[1]
        for step in range(count):
            if count > 1:
                self.tick("explaining step", step, count)
            grads = self._gradients(values[:, step].sum(), leaves, keep=step + 1 < count)
            for number, grad in enumerate(grads):
                if grad is None:
                    raise self._cut()
                kept[number].append(reduce(number, grad))
        return [torch.stack(rows) for rows in kept]

    def _gradients(self, value: Tensor, leaves: Sequence[Tensor], *, keep: bool) -> Sequence[Tensor | None]:
        try:
            return torch.autograd.grad(value, list(leaves), retain_graph=keep, allow_unused=True)  # type: ignore[no-any-return]
        except (RuntimeError, AssertionError) as error:
            if is_out_of_memory(error):
                raise
            # Reformer's reversible layers, kernels without a backward pass, quantized weights without gradients.
            raise UnsupportedModelError(
                f"{type(self.passes.model).__name__} cannot be differentiated in evaluation mode ({error}). Use a "
                "method without gradients: occlusion, lime or shap."
            ) from error

    def _cut(self) -> UnsupportedModelError:
        model = self.passes.model
        return UnsupportedModelError(
            f"Gradients of {type(model).__name__} do not reach its word embeddings: {where_cut(self.passes)}. Use a "
            "method without gradients: occlusion, lime or shap."
        )


def _most(model: Any) -> int | None:
    """One text at a time for heads that find the end of the text by its padding and have no padding token."""
    pooled_at_end = type(model).__name__.endswith("ForSequenceClassification") and not is_encoder_decoder(model)
    return 1 if pooled_at_end and getattr(model.config, "pad_token_id", None) is None else None


def _shortened(
    arguments: Mapping[str, Any], readings: Sequence[Reading], kept: Sequence[Sequence[Sequence[int]]], index: int
) -> dict[str, Any]:
    short = dict(arguments)
    for number, reading in enumerate(readings):
        if reading.index != index:
            continue
        positions = torch.tensor([list(item[number]) for item in kept])
        decoder = reading.argument.startswith("decoder")
        for name, value in arguments.items():
            of_reading = name.startswith("decoder") == decoder
            if isinstance(value, Tensor) and of_reading and value.shape[1:2] == (len(reading.tokens),):
                short[name] = value[0, positions.to(value.device)]
    return short


def numpy(tensor: Tensor) -> Float:
    """A tensor as float32 numbers."""
    array: Float = np.asarray(tensor.detach().float().cpu().numpy(), dtype=np.float32)
    return array
