"""What a saved notebook keeps of a lesson's widgets, so that something is there when no kernel is.

As with every widget it is an output of its own, before the live one; ``js/page/notebook_place.ts`` shows one of them at
a time. Of a question it holds the words and the maps below it, and what is right only once that has been told.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from xai_widgets.export import kept_display
from xai_widgets.export.kept_output import closing, kept_output, opening
from xai_widgets.settings import settings
from xai_widgets.widgets.live_widget import LiveWidget


class KeepsItself:
    """A widget of a lesson whose words a notebook keeps, up to date from when it is shown.

    It comes before the class that has the MIME bundle.
    """

    _kept_as = ""
    """The display id of what is kept; "" before it is shown."""

    def _words(self) -> str:
        """What is said where it is not alive."""
        raise NotImplementedError

    def _describe(self) -> tuple[str, str]:
        """What is kept, as HTML and as words."""
        words = self._words()
        return f"<p>{html.escape(words)}</p>", words

    def _repr_mimebundle_(self, **options: Any) -> Any:
        data, metadata = _parts_of(super()._repr_mimebundle_(**options))  # type: ignore[misc]
        return data | {"text/plain": self._words()}, metadata

    def _ipython_display_(self, **_options: Any) -> None:
        # Where the front end shows one output, IPython then asks for the MIME bundle.
        if not kept_display.shows_two_outputs():
            raise NotImplementedError
        if settings.keep != "nothing":
            self._kept_as = uuid4().hex
            self._keep(update=False)
        data, metadata = self._repr_mimebundle_()
        kept_display._publish(data, metadata=metadata)

    def _keep_anew(self) -> None:
        """Keeps it as it stands now, where it has been shown."""
        if self._kept_as:
            self._keep(update=True)

    def _keep(self, *, update: bool) -> None:
        element, words = self._describe()
        data = {"text/plain": words, "text/html": f"{opening()}{closing(element)}"}
        kept_display._publish(data, transient={"display_id": self._kept_as}, update=update)


def kept_question(
    record: Mapping[str, Any], heading: str, choices: Sequence[str], shown: Sequence[Any], *, over: bool
) -> tuple[str, str]:
    """A question as HTML and as words.

    Args:
        record: as ``Question.record`` gives it.
        heading: what kind of question it is.
        choices: what can be picked.
        shown: the widgets below it.
        over: whether what is right has been told.
    """
    said = record["verdict"]
    told = [said] if said else ["Run the cell to answer."]
    among = [f"Choose among: {', '.join(choices)}."] if choices else []
    words = " ".join([f"{heading}: {record['question']}", *among, *told])
    maps = "".join(_kept_html(widget) for widget in shown)
    lines = [f"<strong>{html.escape(record['question'])}</strong>", *map(html.escape, among)]
    if over:
        # Whoever reads on without a kernel can still answer first.
        below = f"<details><summary>What it shows</summary><p>{html.escape(said)}</p>{maps}</details>"
    else:
        below = f"<p>{html.escape(told[0])}</p>{maps}"
    return f"<p>{heading}</p>{''.join(f'<p>{line}</p>' for line in lines)}{below}", words


def _kept_html(widget: Any) -> str:
    """What is kept of a widget of ours; nothing of others."""
    return kept_output(widget, settings).get("text/html", "") if isinstance(widget, LiveWidget) else ""


def _parts_of(bundle: Any) -> tuple[dict[str, Any], Mapping[str, Any]]:
    """A MIME bundle's data and metadata; a widget that cannot be shown has none."""
    data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
    return dict(data or {}), metadata or {}
