"""Attributions in files, as JSON, as arrays and as tables."""

from __future__ import annotations

import functools
import json
import subprocess
import sys
from dataclasses import replace

import attribution_models as models
import numpy as np
import pytest
from damage import WRONG, refusals

import xai_widgets as xai
from xai_widgets.attribution import Attribution, Candidate, MethodCard, ScoredTokens
from xai_widgets.widgets import AttributionWidget

TEXT = models.TEXT


def strange() -> Attribution:
    """Odd numbers, odd options, odd tokens."""
    tokens = xai.TokenSequence.from_strings(["[CLS]", "猫", "</script>", "\udc80", "\0", "[SEP]"])
    scores = np.array([np.nan, 1e-45, -0.0, 1 / 3, -3.4e38, 7], np.float32)
    card = MethodCard("m", "M", "nobody", ("gradients",), "1", options=(("baseline", None), ("steps", 5)), extra="x")
    return Attribution(
        method=card,
        target="class '<b>'",
        value_kind="difference of logit",
        value=float("nan"),
        baseline_value=0.1,
        sides=(ScoredTokens("Text", tokens, scores),),
        at=(5,),
        candidates=((Candidate(1, "\u2028", -0.5, None), Candidate(0, "b", float("nan"), 0.25)),),
        baseline="nothing",
        options={"steps": np.int64(3), "rate": 0.1, "baseline": np.zeros((1, 2)), "pair": ("a", None), "way": print},
        notes=("one", "two"),
        model_name="M",
    )


ATTRIBUTIONS = {
    "class": lambda: models.classifier().attribute(TEXT),
    "contrast": lambda: models.classifier().attribute(TEXT, target=("positive", "negative"), method="occlusion"),
    "steps": lambda: models.causal().attribute(TEXT, "hello world", method="integrated_gradients"),
    "source and target": lambda: models.translator().attribute(TEXT, "hello world"),
    "two texts": lambda: models.encoder().attribute(TEXT, "hello world"),
    "words": lambda: models.classifier().attribute(TEXT).words(),
    "step": lambda: models.translator().attribute(TEXT, "hello world").step(1),
    "strange": strange,
}


@functools.cache
def made(name: str) -> Attribution:
    return ATTRIBUTIONS[name]()


def bits(number: float | np.ndarray) -> tuple:
    array = np.asarray(number)
    return array.dtype.name, array.shape, np.where(np.isnan(array), np.nan, array).tobytes()


def assert_same(kept: Attribution, given: Attribution) -> None:
    for name in ("method", "target", "value_kind", "baseline", "steps", "at", "notes", "model_name"):
        assert getattr(kept, name) == getattr(given, name), name
    assert bits(kept.value) == bits(given.value)
    assert bits(kept.baseline_value) == bits(given.baseline_value)
    assert repr(kept.candidates) == repr(given.candidates)
    assert len(kept.sides) == len(given.sides)
    for mine, theirs in zip(kept.sides, given.sides, strict=True):
        assert (mine.label, mine.tokens) == (theirs.label, theirs.tokens)
        assert mine.scores.dtype == np.float32
        assert bits(mine.scores) == bits(theirs.scores)
    assert bits(kept.residual) == bits(given.residual)
    assert kept.rerun is None
    assert kept.attention is None


@pytest.mark.parametrize("suffix", ["npz", "json"])
@pytest.mark.parametrize("name", ATTRIBUTIONS)
def test_what_comes_back_is_what_went_in(name, suffix, tmp_path):
    attribution, path = made(name), tmp_path / f"scores.{suffix}"
    attribution.save(path)
    loaded = xai.Attribution.load(path)
    assert_same(loaded, attribution)
    assert dict(loaded.options).keys() == dict(attribution.options).keys()
    loaded.save(tmp_path / f"again.{suffix}")
    assert (tmp_path / f"again.{suffix}").read_bytes() == path.read_bytes()


def test_options_are_kept_as_what_json_has_for_them():
    options = dict(xai.Attribution.from_json(strange().to_json()).options)
    assert options == {
        "steps": 3,
        "rate": 0.1,
        "baseline": "ndarray of shape [1, 2]",
        "pair": ["a", None],
        "way": "builtin_function_or_method",
    }


def test_an_archive_is_plain_numbers_and_json(tmp_path):
    attribution, path = made("source and target"), tmp_path / "scores.npz"
    attribution.save(path)
    with np.load(path, allow_pickle=False) as archive:
        assert set(archive.files) == {"scores/0", "scores/1", "value", "baseline_value", "meta"}
        assert np.array_equal(archive["scores/1"], attribution.second.scores)
        meta = json.loads(archive["meta"].item())
    text = json.loads(attribution.to_json())
    assert meta["value"] == "value"
    assert [side["scores"] for side in meta["sides"]] == ["scores/0", "scores/1"]
    for number, side in enumerate(text["sides"]):
        side["scores"] = f"scores/{number}"
    text |= {"value": "value", "baseline_value": "baseline_value"}
    assert meta == text


