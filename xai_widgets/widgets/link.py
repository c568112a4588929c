"""link: two or more widgets that show the same tokens point at them and pin them together."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from xai_widgets.errors import InputError
from xai_widgets.widgets.attention_widget import AttentionWidget
from xai_widgets.widgets.attribution_widget import AttributionWidget
from xai_widgets.widgets.attribution_wire import side_names
from xai_widgets.widgets.live_widget import LiveWidget
from xai_widgets.widgets.translation_widget import TranslationWidget
from xai_widgets.widgets.wire import sides_of

Widget = AttentionWidget | AttributionWidget | TranslationWidget
Pin = tuple[str, int, int]
"""Name of the tokens (as on the wire), start and stop."""


def link(*widgets: Widget) -> Callable[[], None]:
    """Lets widgets share their text, what is pointed at and what is pinned.

    What is pointed at stays in the browser. A text that changes in one is asked of the others too, and pins travel
    between tokens of the same text: in an attention map to the keys, or to the queries where only these are of that
    text. With a TranslationWidget it is the source (or the prompt): what each widget has behind it may differ.

    Args:
        *widgets: two or more widgets on the same model: attention, attribution, translation.

    Returns:
        A function that ends the link.

    Raises:
        InputError: fewer than two, something that is no widget of this package, or different texts.
    """
    for widget in widgets:
        if not isinstance(widget, LiveWidget):
            raise InputError(f"Only widgets of this package can be linked; {type(widget).__name__} came.")
    if len(widgets) < 2:
        raise InputError("It takes two widgets to link; pass two or more.")
    texts = {(widget.text, widget.text_pair) for widget in widgets}
    if len(texts) > 1:
        raise InputError("The widgets show different texts; give them the same text and text_pair first.")
    return _Link(widgets).end


class _Link:
    """The observers of one link."""

    def __init__(self, widgets: tuple[Widget, ...]) -> None:
        self._widgets = widgets
        self._following = False
        group = uuid4().hex
        for widget in widgets:
            widget.group = group
            widget.observe(self._pinned, "selection")
            widget.observe(self._asked, "payload")
            widget.observe(self._closed, "comm")

    def end(self) -> None:
        """Ends the link; the widgets stay as they are."""
        for widget in self._widgets:
            widget.group = ""
            self._forget(widget)
        self._widgets = ()

    def _forget(self, widget: Widget) -> None:
        widget.unobserve(self._pinned, "selection")
        widget.unobserve(self._asked, "payload")
        widget.unobserve(self._closed, "comm")

    def _closed(self, change: dict[str, object]) -> None:
        # What is closed is neither kept by the others nor asked to run its model.
        if change["new"] is None:
            own = change["owner"]
            self._widgets = tuple(widget for widget in self._widgets if widget is not own)
            self._forget(own)  # type: ignore[arg-type]

    def _pinned(self, change: dict[str, object]) -> None:
        self._others(change, lambda own, other: _pin(other, _pins(own)))

    def _asked(self, change: dict[str, object]) -> None:
        self._others(change, _follow)

    def _others(self, change: dict[str, object], tell: Callable[[Widget, Widget], None]) -> None:
        # What the others do in answer is not told back.
        if self._following:
            return
        self._following = True
        try:
            own = change["owner"]
            for other in self._widgets:
                if other is not own:
                    tell(own, other)  # type: ignore[arg-type]
        finally:
            self._following = False


def _follow(own: Widget, other: Widget) -> None:
    if (other.text, other.text_pair) != (own.text, own.text_pair):
        other.run(own.text, own.text_pair)


def _pins(widget: Widget) -> list[Pin]:
    names = _names(widget)
    return [(names[pin["side"]], pin["start"], pin["stop"]) for pin in widget.selection]


def _pin(widget: Widget, pins: list[Pin]) -> None:
    sides = {name: side for side, name in _names(widget).items()}
    widget.selection = [
        {"side": sides[name], "start": start, "stop": stop} for name, start, stop in pins if name in sides
    ]


def _names(widget: Widget) -> dict[object, str]:
    """What the tokens of each side are called on the wire; the last of two alike is where pins go."""
    if isinstance(widget, AttentionWidget):
        return dict(zip(("query", "key"), sides_of(widget.kind), strict=True))
    if isinstance(widget, TranslationWidget):
        return {0: "source" if widget.generation.start else "text", 1: "written"}
    return dict(enumerate(side_names(widget.attributions[0])))
