"""Generation: what a model wrote behind a prompt, step by step, and what else it could have written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from xai_widgets.attention.attention_map import AttentionMap
from xai_widgets.attribution.attribution import Attribution
from xai_widgets.errors import InputError, UnsupportedModelError
from xai_widgets.generation.beams import Beam, Beams
from xai_widgets.generation.frames import generation_frame
from xai_widgets.generation.step import Step
from xai_widgets.shows_itself import ShowsItself
from xai_widgets.text import TokenSequence
from xai_widgets.whole import whole

Progress = Callable[[str, int, int], None]
"""Called with (what, how much is done, of how much); raises ``Cancelled`` to stop."""


class Writer(Protocol):
    """What a Generation was made by: one prompt, one model, one generation config."""

    @property
    def text(self) -> str:
        """What the prompt reads as."""

    def behind(self, text: str, *, truncate: bool) -> Writer:
        """The same behind another prompt."""

    def write(self, forced: tuple[int, ...], progress: Progress | None) -> Generation:
        """Writes behind the prompt, the forced tokens first."""

    def score(self, target: str, *, truncate: bool) -> Generation:
        """What the model thinks of a text in the place of what it wrote."""

    def beam(self, generation: Generation, beam: Beam | int) -> Generation:
        """A beam of a search as a generation."""

    def token(self, name: int | str) -> int:
        """The id of the one token that a person named."""

    def attention(self, generation: Generation, progress: Progress | None) -> AttentionMap:
        """The attention of the prompt and what is written behind it."""

    def attribute(self, generation: Generation, step: int | None, options: Mapping[str, Any]) -> Attribution:
        """Which tokens made the model write a token, or each."""


@dataclass(frozen=True, eq=False, repr=False)
class Generation(ShowsItself):
    """What a model wrote, token by token. Made by ``Explainer.generate``.

    While the model writes, only ids, scores and candidates are kept. Attention and attributions are computed from one
    pass over the same ids when they are asked for, which gives what the steps themselves had.

    Attributes:
        prompt: what the model read first: the source of an encoder-decoder, else the text, special tokens and chat
            template included, as the model really sees it.
        ids: the new tokens only, as ``model.generate`` gives them (its best beam, without padding).
        tokens: the same as they read; the offsets of a decoder-only model go into prompt and text together.
        text: what they read as, without special tokens.
        start: what the decoder of an encoder-decoder started with; empty for a decoder-only model.
        steps: for each token how likely it was and what else could have stood there.
        beams: the tree of a beam search; None without one.
        finished: False where the generation was stopped before it ended: what was written until then is here.
        given: True for a text that a person wrote (``score``): nothing of the generation config applies to its steps.
        notes: what a reader has to know about it, in sentences.
        options: what was asked for: languages, seed, and options of the generation config.
        model_name: what the model is called, for people.
    """

    shown_by = ("TranslationWidget", "generation")

    prompt: TokenSequence
    ids: tuple[int, ...]
    tokens: TokenSequence
    text: str
    start: tuple[int, ...]
    steps: tuple[Step, ...]
    beams: Beams | None
    finished: bool
    given: bool
    notes: tuple[str, ...]
    options: Mapping[str, Any]
    model_name: str
    writer: Writer

    @property
    def searched(self) -> Beams:
        """The tree of the beam search.

        Raises:
            InputError: there was none.
        """
        if self.beams is None:
            raise InputError("There are no beams here: generate with num_beams of at least 2.")
        return self.beams

    @property
    def log_prob(self) -> float:
        """The natural logarithm of the probability of all that was written: the sum over its steps."""
        return float(sum(step.log_prob for step in self.steps))

    def row(self, step: int) -> int:
        """The query of ``attention()`` that decided a step: it is the token before the one that was written.

        Of an encoder-decoder in the kinds "cross" and "decoder", of a decoder-only model in "self".
        """
        before = len(self.start) if self.start else len(self.prompt)
        return before - 1 + self._step(step)

    def attention(self, *, progress: Progress | None = None) -> AttentionMap:
        """Who attended to whom while this was written: one pass over the same ids.

        Row ``row(step)`` is what the model attended to at that step. The last token, where it does not end the text,
        has a row too: that of the step that would come next.

        Args:
            progress: called before each layer; may raise to cancel.
        """
        return self.writer.attention(self, progress)

    def attribute(self, step: int | None = None, **options: Any) -> Attribution:
        """Which tokens made the model write a token.

        Args:
            step: which token, from 0; None: each of them, scores are then [step, position].
            **options: as ``Explainer.attribute`` takes them: ``method``, ``target`` (another token than the one
                written; needs a step), ``value``, ``with_attention``, ``progress`` ...

        Raises:
            InputError: there is no such step, or an option cannot be used.
        """
        return self.writer.attribute(self, None if step is None else self._step(step), options)

    def force(self, step: int, token: int | str, *, progress: Progress | None = None) -> Generation:
        """What the model writes when another token stands at a step: what was written before it stays.

        The generation config is the same, and so is the seed: forcing the token that was written changes nothing.

        Args:
            step: where, from 0; the number of steps puts it behind the last.
            token: its id, its text or its string in the vocabulary.
            progress: as in ``Explainer.generate``.

        Raises:
            InputError: there is no such step, or the text is not one token: the message says how it is split.
        """
        last = len(self.ids)
        if step != last:
            step = self._step(step)
        return self.writer.write((*self.ids[:step], self.writer.token(token)), progress)

    def follow(self, beam: Beam | int, *, progress: Progress | None = None) -> Generation:
        """What the model writes when a beam, a dropped one for instance, is the one to go on from.

        Raises:
            InputError: there are no beams, or no such one.
        """
        return self.writer.write(self.searched.ids(beam), progress)

    def beam(self, beam: Beam | int) -> Generation:
        """A beam of the search, a dropped one for instance, as far as the search wrote it: its steps and its attention.

        It is not gone on from: ``follow`` does that. Its steps are those in which the search looked at its tokens.

        Raises:
            InputError: there are no beams, or no such one.
        """
        return self.writer.beam(self, beam)

    def score(self, target: str, *, truncate: bool = False) -> Generation:
        """What the model thinks of a text in the place of what it wrote (teacher forcing).

        Args:
            target: the text.
            truncate: cut what is longer than the model's positions instead of refusing it.

        Returns:
            a Generation whose steps are the tokens of ``target``, each with its log-probability given those before,
            and the candidates in its place.

        Raises:
            InputError: the target is empty or too long.
        """
        return self.writer.score(target, truncate=truncate)

    def to_frame(self) -> Any:
        """The steps and their candidates as a tidy pandas DataFrame: one row a candidate.

        Columns: ``step`` (from 0), ``rank`` (0 for the likeliest; missing for a written token that is not among the
        candidates), ``id``, ``token`` (as it reads), ``probability`` (what it was chosen by), ``raw_probability`` (what
        the model itself gave it), ``written`` (whether it is the token that stands there) and ``forced`` (whether a
        person put it there).

        Raises:
            MissingExtraError: pandas is not installed.
        """
        return generation_frame(self)

    def _step(self, step: int) -> int:
        count = len(self.steps)
        number = whole(step)
        if number is None or not -count <= number < count:
            raise InputError(f"There is no step {step!r}: steps are 0 to {count - 1}.")
        return number % count

    def __repr__(self) -> str:
        stopped = "" if self.finished else "; stopped before it ended"
        beams = "" if self.beams is None else f"; {self.beams.width} beams"
        return f"<Generation {self.model_name}: {self.text!r}; {len(self.steps)} steps{beams}{stopped}>"

    def _widget(self) -> Any:
        try:
            return super()._widget()
        except UnsupportedModelError as error:
            # A model without attention weights, as Mamba, writes too: the notebook then shows the text.
            raise NotImplementedError from error
