"""What every widget of this package does: asks the model again when its question changes, in words when it fails."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from importlib import import_module
from typing import Any, ClassVar, Generic, Self, TypeVar

import numpy as np
import traitlets as t

from xai_widgets import files
from xai_widgets.errors import InputError, StaleError
from xai_widgets.files import PathLike
from xai_widgets.widgets.background import Background, Report
from xai_widgets.widgets.base_widget import BaseWidget
from xai_widgets.widgets.requests import LATER, Arrays, Requests, words
from xai_widgets.widgets.state_parts import StatePart
from xai_widgets.widgets.state_string import read_state
from xai_widgets.widgets.told import Told, answers_of
from xai_widgets.widgets.view_state import put_state, state_of

Made = TypeVar("Made")

_WRITERS = {
    ".html": "xai_widgets.export.page:write_page",
    ".svg": "xai_widgets.export.picture:save_widget",
    ".png": "xai_widgets.export.picture:save_widget",
    ".pdf": "xai_widgets.export.picture:save_widget",
}


class Asked(t.Any):
    """A question's trait of any value: of ``Any`` itself traitlets does not validate None, which may be asked too."""

    allow_none = False


class LiveWidget(BaseWidget, Generic[Made]):
    """A widget whose picture is made by running a model on a question: the values of some of its traits.

    Three ways lead to another question. A program sets a trait: the model runs at once, and what goes wrong is
    raised and leaves everything as it was. A person types or clicks: the view sends a ``run`` request, which runs in
    the background and is answered. A linked widget changes a trait from the front end: runs in the background too,
    and says what goes wrong in ``error``.

    Attributes:
        told: what views were told of the picture on show.
        keeper: what keeps it in a notebook, once it was shown in one.

    A subclass names its ``question`` traits, validates them with ``_ask`` and observes them with ``_asked``, and says
    how a question is answered (``_make``), how the answer is put on show (``_put``) and which one is (``_shown``).
    ``shows`` and ``state_parts`` are the words of its view state.
    """

    question: ClassVar[tuple[str, ...]] = ("text", "text_pair")
    shows: ClassVar[str] = ""
    state_parts: ClassVar[tuple[StatePart, ...]] = ()
    controls: ClassVar[tuple[str, ...]] = ("text",)
    """What can be locked: then a person cannot use it, and a program still can."""

    payload = t.Dict().tag(sync=True)
    error = t.Unicode("").tag(sync=True)
    progress: t.Dict[str, Any] | None = t.Dict(default_value=None, allow_none=True).tag(sync=True)
    text = t.Unicode("").tag(sync=True)
    text_pair = t.Unicode("").tag(sync=True)
    theme = t.Enum(("auto", "light", "dark"), "auto").tag(sync=True)
    group = t.Unicode("").tag(sync=True)
    presenter = t.Bool(False).tag(sync=True)
    locked: t.List[str] = t.List(t.Unicode()).tag(sync=True)

    def __init__(
        self, made: Made, handlers: Mapping[str, Callable[[str, dict[str, Any]], Arrays | object]], **traits: Any
    ) -> None:
        unknown = [name for name in traits if name not in type(self).class_trait_names()]
        if unknown:
            known = [name for name in type(self).class_trait_names(sync=True) if not name.startswith("_")]
            raise InputError(
                f"{type(self).__name__} takes no {', '.join(f'{name}=' for name in unknown)}; its view state is "
                f"{', '.join(sorted({*known} - {'payload', 'error', 'progress'}))}."
            )
        self._run_count = 0
        self._remote = threading.local()
        # What was made for a question that is about to be put; while that is done, no trait asks for more.
        self._made: Made | None = made
        self._putting = True
        self.told = Told()
        self.keeper: Any = None
        self._requests = Requests(
            lambda content, buffers: self.send(content, buffers),
            {**handlers, "run": self._answer_run, "cancel": self._answer_cancel, "picture": self._answer_picture},
            self._note,
        )
        super().__init__(**traits)
        self._made, self._putting = None, False
        self.on_msg(lambda _widget, content, _buffers: self._requests.receive(content))

    @cached_property
    def _background(self) -> Background[Made]:
        # Made when it is first used: a widget whose arguments are refused is closed like any other.
        return Background()

    def _make(self, question: Mapping[str, Any], *, truncate: bool, progress: Report | None) -> Made:
        """Answers a question (a value for each of ``question``); raises what goes wrong."""
        raise NotImplementedError

    def _put(self, made: Made) -> None:
        """Sets the traits and the payload to what was made; runs within one message to the front end."""
        raise NotImplementedError

    def _shown(self) -> Made:
        """What was put on show last."""
        raise NotImplementedError

    def state_string(self, *, text: bool = True) -> str:
        """What is on show as a short string, to be written on a board: ``load_state`` jumps there.

            attention1:sentiment:L2:H1,3:lines+matrix:"not a good film"

        Layers, heads and positions count from 0; a span from a to b holds both. ``docs/keeping.md`` has every part.

        Args:
            text: whether the text is in it; without, it is for whatever text is on show.
        """
        return state_of(self, text=text)

    def load_state(self, state: str, *, other_model: bool = False) -> None:
        """Jumps to a view state; runs the model where it is of another text or question.

        Args:
            state: what ``state_string`` gave, or a person wrote. An empty name (``attention1::L2``) is any model.
            other_model: use a state of another model all the same.

        Raises:
            InputError: it is no state, of another widget, of another model, of a newer version, or names what there is
                not; the message says which. Everything is left as it was.
        """
        put_state(self, read_state(state, self.shows, self.state_parts), other_model=other_model)

    @classmethod
    def from_state(
        cls,
        state: str,
        model: Any = None,
        tokenizer: Any = None,
        *,
        explainer: Any = None,
        text: str | None = None,
        text_pair: str | None = None,
        other_model: bool = False,
        **options: Any,
    ) -> Self:
        """A widget that shows a view state.

        Args:
            state: what ``state_string`` gave, or a person wrote.
            model, tokenizer: a transformers model and its tokenizer; or ``explainer=``.
            explainer: an Explainer, in place of model and tokenizer.
            text, text_pair: the texts, where the state has none, or in place of those that it has.
            other_model: use a state of another model all the same.
            **options: what the widget takes beside.

        Raises:
            InputError: as ``load_state``, or there is no text.
        """
        read = read_state(state, cls.shows, cls.state_parts)
        texts = read.texts if text is None else (text, *([text_pair] if text_pair else []))
        if not texts:
            raise InputError("The view state holds no text: pass text=.")
        question = {name: value for name, value in read.values.items() if name in cls.question}
        widget = cls(model, tokenizer, *texts, explainer=explainer, **question, **options)
        try:
            put_state(widget, replace(read, texts=()), other_model=other_model)
        except InputError:
            widget.close()
            raise
        return widget

    def cancel(self) -> None:
        """Ends the run in the background, if there is one; what was shown before still stands."""
        self._background.cancel()

    def save(self, path: PathLike, **options: Any) -> None:
        """Keeps what the widget shows in a file; the suffix says in which form.

        ``.html``: a page that is live by itself, offline, with all layers and heads. Options: ``layers`` and ``heads``
        (one number or several; default: all), ``kind`` (default: all), ``max_weights``.

        ``.svg``, ``.png``, ``.pdf``: a picture of what is on show; the last two need the extra ``pictures``. Options:
        ``theme`` ("light" or "dark"; default: the widget's), ``width`` ("column", 3.3 inches; "page", 7 inches; or
        inches), ``title`` ("" for none) and, for a .png, ``dpi`` (300).

        Raises:
            InputError: another suffix or option, a layer or head that does not exist, or too many weights.
            FileError: the file cannot be written; what was there before is still there.
            MissingExtraError: a .png or .pdf without the extra ``pictures``.
        """
        files.save(self, path, _WRITERS, options)

    @property
    def busy(self) -> bool:
        """Whether a run is under way in the background."""
        return self._background.busy

    def _ipython_display_(self, **_options: Any) -> None:
        # The export room stands below this one: it is looked up only when a notebook asks.
        import_module("xai_widgets.export.kept_display").display(lambda: self)

    def close(self) -> None:
        """Ends what runs in the background, and the widget."""
        self._background.cancel()
        super().close()

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Takes what the front end changed; a question that comes from there runs in the background."""
        self._remote.now = True
        try:
            super().set_state(sync_data)
        finally:
            self._remote.now = False

    @t.validate("locked")
    def _controls_exist(self, proposal: Any) -> list[str]:
        locked = list(dict.fromkeys(proposal["value"]))
        unknown = [name for name in locked if name not in self.controls]
        if unknown:
            raise InputError(f"{unknown} cannot be locked: the controls are {', '.join(map(repr, self.controls))}.")
        return locked

    def _ask(self, proposal: Any) -> Any:
        """The hook of a question's trait that is about to change."""
        name, value = proposal["trait"].name, proposal["value"]
        if self._made is None and value != getattr(self, name) and not getattr(self._remote, "now", False):
            self._made = self._make(self._with({name: value}), truncate=False, progress=None)
        return value

    def _asked(self, change: Any) -> None:
        """The hook of a question's trait that has changed."""
        if getattr(self._remote, "now", False):
            self._start(self._with({change["name"]: change["new"]}), truncate=False)
        elif self._made is not None and not self._putting:
            self._show(self._made)

    def _with(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        """The question on show with some of its values changed, and with them what means nothing without the old."""
        return {name: getattr(self, name) for name in self.question} | dict(changes)

    def _run(self, *, truncate: bool = False, **changes: Any) -> None:
        """Answers a question with some of its values changed, now."""
        self._show(self._make(self._with(changes), truncate=truncate, progress=None))

    def _show(self, made: Made) -> None:
        self._made, self._putting = made, True
        try:
            with self.hold_sync():
                self._put(made)
                self.error, self.progress = "", None
        finally:
            self._made, self._putting = None, False

    def _put_back(self, made: Made, payload: dict[str, Any]) -> None:
        """Puts what was on show before on show again, as if nothing had been in between."""
        self._show(made)
        self._run_count, self.payload = payload["meta"]["run"], payload

    def _start(self, question: Mapping[str, Any], *, truncate: bool, identity: str | None = None) -> threading.Thread:
        def done(made: Made) -> None:
            self._show(made)
            if identity is not None:
                self._requests.answer(identity, [])

        def failed(error: Exception) -> None:
            if not isinstance(error, StaleError):
                self.progress = None
                # A run that nobody waits for (a linked widget changed the text) has only this place to say it.
                self.error = "" if identity is not None else words(error)
            if identity is not None:
                self._requests.fail(identity, error)

        def report(label: str, count: int, total: int) -> None:
            self.progress = {"label": label, "done": count, "total": total}

        self.progress = {"label": "running the model", "done": 0, "total": 0}
        return self._background.start(
            lambda progress: self._make(question, truncate=truncate, progress=progress),
            done=done,
            failed=failed,
            report=report,
            identity=identity,
        )

    def _answer_run(self, identity: str, request: dict[str, Any]) -> object:
        question = self._with({name: request[name] for name in self.question if name in request})
        self._start(question, truncate=bool(request.get("truncate")), identity=identity)
        return LATER

    def _answer_cancel(self, _identity: str, request: dict[str, Any]) -> Arrays:
        self._background.cancel(request.get("target"))
        return []

    def _answer_picture(self, _identity: str, request: dict[str, Any]) -> Arrays:
        # The export room stands below this one: it is looked up when somebody asks for a picture.
        picture = import_module("xai_widgets.export.picture")
        theme, width = request.get("theme"), request.get("width", "page")
        made: bytes = picture.picture_of(self, str(request.get("format")), theme=theme, width=width)
        return [np.frombuffer(made, dtype=np.uint8)]

    def _note(self, request: dict[str, Any], arrays: Arrays) -> None:
        if request.get("run") == self._run_count:
            for answer in answers_of(request, arrays):
                self.told.note(answer)

    @t.observe("payload")
    def _payload_replaced(self, _change: Any) -> None:
        self.told.clear()

    def _check_current(self, request: dict[str, Any]) -> None:
        """Raises StaleError where a request belongs to a picture that has been replaced."""
        if request.get("run") != self._run_count:
            raise StaleError("This was asked of a text that has been replaced since.")


def explainer_of(model: Any, tokenizer: Any, explainer: Any) -> Any:
    """The explainer that was given, or one of the model and tokenizer.

    Raises InputError where both came, or something else than an explainer.
    """
    if explainer is not None:
        if model is not None or tokenizer is not None:
            raise InputError("Pass either explainer= or a model and a tokenizer, not both.")
        if not hasattr(explainer, "attention"):
            raise InputError(
                f"explainer= is {type(explainer).__name__}: give an Explainer, or a model and a tokenizer."
            )
        return explainer
    # torch comes in only where there is a model to run: a map of tensors is shown without it.
    from xai_widgets.explainer import Explainer

    return Explainer(model, tokenizer)


def several(value: Any, what: str, choices: Sequence[str]) -> list[str]:
    """One of the choices, or several, as a list.

    Raises InputError for anything else; which choices there are is the trait's to say.
    """
    if isinstance(value, str):
        return [value]
    if not isinstance(value, Iterable):
        raise InputError(f"{what} is {value!r:.80}: give one of {', '.join(map(repr, choices))}, or several.")
    return list(value)
