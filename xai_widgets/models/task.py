"""What a transformers model is for, read from its class and config."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Any

from torch import nn
from transformers.models.auto import modeling_auto


class Task(StrEnum):
    """The task of a model's head."""

    CAUSAL_LM = "causal-lm"
    SEQ2SEQ_LM = "seq2seq-lm"
    MASKED_LM = "masked-lm"
    SEQUENCE_CLASSIFICATION = "sequence-classification"
    TOKEN_CLASSIFICATION = "token-classification"  # noqa: S105 - a task, not a secret
    QUESTION_ANSWERING = "question-answering"
    BASE = "base"
    """No head: hidden states come out."""


_MAPPINGS = {
    Task.SEQ2SEQ_LM: "MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING_NAMES",
    Task.CAUSAL_LM: "MODEL_FOR_CAUSAL_LM_MAPPING_NAMES",
    Task.MASKED_LM: "MODEL_FOR_MASKED_LM_MAPPING_NAMES",
    Task.SEQUENCE_CLASSIFICATION: "MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING_NAMES",
    Task.TOKEN_CLASSIFICATION: "MODEL_FOR_TOKEN_CLASSIFICATION_MAPPING_NAMES",
    Task.QUESTION_ANSWERING: "MODEL_FOR_QUESTION_ANSWERING_MAPPING_NAMES",
}


def task_of(model: nn.Module) -> Task:
    """The task of the model's head: by the class's place in transformers' auto mappings, else by its name."""
    task = _named_task(model)
    # Some that see or hear, and then write with one stack, are named as those with two.
    return Task.CAUSAL_LM if task == Task.SEQ2SEQ_LM and not is_encoder_decoder(model) else task


def _named_task(model: nn.Module) -> Task:
    for cls in type(model).__mro__:
        for task, mapping in _MAPPINGS.items():
            if cls.__name__ in _class_names(getattr(modeling_auto, mapping)):
                return task
    name = type(model).__name__
    endings = {
        "ForCausalLM": Task.CAUSAL_LM,
        "LMHeadModel": Task.CAUSAL_LM,
        "ForConditionalGeneration": Task.SEQ2SEQ_LM,
        "ForMaskedLM": Task.MASKED_LM,
        "ForSequenceClassification": Task.SEQUENCE_CLASSIFICATION,
        "ForTokenClassification": Task.TOKEN_CLASSIFICATION,
        "ForQuestionAnswering": Task.QUESTION_ANSWERING,
    }
    return next((task for ending, task in endings.items() if name.endswith(ending)), Task.BASE)


def _class_names(mapping: Any) -> set[str]:
    names: set[str] = set()
    for value in mapping.values():
        names.update([value] if isinstance(value, str) else value)
    return names


def is_encoder_decoder(model: nn.Module) -> bool:
    """Whether the model reads one sequence with an encoder and another with a decoder that looks at the first.

    The config alone does not tell: an encoder taken out of an encoder-decoder keeps its config.
    """
    config: Any = model.config
    return bool(getattr(config, "is_encoder_decoder", False)) and accepts(model, "decoder_input_ids")


def accepts(model: nn.Module, argument: str) -> bool:
    """Whether the model's forward takes an argument of that name."""
    return argument in _parameters(model)


def takes(model: nn.Module, argument: str) -> bool:
    """Whether the model can be called with an argument of that name, or passes unnamed ones on."""
    parameters = _parameters(model)
    return argument in parameters or any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters.values())


def _parameters(model: nn.Module) -> Mapping[str, inspect.Parameter]:
    """Those of the model's forward. Some libraries put a forward of their own on the model itself."""
    return inspect.signature(model.forward).parameters if "forward" in vars(model) else _of(type(model).forward)


@lru_cache(maxsize=64)
def _of(forward: Callable[..., Any]) -> Mapping[str, inspect.Parameter]:
    # Asked several times in every pass, and a signature takes as long as a layer of a small model.
    return inspect.signature(forward).parameters


def position_limit(model: nn.Module) -> int | None:
    """The most tokens that the model has positions for, or None where positions are computed (rotary, relative).

    Looks for a table of learned or fixed positions: an embedding as long as the config says. RoBERTa and its
    kin count positions from behind the padding index, which costs them as many.
    """
    config: Any = model.config
    text_config = config.get_text_config() if hasattr(config, "get_text_config") else config
    stated = getattr(text_config, "max_position_embeddings", None)
    if not isinstance(stated, int) or stated <= 0:
        return None
    limits = []
    for name, module in model.named_modules():
        if not isinstance(module, nn.Embedding) or not any(part in name.lower() for part in ("pos", "wpe")):
            continue
        # Some tables have a few rows more than positions (OPT and BART start at 2).
        if 0 <= module.num_embeddings - stated <= 2:
            offset = 0 if module.padding_idx is None else module.padding_idx + 1
            limits.append(min(stated, module.num_embeddings - offset))
    return min(limits, default=None)
