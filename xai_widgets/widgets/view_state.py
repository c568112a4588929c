"""A widget jumps to a view state that somebody wrote down, or stays as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import traitlets as t

from xai_widgets.errors import InputError, XaiError
from xai_widgets.widgets.state_string import State, model_of, write_state

if TYPE_CHECKING:
    from xai_widgets.widgets.live_widget import LiveWidget


def state_of(widget: LiveWidget[Any], *, text: bool) -> str:
    """The view state of a widget as a string; see ``LiveWidget.state_string``."""
    texts = [given for given in (widget.text, widget.text_pair) if given] if text else []
    return write_state(widget.shows, widget.payload["meta"]["model"], widget.state_parts, widget, texts)


def put_state(widget: LiveWidget[Any], state: State, *, other_model: bool) -> None:
    """Makes a widget show a state; raises what goes wrong, and then leaves everything as it was.

    Raises:
        InputError: a state of another model, or of something that there is not.
    """
    own = model_of(widget.payload["meta"]["model"])
    if state.model not in ("", own) and not other_model:
        raise InputError(
            f"This view state is of the model {state.model!r}; this widget shows {own!r}. Use it with that model, or "
            "pass other_model=True to use it all the same."
        )
    question = {name: value for name, value in state.values.items() if name in widget.question}
    if state.texts:
        question |= {"text": state.texts[0], "text_pair": "".join(state.texts[1:])}
    view = {name: value for name, value in state.values.items() if name not in widget.question}
    asks = any(getattr(widget, name) != value for name, value in question.items())
    made = widget._make(widget._with(question), truncate=False, progress=None) if asks else None
    before, shown, payload = {name: getattr(widget, name) for name in view}, widget._shown(), widget.payload
    # One message, of all of it or of nothing.
    with widget.hold_sync():
        try:
            if made is not None:
                widget._show(made)
            _set(widget, view)
        except (XaiError, t.TraitError) as error:
            if made is not None:
                widget._put_back(shown, payload)
            _set(widget, before)
            raise InputError(f"The view state names what there is not here: {error}") from error


def _set(widget: LiveWidget[Any], view: dict[str, Any]) -> None:
    for name, value in view.items():
        setattr(widget, name, value)
