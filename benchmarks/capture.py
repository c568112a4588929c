"""Time and memory of ``Explainer.attention`` beside the plain forward pass and eager ``output_attentions``.

A GPT-2-small shape (12 layers, 12 heads, 768 wide; random weights: they do not change the cost). Every way begins with
the text, so the tokenizer is in all of them. On one thread, each length in a process of its own:

- time: what the processor spent (its time on a machine that nobody shares), of calls taken in turn with the plain pass;
- memory: the peak of the resident set above the loaded model, each time in a process of its own. The C library's
  allocator is told to give blocks of 256 KiB and more back at once: by itself it keeps holes, which make the peak of
  the *same* pass differ by 100 MiB from process to process.

Linux; run with ``make bench``, or alone:

    python benchmarks/capture.py --lengths 128 512 2048 4096

Writes ``benchmarks/capture.json`` and its section of ``docs/benchmarks.md``.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import resource
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from page import write_section

ROOT = Path(__file__).parents[1]
LAYERS, HEADS, WIDTH, WORDS = 12, 12, 768, 2000
TO_REACH = 1.15
MIB = 2**20
# Up to here eager attention is quick enough to be repeated with the others.
REPEATED_EAGER = 1024
MEMORY_RUNS = 3


def _calls(length: int, ways: tuple[str, ...]) -> dict[str, Callable[[int], Any]]:
    """Each way as a function of a number of tokens, up to ``length``."""
    import torch
    import transformers
    from tokenizers import Tokenizer, models, pre_tokenizers

    import xai_widgets as xai

    torch.set_num_threads(1)
    backend = Tokenizer(models.WordLevel({f"w{number}": number for number in range(WORDS)}, "w0"))
    backend.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    special = {"unk_token": "w0"}
    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_object=backend, **special)

    def model(implementation: str) -> Any:
        torch.manual_seed(0)
        sizes = {"n_layer": LAYERS, "n_head": HEADS, "n_embd": WIDTH, "n_positions": length, "vocab_size": WORDS}
        config = transformers.GPT2Config(**sizes, bos_token_id=1, eos_token_id=1)
        return transformers.GPT2Model._from_config(config, attn_implementation=implementation).eval()

    def text(tokens: int) -> str:
        return " ".join(f"w{7 * number % WORDS}" for number in range(tokens))

    made: dict[str, Callable[[int], Any]] = {}
    if {"plain", "capture"} & set(ways):
        sdpa = model("sdpa")
        explainer = xai.Explainer(sdpa, tokenizer)
        made["plain"] = torch.no_grad()(
            lambda tokens: sdpa(**tokenizer(text(tokens), return_tensors="pt"), use_cache=False)
        )
        made["capture"] = lambda tokens: explainer.attention(text(tokens))
    if "eager" in ways:
        eager = model("eager")
        made["eager"] = torch.no_grad()(
            lambda tokens: eager(
                **tokenizer(text(tokens), return_tensors="pt"), use_cache=False, output_attentions=True
            )
        )
    return {way: made[way] for way in ways}


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / MIB


def _memory(length: int, way: str) -> float:
    """MiB that one call takes at its peak, what it returns included."""
    call = _calls(length, (way,))[way]
    # A short pass first: what torch allocates once for itself is not the way's cost.
    call(16)
    before = _peak()
    kept = call(length)
    peak = _peak() - before
    del kept
    return peak


def _times(length: int, ways: tuple[str, ...], repeats: int) -> dict[str, list[float]]:
    """Seconds of the processor of each way, in turn; the order of plain pass and capture changes with every turn."""
    calls = _calls(length, ways)
    for call in calls.values():
        call(min(length, REPEATED_EAGER))
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    for turn in range(repeats):
        for way in reversed(ways) if turn % 2 else ways:
            if way == "eager" and turn > 0 and length > REPEATED_EAGER:
                continue
            start = time.process_time()
            calls[way](length)
            seconds[way].append(time.process_time() - start)
    return seconds


def _in_a_process(function: Callable[..., Any], *arguments: Any, **environment: str) -> Any:
    before = dict(os.environ)
    os.environ.update(environment)
    try:
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
            return pool.submit(function, *arguments).result()
    finally:
        os.environ.clear()
        os.environ.update(before)


def _eager_left_out(length: int) -> str | None:
    """Why eager attention is not run at this length, or None where there is room for it."""
    # It keeps the weights of every layer, and makes three more while it works.
    needed = (LAYERS + 3) * HEADS * length**2 * 4
    lines = Path("/proc/meminfo").read_text().splitlines()
    free = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable"))
    if needed < 0.9 * free:
        return None
    return f"not run: needs about {needed / 1e9:.0f} GB, {free / 1e9:.0f} GB are free"


def measure(length: int, repeats: int) -> dict[str, Any]:
    """One row: seconds and MiB of each way at one length, and the ratio to the plain pass."""
    row: dict[str, Any] = {"tokens": length, "repeats": repeats, "load_before": os.getloadavg()[0]}
    left_out = _eager_left_out(length)
    ways = ("plain", "capture") if left_out else ("plain", "capture", "eager")
    seconds = _in_a_process(_times, length, ways, repeats)
    for way in ways:
        row[way] = {
            "seconds": statistics.median(seconds[way]),
            "spread": [min(seconds[way]), max(seconds[way])],
            "peak_mib": statistics.median(
                _in_a_process(_memory, length, way, MALLOC_MMAP_THRESHOLD_="262144")
                for _ in range(1 if way == "eager" else MEMORY_RUNS)
            ),
        }
    if left_out:
        row["eager"] = {"left_out": left_out}
    pairs = zip(seconds["capture"], seconds["plain"], strict=True)
    low, middle, high = statistics.quantiles((captured / plain for captured, plain in pairs), n=4, method="inclusive")
    row["ratio"] = {"median": middle, "quartiles": [low, high]}
    row["allowed_mib"] = row["plain"]["peak_mib"] + LAYERS * 2 * length * WIDTH * 4 / MIB
    row["load_after"] = os.getloadavg()[0]
    return row


def _table(rows: list[dict[str, Any]]) -> str:
    titles = ["tokens", "plain SDPA pass", "`attention()`", "ratio (quartiles)", "eager `output_attentions`"]
    titles += ["peak memory: plain", "`attention()`", "plain + query and key", "eager"]
    lines = [titles, ["---:"] * len(titles)]
    for row in rows:
        plain, captured, eager, ratio = row["plain"], row["capture"], row["eager"], row["ratio"]
        low, high = ratio["quartiles"]
        left_out = eager.get("left_out")
        lines.append(
            [
                f"{row['tokens']:,}",
                f"{plain['seconds']:.2f} s",
                f"{captured['seconds']:.2f} s",
                f"{ratio['median']:.2f} ({low:.2f} to {high:.2f})",
                left_out or f"{eager['seconds']:.2f} s",
                f"{plain['peak_mib']:.0f} MiB",
                f"{captured['peak_mib']:.0f} MiB",
                f"{row['allowed_mib']:.0f} MiB",
                "-" if left_out else f"{eager['peak_mib']:,.0f} MiB",
            ]
        )
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _verdict(rows: list[dict[str, Any]]) -> str:
    """What was to reach, and where it was missed by how much, in words."""
    time_over = {row["tokens"]: row["ratio"]["median"] - TO_REACH for row in rows}
    memory_over = {row["tokens"]: row["capture"]["peak_mib"] - row["allowed_mib"] for row in rows}
    time_missed = [f"by {over:.2f} at {tokens:,} tokens" for tokens, over in time_over.items() if over > 0]
    memory_missed = [f"by {over:.1f} MiB at {tokens:,} tokens" for tokens, over in memory_over.items() if over > 0]
    said = [f"missed {', '.join(missed)}" if missed else "reached" for missed in (time_missed, memory_missed)]
    return (
        f"To reach: a ratio of at most {TO_REACH} ({said[0]}); no more memory than the plain pass plus what query and "
        f"key take ({said[1]}; the readable tokens, which no plain pass makes, are in what `attention()` takes)."
    )


def _section(result: dict[str, Any]) -> str:
    rows, versions = result["rows"], result["versions"]
    loads = [row[when] for row in rows for when in ("load_before", "load_after")]
    return (
        "## Capturing attention\n\n"
        f"`Explainer.attention` beside the plain forward pass of the same model ({LAYERS} layers, {HEADS} heads, "
        f"{WIDTH} wide, as GPT-2 small) and beside eager `output_attentions=True`, each from the text on, in one run, "
        f"with torch {versions['torch']} and transformers {versions['transformers']}. Time: what one thread took of "
        f"the processor, median of {min(r['repeats'] for r in rows)} to {max(r['repeats'] for r in rows)} calls in "
        "turn (eager past 1,024 tokens: one); ratio: median over the pairs. Memory: peak above the loaded model, "
        f"median of {MEMORY_RUNS} processes (eager: one), whose allocator gives memory back at once. Other programs "
        f"ran beside it (load {min(loads):.1f} to {max(loads):.1f} on {result['cores']} cores).\n\n{_verdict(rows)}\n\n"
        f"{_table(rows)}\n\nWritten by `python benchmarks/capture.py`."
    )


def main() -> None:
    """Measures, prints, and writes the figures down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lengths", type=int, nargs="+", default=[128, 512, 2048, 4096])
    parser.add_argument("--repeats", type=int, help="pairs a length; by itself as many as take about a minute")
    arguments = parser.parse_args()
    rows = []
    for length in arguments.lengths:
        rows.append(measure(length, arguments.repeats or max(5, min(61, 16384 // length))))
        print(json.dumps(rows[-1]), flush=True)
    import torch
    import transformers

    versions = {"torch": torch.__version__, "transformers": transformers.__version__, "machine": platform.machine()}
    result = {"versions": versions, "threads": 1, "cores": os.cpu_count(), "to_reach": TO_REACH, "rows": rows}
    (ROOT / "benchmarks" / "capture.json").write_text(json.dumps(result, indent=1) + "\n")
    write_section(ROOT / "docs" / "benchmarks.md", "capture.py", _section(result))


if __name__ == "__main__":
    main()
