"""What a saved notebook keeps of its questions: the words at once, what is right only when it was told."""

from __future__ import annotations

from typing import Any

import pytest
from notebook_run import VIEW, kinds_of, run_cells

START = """import numpy as np, xai_widgets as xai
lesson = xai.lesson.Lesson("Kept")
weights = np.tril(np.ones((1, 2, 4, 4), np.float32))
weights[..., 3, :] = [0, 1, 5, 0]
weights /= weights.sum(-1, keepdims=True)
attention = xai.AttentionMap.from_tensors([weights], ["a", "<img src=x onerror=alert(1)>", "lamp", "d"])
def ask(words):
    return lesson.predict(words, attention, answer=xai.lesson.strongest_key(0, 1, query=-1))"""


@pytest.fixture(scope="module")
def executed(tmp_path_factory) -> Any:
    cells = [
        START,
        "ask('Which <b>one</b>?')",
        "second = ask('And here?')\nsecond",
        "second.answer('lamp').right",
        """widget = xai.AttentionWidget(attention=attention)
check = lesson.check("Find it.", xai.lesson.shows_head("previous_token", above=0.9), widget)
check""",
        "check.answer({}).right",
        "lesson.presets(widget, {'first': {'layer': 0}})",
        "lesson",
        "xai.settings.keep = 'nothing'\nsecond",
    ]
    return run_cells(cells, tmp_path_factory.mktemp("kernel"))


def test_a_question_is_two_outputs(executed) -> None:
    for number in (1, 2, 4, 6, 7):
        assert kinds_of(executed.cells[number]) == [{"text/html"}, {VIEW}], number


def test_an_open_question_keeps_its_words_alone(executed) -> None:
    kept = executed.cells[1].outputs[0].data
    assert "<strong>Which &lt;b&gt;one&lt;/b&gt;?</strong>" in kept["text/html"]
    assert "Choose among: a, &lt;img src=x onerror=alert(1)&gt;, lamp, d." in kept["text/html"]
    assert "Run the cell to answer." in kept["text/html"]
    for told in ("takes most", "<details>", "data-xai="):
        assert told not in kept["text/html"]
    assert kept["text/plain"].startswith("Predict first: Which <b>one</b>? Choose among: ")


def test_an_answered_question_keeps_what_it_showed(executed) -> None:
    kept = executed.cells[2].outputs[0].data["text/html"]
    assert "<summary>What it shows</summary>" in kept
    assert "Yes. In layer 0, head 1, “d” takes most from “lamp” (0.83)." in kept
    # The map itself, alive without a kernel.
    assert kept.count("data-xai=") == 1


def test_a_check_keeps_its_widget_from_the_start(executed) -> None:
    kept = executed.cells[4].outputs[0].data["text/html"]
    assert kept.count("data-xai=") == 1
    assert "The view shows heads 0, 1: leave one alone on, then check again." in kept
    assert "<details>" not in kept


def test_presets_and_answers_say_what_they_are(executed) -> None:
    assert executed.cells[6].outputs[0].data["text/plain"] == "Views: first. Run the cells to choose one."
    assert executed.cells[7].outputs[0].data["text/plain"].startswith("Kept: 2 of 3 questions answered.")


def test_nothing_is_kept_where_nothing_is_to_be(executed) -> None:
    assert kinds_of(executed.cells[8]) == [{VIEW}]
    assert executed.cells[8].outputs[0].data["text/plain"] == "Predict first: And here? Run the cell to answer."
