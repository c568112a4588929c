"""Work for a widget that must not keep the kernel busy: one run at a time, the newest wins."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from time import monotonic
from typing import Generic, TypeVar

from xai_widgets.errors import Cancelled, StaleError

Result = TypeVar("Result")
Report = Callable[[str, int, int], None]
"""What is being done, how much of it is done, of how much (0: not known)."""

_REPORT_EVERY_S = 0.1


class Run(Generic[Result]):
    """One run under way, in a thread of its own."""

    def __init__(self, identity: str | None) -> None:
        self.identity = identity
        self._stop: Exception | None = None
        self._told = False
        self._reported = 0.0

    def stop(self, reason: Exception) -> None:
        """Makes the run end with ``reason`` at its next step."""
        self._stop = self._stop or reason

    @property
    def refused(self) -> Exception | None:
        """Why its result is not wanted, if so.

        What came to its end before it could be told to stop is not: whoever cancelled it wants to see what was there
        before. What was told, and has a result all the same, is as far as it came.
        """
        return None if self._told and isinstance(self._stop, Cancelled) else self._stop

    def due(self) -> bool:
        """Whether it is time to report again; raises where the run was told to end."""
        if self._stop is not None:
            self._told = True
            raise self._stop
        now = monotonic()
        if now - self._reported < _REPORT_EVERY_S:
            return False
        self._reported = now
        return True


class Background(Generic[Result]):
    """Runs work in a thread and hands its result back in the thread (and event loop) that asked for it.

    Where there is no event loop (a script, a test), the result is handed over in the working thread.
    """

    def __init__(self) -> None:
        self._current: Run[Result] | None = None
        self._lock = threading.Lock()

    @property
    def busy(self) -> bool:
        """Whether a run is under way."""
        return self._current is not None

    def start(
        self,
        work: Callable[[Report], Result],
        *,
        done: Callable[[Result], None],
        failed: Callable[[Exception], None],
        report: Report,
        identity: str | None = None,
    ) -> threading.Thread:
        """Starts ``work(report)``; a run that is still under way becomes stale and ends with StaleError.

        Exactly one of ``done`` and ``failed`` is called. Work that was cancelled and catches that may have a result all
        the same: a generation that was stopped is as long as it is. ``report`` is called at most ten times a second.
        """
        run: Run[Result] = Run(identity)
        with self._lock:
            if self._current is not None:
                self._current.stop(StaleError("A newer run has replaced this one."))
            self._current = run
        post = _poster()

        def reporting(label: str, count: int, total: int) -> None:
            if run.due():
                post(lambda: report(label, count, total))

        def body() -> None:
            try:
                result = work(reporting)
            except Exception as error:  # noqa: BLE001 - whatever went wrong is told to whoever asked
                outcome = error
                post(lambda: self._end(run, lambda: failed(outcome)))
            else:
                post(lambda: self._end(run, lambda: failed(run.refused) if run.refused else done(result)))

        thread = threading.Thread(target=body, name="xai-widgets-run", daemon=True)
        thread.start()
        return thread

    def cancel(self, identity: str | None = None) -> bool:
        """Ends the run with Cancelled, if it is that one (None: whichever); whether there was one."""
        with self._lock:
            run = self._current
            if run is None or (identity is not None and run.identity != identity):
                return False
            run.stop(Cancelled("The run was cancelled; what was shown before still stands."))
            return True

    def _end(self, run: Run[Result], tell: Callable[[], None]) -> None:
        with self._lock:
            if self._current is run:
                self._current = None
        tell()


def _poster() -> Callable[[Callable[[], None]], None]:
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return lambda call: call()

    def post(call: Callable[[], None]) -> None:
        if loop.is_closed():
            call()
        else:
            loop.call_soon_threadsafe(call)

    return post
