"""The names of the embedded demo models and where each one lies on disk."""

from pathlib import Path

from xai_widgets.errors import InputError

NAMES = ("sentiment", "translation", "language-model")
"""Every name that ``demo_directory`` takes."""


def demo_directory(name: str) -> Path:
    """Give the directory of an embedded model.

    Args:
        name: one of ``NAMES``; case, ``_`` and ``-`` count as they are written.

    Returns:
        The path of a standard transformers directory, to give to ``from_pretrained``.

    Raises:
        InputError: ``name`` is none of ``NAMES``.
    """
    if name not in NAMES:
        allowed = ", ".join(repr(known) for known in NAMES)
        raise InputError(f"There is no demo model {name!r}: choose one of {allowed}.")
    return Path(__file__).parent / "models" / name.replace("-", "_")
