"""The golden payload: what Python writes is kept in tests/contract, and the JavaScript tests read the same file.

``pytest tests/python/test_contract.py --update-contract`` writes it anew.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import xai_widgets as xai
from xai_widgets.text import TokenSpan
from xai_widgets.widgets.weight_bytes import NOT_A_NUMBER, UNSEEN
from xai_widgets.widgets.wire import attention_payload, head_bytes

GOLDEN = Path(__file__).parents[1] / "contract" / "attention.json"
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


def test_python_writes_what_is_kept(request: pytest.FixtureRequest) -> None:
    written = json.dumps(golden(), indent=1, ensure_ascii=False) + "\n"
    if request.config.getoption("--update-contract"):
        GOLDEN.write_text(written, encoding="utf-8")
    assert written == GOLDEN.read_text(encoding="utf-8")


def test_golden_payload_holds_every_kind_of_byte() -> None:
    payload = attention_payload(golden_map(), run=1, kind="encoder", layer=0, heads=[0, 1, 2])
    arrays = payload["arrays"].values()
    found = set(b"".join(array["data"] for array in arrays))
    assert {NOT_A_NUMBER, UNSEEN} < found
