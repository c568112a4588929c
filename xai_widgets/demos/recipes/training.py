"""The one training loop of all recipes."""

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Schedule:
    """How long and how fast a model learns.

    Attributes:
        steps: number of batches.
        batch_size: rows in a batch.
        learning_rate: of AdamW at its highest; it rises over the first ``warmup`` of the steps and then
            falls along half a cosine to zero.
        warmup: share of the steps.
        weight_decay: of AdamW, on matrices only.
        easy: share of the steps on easy rows alone, where a recipe has some.
        fading: share of the steps after that over which all rows take their place.
    """

    steps: int
    batch_size: int
    learning_rate: float
    warmup: float = 0.05
    weight_decay: float = 0.01
    easy: float = 0.0
    fading: float = 0.5


def be_deterministic(seed: int) -> None:
    """Make the same numbers come out on every run: one thread, one seed, no kernel that may vary."""
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    torch.manual_seed(seed)


def train(model: Any, batches: Iterator[dict[str, torch.Tensor]], schedule: Schedule) -> float:
    """Train a model on what it takes as keyword arguments, ``labels`` among them.

    Args:
        model: a transformers model that returns a loss; it is left in evaluation mode.
        batches: at least ``schedule.steps`` of them.
        schedule: how long and how fast.

    Returns:
        The seconds that it took.
    """
    matrices = [parameter for parameter in model.parameters() if parameter.dim() > 1]
    others = [parameter for parameter in model.parameters() if parameter.dim() < 2]
    optimizer = torch.optim.AdamW(
        [
            {"params": matrices, "weight_decay": schedule.weight_decay},
            {"params": others, "weight_decay": 0.0},
        ],
        lr=schedule.learning_rate,
        betas=(0.9, 0.98),
    )
    scheduler = torch.optim.lr_scheduler.OneCycleLR(
        optimizer,
        max_lr=schedule.learning_rate,
        total_steps=schedule.steps + 1,
        pct_start=schedule.warmup,
        cycle_momentum=False,
    )
    model.train()
    start = time.monotonic()
    running = 0.0
    for step in range(1, schedule.steps + 1):
        loss = model(**next(batches)).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        scheduler.step()
        running = loss.item() if step == 1 else 0.95 * running + 0.05 * loss.item()
        if step % 100 == 0 or step == schedule.steps:
            logger.info("step %d: loss %.4f, %.0f s", step, running, time.monotonic() - start)
    model.eval()
    return time.monotonic() - start
