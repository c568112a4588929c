"""The model is left as it was found, whatever happens to the pass; and what a pass keeps is small."""

from __future__ import annotations

import copy
import random
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from architectures.comparison import layer_weights, own_weights, tiny_inputs
from architectures.tiny import tiny_config, tiny_model
from torch import Tensor, nn
from torch._dynamo import OptimizedModule
from torch.multiprocessing.reductions import StorageWeakRef
from torch.utils._python_dispatch import TorchDispatchMode
from transformers import AttentionInterface, PreTrainedModel

from xai_widgets.errors import Cancelled, UnsupportedModelError
from xai_widgets.models.capture import Captured, capture
from xai_widgets.models.interface import observe_attention
from xai_widgets.models.random_state import kept_random_state
from xai_widgets.models.task import is_encoder_decoder
from xai_widgets.models.twin import eager_twin

# One by the interface, one that has its own attention, one whose eager pass goes through the interface.
MODELS = [("bert", "BertForSequenceClassification"), ("bloom", "BloomForCausalLM"), ("gemma2", "Gemma2ForCausalLM")]


def build(model_type: str = "bert", class_name: str = "BertForSequenceClassification") -> PreTrainedModel:
    return tiny_model(class_name, tiny_config(model_type))


def quiet(_what: str, _done: int) -> None:
    pass


def captured(model: nn.Module, inputs: dict[str, Tensor], tick: Callable[[str, int], None] = quiet) -> Captured:
    return capture(model, inputs, encoder_decoder=is_encoder_decoder(model), tick=tick)


def first_layer(found: Captured) -> Tensor:
    return layer_weights(next(iter(found.layers.values()))[0])


def logits(model: nn.Module, inputs: dict[str, Tensor]) -> Tensor:
    with torch.no_grad():
        return model(**inputs)[0]


def state_of(model: nn.Module) -> dict[str, Any]:
    """Everything that a pass could leave changed."""
    return {
        "training": [module.training for module in model.modules()],
        "requires_grad": [parameter.requires_grad for parameter in model.parameters()],
        "grads": [None if p.grad is None else (id(p.grad), p.grad.clone()) for p in model.parameters()],
        "tensors": [(id(t), t.data_ptr(), t._version) for t in (*model.parameters(), *model.buffers())],
        "hooks": [
            (len(module._forward_hooks), len(module._forward_pre_hooks), len(module._backward_hooks))
            for module in model.modules()
        ],
        "attributes": [sorted(vars(module)) for module in model.modules()],
        "config": copy.deepcopy(model.config.to_dict()),
        "implementation": model.config._attn_implementation,
        "lookup": {name: AttentionInterface.__dict__.get(name) for name in ("get_interface", "__getitem__")},
        "grad_mode": torch.is_grad_enabled(),
        "torch": torch.get_rng_state(),
        "numpy": np.random.get_state()[1],  # noqa: NPY002
        "python": random.getstate(),
    }


def same(before: Any, after: Any) -> bool:
    if isinstance(before, Tensor | np.ndarray):
        return bool((before == after).all())
    if isinstance(before, dict):
        return before.keys() == after.keys() and all(same(before[key], after[key]) for key in before)
    if isinstance(before, list | tuple):
        return len(before) == len(after) and all(map(same, before, after))
    return bool(before == after)


def assert_left_as_found(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert [key for key in before if not same(before[key], after[key])] == []


@pytest.mark.parametrize(("model_type", "class_name"), MODELS)
def test_nothing_of_the_model_changes(model_type: str, class_name: str) -> None:
    model = build(model_type, class_name)
    inputs = tiny_inputs(model)
    next(model.parameters()).requires_grad_(False)
    model(**inputs)[0].sum().backward()
    plain = logits(model, inputs)
    before = state_of(model)
    found = captured(model, inputs)
    assert_left_as_found(before, state_of(model))
    assert torch.equal(found.output[0], plain)
    assert torch.equal(logits(model, inputs), plain)


def test_hooks_of_the_user_stay_and_see_the_pass() -> None:
    model = build()
    seen: list[str] = []
    handle = model.register_forward_hook(lambda *_: seen.append("forward"))
    before = state_of(model)
    captured(model, tiny_inputs(model))
    assert_left_as_found(before, state_of(model))
    assert seen == ["forward"]
    handle.remove()


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, Cancelled("enough")])
@pytest.mark.parametrize(("model_type", "class_name"), MODELS)
def test_a_pass_that_is_interrupted(model_type: str, class_name: str, interruption: Any) -> None:
    model = build(model_type, class_name)
    inputs = tiny_inputs(model)
    plain = logits(model, inputs)
    ticks = 0

    def tick(_what: str, _done: int) -> None:
        nonlocal ticks
        ticks += 1
        if ticks == 2:
            raise interruption

    before = state_of(model)
    with pytest.raises((KeyboardInterrupt, Cancelled)):
        captured(model, inputs, tick)
    assert_left_as_found(before, state_of(model))
    assert torch.equal(logits(model, inputs), plain)


