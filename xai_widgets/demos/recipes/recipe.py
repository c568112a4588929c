"""What every recipe does: make sentences, train, measure, and write a model directory with its card."""

import argparse
import json
import logging
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import tokenizers
import torch
import transformers

from xai_widgets.demos.catalogue import demo_directory
from xai_widgets.demos.recipes.batches import Row, endless
from xai_widgets.demos.recipes.card import Description, Finding, Making, write_card
from xai_widgets.demos.recipes.training import Schedule, be_deterministic, train

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Prepared:
    """A model that has learnt nothing yet, and what it will learn from.

    Attributes:
        model: a transformers model with random weights.
        tokenizer: its tokenizer.
        rows: the training examples.
        first_rows: easy ones to begin with (see ``Schedule.easy``), or none.
        padding: what fills short rows, for each key (see ``batches.collate``).
    """

    model: Any
    tokenizer: Any
    rows: Sequence[Row]
    padding: dict[str, int]
    first_rows: Sequence[Row] = ()

    def batches(self, schedule: Schedule, seed: int) -> Iterator[dict[str, torch.Tensor]]:
        """Give the batches in the order of learning."""
        hard = endless(self.rows, self.padding, batch_size=schedule.batch_size, seed=seed)
        if self.first_rows:
            # Lengths stay mixed here: the language model's induction head does not form from one length at a time.
            easy = endless(self.first_rows, self.padding, batch_size=schedule.batch_size, seed=seed, pool=1)
            source = random.Random(seed)
            alone, fading = int(schedule.steps * schedule.easy), int(schedule.steps * schedule.fading)
            for step in range(alone + fading):
                yield next(easy if source.random() > (step - alone) / fading else hard)
        yield from hard


@dataclass(frozen=True)
class Measured:
    """What was measured on held-out sentences: of the whole model, and of single heads."""

    scores: tuple[Finding, ...]
    heads: tuple[Finding, ...]


@dataclass(frozen=True)
class Recipe:
    """How one demo model is made.

    Attributes:
        name: its name in the catalogue.
        seed: decides the sentences, the first weights and the order of learning.
        sentences: how many to learn from.
        held_out: how many to measure on.
        schedule: how long and how fast it learns.
        prepare: (sentences, seed) -> model, tokenizer and rows.
        measure: (model, tokenizer, held-out sentences) -> figures.
        description: the words of the card.
    """

    name: str
    seed: int
    sentences: int
    held_out: int
    schedule: Schedule
    prepare: Callable[[int, int], Prepared]
    measure: Callable[[Any, Any, int], Measured]
    description: Description

    def shortened(self, steps: int) -> "Recipe":
        """Give the same recipe cut down to a few steps: the model learns next to nothing."""
        enough = min(self.sentences, max(200, steps * self.schedule.batch_size))
        schedule = replace(self.schedule, steps=steps)
        return replace(self, sentences=enough, held_out=min(self.held_out, 40), schedule=schedule)


def cook(recipe: Recipe, out: Path) -> Measured:
    """Train the model, measure it and write it.

    Args:
        recipe: how.
        out: the directory to write: config, weights, tokenizer, ``README.md`` (the card) and
            ``scores.json`` (its figures). It is made where it does not exist.

    Returns:
        What was measured.
    """
    be_deterministic(recipe.seed)
    prepared = recipe.prepare(recipe.sentences, recipe.seed)
    model, tokenizer, schedule = prepared.model, prepared.tokenizer, recipe.schedule
    logger.info("%s: %d parameters, vocabulary %d", recipe.name, model.num_parameters(), len(tokenizer))
    seconds = train(model, prepared.batches(schedule, recipe.seed), schedule)
    logger.info("trained in %.0f s", seconds)
    measured = recipe.measure(model, tokenizer, recipe.held_out)
    out.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(out)
    # Everybody on a machine may read an installed package; the weights come out for their writer alone.
    (out / "model.safetensors").chmod(0o644)
    save_tokenizer(tokenizer, out)
    making = Making(
        command=f"python -m xai_widgets.demos.recipes.{recipe.name.replace('-', '_')}",
        seed=recipe.seed,
        sentences=recipe.sentences,
        training=f"{schedule.steps:,} steps of {schedule.batch_size} rows, AdamW, learning rate up to "
        f"{schedule.learning_rate:g}, one core",
        parameters=model.num_parameters(),
        versions=f"torch {torch.__version__.split('+')[0]}, transformers {transformers.__version__}, "
        f"tokenizers {tokenizers.__version__}",
    )
    card = write_card(recipe.description, making, measured.scores, measured.heads)
    (out / "README.md").write_text(card, encoding="utf-8")
    figures = {
        finding.key: {"value": round(finding.value, 4), "layer": finding.layer, "head": finding.head}
        for finding in (*measured.scores, *measured.heads)
    }
    (out / "scores.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    for finding in (*measured.scores, *measured.heads):
        logger.info("%s: %s (layer %s, head %s)", finding.words, finding.shown, finding.layer, finding.head)
    return measured


def save_tokenizer(tokenizer: Any, out: Path) -> None:
    """Write a tokenizer so that ``AutoTokenizer`` reads ``tokenizer.json`` as it is, in any version 5.

    The class name is set by hand because the one that transformers writes for itself has changed
    between its versions, and a model's own class would build its own rules over ours.
    """
    tokenizer.save_pretrained(out)
    path = out / "tokenizer_config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    config["tokenizer_class"] = "PreTrainedTokenizerFast"
    path.write_text(json.dumps(config, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def main(recipe: Recipe, arguments: Sequence[str] | None = None) -> None:
    """Run a recipe from the command line.

    Args:
        recipe: what to make.
        arguments: the command line; that of the process when None.
    """
    parser = argparse.ArgumentParser(description=f"Train the demo model {recipe.name!r} and write it.")
    parser.add_argument("--out", type=Path, default=demo_directory(recipe.name), help="directory to write")
    parser.add_argument("--steps", type=int, help="train a few steps only, for tests")
    chosen = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    cook(recipe if chosen.steps is None else recipe.shortened(chosen.steps), chosen.out)
