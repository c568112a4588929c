"""A model's own ``generate``, run so that nothing of the model or of the random state is left changed."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor
from transformers import LogitsProcessorList

from xai_widgets.errors import UnsupportedModelError
from xai_widgets.models.random_state import cuda_devices
from xai_widgets.models.twin import twin

Observe = Callable[[LogitsProcessorList, Any], LogitsProcessorList]
"""Given the processors of a generation and its complete config: the processors to use instead."""


def generate(
    model: Any,
    inputs: Mapping[str, Tensor],
    options: Mapping[str, Any],
    *,
    observe: Observe | None = None,
    draw: Callable[[], object] | None = None,
) -> Tensor:
    """The ids that ``model.generate(**inputs, **options)`` gives, [sequence, position].

    Args:
        model: the model; where ``observe`` is given, a twin of it generates.
        inputs: what the tokenizer made of one text.
        options: as ``model.generate`` takes them, ``generation_config`` included, which is not written to.
        observe: sees, and may add to, the logits processors. transformers puts those that it is given before its own
            temperature, top-k and top-p, so that none of them sees what a token is drawn from: hence the twin.
        draw: sets the random state that is sampled from; None: it is as it is. Afterwards it is as it was.

    Raises:
        UnsupportedModelError: the model has no head that generates.
    """
    if not can_generate(model):
        raise UnsupportedModelError(
            f"{type(model).__name__} cannot generate: it has no language-model head. Load it with "
            "AutoModelForCausalLM or AutoModelForSeq2SeqLM."
        )
    subject = model
    if observe is not None:
        subject = twin(model)
        prepare = subject._get_logits_processor
        subject._get_logits_processor = lambda generation_config, *args, **kwargs: observe(
            prepare(generation_config, *args, **kwargs), generation_config
        )
    with torch.no_grad(), torch.random.fork_rng(devices=cuda_devices(model)):
        if draw is not None:
            draw()
        ids: Tensor = subject.generate(**inputs, **_complete(model, options))
    return ids


def can_generate(model: Any) -> bool:
    """Whether the model has a head that transformers can generate with."""
    return bool(getattr(model, "can_generate", lambda: False)())


def end_ids(model: Any) -> frozenset[int]:
    """The tokens that end what the model writes."""
    ends = model.generation_config.eos_token_id
    return frozenset(() if ends is None else ends if isinstance(ends, list) else [ends])


def _complete(model: Any, options: Mapping[str, Any]) -> dict[str, Any]:
    """The options with bare ids as the result, and a padding token where the model names none.

    A single text is never padded; without the token transformers says so at every call.
    """
    made = dict(options)
    config = made.get("generation_config")
    own: dict[str, Any] = {"return_dict_in_generate": False}
    ends = sorted(end_ids(model))
    named = "pad_token_id" in made or getattr(config, "pad_token_id", None) is not None
    if not named and model.generation_config.pad_token_id is None and ends:
        own["pad_token_id"] = ends[0]
    if config is None:
        return made | own
    config = copy.deepcopy(config)
    config.update(**own)
    return made | {"generation_config": config}