def test_a_pass_that_raises_half_way() -> None:
    model = build()
    inputs = tiny_inputs(model)

    def fail(*_: Any) -> None:
        raise RuntimeError("half way")

    handle = model.bert.encoder.layer[1].register_forward_hook(fail)
    before = state_of(model)
    with pytest.raises(RuntimeError, match="half way"):
        captured(model, inputs)
    assert_left_as_found(before, state_of(model))
    handle.remove()


def test_random_numbers_that_a_model_draws_are_given_back() -> None:
    model = build("yoso", "YosoForSequenceClassification")
    inputs = tiny_inputs(model)
    before = state_of(model)
    with pytest.raises(UnsupportedModelError, match="hashing"):
        captured(model, inputs)
    assert_left_as_found(before, state_of(model))


def test_numpy_random_numbers_are_given_back() -> None:
    model = tiny_model("BigBirdModel", big_bird())
    state = np.random.get_state()[1].copy()  # noqa: NPY002
    with kept_random_state(model):
        np.random.seed(1)  # noqa: NPY002
    assert (np.random.get_state()[1] == state).all()  # noqa: NPY002


def big_bird() -> transformers.PreTrainedConfig:
    config = tiny_config("big_bird")
    config.block_size, config.num_random_blocks = 4, 1
    return config


def test_a_model_that_replaces_its_own_layers_keeps_them() -> None:
    """BigBird goes over to full attention for good in its first pass on a short text."""
    model = tiny_model("BigBirdModel", big_bird())
    short = {"input_ids": torch.arange(10, 23)[None]}
    long = {"input_ids": torch.arange(10, 74)[None]}
    assert captured(model, short).path == "eager"
    assert model.attention_type == "block_sparse"
    with pytest.raises(UnsupportedModelError, match="blocks"):
        captured(model, long)


def in_threads(*jobs: Callable[[], Any]) -> list[Any]:
    """Runs the jobs at once, and raises what any of them raised."""
    results: list[Any] = [None] * len(jobs)

    def run(index: int) -> None:
        try:
            results[index] = jobs[index]()
        except BaseException as error:  # noqa: BLE001 - raised again below, in the test's own thread
            results[index] = error

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return results


@pytest.mark.parametrize(("model_type", "class_name"), MODELS)
def test_two_captures_and_a_plain_run_at_once(model_type: str, class_name: str) -> None:
    model = build(model_type, class_name)
    inputs = tiny_inputs(model)
    shorter = {name: tensor[:, :7] for name, tensor in inputs.items()}
    alone, alone_shorter, plain = captured(model, inputs), captured(model, shorter), logits(model, inputs)
    before = state_of(model)
    meeting = threading.Barrier(3, timeout=30)

    def again(job: Callable[[], Any]) -> Callable[[], list[Any]]:
        def repeated() -> list[Any]:
            meeting.wait()
            return [job() for _ in range(10)]

        return repeated

    first, second, runs = in_threads(
        again(lambda: captured(model, inputs)),
        again(lambda: captured(model, shorter)),
        again(lambda: logits(model, inputs)),
    )
    assert all(torch.equal(first_layer(one), first_layer(alone)) for one in first)
    assert all(torch.equal(first_layer(one), first_layer(alone_shorter)) for one in second)
    assert all(len(one.layers["self"]) == len(alone.layers["self"]) for one in (*first, *second))
    assert all(torch.equal(one, plain) for one in runs)
    assert_left_as_found(before, state_of(model))


def test_another_threads_run_is_not_recorded() -> None:
    model = build()
    inputs = tiny_inputs(model)
    calls = []
    with observe_attention(lambda function, args, kwargs: (calls.append(1), function(*args, **kwargs))[1]):
        in_threads(lambda: logits(model, inputs))
        assert calls == []
        logits(model, inputs)
        assert len(calls) == 2


