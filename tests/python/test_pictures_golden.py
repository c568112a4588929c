"""Pictures and widgets are drawn by the same rules: what Python computes is kept in tests/contract/drawing.json, and
tests/js/contract_drawing.test.ts computes the same with the front end's own code.

``pytest tests/python/test_pictures_golden.py --update-contract`` writes it anew.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_contract import golden_attributions, golden_generation, golden_map

import xai_widgets as xai
from xai_widgets.alignment.word_matrix import words_of
from xai_widgets.attribution import MethodCard
from xai_widgets.export.drawing.account import bars_of
from xai_widgets.export.drawing.attention_view import shown_of, view_of
from xai_widgets.export.drawing.attention_words import heads_title, note_words
from xai_widgets.export.drawing.attribution_view import attributed, attribution_view_of
from xai_widgets.export.drawing.attribution_words import (
    agreement_note,
    agreement_words,
    residual_words,
    scale_words,
    sum_labels,
    target_words,
)
from xai_widgets.export.drawing.attribution_words import note_words as attribution_notes
from xai_widgets.export.drawing.axis import label_of
from xai_widgets.export.drawing.colour import text_on, to_hex
from xai_widgets.export.drawing.ink import ink_of
from xai_widgets.export.drawing.lines import lines_of
from xai_widgets.export.drawing.numbers import plain, signed
from xai_widgets.export.drawing.translation_view import TranslationView, translated
from xai_widgets.export.drawing.translation_words import colour_words, percent
from xai_widgets.export.drawing.translation_words import note_words as translation_notes
from xai_widgets.generation.step_scores import scores_of_attention

KEPT = Path(__file__).parents[1] / "contract" / "drawing.json"
NUMBERS = [
    0.0,
    1.0,
    -1.0,
    0.5,
    0.05,
    0.0995,
    0.00012,
    -0.00001,
    9.99e-5,
    3.14159,
    12.345,
    -99.995,
    123.45,
    0.9996,
    2e-9,
]
LABELS = ["", " ", "\n", "\r\n", "\t", " \n ", " word", "a\tb", "two\nlines", "\u3000", "▁", "<b>&\"'", "  two  words "]
GROUNDS = ["#ffffff", "#f6953d", "#5b9ff0", "#101418", "#7f7f7f", "#c0361a"]
CHOICES: list[dict[str, Any]] = [
    {"kind": "encoder", "heads": [0, 2]},
    {"kind": "encoder", "heads": [0], "merge_words": True},
    {"kind": "encoder", "heads": [0, 2], "hide_special": True, "threshold": 0.122},
    {"kind": "decoder", "heads": [1], "merge_words": True, "hide_special": True},
]
"""Of heads whose bytes are in the golden payload."""
RESIDUALS: list[tuple[dict[str, bool], float, float, float]] = [
    ({"complete": True}, 4.0, 0.5, 0.01),
    ({"complete": True}, 4.0, 0.5, 1e-5),
    ({"complete": True}, 1.0, 1.0, 0.0),
    ({"complete": False}, 4.0, 0.5, 1.5),
    ({"complete": False}, 1.0, 0.0, -2.5),
    ({"signed": False}, 2.0, 0.0, 1.25),
    ({"attention_based": True}, 2.0, 0.0, 1.25),
]


def colours(dark: bool) -> dict[str, Any]:
    ink = ink_of("dark" if dark else "light")
    scores = {str(has_sign): ink.scores(signed=has_sign) for has_sign in (True, False)}
    return {
        "ink": {name: getattr(ink, name) for name in ("paper", "text", "muted", "line", "accent", "nan")},
        "heads": ink.heads(40),
        "weights": [to_hex(rgb) for rgb in ink.weights.levels],
        "scores": {name: [to_hex(rgb) for rgb in ramp.levels] for name, ramp in scores.items()},
        "text_on": [text_on(tuple(bytes.fromhex(ground[1:])), ink.text) for ground in GROUNDS],  # type: ignore[arg-type]
    }


def attention_case(choices: dict[str, Any]) -> dict[str, Any]:
    attention = golden_map()
    shown = shown_of(attention, view_of(attention, layer=0, **choices))
    lines = lines_of(shown)
    mean = shown.mean()
    assert mean is not None
    return {
        "choices": choices,
        "labels": list(shown.queries.labels),
        "spans": [list(span) for span in shown.queries.spans],
        "mean": [[None if np.isnan(w) else round(float(w), 4) for w in row] for row in mean],
        "hidden": round(shown.hidden_share, 4),
        "lines": sorted(np.stack([lines.heads, lines.queries, lines.keys], axis=1).tolist()),
        "left_out": round(lines.left_out, 3),
        "title": heads_title([head for head, _ in shown.heads]),
        "notes": note_words(shown, attention.source, ""),
    }


def attribution_case(run: int, step: int, merge_words: bool, hide_special: bool) -> dict[str, Any]:
    shown_first = golden_attributions()[run]
    view = attribution_view_of(shown_first, step=step, merge_words=merge_words, hide_special=hide_special)
    shown = attributed([shown_first], view)
    bars = [asdict(bar) for bar in bars_of(shown.first, step)]
    return {
        "run": run,
        "step": step,
        "merge_words": merge_words,
        "hide_special": hide_special,
        "labels": [list(axis.labels) for axis in shown.axes],
        "spaced": [list(axis.spaced) for axis in shown.axes],
        "scores": [[round(float(score), 4) for score in row] for row in shown.first.of_step(step)],
        "most": round(shown.first.most, 4),
        "bars": [bar | {"start": round(bar["start"], 4), "stop": round(bar["stop"], 4)} for bar in bars],
        "words": residual_words(shown.first, step),
        "scale": scale_words(shown.first),
        "target": target_words(shown),
        "notes": attribution_notes(shown),
    }


def translation_case(step: int, selection: list[tuple[int, int, int]], **choices: bool) -> dict[str, Any]:
    generation, attention = golden_generation()
    by = {"what": "attention", "layer": 0, "head": 0}
    title, scale = colour_words(by, [])
    scores = scores_of_attention(generation, attention, 0, 0)
    view = TranslationView(step, ("text", "alignment"), "writes", 0, 0, None, selection=tuple(selection), **choices)
    words = (words_of(generation.prompt, None, "source"), words_of(generation.tokens, None, "target"))
    shown = translated(view, generation, attention, [(title, scale, scores, None)], words, None)
    (colour,) = shown.colours
    texts = shown.of_texts(colour)
    return choices | {
        "step": step,
        "selection": [{"side": side, "start": start, "stop": stop} for side, start, stop in selection],
        "labels": [list(shown.source.labels), list(shown.target.labels)],
        "title": colour.title,
        "source": rounded(colour.source),
        "target": rounded(colour.target),
        "most": round(colour.most, 4),
        "texts": [None if texts[side] is None else rounded([texts[side]])[0] for side in ("source", "target")],
        "notes": translation_notes(shown, []),
    }


def rounded(rows: Any) -> list[list[float | None]]:
    return [[None if np.isnan(number) else round(float(number), 4) for number in row] for row in rows]


def residual_case(flags: dict[str, bool], value: float, baseline: float, residual: float) -> dict[str, Any]:
    card = MethodCard("method", "The method", "A paper", (), "1 pass", **flags)  # type: ignore[arg-type]
    scores = np.array([value - baseline - residual], dtype=np.float32)
    side = replace(golden_attributions()[0].sides[0], tokens=xai.TokenSequence.from_strings(["a"]), scores=scores)
    made = replace(
        golden_attributions()[0], method=card, sides=(side,), value=value, baseline_value=baseline, steps=None, at=()
    )
    run = attributed([made], attribution_view_of(made)).first
    kept = {"value": value, "baseline_value": baseline, "residual": run.number("residual", 0)}
    return kept | {"flags": flags, "words": residual_words(run, 0)}


def golden() -> dict[str, Any]:
    return {
        "light": colours(dark=False),
        "dark": colours(dark=True),
        "grounds": GROUNDS,
        "numbers": [[number, plain(number), signed(number)] for number in NUMBERS],
        "labels": [[text, label_of(text)] for text in LABELS],
        "attention": [attention_case(choices) for choices in CHOICES],
        "attribution": [
            attribution_case(*case) for case in [(0, 0, False, False), (0, 1, True, True), (1, 1, True, True)]
        ],
        "translation": [
            translation_case(1, [], merge_words=False, hide_special=False),
            translation_case(2, [(1, 0, 2)], merge_words=False, hide_special=True),
            translation_case(0, [(0, 1, 3)], merge_words=True, hide_special=True),
        ],
        "colours": [
            [by, colour_words(by, [])[0]]
            for by in (
                {"what": "attention", "layer": None, "head": None},
                {"what": "attention", "layer": 2, "head": None},
                {"what": "attention", "layer": None, "head": 3},
                {"what": "attention", "layer": 2, "head": 3},
            )
        ],
        "percents": [[share, percent(share)] for share in (0.0, 0.0004, 0.0123, 0.5, 0.9996, 1.0)],
        "residuals": [residual_case(*case) for case in RESIDUALS],
        "sum_labels": [sum_labels(has_sign=True), sum_labels(has_sign=False)],
        "agreement": [
            [value, has_sign, agreement_note(np.nan if value is None else value, has_sign=has_sign)]
            for value, has_sign in ((0.5, True), (-0.125, False), (None, True))
        ],
        "agreement_words": [agreement_words("The method", 12, by_size=by_size) for by_size in (False, True)],
    }


def test_python_draws_by_the_rules_that_are_kept(request: pytest.FixtureRequest) -> None:
    made = golden()
    if request.config.getoption("--update-contract"):
        KEPT.write_text(written(made), encoding="utf-8")
    assert made == json.loads(KEPT.read_text(encoding="utf-8"))


def written(made: dict[str, Any]) -> str:
    """One case a line: a difference shows which."""
    parts = []
    for name, entry in made.items():
        text = json.dumps(entry, ensure_ascii=False)
        if isinstance(entry, list) and entry and isinstance(entry[0], dict):
            text = "[\n " + ",\n ".join(json.dumps(case, ensure_ascii=False) for case in entry) + "\n]"
        parts.append(f"{json.dumps(name)}: {text}")
    return "{\n" + ",\n".join(parts) + "\n}\n"
