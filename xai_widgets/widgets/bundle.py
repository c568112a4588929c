"""The built front end that ships inside the package."""

from __future__ import annotations

from pathlib import Path

import traitlets as t

from xai_widgets.errors import XaiError

_STATIC = Path(__file__).parent.parent / "static"


def bundle(name: str) -> t.Unicode[str, str | bytes]:
    """A script or style sheet of ``static/``, as the trait by which a widget's views get it.

    Not as a file, which anywidget would watch: what it watches holds every widget that was ever made.
    """
    return t.Unicode(built(name)).tag(sync=True)


def built(name: str) -> str:
    """The text of a file in ``static/``.

    Raises XaiError where the front end has not been built (a checkout: a wheel always has it).
    """
    path = _STATIC / name
    if not path.is_file():
        raise XaiError(f"The front end is not built: {path} is missing. In a checkout, run `npm ci && npm run build`.")
    return path.read_text(encoding="utf-8")
