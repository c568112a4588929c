"""demo: an Explainer over a model that ships inside the package."""

from __future__ import annotations

from transformers.utils import logging

from xai_widgets.demos.catalogue import demo_directory
from xai_widgets.explainer import Explainer


def demo(name: str = "sentiment") -> Explainer:
    """An Explainer over one of the embedded demo models; needs no network.

    Args:
        name: ``"sentiment"`` (is a sentence positive or negative), ``"translation"`` (English to French) or
            ``"language-model"`` (continues a text). Small models, trained for teaching: their cards are in
            ``xai_widgets/demos/models``.

    Raises:
        InputError: another name; the message lists those there are.
    """
    directory = demo_directory(name)
    shown = logging.is_progress_bar_enabled()
    # Two megabytes are loaded before a bar could be read; in a notebook it would stay in the cell for good.
    logging.disable_progress_bar()
    try:
        return Explainer.from_pretrained(directory, local_files_only=True)
    finally:
        if shown:
            logging.enable_progress_bar()