def test_a_loaded_attribution_shows_itself_without_torch(tmp_path):
    path = tmp_path / "scores.npz"
    made("source and target").save(path)
    code = (
        "import sys, json, xai_widgets as xai; a = xai.Attribution.load(sys.argv[1]); "
        "shown = a._repr_mimebundle_(); shown = shown[0] if isinstance(shown, tuple) else shown; "
        "print(json.dumps([sorted(shown), sorted({'torch', 'transformers'} & set(sys.modules))]))"
    )
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True)
    shown, heavy = json.loads(done.stdout)
    assert "application/vnd.jupyter.widget-view+json" in shown
    assert heavy == []
    loaded = AttributionWidget(attribution=xai.Attribution.load(path)).payload
    live = AttributionWidget(attribution=made("source and target")).payload
    assert loaded["arrays"] == live["arrays"]
    assert loaded["tokens"] == live["tokens"]
    assert loaded["meta"]["runs"] == live["meta"]["runs"]
    assert (loaded["meta"]["live"], live["meta"]["live"]) == (False, True)


def test_what_is_something_else_or_newer_is_refused(tmp_path):
    attention, path = models.classifier().attention(TEXT), tmp_path / "map.npz"
    attention.save(path)
    with pytest.raises(xai.InputError, match=r"holds AttentionMap, not Attribution: read it with AttentionMap"):
        xai.Attribution.load(path)
    newer = json.dumps(json.loads(made("class").to_json()) | {"version": 3, "software": "xai-widgets 4.0"})
    with pytest.raises(xai.InputError, match=r"kept by xai-widgets 4\.0 in format 3; .*Upgrade xai-widgets"):
        xai.Attribution.from_json(newer)
    with pytest.raises(xai.InputError, match=r"the suffix '\.csv': name a file that ends with \.npz"):
        made("class").save(tmp_path / "scores.csv")
    with pytest.raises(xai.FileError, match="there is no folder"):
        made("class").save(tmp_path / "nowhere" / "scores.npz")
    with pytest.raises(xai.InputError, match=r"no option 'weights'; it takes none"):
        made("class").save(tmp_path / "scores.npz", weights="uint8")
    assert [file.name for file in tmp_path.iterdir()] == ["map.npz"]


def test_infinite_numbers_are_refused_and_leave_no_file(tmp_path):
    infinite = replace(strange(), baseline_value=float("inf"))
    for name in ("a.npz", "a.json"):
        with pytest.raises(xai.InputError, match="infinite number in the attribution"):
            infinite.save(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("name", ["class", "steps"])
def test_whatever_is_wrong_in_the_json_is_said_in_words(name, wrong):
    text = made(name).to_json()
    assert refusals(xai.Attribution, text, wrong) > 20


# Arrays and tables


def test_an_array_has_all_texts_one_behind_the_other():
    attribution = made("source and target")
    array = attribution.to_numpy()
    counts = [len(side.tokens) for side in attribution.sides]
    assert array.shape == (len(attribution.steps), sum(counts))
    assert np.array_equal(array[:, : counts[0]], attribution.scores)
    assert np.array_equal(attribution.to_numpy(1), attribution.second.scores)
    assert np.array_equal(array[:, counts[0] :], attribution.second.scores)
    assert np.array_equal(made("class").to_numpy(), made("class").scores)
    array[:] = 0  # a copy: the attribution stays
    assert attribution.scores.any()
    with pytest.raises(xai.InputError, match="There is no side 2: this attribution has 2, counted from 0"):
        attribution.to_numpy(2)


def test_a_frame_has_a_row_for_each_token():
    attribution = made("class")
    frame = attribution.to_frame()
    assert list(frame.columns) == ["side", "position", "token", "score"]
    assert list(frame["token"]) == list(attribution.tokens.text)
    assert list(frame["position"]) == list(range(len(attribution.tokens)))
    assert set(frame["side"]) == {"Text"}
    assert np.array_equal(frame["score"].to_numpy(), attribution.scores)
    assert frame["score"].dtype == np.float32


@pytest.mark.parametrize("name", ["steps", "source and target"])
def test_a_frame_of_steps_adds_up_to_the_values(name):
    attribution = made(name)
    frame = attribution.to_frame()
    assert list(frame.columns) == ["step", "step_token", "side", "position", "token", "score"]
    sums = frame.groupby("step")["score"].sum()
    assert np.allclose(sums, attribution.value - attribution.baseline_value - attribution.residual, atol=1e-4)
    for number, side in enumerate(attribution.sides):
        rows = frame[frame["side"] == side.label]
        pivot = rows.pivot(index="step", columns="position", values="score").to_numpy()
        assert np.array_equal(pivot, attribution.to_numpy(number))
    assert list(frame.drop_duplicates("step")["step_token"]) == list(attribution.steps.text)


def test_without_pandas_it_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(xai.MissingExtraError, match=r'pandas: pip install "xai-widgets\[data\]"'):
        made("class").to_frame()
