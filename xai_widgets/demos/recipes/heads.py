"""What single heads do, measured on sentences whose truth is known."""

from collections.abc import Callable, Sequence
from typing import Any

import torch

from xai_widgets.demos.recipes.card import Finding

Spans = Sequence[tuple[int, int]]
"""Half-open spans of characters."""


def attention_of(model: Any, kind: str, **inputs: torch.Tensor) -> torch.Tensor:
    """Run a model once and give its attention weights.

    Args:
        model: a transformers model; its attention implementation is put back afterwards.
        kind: the field of the model's output: ``"attentions"``, ``"cross_attentions"`` ...
        inputs: what the model takes, each [batch, ...].

    Returns:
        float32 [layer, batch, head, query, key].
    """
    before = model.config._attn_implementation
    model.set_attn_implementation("eager")
    try:
        with torch.no_grad():
            output = model(**inputs, output_attentions=True)
    finally:
        model.set_attn_implementation(before)
    return torch.stack(list(output[kind]))


def tokens_of_words(spans: Spans, offsets: Spans) -> list[list[int]]:
    """Give for each word the tokens that it is made of.

    Args:
        spans: of the words, in characters of the text.
        offsets: of the tokens; empty ones (special tokens) belong to no word. An offset may begin
            at the space before the word.

    Returns:
        For each word the positions of its tokens.
    """
    return [
        [position for position, (begin, end) in enumerate(offsets) if begin < end and first < end <= last]
        for first, last in spans
    ]


def best_head(key: str, words: str, table: torch.Tensor, choose: Callable[..., Any] = torch.argmax) -> Finding:
    """Find the head with the highest figure, or the lowest with ``choose=torch.argmin``.

    Args:
        key: see ``Finding``.
        words: see ``Finding``.
        table: [layer, head].
        choose: gives the flat index of the best.
    """
    layer, head = divmod(int(choose(table)), table.shape[1])
    return Finding(key, words, float(table[layer, head]), layer, head)
