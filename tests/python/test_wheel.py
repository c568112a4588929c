"""What people install: built as a release is, and used where there is no Node and no checkout."""

import json
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
LARGEST = 20_000_000
"""Bytes: 12 MB of demo models, and room to compress badly."""

USE = """
import json
from pathlib import Path

import xai_widgets as xai
from xai_widgets.demos.catalogue import NAMES

report = {"file": xai.__file__, "models": []}
for name in NAMES:
    xai.demo(name)
    report["models"].append(name)
widget = xai.AttentionWidget(explainer=xai.demo("sentiment"), text="not a good film")
bundle = Path(xai.__file__).parent / "static" / "attention.js"
report["esm"] = str(widget._code) == bundle.read_text(encoding="utf-8")
report["weights"] = float(widget.attention.weights(0, 0).sum(-1).min())
print(json.dumps(report))
"""


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def without_node(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A PATH with nothing on it."""
    return str(tmp_path_factory.mktemp("empty"))


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive")
    run(sys.executable, "-m", "build", "--sdist", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    (made,) = folder.glob("*.tar.gz")
    return made


@pytest.fixture(scope="module")
def wheel(archive: Path, without_node: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that ``python -m build`` makes: from the source archive; on a machine that has no Node."""
    folder = tmp_path_factory.mktemp("wheel")
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    (sources,) = folder.iterdir()
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, sources]
    run(*build, cwd=folder, PATH=without_node)
    (made,) = folder.glob("*.whl")
    return made


def test_the_wheel_holds_the_front_end_and_the_demo_models(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as files:
        sizes = {info.filename: info.file_size for info in files.infolist()}
    assert sizes["xai_widgets/static/attention.js"] > 10_000
    assert sizes["xai_widgets/static/attention.css"] > 1_000
    assert sizes["xai_widgets/py.typed"] == 0
    for name in ("sentiment", "translation", "language_model"):
        folder = f"xai_widgets/demos/models/{name}"
        for file in ("config.json", "model.safetensors", "tokenizer.json", "README.md"):
            assert sizes[f"{folder}/{file}"] > 0, f"{folder}/{file}"
    tops = {name.split("/")[0] for name in sizes}
    assert tops == {"xai_widgets", "xai_widgets-0.1.0.dist-info"}
    assert not [name for name in sizes if name.endswith((".ts", ".map", ".pyc", ".built"))]


def test_the_wheel_is_small(wheel: Path) -> None:
    assert wheel.stat().st_size < LARGEST


def test_the_wheel_works_outside_the_checkout_and_without_node(wheel: Path, without_node: str, tmp_path: Path) -> None:
    site, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    elsewhere.mkdir()
    install = ["-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", site, wheel]
    run(sys.executable, *install, cwd=elsewhere, PATH=without_node)
    said = run(sys.executable, "-c", USE, cwd=elsewhere, PATH=without_node, PYTHONPATH=str(site), HF_HUB_OFFLINE="1")
    report = json.loads(said.splitlines()[-1])
    assert Path(report["file"]).is_relative_to(site)
    assert report["models"] == ["sentiment", "translation", "language-model"]
    assert report["esm"]
    assert report["weights"] == pytest.approx(1)


def test_an_archive_without_its_front_end_is_refused(archive: Path, without_node: str, tmp_path: Path) -> None:
    with tarfile.open(archive) as tar:
        tar.extractall(tmp_path, filter="data")
    (sources,) = tmp_path.iterdir()
    (sources / "xai_widgets/static/attention.js").unlink()
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path, sources]
    done = subprocess.run(
        build, cwd=tmp_path, env={**os.environ, "PATH": without_node}, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "The front end is not built: xai_widgets/static has no attention.js" in done.stdout + done.stderr


def test_a_checkout_without_its_front_end_and_without_npm_is_refused(
    archive: Path, without_node: str, tmp_path: Path
) -> None:
    with tarfile.open(archive) as tar:
        tar.extractall(tmp_path, filter="data")
    (sources,) = tmp_path.iterdir()
    (sources / "PKG-INFO").unlink()  # what tells an archive from a checkout
    (sources / "xai_widgets/static/attention.js").unlink()
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path, sources]
    done = subprocess.run(
        build, cwd=tmp_path, env={**os.environ, "PATH": without_node}, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "npm was not found" in done.stdout + done.stderr
