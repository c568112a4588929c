"""What a saved notebook keeps of a lesson's question, so that something is there when no kernel is.

As with every widget it is an output of its own, before the live one; ``js/page/notebook_place.ts`` shows one of them at
a time. It holds the question in words and the maps below it, and what is right only once that has been told.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any
from uuid import uuid4

from xai_widgets.export.kept_display import shows_two_outputs
from xai_widgets.export.kept_output import closing, kept_output, opening
from xai_widgets.settings import settings
from xai_widgets.widgets.live_widget import LiveWidget

Bundle = dict[str, Any]


class Kept:
    """The output that a notebook keeps of something, up to date from when it is shown.

    Args:
        bundle: gives the MIME bundle of the live widget.
        describe: gives what is kept, as HTML and as words.
    """

    def __init__(self, bundle: Callable[[], Any], describe: Callable[[], tuple[str, str]]) -> None:
        self._bundle, self._describe = bundle, describe
        self._display_id = ""

    def display(self) -> None:
        """Displays what is kept in the cell that runs, and the live widget behind it.

        Raises NotImplementedError where the front end shows one output: IPython then asks for the MIME bundle.
        """
        if not shows_two_outputs():
            raise NotImplementedError
        if settings.keep != "nothing":
            self._display_id = uuid4().hex
            self._publish(update=False)
        data, metadata = parts_of(self._bundle())
        _publish(data, metadata=metadata)

    def update(self) -> None:
        """Keeps it anew, where it has been shown."""
        if self._display_id:
            self._publish(update=True)

    def _publish(self, *, update: bool) -> None:
        element, words = self._describe()
        data = {"text/plain": words, "text/html": f"{opening()}{closing(element)}"}
        _publish(data, transient={"display_id": self._display_id}, update=update)


def parts_of(bundle: Any) -> tuple[Bundle, Mapping[str, Any]]:
    """A MIME bundle's data and metadata; a widget that cannot be shown has none."""
    data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
    return dict(data or {}), metadata or {}


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


def _publish(data: Bundle, **options: Any) -> None:
    import_module("IPython.display").publish_display_data(data, **options)
