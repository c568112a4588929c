"""The golden traits of a lesson's views: what Python sends is kept in tests/contract, and JavaScript renders the same.

``pytest tests/python/test_lesson_contract.py --update-contract`` writes it anew.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

import xai_widgets as xai
from xai_widgets.lesson import question as questions
from xai_widgets.widgets.wire import WIRE_VERSION

CONTRACT = Path(__file__).parents[1] / "contract" / "lesson.json"
TOKENS = ["<s>", "un", "<img src=x onerror=alert(1)>", "语", "un"]


def state(widget) -> dict[str, Any]:
    return {name: value for name, value in widget.get_state().items() if not name.startswith("_") and name != "layout"}


def golden() -> dict[str, Any]:
    weights = np.tri(5, dtype=np.float32)
    weights[4] = [1, 2, 8, 4, 1]
    weights /= weights.sum(-1, keepdims=True)
    attention = xai.AttentionMap.from_tensors([weights[None]], xai.TokenSequence.from_strings(TOKENS))
    widget = xai.AttentionWidget(attention=attention, presentation="lines")
    lesson = xai.lesson.Lesson("Contract", student="Ada")
    prediction = lesson.predict(
        "Which one?", widget, answer=xai.lesson.strongest_key(0, 0, query=-1), hints=("one", "two", "three")
    )
    asked = state(prediction.children[0])
    prediction.hint()
    prediction.answer("语")
    check = lesson.check("How many?", 3, presenter=True, theme="dark")
    check.answer(2)
    # The file says which version wrote it: no matter of this boundary.
    told = state(lesson)
    told["payload"]["meta"]["software"] = "xai-widgets"
    return {
        "asked": asked,
        "told": state(prediction.children[0]),
        "check": state(check.children[0]),
        "presets": state(lesson.presets(widget, {"first": {"layer": 0}, "bare": {"threshold": 0.5}})),
        "lesson": told,
    }


def test_golden_traits(request, monkeypatch) -> None:
    class Clock(datetime):
        @classmethod
        def now(cls, _zone=None):
            return datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

    monkeypatch.setattr(questions, "datetime", Clock)
    monkeypatch.setattr("xai_widgets.lesson.lesson.datetime", Clock)
    made = golden()
    if request.config.getoption("--update-contract"):
        CONTRACT.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert made == json.loads(CONTRACT.read_text(encoding="utf-8"))


def test_every_view_speaks_the_version_of_the_wire() -> None:
    kept = json.loads(CONTRACT.read_text(encoding="utf-8"))
    assert {part["payload"]["v"] for part in kept.values()} == {WIRE_VERSION}


def test_what_is_right_is_told_with_the_verdict_only() -> None:
    kept = json.loads(CONTRACT.read_text(encoding="utf-8"))
    assert kept["asked"]["verdict"] is None
    assert kept["asked"]["hints"] == []
    assert "three" not in json.dumps(kept["asked"])
    assert kept["told"]["verdict"]["best"] == [2]
    assert kept["check"]["verdict"]["best"] == []
