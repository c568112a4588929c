"""demo: an Explainer over a model that ships inside the package."""

from __future__ import annotations

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
    return Explainer.from_pretrained(demo_directory(name), local_files_only=True)
