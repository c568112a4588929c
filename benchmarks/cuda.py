"""Time and memory on a GPU: capturing, one head, gradient x input, in float32, float16 and bfloat16.

    python benchmarks/cuda.py [--device cuda] [--lengths 512 2048 4096]

``make bench-cuda``. Each beside the plain pass (for a head: its own score product and softmax) on the same device, in
turn; memory is the device's peak above what was allocated before. Prints a table. Without a GPU it says so and ends
with status 3; ``--device cpu`` runs the same on the processor, without its memory.
"""

from __future__ import annotations

import argparse
import sys
import time
from typing import Any

import subjects
import torch
from tables import table
from timing import Way, in_turn, ratio, spread, words

import xai_widgets as xai

NO_GPU = 3
UNITS = {
    "`attention()`": "plain pass",
    "one head": "product and softmax",
    "`gradient_x_input`": "forward and backward",
}
"""What each way is a ratio to."""
DTYPES = {"float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16}


def ways(length: int, device: str, dtype: torch.dtype, *, layers: int = 12) -> dict[str, Way]:
    """What is measured at one length, by name; ``UNITS`` says beside what."""
    model = subjects.gpt2(length, layers=layers, dtype=dtype, writes=True).to(device)
    tokenizer = subjects.word_tokenizer()
    explainer = xai.Explainer(model, tokenizer)
    encoding = tokenizer(subjects.words(length), return_tensors="pt").to(device)
    attention = explainer.attention(subjects.words(length))
    query, key = (torch.randn(length, 64, device=device, dtype=dtype) for _ in range(2))
    leaf = model.get_input_embeddings()(encoding["input_ids"]).detach().requires_grad_()

    def plain() -> Any:
        with torch.no_grad():
            return model(**encoding, use_cache=False)

    def both() -> Any:
        logits = model(inputs_embeds=leaf, use_cache=False).logits
        return torch.autograd.grad(logits[0, -1, 9].float(), leaf)

    return {
        "plain pass": plain,
        "`attention()`": lambda: explainer.attention(subjects.words(length)),
        "product and softmax": lambda: torch.softmax(query.float() @ key.float().T * 0.125, dim=-1).cpu(),
        "one head": lambda: attention.weights(0, 0),
        "forward and backward": both,
        "`gradient_x_input`": lambda: explainer.attribute(subjects.words(length), target="w9"),
    }


def measured(length: int, device: str, dtype: torch.dtype, *, layers: int = 12) -> list[list[str]]:
    """Lines of the table for one length."""
    calls = ways(length, device, dtype, layers=layers)

    def waited(run: Way) -> Way:
        def call() -> None:
            run()
            if device != "cpu":
                torch.cuda.synchronize()

        return call

    seconds = in_turn({name: waited(run) for name, run in calls.items()}, clock=time.perf_counter)
    return [
        [
            name,
            f"{length:,}",
            str(dtype).removeprefix("torch."),
            words(spread(taken), "ms", 2, 1e3),
            words(ratio(taken, seconds[UNITS[name]])) if name in UNITS else "",
            _peak(calls[name], device),
        ]
        for name, taken in seconds.items()
    ]


def _peak(run: Way, device: str) -> str:
    """MiB of the device's memory at the peak of a call, above what was allocated before."""
    if device == "cpu":
        return ""
    torch.cuda.reset_peak_memory_stats()
    before = torch.cuda.memory_allocated()
    kept = run()
    taken = (torch.cuda.max_memory_allocated() - before) / 2**20
    del kept
    return f"{taken:,.0f} MiB"


def main() -> int:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--lengths", type=int, nargs="+", default=[512, 2048, 4096])
    parser.add_argument("--dtypes", nargs="+", choices=DTYPES, default=list(DTYPES))
    parser.add_argument("--layers", type=int, default=12)
    arguments = parser.parse_args()
    if arguments.device != "cpu" and not torch.cuda.is_available():
        print("There is no GPU that torch can use here, so nothing was measured.", file=sys.stderr)
        return NO_GPU
    lines = []
    for name in arguments.dtypes:
        for length in arguments.lengths:
            lines += measured(length, arguments.device, DTYPES[name], layers=arguments.layers)
    print(table(["", "tokens", "dtype", "time", "ratio", "peak memory"], lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
