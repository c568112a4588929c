"""The golden payload: what Python writes is kept in tests/contract, and the JavaScript tests read the same file.

``pytest tests/python/test_contract.py --update-contract`` writes it anew.
"""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import xai_widgets as xai
from xai_widgets.alignment import Reference
from xai_widgets.attention.weight_bytes import NOT_A_NUMBER, UNSEEN
from xai_widgets.attribution import Attribution, Candidate, MethodCard, ScoredTokens
from xai_widgets.generation import Beam, Beams, Generation, Step
from xai_widgets.generation.step import Ranking
from xai_widgets.generation.step_scores import scores_of_attention
from xai_widgets.text import TokenSpan
from xai_widgets.widgets.attribution_wire import attribution_payload
from xai_widgets.widgets.translation_wire import translation_payload
from xai_widgets.widgets.wire import attention_payload, head_bytes

CONTRACT = Path(__file__).parents[1] / "contract"
TOKENS = ["[CLS]", "un", "##able", "<img src=x onerror=alert(1)>", "语", "مرحبا", "[SEP]"]


def golden_map() -> xai.AttentionMap:
    """Two layers of three and two heads; layer 1 is causal in none, one weight is not a number."""
    n = len(TOKENS)
    steps = np.arange(1, 3 * n * n + 1, dtype=np.float32).reshape(3, n, n)
    weights = steps / steps.sum(axis=-1, keepdims=True)
    weights[2, 4, 1] = np.nan
    causal = np.tri(n, dtype=np.float32)[None] * weights[:2].astype(np.float32)
    encoder = [weights, weights[:2]]
    decoder = [causal / causal.sum(axis=-1, keepdims=True)]
    return xai.AttentionMap.from_tensors(
        encoder_attention=encoder, decoder_attention=decoder, encoder_tokens=TOKENS, decoder_tokens=TOKENS
    )


def golden() -> dict[str, Any]:
    attention = golden_map()
    payload = attention_payload(attention, run=7, kind="encoder", layer=0, heads=[0, 2], part=None)
    heads = head_bytes(attention, "decoder", 0, [1])
    cell = attention.span_weights(1, [0, 1], TokenSpan(1, 3), TokenSpan(3, 5), "encoder")
    return _plain(
        {
            "payload": payload,
            "heads": {"dtype": "uint8", "shape": list(heads.shape), "data": heads.tobytes()},
            "cell": {"dtype": "float32", "shape": list(cell.shape), "data": cell.tobytes()},
            # What the reader must find in the bytes, computed without them.
            "expected": {
                "heads": [[_weight(w) for w in row] for row in attention.weights(0, 1, "decoder")],
                "unseen": [[bool(b) for b in row] for row in np.tri(len(TOKENS)) == 0],
                "cell": [float(v) for v in cell],
            },
        }
    )


def _weight(weight: float) -> float | None:
    return None if np.isnan(weight) else round(float(weight), 6)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def golden_attributions() -> tuple[Attribution, Attribution]:
    """Two steps over a source and a target so far, by two methods."""
    card = MethodCard("gradient_x_input", "Gradient x input", "A paper", ("gradients",), "1 pass")
    unsigned = MethodCard(
        "value_norms", "Value norms", "Another", ("attention weights",), "1 pass", signed=False, attention_based=True
    )
    source = xai.TokenSequence.from_strings(TOKENS)
    target = xai.TokenSequence.from_strings(["<s>", "le", "chat"])
    scores = np.linspace(-1, 2, 14, dtype=np.float32).reshape(2, 7)
    sides = (
        ScoredTokens("Source", source, scores),
        ScoredTokens("Target", target, np.array([[0.5, 0, 0], [0.25, -2, 0]], dtype=np.float32)),
    )
    first = Attribution(
        method=card,
        target="2 tokens, one a step",
        value_kind="logit",
        value=np.array([3.5, 4.25], dtype=np.float32),
        baseline_value=np.zeros(2, dtype=np.float32),
        sides=sides,
        steps=xai.TokenSequence.from_strings(["le", "chat"]),
        at=(0, 1),
        candidates=(
            (Candidate(5, "le", 3.5, 0.75), Candidate(6, "la", 2.0, 0.125)),
            (Candidate(7, "chat", 4.25, None),),
        ),
        notes=("a note with <b>marks</b>",),
        model_name="golden",
    )
    return first, replace(first, method=unsigned, sides=tuple(replace(s, scores=np.abs(s.scores)) for s in sides))


def golden_attribution() -> dict[str, Any]:
    """The two, with another text shown before."""
    first, second = golden_attributions()
    source, scores = first.sides[0], first.scores
    before = replace(first, target="token 'le'", sides=(source,), value=1.5, baseline_value=0.5, steps=None)
    before = replace(before, sides=(replace(source, scores=scores[0]),))
    payload = attribution_payload(
        [first, second],
        run=3,
        methods=[first.method, second.method],
        previous=before,
        attention={"layers": [0, 2], "heads": [4, 2]},
    )
    expected = {"scores": scores.tolist(), "residual": np.asarray(first.residual).tolist()}
    return _plain({"payload": payload, "expected": expected})


class GoldenVocabulary:
    """Stands in for a tokenizer's: the golden generation was written by no model."""

    words = ("<s>", "</s>", "le", " chat", " gâté", " <b>noir</b>")

    def text(self, number: int) -> str:
        return self.words[number]


