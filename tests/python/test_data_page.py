"""docs/data.md: its examples run, and its JSON is what the package writes."""

from __future__ import annotations

import json
import re
import shutil
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import xai_widgets as xai

PAGE = (Path(__file__).parents[2] / "docs" / "data.md").read_text(encoding="utf-8")
INSEQ = Path(__file__).parent / "inseq_files" / "occlusion.json"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def names(tmp_path_factory) -> dict[str, Any]:
    """What the page's blocks have made, one after another, in a folder of their own."""
    folder = tmp_path_factory.mktemp("data")
    shutil.copy(INSEQ, folder / "out.json")
    made: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        # What SHAP and Captum say of their own dependencies.
        warnings.simplefilter("ignore")
        patch.chdir(folder)
        for block in blocks("python"):
            exec(compile(block, "data.md", "exec"), made)
        made["sizes"] = {path.name: path.stat().st_size for path in folder.iterdir()}
    return made


def test_its_examples_do_what_the_page_says(names):
    assert set(names["sizes"]) == {"map.npz", "small.npz", "scores.npz", "out.json"}
    assert names["sizes"]["small.npz"] < names["sizes"]["map.npz"]
    assert set(names["frame"]["layer"]) == {1}
    assert np.array_equal(names["weights"], names["attention"].weights(0))
    assert names["first"] == {"layer": 0, "weights": "weights/self/0", "mask": None}
    assert "good" in names["table"].data


@pytest.mark.parametrize(("number", "name"), [(0, "example"), (1, "scores")])
def test_its_json_is_what_the_package_writes(names, number, name):
    shown = json.loads(blocks("json")[number]) | {"software": f"xai-widgets {xai.__version__}"}
    assert json.loads(names[name].to_json()) == shown
    assert list(json.loads(names[name].to_json())) == list(shown)
    again = type(names[name]).from_json(json.dumps(shown))
    assert again.to_json() == names[name].to_json()


def test_its_columns_are_those_of_the_tables(names):
    explainer = names["explainer"]
    generation = xai.demo("language-model").generate("the cat", max_new_tokens=2)
    tables = {
        "AttentionMap": explainer.attention("a film").to_frame(),
        "Attribution": generation.attribute().to_frame(),
        "Generation": generation.to_frame(),
        "Alignment": xai.Alignment.from_pharaoh("0-0").to_frame(),
    }
    for name, frame in tables.items():
        (row,) = re.findall(rf"^\| `{name}\.to_frame` \|(.*)\|$", PAGE, re.MULTILINE)
        assert set(re.findall(r"`(\w+)`", row)) == set(frame.columns)
