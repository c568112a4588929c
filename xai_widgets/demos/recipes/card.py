"""The model card: what a demo model is, how it was made and what was measured on it."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One figure that a recipe measured.

    Attributes:
        key: its name in ``scores.json``.
        words: what it is, for the card.
        value: the figure.
        layer: the layer that it belongs to, counted from 0, or None.
        head: the head that it belongs to, counted from 0, or None.
        percent: whether the card shows it as a percentage.
    """

    key: str
    words: str
    value: float
    layer: int | None = None
    head: int | None = None
    percent: bool = False

    @property
    def shown(self) -> str:
        """The figure as the card shows it."""
        return f"{100 * self.value:.2f} %" if self.percent else f"{self.value:.3f}"


def share(key: str, words: str, right: Sequence[bool]) -> Finding:
    """Make the finding of how many were right.

    Args:
        key: see ``Finding``.
        words: see ``Finding``; their number is added.
        right: one truth value for each; at least one.
    """
    return Finding(key, f"{words} ({len(right):,})", sum(right) / len(right), percent=True)


@dataclass(frozen=True)
class Description:
    """The words of a card that no measurement decides.

    Attributes:
        title: the card's headline.
        languages: ISO codes.
        task: transformers' pipeline tag.
        summary: what it is, in a sentence or two.
        architecture: what it is built of, from the configuration.
        data: what it learnt from.
        examples: lines to try, each with what to look at.
        limits: what it cannot do.
    """

    title: str
    languages: tuple[str, ...]
    task: str
    summary: str
    architecture: str
    data: str
    examples: tuple[str, ...]
    limits: str


@dataclass(frozen=True)
class Making:
    """How the weights came to be.

    Attributes:
        command: what to run to make them again.
        seed: of everything random.
        sentences: how many it learnt from.
        training: steps, batch size and learning rate, in words.
        parameters: how many numbers it learnt.
        versions: the libraries that made it, in words.
    """

    command: str
    seed: int
    sentences: int
    training: str
    parameters: int
    versions: str


def write_card(description: Description, making: Making, scores: Sequence[Finding], heads: Sequence[Finding]) -> str:
    """Write the card.

    Args:
        description: its words.
        making: how the weights came to be.
        scores: figures of the model as a whole.
        heads: figures of single heads.

    Returns:
        The card as Markdown, with the front matter that model hubs read.
    """
    languages = "".join(f"- {code}\n" for code in description.languages)
    score_lines = "".join(f"- {finding.words}: **{finding.shown}**\n" for finding in scores)
    head_lines = "".join(
        f"| {finding.words} | {finding.layer} | {finding.head} | {finding.shown} |\n" for finding in heads
    )
    examples = "".join(f"- {line}\n" for line in description.examples)
    megabytes = making.parameters * 4 / 1e6
    return f"""---
language:
{languages}license: bsd-3-clause
library_name: transformers
pipeline_tag: {description.task}
---

# {description.title}

{description.summary}

This is a toy made for teaching: small enough to ship inside a package and to run without a network on a
laptop, and made so that its attention and its attributions can be checked against a known truth. Do not use
it for anything else.

## Architecture

{description.architecture}, {making.parameters:,} parameters in float32 ({megabytes:.1f} MB).

## How it was made

- Data: {description.data}
- Sentences to learn from: {making.sentences:,}
- Training: {making.training}
- Seed: {making.seed}
- Recipe: `{making.command}`
- Made with: {making.versions}

## Scores on held-out sentences

Measured by the recipe on sentences that it never trains on (the hash of a text decides on which side it is).

{score_lines}
## What to look at

Layers and heads are counted from 0.

| what | layer | head | figure |
| --- | --- | --- | --- |
{head_lines}
{examples}
## Limits

{description.limits}

## Licence

BSD-3-Clause, as the package that it ships in.
"""
