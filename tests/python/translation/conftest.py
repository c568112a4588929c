"""The widget that most of these tests look at, and a view of it."""

from __future__ import annotations

import generation_models as models
import pytest
from fake_view import View
from generation_models import TEXT

import xai_widgets as xai


@pytest.fixture
def widget():
    widget = xai.TranslationWidget(explainer=models.explainer("bart"), source=TEXT, max_new_tokens=6, num_beams=3)
    yield widget
    widget.close()


@pytest.fixture
def view(widget):
    return View(widget)
