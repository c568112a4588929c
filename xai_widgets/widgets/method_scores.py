"""MethodScores: what attribution methods say of the steps of one generation, each computed once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from xai_widgets.errors import Cancelled, StaleError
from xai_widgets.generation.generation import Generation
from xai_widgets.generation.step_scores import StepScores, scores_of_attribution
from xai_widgets.widgets.background import Background, Report


@dataclass(frozen=True)
class _Waiting:
    identity: str
    done: Callable[[StepScores], None]
    failed: Callable[[Exception], None]


class MethodScores:
    """Computes scores in the background, one method after the other, and keeps them.

    Several may wait for the same method; it runs once. It ends early when nobody waits for it any more.

    Args:
        generation: what was written.
        report: told how far the method at work is.
        idle: called when nothing is left to do.
    """

    def __init__(self, generation: Generation, report: Report, idle: Callable[[], None]) -> None:
        self._generation = generation
        self._report = report
        self._idle = idle
        self._known: dict[str, StepScores] = {}
        self._waiting: dict[str, list[_Waiting]] = {}
        self._background: Background[StepScores] = Background()
        self._lock = threading.RLock()

    @property
    def busy(self) -> bool:
        """Whether a method is at work."""
        return self._background.busy

    def known(self, name: str) -> StepScores | None:
        """The scores of a method, where they have been computed."""
        return self._known.get(name)

    def now(self, name: str) -> StepScores:
        """The scores of a method, computed in the caller's thread where they are not known; raises what goes wrong."""
        if name not in self._known:
            self._known[name] = self._compute(name, None)
        return self._known[name]

    def ask(
        self,
        name: str,
        identity: str,
        done: Callable[[StepScores], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Calls ``done`` with the scores of a method when they are there, or ``failed``."""
        if name in self._known:
            done(self._known[name])
            return
        with self._lock:
            self._waiting.setdefault(name, []).append(_Waiting(identity, done, failed))
        self._go_on()

    def cancel(self, identity: str | None = None) -> None:
        """Ends what was asked for under an identity (None: all that was)."""
        error = Cancelled("The scores were cancelled; what was shown before still stands.")
        self._drop(lambda one: identity in (None, one.identity), error)

    def close(self) -> None:
        """Ends it all: what was written has been replaced."""
        self._drop(lambda _one: True, StaleError("This was asked of a text that has been replaced since."))

    def _drop(self, ends: Callable[[_Waiting], bool], error: Exception) -> None:
        with self._lock:
            dropped = [one for several in self._waiting.values() for one in several if ends(one)]
            for name, several in list(self._waiting.items()):
                left = [one for one in several if not ends(one)]
                if left:
                    self._waiting[name] = left
                else:
                    del self._waiting[name]
                    # One that is not at work yet is no run under this name.
                    self._background.cancel(name)
        for one in dropped:
            one.failed(error)

    def _go_on(self) -> None:
        with self._lock:
            if self._background.busy:
                return
            name = next(iter(self._waiting), None)
            if name is not None:
                self._background.start(
                    lambda progress: self._compute(name, progress),
                    done=lambda scores: self._ended(name, scores),
                    failed=lambda error: self._ended(name, error),
                    report=self._report,
                    identity=name,
                )
        if name is None:
            self._idle()

    def _compute(self, name: str, progress: Report | None) -> StepScores:
        attribution = self._generation.attribute(method=name, progress=progress)
        return scores_of_attribution(self._generation, attribution)

    def _ended(self, name: str, outcome: StepScores | Exception) -> None:
        told: list[_Waiting] = []
        with self._lock:
            if isinstance(outcome, StepScores):
                self._known[name] = outcome
            # Who waited for what was cancelled has been told; who has asked again since still waits.
            if not isinstance(outcome, Cancelled):
                told = self._waiting.pop(name, [])
        for one in told:
            if isinstance(outcome, StepScores):
                one.done(outcome)
            else:
                one.failed(outcome)
        self._go_on()
