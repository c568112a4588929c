"""Attribution: which tokens made the model answer so, and how much of the answer they add up to. Arrays only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xai_widgets import files
from xai_widgets.attribution import kept_attribution
from xai_widgets.attribution.frames import attribution_array, attribution_frame
from xai_widgets.attribution.method_card import MethodCard
from xai_widgets.attribution.rerun import Rerun
from xai_widgets.errors import InputError
from xai_widgets.files import PathLike
from xai_widgets.shows_itself import ShowsItself
from xai_widgets.text import TokenSequence
from xai_widgets.text.token_span import TokenSpan

Float = NDArray[np.float32]


@dataclass(frozen=True)
class Candidate:
    """Something that the model could have answered.

    Attributes:
        id: number of the class, of the token in the vocabulary, or of the position (question answering). Give it
            as ``target`` to explain this answer instead.
        text: its name, or the token as it reads.
        value: its logit (for a regression the predicted number).
        probability: its probability, or None where the model gives none (regression).
    """

    id: int
    text: str
    value: float
    probability: float | None


@dataclass(frozen=True, eq=False)
class ScoredTokens:
    """The tokens of one text that the model read, and what each adds.

    Attributes:
        label: what the text is to the model: "Text", "Second text", "Source", "Target", "Prompt".
        tokens: its tokens.
        scores: float32 [position], or [step, position] where several steps are explained.
    """

    label: str
    tokens: TokenSequence
    scores: Float

    def words(self) -> ScoredTokens:
        """The same with sub-words merged into words: texts joined, scores summed. Special tokens stand alone."""
        spans = self.tokens.word_spans()
        merged = [self.scores[..., span.slice].sum(axis=-1) for span in spans]
        scores = np.stack(merged, axis=-1).astype(np.float32)
        return ScoredTokens(self.label, _word_tokens(self.tokens, spans), scores)


@dataclass(frozen=True, eq=False, repr=False)
class Attribution(ShowsItself):
    """What each token adds to one value that the model computed, or to one value per step.

    Scores keep their sign and are in the unit of ``value``: a token with +2 raised a logit by 2, as the method
    sees it. ``value = baseline_value + all scores + residual``, always; the residual says how much of the value
    the scores do not account for, and is zero only for methods that are complete.

    Attributes:
        method: the card of the method: name, label, reference, whether it is complete, whether its scores are
            attention and not attribution.
        target: what was explained, in words: "class 'positive'", "token ' Paris'".
        value_kind: "logit", "log_prob", "probability", "cosine similarity" or "prediction"; a contrast says so.
        value: its value: a float, or float32 [step].
        baseline_value: the value that the method starts from, alike; 0 for methods without a baseline.
        sides: the texts that the model read, each with its tokens and scores: one, or two for the similarity of
            two texts (both texts) and an encoder-decoder (source, and target prefix).
        steps: the explained tokens, where several steps are explained: what was written or predicted at each.
        at: for each step (or the only one) the position in the last side's tokens whose output was read; empty
            where the model reads a pool of all.
        candidates: for each step (or the only one) the likeliest answers, likeliest first.
        baseline: what stands for "nothing there", in words; None for methods without a baseline.
        options: the method's options that were used.
        notes: what a reader has to know about this run, in sentences: smaller batches, residual above tolerance.
        model_name: what the model is called, for people.
        rerun: how to make it again of other text, target or method; None where it cannot be.
        attention: the AttentionMap of the same pass, where it was asked for.
    """

    shown_by = ("AttributionWidget", "attribution")

    method: MethodCard
    target: str
    value_kind: str
    value: float | Float
    baseline_value: float | Float
    sides: tuple[ScoredTokens, ...]
    steps: TokenSequence | None = None
    at: tuple[int, ...] = ()
    candidates: tuple[tuple[Candidate, ...], ...] = ()
    baseline: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    model_name: str = ""
    rerun: Rerun | None = None
    attention: Any = None

    @property
    def tokens(self) -> TokenSequence:
        """The tokens of the (first) text."""
        return self.sides[0].tokens

    @property
    def scores(self) -> Float:
        """What each token of the (first) text adds: float32 [position], or [step, position]."""
        return self.sides[0].scores

    @property
    def second(self) -> ScoredTokens | None:
        """The second text with its scores: the other text of a similarity, the target that a decoder read so far."""
        return self.sides[1] if len(self.sides) > 1 else None

    @property
    def residual(self) -> float | Float:
        """``value - baseline_value - scores.sum()`` over all sides: what the scores do not account for."""
        total = sum(side.scores.sum(axis=-1, dtype=np.float64) for side in self.sides)
        left = np.asarray(self.value, np.float64) - np.asarray(self.baseline_value, np.float64) - total
        return float(left) if left.ndim == 0 else left.astype(np.float32)

    def step(self, index: int) -> Attribution:
        """One step by itself: an Attribution whose scores are [position].

        Raises:
            InputError: there are no steps, or no such step; the message says which there are.
        """
        if self.steps is None:
            raise InputError("There is one value here and no steps: its scores are already [position].")
        count = len(self.steps)
        if not -count <= index < count:
            raise InputError(f"There is no step {index}: steps are 0 to {count - 1}.")
        index %= count
        return replace(
            self,
            target=f"token {self.steps.text[index]!r} (step {index})",
            value=float(np.asarray(self.value)[index]),
            baseline_value=float(np.asarray(self.baseline_value)[index]),
            sides=tuple(replace(side, scores=side.scores[index]) for side in self.sides),
            steps=None,
            at=self.at[index : index + 1],
            candidates=self.candidates[index : index + 1],
        )

    def words(self) -> Attribution:
        """The same with the sub-words of every text merged into words: scores summed. Steps stay as they are."""
        return replace(self, sides=tuple(side.words() for side in self.sides), at=())

    def __repr__(self) -> str:
        counts = " + ".join(str(len(side.tokens)) for side in self.sides)
        steps = f"{len(self.steps)} steps x " if self.steps is not None else ""
        value = "" if self.steps is not None else f" = {self.value:.4g}, residual {self.residual:.2g}"
        return f"<Attribution {self.method.name}; {self.value_kind} of {self.target}{value}; {steps}{counts} tokens>"

    def as_text(self) -> str:
        """The tokens with their scores as plain text, one a line; for steps, the scores of each."""
        lines = [f"{self.method.label}: {self.value_kind} of {self.target}"]
        if self.method.attention_based:
            lines.append("(attention, not attribution)")
        rows: Sequence[Attribution] = [self]
        if self.steps is not None:
            rows = [self.step(index) for index in range(len(self.steps))]
        for row in rows:
            if row is not self:
                lines.append(f"{row.target}:")
            for side in row.sides:
                lines += [f"{score:+10.4f}  {text}" for text, score in zip(side.tokens.text, side.scores, strict=True)]
            lines.append(f"{row.value:+10.4f}  = {row.baseline_value:.4g} + scores + residual {row.residual:.2g}")
        return "\n".join([*lines, *self.notes])

    def to_numpy(self, side: int | None = None) -> Float:
        """The scores as one array.

        Args:
            side: of one text by its number in ``sides``; default: of all, one behind the other.

        Returns:
            float32 [position], or [step, position] where there are steps; in the unit of ``value``.

        Raises:
            InputError: there is no such side.
        """
        return attribution_array(self, side)

    def to_frame(self) -> Any:
        """The scores as a tidy pandas DataFrame: one row a token, and where there are steps, a step.

        Columns: ``side`` (the label of the text), ``position`` (from 0, in that text), ``token`` (as it reads) and
        ``score`` (float32); before them, where there are steps, ``step`` (from 0) and ``step_token``.

        Raises:
            MissingExtraError: pandas is not installed.
        """
        return attribution_frame(self)

    def save(self, path: PathLike, **options: Any) -> None:
        """Keeps the attribution in a file. The suffix says in which form; ``load`` reads the first two back.

        ``.npz``: everything but the model and ``attention``, which has a ``save`` of its own; numpy reads it without
        pickle. ``.json``: what ``to_json`` gives. Options that JSON cannot hold (arrays) are kept in words.

        ``.svg``, ``.png``, ``.pdf``: a picture of what an AttributionWidget would show; the last two need the extra
        ``pictures``. Options: the widget's choices (``step``, ``merge_words``, ``hide_special``, ``show_scores``,
        ``attention_head``), ``theme`` ("light" or "dark"), ``width`` ("column", 3.3 inches; "page", 7 inches; or
        inches), ``title`` ("" for none) and, for a .png, ``dpi`` (300). ``.html``: a page with the widget in it, live
        and offline; see ``AttributionWidget.save``.

        Raises:
            InputError: another suffix, or an option; the message says which there are.
            FileError: the file cannot be written; what was there before is still there.
            MissingExtraError: a .png or .pdf without the extra ``pictures``.
        """
        files.save(self, path, kept_attribution.WRITERS, options)

    @classmethod
    def load(cls, path: PathLike) -> Attribution:
        """An attribution that ``save`` kept, as ``.npz`` or ``.json``; needs neither torch nor the model.

        Raises:
            InputError: another suffix, not an attribution, damaged, or kept by a newer version; the message says what.
            FileError: the file cannot be read.
        """
        return kept_attribution.load(path)

    def to_json(self) -> str:
        """The attribution as JSON text, exact to the bit; ``docs/data.md`` describes it."""
        return kept_attribution.json_of(self)

    @classmethod
    def from_json(cls, text: str | bytes) -> Attribution:
        """The attribution of a JSON text that ``to_json`` gave.

        Raises:
            InputError: it is not JSON, not an attribution, damaged, or of a newer version.
        """
        return kept_attribution.parse(text)

    @classmethod
    def from_captum(cls, attributions: Any, tokens: Any, *, target: str, **about: Any) -> Attribution:
        """What a method of Captum gave for one text.

        Args:
            attributions: torch or numpy, [token], [token, d_model], [batch, token] or [batch, token, d_model].
            tokens: one string a token, or a TokenSequence.
            target: what was explained, in words: "class 'positive'".
            **about: ``method`` (its name; "Captum"), ``value`` (what the model said for the target) or ``delta``
                (Captum's convergence delta, from which the value follows), ``baseline_value`` (0), ``value_kind``
                ("logit"), ``reduce`` (what becomes of d_model: "sum", which keeps the sign and what the scores add up
                to, or "norm") and ``batch_index`` (which text of a batch of several).

        Without ``value`` and ``delta`` the sum of the scores stands in the place of the value, and is called so.

        Raises:
            InputError: shapes that do not fit the tokens, or things in ``about`` that do not fit each other.
            NotFiniteError: a score is NaN or infinite.
        """
        made: Attribution = _interop("captum").attribution_of(attributions, tokens, target=target, **about)
        return made

    def to_captum(self, true_class: str = "") -> list[Any]:
        """What Captum's ``visualize_text`` takes: a ``VisualizationDataRecord`` for each step, or for the one value.

        Scores are divided by their Euclidean norm, as Captum's tutorials do, for its colours end at -1 and 1. Captum
        puts tokens into its table as HTML, so they are escaped.

        Args:
            true_class: what the text's label really is, where it is known.

        Raises:
            MissingExtraError: Captum is not installed.
        """
        records: list[Any] = _interop("captum").records_of(self, true_class)
        return records

    @classmethod
    def from_shap(cls, explanation: Any, output: int | str | None = None, **about: Any) -> Attribution:
        """One text of a SHAP ``Explanation``: ``Attribution.from_shap(explanation[0])``.

        Args:
            explanation: of one text: values [token] or [token, output].
            output: which output, by number or name; default: the one that the model says most of.
            **about: ``value_kind`` ("output"; "probability" for a classification pipeline), ``method`` ("SHAP") and
                ``tokens`` (strings or a TokenSequence, in place of those in the explanation).

        SHAP keeps no model output: base value and values, which add up to it, give the value.

        Raises:
            InputError: several texts, features that are no tokens, an output that there is not.
            NotFiniteError: a value is NaN or infinite.
        """
        made: Attribution = _interop("shap").attribution_of(explanation, output, **about)
        return made

    @classmethod
    def from_inseq(cls, output: Any, sequence: int = 0, **about: Any) -> Attribution:
        """A sequence of an inseq output: scores [step, position], a step for each attributed token.

        Args:
            output: a ``FeatureAttributionOutput``, a ``FeatureAttributionSequenceOutput``, or the path of a file that
                inseq's ``save`` wrote, which is read without inseq.
            sequence: which of its sequences.
            **about: ``reduce`` (what becomes of further axes: "sum", "norm" or "mean"; default: what inseq does with
                such an output, "norm" for gradients, "mean" over layers and heads) and ``value`` (the step score that
                was attributed; default: what the output says of itself).

        Where the attributed score was not among the step scores, the sum of the scores stands in the place of the
        value, and is called so.

        Raises:
            InputError: something else, a sequence that there is not, or no attributions in it.
            NotFiniteError: a score of a token that was read is NaN or infinite.
            FileError: the file cannot be read.
        """
        made: Attribution = _interop("inseq").attribution_of(output, sequence, **about)
        return made


def _interop(library: str) -> Any:
    # The room stands above this one: it is looked up only when it is asked for.
    return import_module(f"xai_widgets.interop.{library}")


def _word_tokens(tokens: TokenSequence, spans: Sequence[TokenSpan]) -> TokenSequence:
    """One token a word; a word of several tokens has id -1, for it has none in the vocabulary."""
    single = [len(span) == 1 for span in spans]
    offsets = []
    for span in spans:
        known = [tokens.offsets[p] for p in span if tokens.offsets[p] is not None]
        offsets.append((known[0][0], known[-1][1]) if known and known[0] and known[-1] else None)
    text = [tokens.text_of(span) for span in spans]
    return TokenSequence(
        ids=tuple(tokens.ids[s.start] if one else -1 for s, one in zip(spans, single, strict=True)),
        text=tuple(text),
        offsets=tuple(offsets),
        words=tuple(tokens.words[s.start] for s in spans),
        special=tuple(tokens.special[s.start] for s in spans),
        pieces=tuple(tokens.pieces[s.start] if one else t for s, one, t in zip(spans, single, text, strict=True)),
        segments=tuple(tokens.segments[s.start] for s in spans),
        sources=tokens.sources,
    )
