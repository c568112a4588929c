"""Attributions of a causal language model's next token, beside inseq and Captum.

A GPT-2 shape of MiniLM's size (6 layers, 6 heads, 384 wide), random weights, one thread, in turns; in units of one
forward and backward pass to the word embeddings. inseq writes its scores for one given token, the logit; it runs
Captum's methods, and gets as many steps as Captum needs for the residual.
"""

from __future__ import annotations

import logging
import warnings
from typing import Any

import subjects
from memory import in_a_process
from passes import in_passes, lines_of, steps_needed
from tables import table
from timing import Way, in_turn

LENGTHS = (32, 128)
LAYERS, HEADS, WIDTH = 6, 6, 384
NEXT = 9


class Subject:
    """The model, its text, and the peers on them."""

    def __init__(self, length: int) -> None:
        import torch

        import xai_widgets as xai

        tokenizer = subjects.word_tokenizer()
        tokenizer.bos_token = tokenizer.eos_token = tokenizer.pad_token = "w1"  # noqa: S105 - a token of a text
        self.torch = torch
        self.model = subjects.gpt2(length + 8, layers=LAYERS, heads=HEADS, width=WIDTH, writes=True)
        self.tokenizer, self.text = tokenizer, subjects.words(length)
        self.explainer = xai.Explainer(self.model, tokenizer)
        embeddings = self.model.get_input_embeddings()
        ids = tokenizer(self.text, return_tensors="pt")["input_ids"]
        self.at, self.start = embeddings(ids).detach(), embeddings(torch.ones_like(ids)).detach()

    def value(self, embeddings: Any) -> Any:
        """The next token's logit."""
        return self.model(inputs_embeds=embeddings, use_cache=False).logits[:, -1, NEXT]

    def one_pass(self) -> None:
        """The unit: one forward, one backward."""
        leaf = self.at.clone().requires_grad_()
        self.torch.autograd.grad(self.value(leaf).sum(), leaf)

    def captum(self, steps: int) -> Any:
        """Captum's IntegratedGradients."""
        from captum.attr import IntegratedGradients

        return IntegratedGradients(self.value).attribute(self.at, self.start, n_steps=steps)

    def difference(self) -> float:
        """The value less that of the baseline."""
        with self.torch.no_grad():
            return float(self.value(self.at) - self.value(self.start))

    def inseq(self, method: str, **options: Any) -> Way:
        """inseq's attribution of the one token that is given."""
        import inseq

        model = inseq.load_model(self.model, method, tokenizer=self.tokenizer)
        written = f"{self.text} w{NEXT}"
        return lambda: model.attribute(
            self.text, generated_texts=written, attributed_fn="logit", show_progress=False, **options
        )

    def ours(self, method: str, **options: Any) -> Way:
        """The same by ``Explainer.attribute``."""
        return lambda: self.explainer.attribute(self.text, method=method, target=f"w{NEXT}", **options)


def _row(length: int) -> dict[str, Any]:
    import torch

    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    subject = Subject(length)
    seconds = in_turn(
        {
            "one pass": subject.one_pass,
            "`gradient_x_input`": subject.ours("gradient_x_input"),
            "inseq input_x_gradient": subject.inseq("input_x_gradient"),
        },
        15,
    )
    steps = steps_needed(subject.captum, subject.difference())
    heavy: dict[str, Way] = {
        "`integrated_gradients`, residual under 1%": subject.ours("integrated_gradients", baseline="w1")
    }
    if steps is not None:
        heavy["Captum IntegratedGradients, residual under 1%"] = lambda: subject.captum(steps)
        heavy["inseq integrated_gradients, as many steps"] = subject.inseq("integrated_gradients", n_steps=steps)
    return {"tokens": length, "steps": steps, **in_passes(seconds, in_turn(heavy))}


def measure() -> dict[str, Any]:
    """All lengths, each in a process of its own."""
    return {"rows": [in_a_process(_row, length) for length in LENGTHS]}


def section(figures: dict[str, Any]) -> str:
    """The figures in a table, in passes."""
    rows = figures["rows"]
    steps = " and ".join(f"{row['steps']} at {row['tokens']} tokens" for row in rows if row["steps"])
    titles = ["in passes", *(f"{row['tokens']} tokens" for row in rows)]
    return (
        "## A language model's next token\n\n"
        f"The same for a causal model ({LAYERS} layers, {HEADS} heads, {WIDTH} wide, random weights): the logit of one "
        f"next token, tokenizing included, beside inseq, which runs Captum's methods. Steps of Captum "
        f"and inseq: {steps}.\n\n"
        f"{table(titles, lines_of(rows))}"
    )
