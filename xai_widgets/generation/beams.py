"""Beams: everything that a beam search looked at, the dropped ones too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from xai_widgets.attribution.target import Vocabulary
from xai_widgets.errors import InputError
from xai_widgets.generation.step import Step
from xai_widgets.whole import whole

CHOSEN, KEPT, FINISHED, DROPPED = "chosen", "kept", "finished", "dropped"


@dataclass(frozen=True)
class Beam:
    """A node of the tree: one token behind its parent's.

    Attributes:
        index: its number in the tree; parents come before their children.
        parent: the parent's number, None for a first token.
        step: which step its token is of, from 0.
        id: the token's number in the vocabulary.
        log_prob: what the token added to the score.
        score: the sum of ``log_prob`` up to here, by which beams are kept or dropped.
        final: of a finished beam what finished ones are compared by: ``score / n_tokens ** length_penalty``; else None.
        state: "chosen" (in the result), "kept" (the search went on from it), "finished" (it ended, and another ended
            better) or "dropped".
    """

    index: int
    parent: int | None
    step: int
    id: int
    log_prob: float
    score: float
    final: float | None
    state: str


@dataclass(frozen=True, eq=False, repr=False)
class Beams:
    """The tree of a beam search.

    At each step there are the candidates that the search compared: twice as many as it keeps, or more where several
    tokens end a text. A search that samples its beams compares other ones, drawn at random: of it there are the kept
    ones, and beside them the likeliest.

    Attributes:
        nodes: all beams, each under its number; parents come before their children.
        width: how many the search keeps at each step.
        read: gives the steps in which the tokens of a beam were looked at.
    """

    nodes: tuple[Beam, ...]
    width: int
    vocabulary: Vocabulary
    read: Callable[[tuple[int, ...]], tuple[Step, ...]]

    @cached_property
    def finished(self) -> tuple[Beam, ...]:
        """The beams that ended, best first; the first is the result."""
        ended = [beam for beam in self.nodes if beam.final is not None]
        return tuple(sorted(ended, key=lambda beam: (beam.state != CHOSEN, -(beam.final or 0.0))))

    def at(self, step: int) -> tuple[Beam, ...]:
        """The beams of a step, best first."""
        return tuple(sorted((beam for beam in self.nodes if beam.step == step), key=lambda beam: -beam.score))

    def children(self, beam: Beam | int) -> tuple[Beam, ...]:
        """The beams that go on from one."""
        number = self.node(beam).index
        return tuple(other for other in self.nodes if other.parent == number)

    def path(self, beam: Beam | int) -> tuple[Beam, ...]:
        """The beams from the first token to this one."""
        node: Beam | None = self.node(beam)
        path: list[Beam] = []
        while node is not None:
            path.append(node)
            node = None if node.parent is None else self.nodes[node.parent]
        return tuple(reversed(path))

    def ids(self, beam: Beam | int) -> tuple[int, ...]:
        """The tokens from the first one to this beam's."""
        return tuple(node.id for node in self.path(beam))

    def steps(self, beam: Beam | int) -> tuple[Step, ...]:
        """The steps from the first token to this beam's: its candidates, and what each token was chosen by."""
        return self.read(self.ids(beam))

    def text(self, beam: Beam | int) -> str:
        """A beam's own token as it reads."""
        return self.vocabulary.text(self.node(beam).id)

    def node(self, beam: Beam | int) -> Beam:
        """The beam of that number.

        Raises:
            InputError: there is none; the message says which there are.
        """
        number = beam.index if isinstance(beam, Beam) else whole(beam)
        if number is None or not 0 <= number < len(self.nodes):
            raise InputError(f"There is no beam {beam!r}: they are numbered 0 to {len(self.nodes) - 1}.")
        return self.nodes[number]

    def __repr__(self) -> str:
        return f"<Beams: {len(self.nodes)} of width {self.width}; {len(self.finished)} finished>"
