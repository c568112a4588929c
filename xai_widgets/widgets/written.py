"""Written: what a TranslationWidget shows, and how another question is answered from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from xai_widgets.alignment import Alignment, Reference
from xai_widgets.alignment.word_matrix import Words, word_matrix, words_of
from xai_widgets.attention.attention_map import AttentionMap
from xai_widgets.errors import Cancelled, InputError
from xai_widgets.generation.generation import Generation
from xai_widgets.generation.step_scores import StepScores
from xai_widgets.widgets.background import Report

EITHER = "A target that you write and tokens that the model is made to begin with exclude each other: give one of them."


@dataclass(frozen=True, eq=False)
class Written:
    """A generation, and what it was made from.

    Attributes:
        base: the generation of source, target and forced tokens.
        generation: the one on show: the same, or one of its beams.
        attention: of the generation on show.
        target: what a person wrote for a target, "" where the model writes.
        beam: the beam on show, None: the result.
    """

    base: Generation
    generation: Generation
    attention: AttentionMap
    target: str
    beam: int | None

    @classmethod
    def adopt(cls, generation: Generation, target: str | None = None, beam: int | None = None) -> Written:
        """What is shown of a generation that somebody made, which may be a beam of another.

        Args:
            generation: the generation.
            target: the text that it was scored on; None: what its tokens read as.
            beam: the beam to show; None: the generation itself.
        """
        base = generation
        if generation.beams is not None:
            base = generation.beam(generation.beams.finished[0])
            if beam is None and base is not generation:
                paths = ((node.index, generation.beams.ids(node)) for node in generation.beams.nodes)
                beam = next(index for index, ids in paths if ids == generation.ids)
        if target is None:
            target = generation.text if generation.given else ""
        return cls._of(base, target, beam, None)

    @classmethod
    def _of(cls, base: Generation, target: str, beam: int | None, progress: Report | None) -> Written:
        generation = base if beam is None else base.beam(beam)
        return cls(base, generation, generation.attention(progress=progress), target, beam)

    @property
    def forced(self) -> list[int]:
        """The tokens that the model was made to begin with."""
        return [] if self.base.given else [step.id for step in self.base.steps if step.forced]

    @property
    def question(self) -> dict[str, Any]:
        """The question that this answers."""
        texts = {"text": self.base.writer.text, "text_pair": self.target}
        return texts | {"forced": self.forced, "beam": self.beam}

    def completed(self, question: Mapping[str, Any], named: Mapping[str, Any]) -> dict[str, Any]:
        """A question without what means nothing any more: a beam counts in one tree, forced tokens belong to one text.

        Args:
            question: a value for each of text, text_pair, forced and beam.
            named: those that somebody has just given: they stay.
        """
        made, shown = dict(question), self.question
        another = any(made[name] != shown[name] for name in ("text", "text_pair"))
        if another and "forced" not in named:
            made["forced"] = []
        forces = made["forced"] != shown["forced"]
        if forces and made["forced"] and made["text_pair"] == self.target:
            # A token is forced into a person's own target: the model goes on from there.
            made["text_pair"] = ""
        if (another or forces) and "beam" not in named:
            made["beam"] = None
        return made

    def answer(self, question: Mapping[str, Any], *, truncate: bool, progress: Report | None) -> Written:
        """What is shown for another question; what is the same in it is not written again.

        Raises:
            InputError: a text, token or beam that cannot be used.
            Cancelled: stopped before anything was written.
        """
        writer = self.base.writer
        if question["text"] != writer.text:
            writer = writer.behind(question["text"], truncate=truncate)
        target, beam = question["text_pair"], question["beam"]
        forced = [writer.token(name) for name in question["forced"]]
        if forced and target:
            raise InputError(EITHER)
        same = writer is self.base.writer and (target, forced) == (self.target, self.forced)
        # One that was stopped is written again when it is asked for again, but not to look at its beams.
        if same and (self.base.finished or beam != self.beam):
            return self._of(self.base, target, beam, progress)
        if target:
            return self._of(writer.score(target, truncate=truncate), target, beam, progress)
        base = writer.write(tuple(forced), progress)
        try:
            return self._of(base, target, beam, progress if base.finished else None)
        except Cancelled:
            # What was written stays, also where it is the look at its attention that is stopped.
            return self._of(base, target, beam, None)

    def words(self, reference: Reference | None) -> tuple[Words, Words]:
        """What counts as words of the source and of what was written: those of a reference that fits, if any."""
        prompt, tokens = self.generation.prompt, self.generation.tokens
        if reference is not None:
            return reference.words(prompt, tokens)
        return words_of(prompt, None, "source"), words_of(tokens, None, "target")

    def fits(self, reference: Reference) -> bool:
        """Whether a reference is of these texts."""
        return reference.fits(self.generation.prompt, self.generation.tokens)

    def align(self, scores: StepScores, reference: Reference | None, method: str) -> Alignment | None:
        """The alignment drawn from scores; None for a decoder-only model, which has one text.

        Args:
            scores: of every step.
            reference: one that fits, whose words are counted; or None.
            method: see ``alignment/links.py``.
        """
        if not self.generation.start:
            return None
        source, target = self.words(reference)
        return Alignment.from_words(word_matrix(scores.source, target, source), source, target, method=method)
