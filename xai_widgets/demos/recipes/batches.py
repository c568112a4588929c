"""Rows of token ids put together as padded batches."""

import random
from collections.abc import Iterator, Mapping, Sequence

import torch

Row = Mapping[str, Sequence[int] | int]
"""One example: for each of the model's inputs its numbers, or one number (a class)."""


def collate(rows: Sequence[Row], padding: Mapping[str, int]) -> dict[str, torch.Tensor]:
    """Stack rows as int64 tensors.

    Args:
        rows: at least one, all with the same keys.
        padding: for each key with a sequence, the number that fills the shorter rows on the
            right; 0 for a key that is not there.

    Returns:
        For each key a tensor [batch, longest row], or [batch] where a row holds one number.
    """
    batch = {}
    for key in rows[0]:
        values = [row[key] for row in rows]
        sequences = [value for value in values if not isinstance(value, int)]
        longest = max(map(len, sequences), default=0)
        filled = [[*value, *[padding.get(key, 0)] * (longest - len(value))] for value in sequences]
        batch[key] = torch.tensor(filled or values)
    return batch


def endless(
    rows: Sequence[Row], padding: Mapping[str, int], *, batch_size: int, seed: int, pool: int = 40
) -> Iterator[dict[str, torch.Tensor]]:
    """Go through the rows again and again, in a new order each time.

    Args:
        rows: the training examples; they must have ``input_ids``.
        padding: see ``collate``.
        batch_size: rows in a batch.
        seed: decides the order.
        pool: rows of so many batches are sorted by length among themselves, which saves padding; 1 leaves
            all lengths mixed.
    """
    source = random.Random(seed)
    order = list(range(len(rows)))
    size = min(batch_size, len(rows))
    while True:
        source.shuffle(order)
        for start in range(0, len(order), pool * size):
            chosen = sorted(order[start : start + pool * size], key=lambda index: _length(rows[index]))
            batches = [chosen[at : at + size] for at in range(0, len(chosen), size)]
            source.shuffle(batches)
            for batch in batches:
                yield collate([rows[index] for index in batch], padding)


def _length(row: Row) -> int:
    ids = row["input_ids"]
    return 1 if isinstance(ids, int) else len(ids)
