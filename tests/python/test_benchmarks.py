"""What the benchmarks compute from what they measured; and that a regression of bytes is one. No clock is looked at."""

from __future__ import annotations

import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
import torch

import xai_widgets as xai

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))

import counts
import cuda
import growth
import plots
import subjects
import timing


@pytest.fixture(scope="module")
def attention() -> xai.AttentionMap:
    return counts.explainer().attention(subjects.words(128))


def sent(attention: xai.AttentionMap) -> counts.Counts:
    return {"payload: attention, 128 tokens": counts._sent(xai.AttentionWidget(attention=attention))}


def test_a_payload_that_grows_is_a_regression(attention, monkeypatch) -> None:
    from xai_widgets.widgets import wire

    with monkeypatch.context() as fewer:
        fewer.setattr(wire, "_FIRST_HEADS_BYTES", 6 * 128**2)
        kept = sent(attention)
    assert counts.regressions(kept, kept) == []
    (said,) = counts.regressions(sent(attention), kept)
    assert said.startswith("payload: attention, 128 tokens: ")


def test_a_thumbnail_that_grows_is_a_regression(attention, monkeypatch) -> None:
    from xai_widgets.attention import thumbnails

    kept = sent(attention)
    monkeypatch.setattr(thumbnails, "THUMBNAIL_SIZE", 64)
    (said,) = counts.regressions(sent(attention), kept)
    assert re.fullmatch(r"payload: attention, 128 tokens: [\d,]+ now, [\d,]+ kept, 5% more is allowed", said)


def test_one_pass_more_is_a_regression_and_one_less_is_none() -> None:
    assert counts.regressions({"passes: lime, forward": 51}, {"passes: lime, forward": 50}) != []
    assert counts.regressions({"passes: lime, forward": 49}, {"passes: lime, forward": 50}) == []


def test_what_is_counted_is_what_is_kept() -> None:
    assert counts.regressions({"bundle: new.js": 1}, {}) == ["bundle: new.js: not kept yet"]
    assert counts.regressions({}, {"bundle: old.js": 1}) == ["bundle: old.js: kept, but no longer counted"]


def test_passes_are_counted_by_text_and_by_call() -> None:
    model = subjects.gpt2(8, layers=1, heads=1, width=8)
    ids = torch.ones(3, 4, dtype=torch.long)

    def run() -> None:
        model(ids, use_cache=False)
        leaf = torch.ones(2, requires_grad=True)
        torch.autograd.grad(leaf.sum(), leaf)

    assert counts.Passes(model).of(run) == (3, 1)


def test_made_counts_memory_and_not_views() -> None:
    with counts.Made() as made:
        tensor = torch.zeros(10, 100)
        tensor[2:4].view(-1).add_(1)
    assert made.bytes == 4000


@pytest.mark.parametrize("power", [0.0, 1.0, 1.7])
def test_the_exponent_of_a_power_law(power) -> None:
    sizes = [2, 4, 8, 32]
    assert growth.exponent(sizes, [0.3 * size**power for size in sizes]) == pytest.approx(power)


def test_ways_go_in_turn_and_every_other_round_backwards() -> None:
    order = []
    ticks = iter(range(100))
    ways = {name: lambda name=name: order.append(name) for name in "ab"}
    seconds = timing.in_turn(ways, 3, clock=lambda: next(ticks))
    assert "".join(order) == "ab" + "ab" + "ba" + "ab"
    assert seconds == {"a": [1, 1, 1], "b": [1, 1, 1]}


def test_spread_is_median_and_quartiles() -> None:
    values = [5.0, 1.0, 2.0, 9.0, 4.0, 3.5]
    found = timing.spread(values)
    assert [found["low"], found["median"], found["high"]] == pytest.approx(np.quantile(values, [0.25, 0.5, 0.75]))
    assert found["runs"] == 6
    assert timing.ratio([2.0, 6.0, 8.0], [1.0, 2.0, 4.0])["median"] == 2.0
    assert timing.words(timing.spread([0.0123]), "ms", 1, 1e3) == "12.3 ms"


def test_the_run_on_a_gpu_goes_the_same_way_on_a_processor() -> None:
    lines = cuda.measured(16, "cpu", torch.float32, layers=1)
    assert [line[0] for line in lines if line[4]] == list(cuda.UNITS)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_without_a_gpu_it_is_said(capsys, monkeypatch) -> None:
    monkeypatch.setattr(sys, "argv", ["cuda.py"])
    assert cuda.main() == cuda.NO_GPU
    assert capsys.readouterr().err == "There is no GPU that torch can use here, so nothing was measured.\n"


def test_a_chart_has_its_axes_and_a_key_of_every_line() -> None:
    drawn = plots.chart("Title & more", "tokens", "seconds", {"one": [(32, 0.1), (128, 2.0)], "two": [(32, 3.0)]})
    texts = [element.text for element in ET.fromstring(f"<svg>{drawn}</svg>").iter("text")]
    assert {"Title & more, seconds", "tokens", "one", "two", "32", "128", "0.1", "1", "10"} <= set(texts)
