"""Measures time, memory and bytes beside other tools: ``make bench``, or ``python benchmarks``.

    python benchmarks [--only NAME ...] [--page]

Each measure runs in a process of its own, one after the other, and keeps its figures in ``benchmarks/results.json``.
Then ``docs/benchmarks.md`` is written from all that are kept, with plots. Nothing else should run on the machine.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import time
import traceback

import plots
import results
from memory import in_a_process
from page import write_page

MEASURES = (
    "capture",
    "heads",
    "growth",
    "attribution",
    "language_model",
    "generation",
    "browser",
    "peers",
    "live_editing",
)
"""In the order in which they run and stand on the page; each is a module with ``measure`` and ``section``."""


def main() -> int:
    """Runs what was asked for; the number of measures that failed."""
    parser = argparse.ArgumentParser(prog="python benchmarks", description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--only", nargs="+", choices=MEASURES, default=MEASURES, metavar="NAME", help=", ".join(MEASURES)
    )
    parser.add_argument("--page", action="store_true", help="measure nothing: write the page of what is kept")
    arguments = parser.parse_args()
    failed = []
    for name in () if arguments.page else arguments.only:
        load, start = os.getloadavg()[0], time.monotonic()
        print(f"{name} ...", flush=True)
        try:
            figures = in_a_process(results.figures_of, name)
        except Exception:  # noqa: BLE001 - the others run all the same
            traceback.print_exc()
            failed.append(name)
            continue
        seconds = time.monotonic() - start
        results.keep(name, figures, seconds=seconds, load=load)
        print(f"\n{importlib.import_module(name).section(figures)}\n\n{name}: {seconds:.0f} s\n", flush=True)
    kept = results.kept()
    plots.draw(kept)
    write_page(kept, {name: importlib.import_module(name).section for name in MEASURES})
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
