"""Requests that a view sends, and their answers: a message with an id, answered with buffers or an error in words."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xai_widgets.errors import InputError, XaiError

Arrays = Sequence[NDArray[Any]]
Send = Callable[[dict[str, Any], list[bytes]], None]
LATER = object()
"""What a handler returns when its answer comes later, from a run in the background."""

_log = logging.getLogger(__name__)


def words(error: Exception) -> str:
    """The error as a person should read it in a view: our own messages as they are, others with their class."""
    if isinstance(error, InputError):
        return error.words
    return str(error) if isinstance(error, XaiError) else f"{type(error).__name__}: {error}"


class Requests:
    """Answers the requests of all views of one widget.

    ``handlers``: by the request's ``what``; each is called with the request's id and fields and returns the
    arrays of its answer, or LATER. ``told`` hears what was asked, and the arrays that answered it.
    """

    def __init__(
        self,
        send: Send,
        handlers: Mapping[str, Callable[[str, dict[str, Any]], Arrays | object]],
        told: Callable[[dict[str, Any], Arrays], None] = lambda _request, _arrays: None,
    ) -> None:
        self._send = send
        self._handlers = handlers
        self._told = told
        self._unanswered: dict[str, dict[str, Any]] = {}

    def receive(self, content: Any) -> None:
        """Answers one message; whatever goes wrong becomes an answer too, so that no view waits in vain."""
        if not isinstance(content, dict) or content.get("type") != "request":
            return
        identity = str(content.get("id"))
        try:
            request = content.get("request")
            if not isinstance(request, dict) or request.get("what") not in self._handlers:
                raise InputError(f"Unknown request: {request!r:.80}. Known are {', '.join(self._handlers)}.")
            # Before it is handled: an answer from another thread may come at once.
            self._unanswered[identity] = request
            answer = self._handlers[request["what"]](identity, request)
        except Exception as error:  # noqa: BLE001 - told to the view in words
            self.fail(identity, error)
            return
        if answer is not LATER:
            self.answer(identity, answer)  # type: ignore[arg-type]

    def answer(self, identity: str, arrays: Arrays) -> None:
        """Sends an answer: one buffer an array."""
        fields = [{"dtype": array.dtype.name, "shape": list(array.shape)} for array in arrays]
        buffers = [np.ascontiguousarray(array).tobytes() for array in arrays]
        self._send({"type": "response", "id": identity, "ok": True, "arrays": fields}, buffers)
        request = self._unanswered.pop(identity, None)
        if request is not None:
            self._told(request, arrays)

    def fail(self, identity: str, error: Exception) -> None:
        """Sends an error in words; one that is not ours is logged with its traceback, in the kernel."""
        self._unanswered.pop(identity, None)
        if not isinstance(error, XaiError):
            _log.error("a request failed", exc_info=error)
        content = {
            "type": "response",
            "id": identity,
            "ok": False,
            "name": type(error).__name__,
            "message": words(error),
            "offer": getattr(error, "offer", None),
        }
        self._send(content, [])
