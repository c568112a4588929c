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
from xai_widgets.attention.weight_bytes import NOT_A_NUMBER, UNSEEN
from xai_widgets.attribution import Attribution, Candidate, MethodCard, ScoredTokens
from xai_widgets.text import TokenSpan
from xai_widgets.widgets.attribution_wire import attribution_payload
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
    payload = attention_payload(attention, run=7, kind="encoder", layer=0, heads=[0, 2])
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


def golden_attribution() -> dict[str, Any]:
    """Two steps over a source and a target so far, by two methods, with another text shown before."""
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
    second = replace(first, method=unsigned, sides=tuple(replace(s, scores=np.abs(s.scores)) for s in sides))
    before = replace(first, target="token 'le'", sides=sides[:1], value=1.5, baseline_value=0.5, steps=None)
    before = replace(before, sides=(replace(sides[0], scores=scores[0]),))
    payload = attribution_payload(
        [first, second], run=3, methods=[card, unsigned], previous=before, attention={"layers": [0, 2], "heads": [4, 2]}
    )
    expected = {"scores": scores.tolist(), "residual": np.asarray(first.residual).tolist()}
    return _plain({"payload": payload, "expected": expected})


@pytest.mark.parametrize(("name", "make"), [("attention", golden), ("attribution", golden_attribution)])
def test_python_writes_what_is_kept(name: str, make: Any, request: pytest.FixtureRequest) -> None:
    written = json.dumps(make(), indent=1, ensure_ascii=False) + "\n"
    kept = CONTRACT / f"{name}.json"
    if request.config.getoption("--update-contract"):
        kept.write_text(written, encoding="utf-8")
    assert written == kept.read_text(encoding="utf-8")


def test_golden_payload_holds_every_kind_of_byte() -> None:
    payload = attention_payload(golden_map(), run=1, kind="encoder", layer=0, heads=[0, 1, 2])
    arrays = payload["arrays"].values()
    found = set(b"".join(array["data"] for array in arrays))
    assert {NOT_A_NUMBER, UNSEEN} < found
