"""Time and memory of ``Explainer.attention`` beside the plain forward pass and eager ``output_attentions``.

A GPT-2-small shape (12 layers, 12 heads, 768 wide; random weights: they do not change the cost). Each figure is
measured in a process of its own: time as the median of repeated calls taken in turn with the plain pass, memory
as the peak above the loaded model (``ru_maxrss``). Run with ``make bench``, or alone:

    python benchmarks/capture.py --lengths 128 512 2048 4096

Writes ``benchmarks/capture.json`` and the table in ``docs/benchmarks.md``.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import platform
import resource
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
LAYERS, HEADS, WIDTH = 12, 12, 768
TO_REACH = 1.15
WAYS = ("plain", "capture", "eager")


def _model(length: int, way: str) -> Any:
    import torch
    import transformers

    torch.manual_seed(0)
    config = transformers.GPT2Config(
        n_layer=LAYERS, n_head=HEADS, n_embd=WIDTH, n_positions=length, vocab_size=2000, bos_token_id=1, eos_token_id=1
    )
    config._attn_implementation = "eager" if way == "eager" else "sdpa"
    return transformers.GPT2Model(config).eval()


def _calls(model: Any, length: int) -> dict[str, Callable[[], Any]]:
    import torch

    from xai_widgets.models.capture import capture

    ids = (torch.arange(length) % 1999)[None]

    def plain() -> Any:
        with torch.no_grad():
            return model(input_ids=ids, use_cache=False)

    def captured() -> Any:
        arguments = {"input_ids": ids, "use_cache": False}
        return capture(model, arguments, encoder_decoder=False, tick=lambda *_: None)

    def eager() -> Any:
        with torch.no_grad():
            return model(input_ids=ids, use_cache=False, output_attentions=True)

    return {"plain": plain, "capture": captured, "eager": eager}


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _memory(length: int, way: str, results: Any) -> None:
    model = _model(length, way)
    # A short pass first: what torch allocates once for itself is not the method's cost.
    _calls(model, 16)[way]()
    before = _peak_mb()
    kept = _calls(model, length)[way]()
    results.put((_peak_mb() - before, kept is not None))


def _times(length: int, ways: tuple[str, ...], repeats: int, results: Any) -> None:
    calls = {way: _calls(_model(length, way), length)[way] for way in ways}
    for call in calls.values():
        call()
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(repeats):
        for way, call in calls.items():
            start = time.perf_counter()
            call()
            seconds[way].append(time.perf_counter() - start)
    results.put(seconds)


def _in_a_process(function: Callable[..., None], *arguments: Any) -> Any:
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    process = context.Process(target=function, args=(*arguments, results))
    process.start()
    result = results.get()
    process.join()
    return result


def measure(length: int, repeats: int, *, eager: bool) -> dict[str, Any]:
    """One row: seconds and megabytes of each way at one length, and the ratios to the plain pass."""
    ways = WAYS if eager else WAYS[:2]
    seconds = _in_a_process(_times, length, ways, repeats)
    row: dict[str, Any] = {"tokens": length, "repeats": repeats}
    for way in ways:
        row[way] = {
            "seconds": statistics.median(seconds[way]),
            "spread": [min(seconds[way]), max(seconds[way])],
            "peak_mb": _in_a_process(_memory, length, way)[0],
        }
    row["query_and_key_mb"] = LAYERS * 2 * length * WIDTH * 4 / 2**20
    pairs = zip(seconds["capture"], seconds["plain"], strict=True)
    row["time_ratio"] = statistics.median(captured / plain for captured, plain in pairs)
    return row


def table(rows: list[dict[str, Any]]) -> str:
    """The rows as a Markdown table."""
    titles = ["tokens", "plain SDPA pass", "`attention()`", "ratio", "eager `output_attentions`"]
    titles += ["peak memory: plain", "`attention()`", "plain + query and key", "eager"]
    cells = [titles, ["---:"] * len(titles)]
    for row in rows:
        plain, captured, eager = row["plain"], row["capture"], row.get("eager")
        cells.append(
            [
                f"{row['tokens']:,}",
                f"{plain['seconds']:.2f} s",
                f"{captured['seconds']:.2f} s",
                f"{row['time_ratio']:.2f}",
                f"{eager['seconds']:.2f} s" if eager else "-",
                f"{plain['peak_mb']:.0f} MB",
                f"{captured['peak_mb']:.0f} MB",
                f"{plain['peak_mb'] + row['query_and_key_mb']:.0f} MB",
                f"{eager['peak_mb']:.0f} MB" if eager else "-",
            ]
        )
    return "\n".join(f"| {' | '.join(line)} |" for line in cells)


def main() -> None:
    """Measures, prints, and writes the figures down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lengths", type=int, nargs="+", default=[128, 512, 2048, 4096])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--eager-up-to", type=int, default=4096, help="longest text for eager output_attentions")
    arguments = parser.parse_args()
    rows = []
    for length in arguments.lengths:
        rows.append(measure(length, arguments.repeats, eager=length <= arguments.eager_up_to))
        print(json.dumps(rows[-1]), flush=True)
    import torch
    import transformers

    versions = {"torch": torch.__version__, "transformers": transformers.__version__, "machine": platform.machine()}
    result = {"versions": versions, "threads": torch.get_num_threads(), "to_reach": TO_REACH, "rows": rows}
    (ROOT / "benchmarks" / "capture.json").write_text(json.dumps(result, indent=1) + "\n")
    page = ROOT / "docs" / "benchmarks.md"
    page.write_text(
        "# Benchmarks\n\n"
        "## Capturing attention\n\n"
        f"`Explainer.attention` beside the plain forward pass of the same model ({LAYERS} layers, {HEADS} heads, "
        f"{WIDTH} wide, as GPT-2 small) and beside eager `output_attentions=True`, in one run, on "
        f"{torch.get_num_threads()} CPU threads with torch {torch.__version__} and transformers "
        f"{transformers.__version__}. Time: median of {arguments.repeats} passes taken in turn; ratio: median over "
        "the pairs. Memory: peak above the loaded model, each in a process of its own. To reach: a ratio of at most "
        f"{TO_REACH}, and no more memory than the plain pass plus what query and key take. Written by "
        "`python benchmarks/capture.py`.\n\n" + table(rows) + "\n"
    )


if __name__ == "__main__":
    main()
