"""A notebook that was run by nbclient, as the documentation and `nbconvert --execute` do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbclient
import nbformat

VIEW = "application/vnd.jupyter.widget-view+json"


def run_cells(cells: Sequence[str], folder: Path) -> Any:
    """The notebook of these cells, run in a folder."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    nbclient.NotebookClient(notebook, resources={"metadata": {"path": folder}}, kernel_name="python3").execute()
    return notebook


def kinds_of(cell: Any, *, but: Sequence[str] = ()) -> list[set[str]]:
    """The MIME types of each output of a cell, without its words and those that are named."""
    return [set(output.data) - {"text/plain", *but} for output in cell.outputs]
