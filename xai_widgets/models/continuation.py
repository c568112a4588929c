"""What a causal model writes behind a text, or is given to have written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from xai_widgets.errors import InputError
from xai_widgets.models.inputs import InputMaker, ModelInputs
from xai_widgets.text import sequence_from_tokenizer

Tick = Callable[[int], None]
"""Told how many tokens are written; raises to stop."""


def given(maker: InputMaker, inputs: ModelInputs, text: str, continuation: str) -> ModelInputs:
    """The inputs with a continuation behind the text.

    Text and continuation are tokenized together where that leaves the text's own tokens as they are, else each by
    itself, so that a word cut in two stays cut where it was.
    """
    own = inputs.arguments["input_ids"][0].tolist()
    joined = _ids(maker.tokenizer, text + continuation, special=True)
    ids = joined[len(own) :] if joined[: len(own)] == own else _ids(maker.tokenizer, continuation, special=False)
    if not ids:
        raise InputError("The continuation gives no tokens with this tokenizer. Type something that it knows.")
    return extended(maker, inputs, text, ids)


def generated(maker: InputMaker, inputs: ModelInputs, text: str, max_new_tokens: int, tick: Tick) -> ModelInputs:
    """The inputs with what the model's own generation writes behind the text; the random state stays as it was.

    Raises:
        InputError: the model cannot generate, or wrote nothing.
    """
    model = maker.model
    if not getattr(model, "can_generate", lambda: False)():
        raise InputError(f"{type(model).__name__} cannot generate: pass the continuation as text_pair.")
    if max_new_tokens < 1:
        raise InputError(f"max_new_tokens is {max_new_tokens}: ask for at least one token.")
    arguments = {name: inputs.arguments[name] for name in ("input_ids", "attention_mask") if name in inputs.arguments}
    start = arguments["input_ids"].shape[1]

    def stop(ids: Tensor, *_: Any, **__: Any) -> Tensor:
        tick(ids.shape[1] - start)
        return torch.zeros(ids.shape[0], dtype=torch.bool, device=ids.device)

    options: dict[str, Any] = {"max_new_tokens": max_new_tokens, "return_dict_in_generate": False}
    if model.generation_config.pad_token_id is None and model.generation_config.eos_token_id is not None:
        ends = model.generation_config.eos_token_id
        options["pad_token_id"] = ends[0] if isinstance(ends, list) else ends
    devices = {p.device.index or 0 for p in model.parameters() if p.device.type == "cuda"}
    with torch.no_grad(), torch.random.fork_rng(devices=sorted(devices)):
        written: Tensor = model.generate(**arguments, **options, stopping_criteria=[stop])
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


def _ids(tokenizer: Any, text: str, *, special: bool) -> list[int]:
    return [int(number) for number in tokenizer(text, add_special_tokens=special, verbose=False)["input_ids"]]
