"""One architecture, captured, beside its own eager ``output_attentions``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import torch
from architectures.tiny import FIRST_WORD, LAST_WORD, tiny_config, tiny_model
from torch import Tensor
from transformers import PreTrainedModel

from xai_widgets.errors import UnsupportedModelError
from xai_widgets.models.capture import Captured, capture
from xai_widgets.models.interface import observe_attention
from xai_widgets.models.layer import Layer
from xai_widgets.models.layer_name import kind_of
from xai_widgets.models.recorder import module_names
from xai_widgets.models.task import accepts, is_encoder_decoder

N_TOKENS, N_TARGET_TOKENS = 13, 7
_OUTPUTS = {"encoder": "encoder_attentions", "cross": "cross_attentions", "decoder": "decoder_attentions"}


@dataclass(frozen=True)
class Comparison:
    """What capture made of one architecture."""

    model_type: str
    class_name: str
    path: str = ""
    layers: dict[str, tuple[int, ...]] = field(default_factory=dict)
    difference: float | None = None
    """Largest absolute difference from the model's own eager weights; None where it gives none to compare."""
    same_output: bool = True
    sentence: str = ""
    """Why there are no weights, or not of every layer; empty where there are all."""


def tiny_inputs(model: PreTrainedModel) -> dict[str, Tensor]:
    """A text of random words that ends with the end-of-sequence token, and a target where there is a decoder."""
    generator = torch.Generator().manual_seed(1)
    ids = torch.randint(FIRST_WORD, LAST_WORD, (1, N_TOKENS), generator=generator)
    end = getattr(model.config.get_text_config(), "eos_token_id", None)
    ids[0, -1] = end if isinstance(end, int) else FIRST_WORD
    inputs = {"input_ids": ids}
    if accepts(model, "attention_mask"):
        inputs["attention_mask"] = torch.ones_like(ids)
    if is_encoder_decoder(model) and "SequenceClassification" not in type(model).__name__:
        inputs["decoder_input_ids"] = ids[:, :N_TARGET_TOKENS].flip(1)
    return inputs


def compare(model_type: str, class_name: str, dtype: torch.dtype = torch.float32) -> Comparison:
    """Captures a tiny model of the architecture and holds the weights beside its own."""
    config = tiny_config(model_type)
    # Eager attention rounds its scores to half precision, which moves the weights more the larger the scores are.
    gain = 1.5 if dtype == torch.float32 else 0.5
    model = tiny_model(class_name, config, gain=gain).to(dtype)
    inputs = tiny_inputs(model)
    with torch.no_grad():
        torch.manual_seed(2)
        plain = model(**inputs)
    try:
        torch.manual_seed(2)
        captured = capture(model, inputs, encoder_decoder=is_encoder_decoder(model), tick=lambda _what, _n: None)
    except UnsupportedModelError as error:
        return Comparison(model_type, class_name, sentence=str(error))
    reference = tiny_model(class_name, config, gain=gain, attn_implementation="eager").to(dtype)
    reference.load_state_dict(model.state_dict())
    return Comparison(
        model_type,
        class_name,
        path=captured.path,
        layers={kind: tuple(layer.number for layer in stack) for kind, stack in captured.layers.items()},
        difference=_difference(captured, own_weights(reference, inputs)),
        same_output=_same(plain, captured.output),
        sentence=" ".join(captured.left_out.values()),
    )


