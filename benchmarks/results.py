"""``benchmarks/results.json``: every figure, each measure with the day, the machine and the versions of its run."""

from __future__ import annotations

import importlib
import json
import os
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from memory import free_bytes

FILE = Path(__file__).parent / "results.json"
LIBRARIES = (
    "xai-widgets", "torch", "transformers", "jupyterlab", "bertviz", "captum", "inseq", "lime", "shap",
)  # fmt: skip


def kept() -> dict[str, Any]:
    """The measures that have run, by name."""
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    return found


def figures_of(measure: str) -> dict[str, Any]:
    """What a measure finds: those of its module. Here, where a process of its own can import it."""
    found: dict[str, Any] = importlib.import_module(measure).measure()
    return found


def keep(name: str, figures: dict[str, Any], *, seconds: float, load: float) -> None:
    """Puts the figures of a measure in the place of those of its last run.

    Args:
        name: the measure's.
        figures: what it found; lists, dictionaries, numbers and strings.
        seconds: how long it took.
        load: the machine's load average before it: what else ran.
    """
    run = {"date": datetime.now(UTC).date().isoformat(), "seconds": round(seconds), "load_before": round(load, 2)}
    found = kept() | {name: run | {"machine": machine(), "versions": versions(), "figures": _short(figures)}}
    FILE.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def machine() -> dict[str, Any]:
    """What it ran on."""
    names = [line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    return {
        "processor": names[0] if names else platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "free_gb": round(free_bytes() / 1e9),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def versions() -> dict[str, str]:
    """The libraries that are installed here."""
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _lines(file: str) -> list[str]:
    path = Path(file)
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def _short(value: Any) -> Any:
    """The same with four digits of every fraction: what differs behind them from run to run says nothing."""
    if isinstance(value, dict):
        return {name: _short(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_short(one) for one in value]
    return float(f"{value:.4g}") if isinstance(value, float) else value
