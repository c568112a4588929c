"""The rooms of the package import only what stands above them: each is imported by itself in a fresh interpreter."""

import json
import subprocess
import sys

import pytest

HEAVY = {"torch", "transformers", "bertviz", "captum", "shap", "pandas"}

ABOVE = {
    "text": set(),
    "models": {"text"},
    "attention": {"text", "models"},
    "attribution": {"text", "models"},
    "alignment": {"text", "attention"},
    "generation": {"text", "models", "attention", "attribution"},
    "interop": {"text", "attention", "attribution"},
    "widgets": {"text", "models", "attention", "attribution", "alignment", "generation"},
    "export": {"text", "models", "attention", "attribution", "alignment", "generation", "widgets"},
    "lesson": {"text", "models", "attention", "attribution", "alignment", "generation", "widgets", "export"},
}
"""Which other rooms each may import. The demos use them all, and nobody but a person asks for a demo."""

WITHOUT_TORCH = ["text", "alignment", "interop", "widgets", "export", "lesson"]

UNDER_ALL_ROOMS = ["errors", "files", "kept", "extras", "settings", "shows_itself", "whole"]
"""What every room may import, and what imports no room."""

PROBE = """
import importlib, json, pkgutil, sys
before = set(sys.modules)
room = importlib.import_module(sys.argv[1])
if len(sys.argv) == 2 and hasattr(room, "__path__"):
    for module in pkgutil.walk_packages(room.__path__, room.__name__ + "."):
        importlib.import_module(module.name)
print(json.dumps(sorted(set(sys.modules) - before)))
"""


def imported_by(module: str, *, alone: bool = False) -> set[str]:
    command = [sys.executable, "-c", PROBE, module, *(["alone"] if alone else [])]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


def packages(modules: set[str]) -> set[str]:
    # What numpy 1.26 registers of its compiled modules is no package that anybody imports.
    tops = {module.partition(".")[0] for module in modules} - {"cython_runtime"}
    return {top for top in tops if top not in sys.stdlib_module_names and not top.startswith("_")}


def rooms(modules: set[str]) -> set[str]:
    return {module.split(".")[1] for module in modules if module.startswith("xai_widgets.")}


@pytest.fixture(scope="module")
def seen() -> dict[str, set[str]]:
    return {room: imported_by(f"xai_widgets.{room}") for room in ABOVE}


@pytest.mark.parametrize("room", ABOVE)
def test_a_room_imports_only_the_rooms_above_it(room: str, seen: dict[str, set[str]]) -> None:
    below = rooms(seen[room]) & {*ABOVE, "demos", "explainer"}
    assert below - {room} <= ABOVE[room]


@pytest.mark.parametrize("room", WITHOUT_TORCH)
def test_a_room_that_is_used_without_a_model_does_not_import_torch(room: str, seen: dict[str, set[str]]) -> None:
    assert not packages(seen[room]) & HEAVY


@pytest.mark.parametrize("module", UNDER_ALL_ROOMS)
def test_what_stands_under_all_rooms_imports_none_of_them(module: str) -> None:
    found = imported_by(f"xai_widgets.{module}")
    assert rooms(found) <= set(UNDER_ALL_ROOMS)
    assert packages(found) <= {"numpy", "xai_widgets"}


def test_text_imports_numpy_and_nothing_else(seen: dict[str, set[str]]) -> None:
    assert packages(seen["text"]) <= {"numpy", "xai_widgets"}


def test_nobody_imports_bertviz_before_it_is_asked_for(seen: dict[str, set[str]]) -> None:
    assert not [room for room, modules in seen.items() if "bertviz" in packages(modules)]


def test_importing_the_package_imports_nothing_heavy() -> None:
    assert not packages(imported_by("xai_widgets", alone=True)) & HEAVY
