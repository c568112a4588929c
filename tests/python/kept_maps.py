"""Maps with everything that a file has to keep: masks of several kinds, uneven layers, numbers that are none."""

from __future__ import annotations

import functools
from collections.abc import Callable

import numpy as np
import tiny_models

import xai_widgets as xai
from xai_widgets.attention.kept_stack import KeptStack

TEXT = "the cat sat on the mat"
TOKENS = ("[CLS]", "un", "##believ", "##able", "猫", "</s><script>", "[SEP]")


def random_weights(heads: int, queries: int = 7, keys: int = 7, seed: int = 0) -> np.ndarray:
    scores = np.random.default_rng(seed).normal(size=(heads, queries, keys)).astype(np.float32) * 3
    weights = np.exp(scores)
    return (weights / weights.sum(axis=2, keepdims=True)).astype(np.float32)


def tensors() -> xai.AttentionMap:
    return xai.AttentionMap.from_tensors([random_weights(3), random_weights(3, seed=1)], TOKENS, model_name="m")


def strange() -> xai.AttentionMap:
    """Layers 1 and 4 of a hybrid model: other numbers of heads, other masks, one of them by head; and odd numbers."""
    tokens = xai.TokenSequence.from_strings(TOKENS, ids=range(7), pair_start=4)
    window = np.tri(7, dtype=bool) & ~np.tri(7, k=-3, dtype=bool)
    by_head = np.stack([np.tri(7, dtype=bool), np.ones((7, 7), bool)])
    first, second = random_weights(5) * window, random_weights(2) * by_head
    first[0, 6, 6] = np.nan
    first[1, 0, 0], first[1, 1, 1], first[1, 2, 2] = (
        1e-45,
        np.float32(1) / 3,
        np.nextafter(np.float32(1), np.float32(0)),
    )
    stack = KeptStack([1, 4], [first, second], [window[None], by_head], tokens, tokens)
    return xai.AttentionMap({"self": stack}, path="eager", model_name="H", notes=["Layer 0 has no attention."])


MAPS: dict[str, Callable[[], xai.AttentionMap]] = {
    **{
        shape: functools.partial(lambda shape: tiny_models.explainer(shape).attention(TEXT), shape)
        for shape in ("bert", "gpt2", "bart")
    },
    "tensors": tensors,
    "strange": strange,
}


def assert_same(kept: xai.AttentionMap, given: xai.AttentionMap) -> None:
    """Everything is as it was; weights are equal bit for bit."""
    assert kept.kinds == given.kinds
    assert (kept.model_name, kept.path, kept.notes) == (given.model_name, given.path, given.notes)
    for kind in given.kinds:
        assert kept.layers(kind) == given.layers(kind)
        assert kept.tokens(kind) == given.tokens(kind)
        for layer in given.layers(kind):
            weights = kept.weights(layer, kind=kind)
            assert weights.dtype == np.float32
            assert weights.shape == given.weights(layer, kind=kind).shape
            assert weights.tobytes() == given.weights(layer, kind=kind).tobytes()
            assert same_mask(kept.seen(layer, kind), given.seen(layer, kind))


def same_mask(kept: np.ndarray | None, given: np.ndarray | None) -> bool:
    return (kept is None and given is None) or bool(np.array_equal(kept, given) and kept.dtype == bool)
