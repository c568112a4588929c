"""The right answers of the lessons, as a student would give them: lesson -> id of the cell that asks -> answer.

They stand here and not in the notebooks, where students could read them. Nothing in the lessons reads this: there the
right answer is computed from the live result, so that a wrong one here fails the test.
"""

from __future__ import annotations

from typing import Any

ANSWERS: dict[str, dict[str, Any]] = {
    "01-attention": {
        "predict-cls": "boring",
        "check-sum": "1",
        "predict-next": "lamp",
        "predict-one-back": "lamp",
        "predict-remembers": "lamp",
        "predict-voiture": "car",
        "check-pas": "not",
    },
    "02-attribution": {
        "predict-answer": "negative",
        "predict-negator": "not",
        "predict-lamp": 1,  # the first "kite"
        "predict-rouge": "red",
    },
    "03-translation": {
        "predict-voiture": "car",
        "check-wrong": "La",
        "predict-article": "car",
        "predict-forced": "vieille",
        "predict-verb": "keys",
    },
    "04-heads-that-do-something": {
        "find-previous": {"layer": 0, "heads": [1]},
        "predict-mean": "below 0.5",
        "predict-induction": "cup",
        "count-induction": 3,
        "predict-broken": 2,  # the first "drum"
        "predict-nothing": "<s>",
        "predict-separator": "less than a fifth",
    },
    "05-negation": {
        "predict-answer": "positive",
        "predict-word": "not",
        "predict-against": "good",
        "predict-good": "good",
        "predict-rude": "but",
        "find-negator": {"layer": 3, "heads": [0]},
        "turn": {"text": "The soup was not bad."},
        "turn-without": {"text": "The soup was good but the room was dirty."},
        "predict-double": "negative",
    },
    "06-why-explanations-disagree": {
        "predict-occlusion": "it falls",
        "predict-gradients": "good",
        "predict-residual": "gradient × input",
        "check-sum": 0.04,
        "predict-saliency": "but",
        "predict-contrast": "boring",
        "predict-faithful": "integrated gradients",
    },
}
