"""Runs a measure that is written in TypeScript, in a real JupyterLab with headless Chromium."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


def measured(script: str, **environment: str) -> Any:
    """The figures that ``benchmarks/<script>`` writes; its kernels run this Python.

    Raises:
        subprocess.CalledProcessError: it failed; what it said stands on the screen.
    """
    with tempfile.TemporaryDirectory() as folder:
        figures = Path(folder) / "figures.json"
        told = {"XAI_MEASURE": script, "XAI_FIGURES": str(figures), "XAI_PYTHON": sys.executable, **environment}
        command = ["npx", "vitest", "run", "--config", "benchmarks/browser.vitest.config.ts"]
        subprocess.run(command, cwd=ROOT, env=os.environ | told, check=True)  # noqa: S603 - our own command
        return json.loads(figures.read_text(encoding="utf-8"))