def own_weights(model: PreTrainedModel, inputs: dict[str, Tensor]) -> dict[str, list[Tensor]]:
    """What the model gives for ``output_attentions=True``, by kind: a list of float32 [head, query, key].

    Where its output has no place for them (T5Gemma's classifier), what its attention functions return.
    """
    returned: dict[str, list[Tensor]] = {}
    names = module_names(model)
    encoder_decoder = is_encoder_decoder(model)

    def observer(function, args, kwargs):
        result = function(*args, **kwargs)
        kind = kind_of(names.get(id(args[0]), ""), encoder_decoder=encoder_decoder)
        returned.setdefault(kind, []).append(result[1])
        return result

    with torch.no_grad():
        model(**inputs)  # BigBird replaces its layers in the first pass on a short text
        with observe_attention(observer):
            output = model(**inputs, output_attentions=True)
    kinds = _OUTPUTS if encoder_decoder else {"self": "attentions"}
    found = {kind: getattr(output, name, None) or () for kind, name in kinds.items()}
    if any(hasattr(module, "one_sided_attn_window_size") for module in model.modules()):
        kind, name = ("encoder", "encoder_global_attentions") if encoder_decoder else ("self", "global_attentions")
        of_globals = getattr(output, name) or [None] * len(found[kind])
        found[kind] = [_placed(*pair) for pair in zip(found[kind], of_globals, strict=True)]
    if not any(found.values()):
        found = returned | {"cross": returned.get("cross", returned.get("decoder", []))}
    return {kind: [w[0].float() for w in stack if isinstance(w, Tensor)] for kind, stack in found.items() if stack}


def _placed(given: Tensor, of_globals: Tensor | None) -> Tensor:
    """Longformer's weights [1, head, query, global + offset] put in their places one by one: [1, head, query, key].

    Global tokens are the first ones: the classifier makes the very first global.
    """
    n_globals = 0 if of_globals is None else of_globals.shape[-1]
    n_tokens, reach = given.shape[2], (given.shape[3] - n_globals) // 2
    placed = given.new_zeros(*given.shape[:3], n_tokens)
    for query in range(n_tokens):
        for key in range(max(0, query - reach), min(n_tokens, query + reach + 1)):
            placed[..., query, key] = given[..., query, n_globals + reach + key - query]
    for number in range(n_globals):
        placed[..., number] = given[..., number]
    for number in range(n_globals):
        placed[..., number, :] = of_globals[..., :n_tokens, number]
    return placed


def layer_weights(layer: Layer) -> Tensor:
    """All heads of one captured layer, float32 [head, query, key]."""
    if layer.weights is not None:
        return layer.weights
    assert layer.source is not None
    return layer.source.weights(range(layer.source.n_heads))


def _difference(captured: Captured, own: dict[str, list[Tensor]]) -> float | None:
    worst = None
    for kind, stack in captured.layers.items():
        theirs = own.get(kind)
        if not theirs:
            continue
        fitting = [part for w in theirs if (part := _part(w, kind, stack[0].positions)) is not None]
        assert len(fitting) == len(stack), f"{kind}: {len(stack)} layers, the model gives {len(theirs)}"
        for layer, weights in zip(stack, fitting, strict=True):
            mine = layer_weights(layer)
            assert mine.shape == weights.shape, f"{kind} {layer.number}: {mine.shape}, not {weights.shape}"
            worst = max(worst or 0.0, float((mine - weights).abs().max()))
    return worst


def _part(weights: Tensor, kind: str, positions: tuple[int, int]) -> Tensor | None:
    """The model's weights as tokens look at tokens; None where they are over something else."""
    if weights.dim() != 3:
        return None
    n_queries, n_keys = positions
    if bool((weights < 0).any()):
        weights = torch.softmax(weights, dim=-1)  # SqueezeBERT and ProphetNet give scores for weights
    if kind == "cross":
        weights = weights[:, :n_queries, -n_keys:]  # ProphetNet's n-grams follow, T5Gemma 2's own keys come first
    elif kind == "decoder":
        weights = weights[..., :n_keys]
    return weights if tuple(weights.shape[1:]) == positions else None


def _same(plain: Any, seen: Any) -> bool:
    pairs = zip(plain.to_tuple(), seen.to_tuple(), strict=True)
    return all(torch.equal(a, b) for a, b in pairs if isinstance(a, Tensor) and isinstance(b, Tensor))
