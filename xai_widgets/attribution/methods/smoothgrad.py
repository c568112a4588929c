"""SmoothGrad: gradient x input, averaged over copies of the text with noise on the embeddings."""

from __future__ import annotations

import torch
from torch import Tensor

from xai_widgets.attribution.method import Scores, method
from xai_widgets.attribution.problem import Problem, numpy
from xai_widgets.errors import InputError


@method(
    label="SmoothGrad",
    reference="Smilkov et al. 2017, SmoothGrad: removing noise by adding noise (arXiv:1706.03825)",
    needs=("gradients",),
    cost="one forward and backward pass per sample (25), in batches",
)
def smoothgrad(problem: Problem, samples: int = 25, noise: float = 0.1, seed: int = 0) -> Scores:
    """The sum over d_model of the word embedding times the mean gradient around it, signed.

    Args:
        problem: what is explained.
        samples: how many noisy copies.
        noise: standard deviation of the Gaussian noise, as a share of the range of the text's embedding values.
        seed: the noise is drawn from a generator of its own: the same seed gives the same scores.
    """
    if samples < 1 or noise < 0:
        raise InputError(f"SmoothGrad needs at least one sample and no negative noise: {samples=}, {noise=}.")
    inputs = [embedding.float() for embedding in problem.embeddings]
    spreads = [noise * (embedding.max() - embedding.min()) for embedding in inputs]
    totals = [torch.zeros(problem.n_steps, len(reading.tokens)) for reading in problem.readings]

    def noisy(sample: int) -> list[Tensor]:
        # Seeded by sample, so that the scores do not depend on how many are run at once.
        generator = torch.Generator().manual_seed(seed * 1_000_003 + sample)
        return [
            embedding + spread * torch.randn(embedding.shape, generator=generator).to(embedding)
            for embedding, spread in zip(inputs, spreads, strict=True)
        ]

    def product(number: int, grad: Tensor) -> Tensor:
        return (grad.float() * inputs[number]).sum(dim=-1).sum(dim=0)

    def run(first: int, last: int) -> list[Tensor]:
        drawn = [noisy(sample) for sample in range(first, last)]
        batch = [torch.cat(copies) for copies in zip(*drawn, strict=True)]
        return problem.gradients(batch, product)[1]

    for _, last, found in problem.batches.over(samples, run):
        problem.tick("noisy copies", last, samples)
        totals = [total + rows.cpu() for total, rows in zip(totals, found, strict=True)]
    return Scores([numpy(total / samples) for total in totals])
