"""Time until a translation can be explored, beside ``model.generate`` alone.

The shape of an OPUS-MT model (Marian, 6 + 6 layers, 512 wide, 58,101 pieces; random weights: they do not change the
cost), 200 tokens translated into 200, in turn: ``generate`` alone, ``Explainer.generate``, and that with the attention
of all steps, exact, ready to be looked at. One process, one thread; medians of its processor time, which is its time on
a machine that nobody shares. Run alone:

    python benchmarks/generation.py --repeats 5

Writes ``benchmarks/generation.json``.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
TOKENS = 200
TO_REACH = 1.2


def _explainer() -> Any:
    import torch
    import transformers
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    import xai_widgets as xai

    torch.manual_seed(0)
    torch.set_num_threads(1)
    config = transformers.MarianConfig(
        vocab_size=58101, d_model=512, encoder_layers=6, decoder_layers=6, encoder_attention_heads=8,
        decoder_attention_heads=8, encoder_ffn_dim=2048, decoder_ffn_dim=2048, max_position_embeddings=512,
        pad_token_id=58100, eos_token_id=0, decoder_start_token_id=58100, forced_eos_token_id=0,
    )  # fmt: skip
    pieces = ["</s>", "<unk>", *(f"w{number}" for number in range(58098)), "<pad>"]
    backend = Tokenizer(models.WordLevel({piece: number for number, piece in enumerate(pieces)}, "<unk>"))
    backend.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    backend.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 0)])
    special = {"eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}
    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_object=backend, **special)
    return xai.Explainer(transformers.MarianMTModel(config).eval(), tokenizer)


def measure(repeats: int, beams: int) -> dict[str, float]:
    """Seconds of each way, the median of ``repeats``."""
    explainer = _explainer()
    text = " ".join(f"w{7 * number}" for number in range(TOKENS - 1))
    options = {"max_new_tokens": TOKENS, "min_new_tokens": TOKENS, "num_beams": beams}
    encoded = explainer.tokenizer(text, return_tensors="pt", return_token_type_ids=False)
    assert encoded["input_ids"].shape[1] == TOKENS
    ways = {
        "generate": lambda: explainer.model.generate(**encoded, **options),
        "explainer": lambda: explainer.generate(text, **options),
        "ready": lambda: explainer.generate(text, **options).attention(),
    }
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    ways["generate"]()
    for _ in range(repeats):
        for way, call in ways.items():
            begin = time.process_time()
            call()
            seconds[way].append(time.process_time() - begin)
    return {way: statistics.median(taken) for way, taken in seconds.items()}


def main() -> None:
    """Measures, prints and writes the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--beams", type=int, nargs="+", default=[1, 4])
    arguments = parser.parse_args()
    found = {str(beams): measure(arguments.repeats, beams) for beams in arguments.beams}
    for beams, seconds in found.items():
        alone = seconds["generate"]
        ratios = ", ".join(f"{way} {taken:.2f} s ({taken / alone:.2f}x)" for way, taken in seconds.items())
        print(f"{beams} beams: {ratios}; to reach {TO_REACH}x")
    figures = {"machine": platform.processor() or platform.machine(), "tokens": TOKENS, "seconds_by_beams": found}
    (ROOT / "benchmarks" / "generation.json").write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
