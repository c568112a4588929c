"""AttnLRP: relevance passed back layer by layer, with rules for attention, norms and activations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from xai_widgets.attribution.method import Scores, method
from xai_widgets.attribution.passes import Passes
from xai_widgets.attribution.problem import Problem, numpy
from xai_widgets.errors import InputError, UnsupportedModelError
from xai_widgets.models.attention_call import bind_arguments
from xai_widgets.models.interface import AttentionFunction, observe_attention
from xai_widgets.models.twin import twin

FAMILIES = ("bert", "gpt2", "llama", "mistral", "qwen2", "qwen3")
"""Model types whose every layer has a rule here; held to the paper's formulas by the tests."""

_ACTIVATIONS = ("GELU", "SiLU", "ReLU", "Tanh")


@method(
    label="AttnLRP",
    reference="Achtibat et al. 2024, AttnLRP: Attention-Aware Layer-Wise Relevance Propagation (arXiv:2402.05602)",
    needs=("gradients", "one of the model types bert, gpt2, llama, mistral, qwen2, qwen3"),
    cost="1 forward and 1 backward per step",
)
def attn_lrp(problem: Problem) -> Scores:
    """The relevance of each word embedding, summed over d_model, signed.

    The paper's rules, as gradients that are changed on the way: matrix products of two activations (attention, gates)
    share their relevance evenly, norms and elementwise activations pass it on as linear maps, linear layers by the
    epsilon rule with epsilon zero, the softmax by its Taylor expansion. What biases and the softmax's expansion take
    is in the residual.
    """
    model = problem.passes.model
    family = str(getattr(model.config, "model_type", "")) or type(model).__name__
    if family not in FAMILIES:
        raise UnsupportedModelError(
            f"AttnLRP has no rules here for {type(model).__name__} (model type {family!r}); it has them for "
            f"{', '.join(FAMILIES)}. Use integrated_gradients or gradient_x_input."
        )
    if problem.readout.value_kind not in ("logit", "prediction", "difference of logits"):
        raise InputError(f"AttnLRP explains logits, not a {problem.readout.value_kind}: use value='logit'.")
    relevant = _with_rules(model)
    passes = Passes(relevant, problem.passes.arguments, problem.readings)
    with observe_attention(_shared):
        at = passes.run(grad=True)
    with torch.enable_grad():
        values = problem.readout.values(at.outputs, problem.readout.places)[0]
    rows = []
    for step in range(problem.n_steps):
        problem.tick("explaining step", step, problem.n_steps)
        (grad,) = torch.autograd.grad(values[step], at.leaves, retain_graph=True)
        rows.append((grad.float() * at.leaves[0].detach().float()).sum(dim=-1)[0])
    return Scores([numpy(torch.stack(rows))])


def _shared(function: AttentionFunction, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """An attention function whose relevance goes half to the values and a quarter each to query and key."""
    arguments = bind_arguments(args, kwargs)
    for name, parts in (("query", 4), ("key", 4), ("value", 2)):
        arguments[name] = _divided(arguments[name], parts)
    return function(arguments.pop("module"), **arguments)


def _divided(tensor: Tensor, parts: int) -> Tensor:
    """The same numbers; a part of the gradient."""
    return tensor / parts + (tensor - tensor / parts).detach()


def _with_rules(model: nn.Module) -> Any:
    """A twin whose norms, activations and gates pass gradients on by the rules."""
    relevant = twin(model)
    for module in relevant.modules():
        if isinstance(module, nn.LayerNorm):
            module.forward = _centred(module)
        elif type(module).__name__.endswith("RMSNorm") or _is_activation(module):
            module.forward = _as_factor(module.forward)
        if hasattr(module, "gate_proj") and hasattr(module, "up_proj") and hasattr(module, "down_proj"):
            module.down_proj.forward = _shared_input(module.down_proj.forward)
    return relevant


def _is_activation(module: nn.Module) -> bool:
    named = any(part in type(module).__name__ for part in _ACTIVATIONS)
    return named and not list(module.parameters()) and not list(module.children())


def _as_factor(forward: Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
    """Output as input times a constant: the relevance of an output goes whole to its own input."""

    def run(given: Tensor) -> Tensor:
        with torch.no_grad():
            output = forward(given)
            factor = torch.where(given == 0, torch.zeros_like(given), output / given)
        return given * factor

    return run


def _centred(norm: nn.LayerNorm) -> Callable[[Tensor], Tensor]:
    """A layer norm whose standard deviation is a constant: linear in its input."""

    def run(given: Tensor) -> Tensor:
        centred = given - given.mean(dim=-1, keepdim=True)
        deviation = (centred.detach().float().pow(2).mean(dim=-1, keepdim=True) + norm.eps).sqrt()
        output: Tensor = centred / deviation.to(given.dtype) * norm.weight
        return output if norm.bias is None else output + norm.bias

    return run


def _shared_input(forward: Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
    """A linear map of a product of two activations, between which the relevance is shared."""
    return lambda given: forward(_divided(given, 2))
