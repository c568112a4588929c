"""The inputs of a prompt and of what a model wrote behind it, from their very ids."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from xai_widgets.models.continuation import extended, given
from xai_widgets.models.inputs import InputMaker, ModelInputs
from xai_widgets.text import sequence_from_tokenizer


class WrittenInputs(InputMaker):
    """Makes the inputs of one prompt and one text written behind it without tokenizing either again.

    A text that a model wrote seldom tokenizes into the tokens that it was written in. Other texts are made into
    inputs as ever, so that a view may go on from here.

    Args:
        maker: makes those of the model.
        prompt: the inputs that the model wrote behind, without a decoder's.
        text: what the prompt reads as.
        written: what was written reads as.
        ids: the tokens that were written.
        start: what the decoder of an encoder-decoder started with.
    """

    def __init__(
        self,
        maker: InputMaker,
        prompt: ModelInputs,
        text: str,
        written: str,
        ids: Sequence[int],
        start: Sequence[int] = (),
    ) -> None:
        super().__init__(maker.model, maker.tokenizer, framed=maker.framed)
        self._prompt, self._text, self._written = prompt, text, written
        self._ids, self._start = list(ids), list(start)

    @property
    def takes_pair(self) -> bool:
        """A second text always has a meaning here: it is what is written behind the first."""
        return True

    @property
    def labels(self) -> tuple[str, ...]:
        """What the texts are to the model."""
        return super().labels if self.encoder_decoder else ("Text", "Continuation")

    def cuts(self, text: str) -> bool:
        """Whether ``make`` can cut it: what is written stays whole."""
        return text != self._text

    def make(self, text: str, text_pair: str | None, *, truncate: bool, most: int | None = None) -> ModelInputs:
        """The inputs of a prompt and what is written behind it; see ``InputMaker.make``."""
        written = text == self._text and text_pair == self._written
        if self.encoder_decoder:
            return self._translated() if written else super().make(text, text_pair, truncate=truncate, most=most)
        prompt = self._prompt if text == self._text else super().make(text, None, truncate=truncate, most=most)
        return prompt if text_pair is None else given(self, prompt, text, text_pair)

    def following(self, text: str, continuation: str, own: Sequence[int]) -> list[int]:
        """The ids of a continuation: those that were written, where it is what they read as."""
        if text == self._text and continuation == self._written:
            return self._ids
        return super().following(text, continuation, own)

    def all_written(self) -> ModelInputs:
        """The inputs of the prompt and all that was written behind it."""
        if self.encoder_decoder:
            return self._translated()
        return extended(self, self._prompt, self._text, self._ids)

    def _translated(self) -> ModelInputs:
        target = [*self._start, *self._ids]
        source = self._prompt.arguments["input_ids"]
        arguments = self._prompt.arguments | {
            "decoder_input_ids": torch.tensor([target], dtype=source.dtype, device=source.device)
        }
        return ModelInputs(arguments, (self._prompt.tokens[0], sequence_from_tokenizer(self.tokenizer, target)))