def golden_generation() -> tuple[Generation, xai.AttentionMap]:
    """A source of seven tokens, of which three steps were written by two beams: the last one ends the text."""
    vocabulary: Any = GoldenVocabulary()
    ids = (2, 3, 1)
    # Certain and ruled out: the numbers that are the same on every machine.
    chances = np.array([0.0, -np.inf], np.float32)
    steps = tuple(
        Step(
            index=number,
            id=token,
            # Not seen at the first step, ruled out by the config at the last.
            log_prob=(np.nan, -0.5, -np.inf)[number],
            raw_log_prob=(np.nan, -0.75, -3.0)[number],
            forced=number == 1,
            ranking=Ranking(np.array([token, 4]), chances, chances[::-1]),
            raw_ranking=Ranking(np.array([4, token]), chances, chances),
            vocabulary=vocabulary,
        )
        for number, token in enumerate(ids)
    )
    beams = Beams(
        (
            Beam(0, None, 0, 2, -0.5, -0.5, None, "chosen"),
            Beam(1, None, 0, 5, -1.5, -1.5, None, "kept"),
            Beam(2, 0, 1, 3, -0.5, -1.0, None, "chosen"),
            Beam(3, 1, 1, 1, -0.25, -1.75, -0.875, "finished"),
            Beam(4, 0, 1, 4, -2.0, -2.5, None, "dropped"),
            Beam(5, 2, 2, 1, -0.5, -1.5, -0.5, "chosen"),
        ),
        2,
        vocabulary,
        lambda _ids: steps,
    )
    source = xai.TokenSequence.from_strings(TOKENS)
    written = [vocabulary.text(token) for token in ids]
    generation = Generation(
        prompt=source,
        ids=ids,
        tokens=xai.TokenSequence.from_strings(written, ids=ids),
        text="le chat",
        start=(0,),
        steps=steps,
        beams=beams,
        finished=False,
        given=False,
        notes=("a note with <b>marks</b>",),
        options={"num_beams": 2, "max_new_tokens": 3, "do_sample": True, "temperature": 0.5},
        model_name="golden",
        writer=None,  # type: ignore[arg-type] # nobody writes on
    )
    n, m = len(TOKENS), len(ids)
    encoder = np.full((1, 2, n, n), 1 / n, np.float32)
    cross = np.arange(1, 2 * m * n + 1, dtype=np.float32).reshape(2, m, n)
    # Each target token looks mostly at one source token.
    cross[0, [0, 1, 2], [1, 4, 6]] += 40
    causal = np.tri(m, dtype=np.float32) * np.array([[[1.0]], [[3.0]]], np.float32)
    causal[1, :, 0] = 1
    attention = xai.AttentionMap.from_tensors(
        encoder_attention=list(encoder),
        cross_attention=[cross / cross.sum(axis=-1, keepdims=True)],
        decoder_attention=[causal / causal.sum(axis=-1, keepdims=True)],
        encoder_tokens=source,
        decoder_tokens=["<s>", *written[:2]],
    )
    return generation, attention


def golden_translation() -> dict[str, Any]:
    generation, attention = golden_generation()
    card = MethodCard("gradient_x_input", "Gradient x input", "A paper", ("gradients",), "1 pass")
    scores = scores_of_attention(generation, attention, 0, 0)
    reference = Reference.of("0-0 3-1 2?1", generation.prompt, generation.tokens)
    words = reference.words(generation.prompt, generation.tokens)
    alignment = xai.Alignment.from_matrix(scores.source, generation.prompt, generation.tokens)
    payload = translation_payload(
        generation,
        attention,
        run=5,
        words=words,
        reference=reference.alignment,
        methods=[card],
        initial={"by": {"what": "attention", "layer": 0, "head": 0}, "rows": "writes", "align": "argmax"},
        scores=scores,
        alignment=alignment,
    )
    # What the reader must find in the bytes, computed without them: the rows that write each token.
    cross, decoder = attention.weights(0, 0, "cross"), attention.weights(0, 0, "decoder")
    expected = {
        "source": [[round(float(weight), 6) for weight in row] for row in cross],
        "target": [
            [round(float(decoder[step, place + 1]), 6) if place < step else None for place in range(3)]
            for step in range(3)
        ],
        "links": [[0, 0], [2, 1]],
        "error_rate": 0.25,
    }
    return _plain({"payload": payload, "expected": expected})


@pytest.mark.parametrize(
    ("name", "make"),
    [("attention", golden), ("attribution", golden_attribution), ("translation", golden_translation)],
)
def test_python_writes_what_is_kept(name: str, make: Any, request: pytest.FixtureRequest) -> None:
    written = json.dumps(make(), indent=1, ensure_ascii=False) + "\n"
    kept = CONTRACT / f"{name}.json"
    if request.config.getoption("--update-contract"):
        kept.write_text(written, encoding="utf-8")
    assert written == kept.read_text(encoding="utf-8")


def test_golden_payload_holds_every_kind_of_byte() -> None:
    payload = attention_payload(golden_map(), run=1, kind="encoder", layer=0, heads=[0, 1, 2], part=None)
    arrays = payload["arrays"].values()
    found = set(b"".join(array["data"] for array in arrays))
    assert {NOT_A_NUMBER, UNSEEN} < found
