"""The built front end that ships inside the package."""

from __future__ import annotations

from pathlib import Path

from xai_widgets.errors import XaiError

_STATIC = Path(__file__).parent.parent / "static"


def bundle(name: str) -> Path:
    """The file of that name in ``static/``.

    Raises XaiError where the front end has not been built (a checkout: a wheel always has it).
    """
    path = _STATIC / name
    if not path.is_file():
        raise XaiError(f"The front end is not built: {path} is missing. In a checkout, run `npm ci && npm run build`.")
    return path
