"""A Generation as a table, beside what the model itself gives to every token."""

from __future__ import annotations

import sys

import generation_models as models
import pandas as pd
import pytest
import torch
from generation_models import TEXT

import xai_widgets as xai

COLUMNS = ["step", "rank", "id", "token", "probability", "raw_probability", "written", "forced"]


def test_a_frame_has_a_row_for_each_candidate():
    explainer = models.explainer("gpt2")
    generation = explainer.generate(TEXT, max_new_tokens=4, repetition_penalty=1.5)
    frame = generation.to_frame()
    assert list(frame.columns) == COLUMNS
    ids = torch.tensor([[*generation.prompt.ids, *generation.ids]])
    with torch.no_grad():
        given = explainer.model(ids).logits[0].softmax(dim=-1)
    for step, rows in frame.groupby("step"):
        raw = given[len(generation.prompt) - 1 + step]
        assert rows["raw_probability"].tolist() == pytest.approx(raw[rows["id"].tolist()].tolist(), abs=1e-5)
        assert rows["rank"].tolist() == list(range(len(rows)))
        assert rows["probability"].is_monotonic_decreasing
        assert rows["id"].tolist() == [candidate.id for candidate in generation.steps[step].candidates]
        assert rows["token"].tolist() == [candidate.text for candidate in generation.steps[step].candidates]
    written = frame[frame["written"]]
    assert tuple(written["id"]) == generation.ids
    assert not frame["forced"].any()


def test_a_token_that_was_forced_has_a_row_without_a_rank():
    generation = models.explainer("gpt2").generate(TEXT, max_new_tokens=3)
    known = {candidate.id for candidate in generation.steps[1].candidates}
    unlikely = next(number for number in range(5, 120) if number not in known)
    frame = generation.force(1, unlikely).to_frame()
    (row,) = frame[frame["forced"] & (frame["step"] == 1)].to_dict("records")
    assert (row["step"], row["id"], row["written"]) == (1, unlikely, True)
    assert pd.isna(row["rank"])
    assert row["probability"] == pytest.approx(generation.force(1, unlikely).steps[1].probability)
    assert frame["written"].sum() == 3


def test_without_pandas_it_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    generation = models.explainer("gpt2").generate(TEXT, max_new_tokens=1)
    with pytest.raises(xai.MissingExtraError, match=r'pandas: pip install "xai-widgets\[data\]"'):
        generation.to_frame()