def test_a_capture_within_a_capture() -> None:
    outer, inner = build(), build("gpt2", "GPT2LMHeadModel")
    inputs = tiny_inputs(outer)
    within: list[Captured] = []

    def tick(_what: str, _done: int) -> None:
        within.append(captured(inner, tiny_inputs(inner)))

    found = captured(outer, inputs, tick)
    assert torch.equal(first_layer(found), first_layer(captured(outer, inputs)))
    assert [len(one.layers["self"]) for one in within] == [2, 2]


class _Largest(TorchDispatchMode):
    """The number of elements of the largest tensor that a pass makes."""

    def __init__(self) -> None:
        super().__init__()
        self.largest = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        made = result if isinstance(result, tuple | list) else (result,)
        self.largest = max(self.largest, *(one.numel() for one in made if isinstance(one, Tensor)), 0)
        return result


@pytest.mark.parametrize("model_type", ["bert", "llama"])
def test_no_tensor_of_all_heads_weights_is_ever_made(model_type: str) -> None:
    heads, tokens = 8, 256
    config = tiny_config(model_type)
    config.num_hidden_layers, config.num_attention_heads, config.max_position_embeddings = 8, heads, tokens
    if model_type == "llama":
        config.num_key_value_heads, config.head_dim = 4, 4
    name = {"bert": "BertModel", "llama": "LlamaModel"}[model_type]
    model = tiny_model(name, config)
    inputs = {"input_ids": torch.randint(10, 80, (1, tokens), generator=torch.Generator().manual_seed(0))}
    with _Largest() as plain:
        logits(model, inputs)
    with _Largest() as seen:
        found = captured(model, inputs)
        # Grouped keys go through a kernel of torch 2.6 that makes the weights of its layer; later ones do not.
        assert seen.largest <= plain.largest
        first_layer(found)
    assert seen.largest == heads * tokens * tokens


def test_a_fused_projection_is_not_kept() -> None:
    """Neither afterwards nor for as long as the layer goes on: a third of it is the value, which nobody looks at."""
    model = build("gpt2", "GPT2LMHeadModel")
    fused: list[StorageWeakRef] = []
    alive: list[bool] = []
    for block in model.transformer.h:
        block.attn.c_attn.register_forward_hook(
            lambda _module, _inputs, output: fused.append(StorageWeakRef(output.untyped_storage()))
        )
        block.mlp.register_forward_pre_hook(lambda *_: alive.append(not fused[-1].expired()))
    found = captured(model, tiny_inputs(model))
    assert alive == [False, False]
    for layer in found.layers["self"]:
        assert layer.source is not None
        for tensor in (layer.source.query, layer.source.key):
            assert tensor.untyped_storage().nbytes() == 13 * 32 * 4


@pytest.mark.parametrize(("model_type", "class_name"), [*MODELS, ("t5", "T5ForConditionalGeneration")])
def test_the_twin_shares_every_tensor(model_type: str, class_name: str) -> None:
    model = build(model_type, class_name)
    model(**tiny_inputs(model))[0].sum().backward()
    twin = eager_twin(model)
    for tensors in (nn.Module.parameters, nn.Module.buffers):
        assert all(a is b for a, b in zip(tensors(model), tensors(twin), strict=True))
    assert twin.get_input_embeddings().weight is model.get_input_embeddings().weight
    assert all(a.grad is b.grad for a, b in zip(model.parameters(), twin.parameters(), strict=True))
    assert all(a is not b for a, b in zip(model.modules(), twin.modules(), strict=True))
    assert model.config._attn_implementation != "eager" or not model._supports_sdpa
    assert twin.config._attn_implementation == "eager"


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16], ids=str)
def test_half_precision_gives_float32_weights(dtype: torch.dtype) -> None:
    model = build().to(dtype)
    found = captured(model, tiny_inputs(model))
    assert found.path == "interface"
    assert first_layer(found).dtype == torch.float32
    torch.testing.assert_close(first_layer(found).sum(-1), torch.ones(4, 13))


