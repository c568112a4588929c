"""Gradient × input of one architecture, beside the derivative that it stands for, measured by finite differences."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from architectures.tiny import FIRST_WORD, LAST_WORD, VOCABULARY, tiny_config, tiny_model
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from torch import Tensor
from transformers import PreTrainedTokenizerFast

import xai_widgets as xai
from xai_widgets.attribution.embeddings import LookUp, look_ups
from xai_widgets.models.task import Task

_TEXT = "w11 w23 w47 w31 w66 w12 w58 w23 w71 w40 w19 w33"
_OTHER = "w52 w17 w61 w24 w35 w70"
# The steps of the differences: with two of them the curvature falls out.
_STEPS = (0.01, 0.02)


@dataclass(frozen=True)
class Derivative:
    """Attributes:

    scores: all scores of the text, or of both texts.
    measured: d/dt of the explained value where every word embedding is (1 + t) times what it is, at t = 0.
    """

    scores: np.ndarray
    measured: float

    @property
    def difference(self) -> float:
        """Of the scores' sum from what was measured, as a share of what the scores add up to without their signs."""
        size = float(np.abs(self.scores).sum(dtype=np.float64))
        return abs(float(self.scores.sum(dtype=np.float64)) - self.measured) / max(size, 1e-6)


@cache
def words() -> PreTrainedTokenizerFast:
    """A tokenizer with a word for each id of the tiny models, that ends a text with the end of the sequence."""
    special = {"pad": 0, "bos": 1, "eos": 2, "sep": 3, "cls": 4, "mask": 5, "unk": 6}
    names = {f"<{name}>": number for name, number in special.items()}
    vocabulary = names | {f"w{number}": number for number in range(len(special), VOCABULARY)}
    backend = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    backend.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    backend.post_processor = processors.TemplateProcessing(
        single="$A <eos>", pair="$A <eos> $B <eos>", special_tokens=[("<eos>", 2)]
    )
    return PreTrainedTokenizerFast(tokenizer_object=backend, **{f"{name}_token": f"<{name}>" for name in special})


def derive(model_type: str, class_name: str) -> Derivative:
    """Attributes what a tiny model of the architecture answers, and measures the same from outside."""
    assert FIRST_WORD <= 11
    assert LAST_WORD > 71
    model = tiny_model(class_name, tiny_config(model_type), gain=0.7)
    if type(model).__name__ == "EncoderDecoderModel":
        model.config.decoder_start_token_id = 1
    explainer = xai.Explainer(model, words())
    question: dict[str, Any] = {}
    text = _TEXT
    if explainer.inputs.translates:
        question = {"text_pair": _OTHER, "at": 0}
    elif explainer.task == Task.BASE:
        question = {"text_pair": _OTHER}
    elif explainer.task == Task.MASKED_LM:
        text, question = text.replace("w66", "<mask>"), {"at": 0}
    found = explainer.attribute(text, **question)
    if found.candidates and not explainer.inputs.translates:
        question["target"] = found.candidates[0][0].id

    def value(factor: float) -> float:
        with scaled(model, factor):
            return float(np.sum(explainer.attribute(text, **question).value))

    slopes = [(value(1 + step) - value(1 - step)) / (2 * step) for step in _STEPS]
    return Derivative(np.concatenate([side.scores.ravel() for side in found.sides]), (4 * slopes[0] - slopes[1]) / 3)


@contextmanager
def scaled(model: Any, factor: float) -> Iterator[None]:
    """Within the block, every word embedding is so many times what it is; positions and token types stay."""
    with ExitStack() as stack:
        for lookup in look_ups(model):
            _scale(lookup, factor, stack)
        yield


def _scale(lookup: LookUp, factor: float, stack: ExitStack) -> None:
    begun: list[bool] = []

    def embedded(_module: Any, _arguments: Any, output: Any) -> Any:
        begun.append(True)
        return output * factor if lookup.norm is None and isinstance(output, Tensor) else None

    def normed(_module: Any, _arguments: Any, output: Tensor) -> Tensor | None:
        # The norm behind a look-up, not where else the same one stands.
        return output * factor if begun and begun.pop() else None

    stack.callback(lookup.embedding.register_forward_hook(embedded).remove)
    if lookup.norm is not None:
        stack.callback(lookup.norm.register_forward_hook(normed).remove)
