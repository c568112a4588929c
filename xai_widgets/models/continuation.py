"""What a causal model writes behind a text, or is given to have written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from xai_widgets.errors import InputError
from xai_widgets.models.generation import can_generate, generate
from xai_widgets.models.inputs import InputMaker, ModelInputs, text_arguments
from xai_widgets.text import sequence_from_tokenizer
from xai_widgets.whole import whole

Tick = Callable[[int], None]
"""Told how many tokens are written; raises to stop."""


def given(maker: InputMaker, inputs: ModelInputs, text: str, continuation: str) -> ModelInputs:
    """The inputs with a continuation behind the text.

    Raises:
        InputError: it gives no tokens, or more than the model has positions for.
    """
    if not isinstance(continuation, str):
        raise InputError(f"The continuation must be a string; {type(continuation).__name__} came.")
    ids = maker.following(text, continuation, inputs.arguments["input_ids"][0].tolist())
    if not ids:
        raise InputError("The continuation gives no tokens with this tokenizer. Type something that it knows.")
    return extended(maker, inputs, text, ids)


def generated(maker: InputMaker, inputs: ModelInputs, text: str, max_new_tokens: int, tick: Tick) -> ModelInputs:
    """The inputs with what the model's own generation writes behind the text; the random state stays as it was.

    Raises:
        InputError: the model cannot generate, or wrote nothing.
    """
    model = maker.model
    if not can_generate(model):
        raise InputError(f"{type(model).__name__} cannot generate: pass the continuation as text_pair.")
    if (whole(max_new_tokens) or 0) < 1:
        raise InputError(f"max_new_tokens is {max_new_tokens!r}: ask for at least one token, as a whole number.")
    arguments = text_arguments(inputs.arguments)
    start = arguments["input_ids"].shape[1]

    def stop(ids: Tensor, *_: Any, **__: Any) -> Tensor:
        tick(ids.shape[1] - start)
        return torch.zeros(ids.shape[0], dtype=torch.bool, device=ids.device)

    written = generate(model, arguments, {"max_new_tokens": max_new_tokens, "stopping_criteria": [stop]})
    ids = written[0, start:].tolist()
    if not ids:
        raise InputError("The model wrote nothing: its generation ended at once. Pass a continuation as text_pair.")
    return extended(maker, inputs, text, ids)


def extended(maker: InputMaker, inputs: ModelInputs, text: str, ids: list[int]) -> ModelInputs:
    """The inputs with ids behind the text.

    Raises:
        InputError: they are more than the model has positions for.
    """
    arguments = dict(inputs.arguments)
    own: Tensor = arguments["input_ids"]
    more = torch.tensor([ids], dtype=own.dtype, device=own.device)
    length = own.shape[1] + len(ids)
    if maker.limit is not None and length > maker.limit:
        raise InputError(
            f"Text and continuation have {length} tokens, {length - maker.limit} more than the {maker.limit} "
            f"positions of {type(maker.model).__name__}. Shorten one of them."
        )
    arguments["input_ids"] = torch.cat([own, more], dim=1)
    for name, fill in (("attention_mask", 1), ("token_type_ids", 0)):
        if name in arguments:
            arguments[name] = torch.cat([arguments[name], torch.full_like(more, fill)], dim=1)
    tokens = sequence_from_tokenizer(maker.tokenizer, arguments["input_ids"][0].tolist(), text)
    return replace(inputs, arguments=arguments, tokens=(tokens,))