@pytest.mark.parametrize("hidden", [slice(0, 3), slice(10, 13)], ids=["left", "right"])
@pytest.mark.parametrize(
    ("model_type", "class_name"), [("llama", "LlamaForCausalLM"), ("bert", "BertForSequenceClassification")]
)
def test_padding(model_type: str, class_name: str, hidden: slice) -> None:
    """Rows of padding on the left see nothing, and each kernel makes of them what it likes."""
    model = build(model_type, class_name)
    inputs = tiny_inputs(model)
    inputs["attention_mask"][:, hidden] = 0
    found = captured(model, inputs)
    assert found.path == "interface"
    own = own_weights(eager_twin(model), inputs)["self"]
    for layer, weights in zip(found.layers["self"], own, strict=True):
        torch.testing.assert_close(layer_weights(layer), weights, atol=1e-5, rtol=0)


def test_a_soft_cap_counts_where_the_run_uses_it() -> None:
    """SDPA knows no soft cap. transformers 5.0 runs Gemma 2 on it all the same, later releases on eager attention."""
    config = tiny_config("gemma2")
    model = tiny_model("Gemma2ForCausalLM", config)
    uses_it = model.config._attn_implementation == "eager"
    config.attn_logit_softcapping = None
    without = tiny_model("Gemma2ForCausalLM", config)
    inputs = tiny_inputs(model)
    found = captured(model, inputs)
    assert found.path == "interface"
    for layer, *own in zip(
        found.layers["self"],
        own_weights(eager_twin(model), inputs)["self"],
        own_weights(eager_twin(without), inputs)["self"],
        strict=True,
    ):
        used, other = own if uses_it else reversed(own)
        torch.testing.assert_close(layer_weights(layer), used, atol=1e-5, rtol=0)
        assert (layer_weights(layer) - other).abs().max() > 0.01


class _Wrapped(nn.Module):
    """As adapter libraries wrap a model: a module that has its config and passes everything on."""

    def __init__(self, model: PreTrainedModel) -> None:
        super().__init__()
        self.base_model = model
        self.config = model.config

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        return self.base_model(*args, **kwargs)


@pytest.mark.parametrize(("model_type", "class_name"), MODELS)
def test_a_wrapped_model(model_type: str, class_name: str) -> None:
    model = build(model_type, class_name)
    inputs = tiny_inputs(model)
    wrapped = captured(_Wrapped(model), inputs)
    bare = captured(model, inputs)
    assert wrapped.path == bare.path
    assert [layer.number for layer in wrapped.layers["self"]] == [0, 1]
    assert torch.equal(first_layer(wrapped), first_layer(bare))


@pytest.mark.parametrize(("model_type", "class_name"), MODELS)
def test_a_compiled_model(model_type: str, class_name: str) -> None:
    model = build(model_type, class_name)
    inputs = tiny_inputs(model)
    plain = captured(model, inputs)

    def never(*_: Any) -> Any:
        raise AssertionError("compiled")

    assert torch.equal(first_layer(captured(torch.compile(model, backend=never), inputs)), first_layer(plain))
    part = next(module for module in model.modules() if isinstance(module, nn.ModuleList))
    part[0].compile(backend=never)
    part[1] = torch.compile(part[1], backend=never)
    before = state_of(model)
    assert torch.equal(first_layer(captured(model, inputs)), first_layer(plain))
    assert_left_as_found(before, state_of(model))
    assert isinstance(part[1], OptimizedModule)


def test_gradient_checkpointing() -> None:
    model = build("llama", "LlamaForCausalLM")
    inputs = tiny_inputs(model)
    plain = captured(model, inputs)
    # The newer name first: the older one warns where there are both.
    getattr(model, "activation_checkpointing_enable", model.gradient_checkpointing_enable)()
    found = capture(model, inputs, encoder_decoder=False, tick=quiet, grad=True)
    assert len(found.layers["self"]) == 2
    found.output.logits.sum().backward()
    assert torch.equal(first_layer(found), first_layer(plain))


@pytest.mark.parametrize(("model_type", "class_name"), MODELS[:2])
def test_a_config_that_asks_for_tuples(model_type: str, class_name: str) -> None:
    config = tiny_config(model_type)
    config.return_dict = False
    model = tiny_model(class_name, config)
    inputs = tiny_inputs(model)
    found = captured(model, inputs)
    assert isinstance(found.output, tuple)
    assert model.config.return_dict is False
    torch.testing.assert_close(first_layer(found), own_weights(eager_twin(model), inputs)["self"][0])
