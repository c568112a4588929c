"""The lessons run from top to bottom, with every question answered, and say nothing on stderr."""

import asyncio
import json
from pathlib import Path

import nbformat
import pytest
from lesson_answers import ANSWERS
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).parent.parent.parent / "notebooks").glob("*.ipynb"))
SECONDS = 240
"""For one cell, on two busy cores."""
# A question that ends a cell is `_` in the next one.
ANSWER = "import json; _.answer(json.loads({answer!r})).right"
OUTCOME = "import json; print(json.dumps([[one['question'], one['right']] for one in lesson.answers()]))"


def answered(notebook: nbformat.NotebookNode, answers: dict) -> nbformat.NotebookNode:
    """The notebook with a cell behind each question that answers it, and one at the end that tells the outcome."""
    cells = []
    for cell in notebook.cells:
        cells.append(cell)
        if cell.id in answers:
            cells.append(nbformat.v4.new_code_cell(ANSWER.format(answer=json.dumps(answers[cell.id]))))
    notebook.cells = [*cells, nbformat.v4.new_code_cell(OUTCOME)]
    return notebook


@pytest.mark.filterwarnings("default")  # those of the notebook machinery are not ours
@pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def test_a_lesson_runs(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Nothing of the person's own: neither their profile nor their caches, and no network.
    for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    answers = ANSWERS[path.stem]
    notebook = answered(nbformat.read(path, as_version=4), answers)
    client = NotebookClient(
        notebook, timeout=SECONDS, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}
    )
    asyncio.run(client.async_execute())
    said = [
        output.text
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type == "stream" and output.name == "stderr"
    ]
    assert not said
    outcome = json.loads(notebook.cells[-1].outputs[0].text)
    assert [right for _question, right in outcome] == [True] * len(answers), outcome


@pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def test_a_lesson_is_kept_without_what_it_printed(path: Path) -> None:
    """Outputs would be stale at once, and a widget's state would fill the repository."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        assert not cell.get("outputs"), cell.source
        assert cell.get("execution_count") is None, cell.source
    assert "widgets" not in notebook.metadata


def test_there_are_lessons() -> None:
    assert "01-attention" in [path.stem for path in NOTEBOOKS]
