"""One step of a generation, and what else could have stood there: ``js/widgets/translation_steps.ts`` on paper."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, isfinite

from xai_widgets.export.drawing.attribution_words import isolated
from xai_widgets.export.drawing.axis import label_of
from xai_widgets.export.drawing.chips import draw_chips
from xai_widgets.export.drawing.ink import Ink
from xai_widgets.export.drawing.letters import cut, text_width
from xai_widgets.export.drawing.numbers import plain
from xai_widgets.export.drawing.page import Page
from xai_widgets.export.drawing.scene import Rect, Scene, Text
from xai_widgets.export.drawing.score_colours import ScoreColours
from xai_widgets.export.drawing.translation_view import Translated
from xai_widgets.export.drawing.translation_words import labels_of, log_prob_words, percent
from xai_widgets.generation.step import Step

_SIZE = 8.0
_NOTE = 6.5
_ROW = 14.0
_WIDEST = 300.0
_SIGN = 13.0
_BAR = (86.0, 4.0)
_DIFFERS = 0.0005
"""From so much on it is said what the model alone gave a candidate."""


@dataclass(frozen=True)
class Candidate:
    """A candidate as it is read: ``probability`` is NaN where it was not seen, ``note`` "" where there is none."""

    text: str
    probability: float
    written: bool
    sign: str
    note: str


def candidates_of(step: Step) -> list[Candidate]:
    """The candidates of a step, likeliest first, and what was written where it is none of them."""
    all_of = [(each.id, each.text, each.probability, each.raw_probability) for each in step.candidates]
    if step.id not in {number for number, *_ in all_of}:
        all_of.append((step.id, step.text, _share(step.log_prob), _share(step.raw_log_prob)))
    made = []
    for number, text, probability, raw in all_of:
        written = number == step.id
        sign = ("✎" if step.forced else "✓") if written else ""
        differs = isfinite(raw) and abs((probability if isfinite(probability) else 0.0) - raw) > _DIFFERS
        note = f"the model alone: {percent(raw)}" if differs else ""
        made.append(Candidate(label_of(text), probability, written, sign, note))
    return made


def _share(log_prob: float) -> float:
    return exp(log_prob) if isfinite(log_prob) else float("nan")


def step_words(step: Step) -> str:
    """What was written at a step, and how likely it was."""
    thought = f": {log_prob_words(step.log_prob)}" if isfinite(step.log_prob) else ""
    return f"“{isolated(step.text.strip())}”{thought}{', put there by hand' if step.forced else ''}"


def draw_steps(page: Page, shown: Translated, ink: Ink) -> None:
    """The step on show: what was written until then, and the candidates with their probabilities."""
    step = shown.generation.steps[shown.view.step]
    if "text" not in shown.view.presentation:
        page.line(labels_of(shown)[1], 7, ink.muted)
        page.advance(2)
        height = draw_chips(
            page.scene,
            shown.target,
            None,
            ScoreColours.of("weight", 1.0, ink),
            ink,
            page.left,
            page.y,
            page.inner,
            current=shown.current,
            faint=lambda row: shown.target.spans[row][0] > shown.view.step,
        )
        page.advance(height + 4)
    page.line(f"Step {step.index + 1} of {len(shown.generation.steps)}", _SIZE, ink.muted)
    page.line(step_words(step), _SIZE, ink.text)
    page.advance(4)
    page.line("What could have stood there", 7, ink.muted)
    width = min(page.inner, _WIDEST)
    with page.scene.group("candidates"):
        for candidate in candidates_of(step):
            page.advance(_draw_candidate(page.scene, candidate, ink, page.left, page.y, width))


def _draw_candidate(scene: Scene, candidate: Candidate, ink: Ink, x: float, y: float, width: float) -> float:
    """One row: what it is, a bar, a number; and the height that it takes."""
    height = _ROW + (_NOTE + 2 if candidate.note else 0)
    written = candidate.written
    if written:
        scene.add(Rect(x, y, width, height, ink.accent, radius=3, opacity=0.13))
    baseline = y + 0.5 * _ROW + 0.36 * _SIZE
    if candidate.sign:
        scene.add(Text(x + 4, baseline, candidate.sign, _SIZE, ink.accent))
    right = x + width - 4
    number = plain(candidate.probability) if not isfinite(candidate.probability) else percent(candidate.probability)
    scene.add(Text(right, baseline, number, _SIZE, ink.text, "end", written))
    bar_width, bar_height = _BAR
    start = right - text_width("not a number", _SIZE) - 6 - bar_width
    box = (start, y + (_ROW - bar_height) / 2)
    scene.add(Rect(*box, bar_width, bar_height, ink.line, radius=bar_height / 2))
    if isfinite(candidate.probability) and candidate.probability > 0:
        scene.add(
            Rect(*box, bar_width * min(1.0, candidate.probability), bar_height, ink.accent, radius=bar_height / 2)
        )
    room = start - x - _SIGN - 8
    scene.add(Text(x + _SIGN, baseline, cut(candidate.text, _SIZE, room, bold=written), _SIZE, ink.text, bold=written))
    if candidate.note:
        scene.add(Text(x + _SIGN, baseline + _NOTE + 2, candidate.note, _NOTE, ink.muted))
    return height
