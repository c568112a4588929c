"""TranslationWidget: a translation, or anything that a model writes, step by step, live in a notebook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from xai_widgets.alignment import Alignment, Reference
from xai_widgets.alignment.word_matrix import Words
from xai_widgets.errors import InputError
from xai_widgets.generation.generation import Generation
from xai_widgets.generation.step_scores import StepScores, scores_of_attention
from xai_widgets.whole import whole
from xai_widgets.widgets.attribution_wire import method_cards
from xai_widgets.widgets.background import Report
from xai_widgets.widgets.bundle import bundle
from xai_widgets.widgets.head_requests import answer_cell, answer_heads
from xai_widgets.widgets.live_widget import explainer_of, several
from xai_widgets.widgets.method_scores import MethodScores
from xai_widgets.widgets.requests import LATER, Arrays
from xai_widgets.widgets.step_colour import MEAN, main_kind, step_colour
from xai_widgets.widgets.translation_state import PRESENTATIONS, TranslationState
from xai_widgets.widgets.translation_wire import score_arrays, translation_payload
from xai_widgets.widgets.written import EITHER, Written

_MISFIT = "The reference alignment is of other texts, so there is no error rate."


class TranslationWidget(TranslationState):
    """A source and what a model made of it: what each token was made from, what else could have stood there.

    Source and target are two lines of text; a token that is pointed at lights up what it attends to, or what a method
    says it was made from. Below are the steps with their candidates, the alignment matrix, the beams of the search and
    the attention maps. The same goes for a decoder-only model: prompt and continuation.

    Args:
        model, tokenizer: a transformers model that generates, and its tokenizer; or ``explainer=``; or
            ``generation=``, one that you already have.
        source: the text to translate, or the prompt; also a conversation, as ``Explainer.generate`` takes it.
        target: a target that you wrote, to see what the model thinks of it; None: the model writes.
        explainer: an Explainer, in place of model and tokenizer.
        generation: a Generation, in place of all of them.
        reference: the true alignment: an Alignment, a line ("0-0 1-2") or pairs (source word, target word), words
            counted from 0. Error rates are given then, as long as the texts are those that it is of.
        colours: what colours the tokens, one or two side by side: "attention" (the mean over all heads), a pair
            (layer, head) with None for the mean, or the name of a method of ``xai.methods()``.
        presentation: one of "text", "alignment", "steps", "beams", "maps", or several of them.
        truncate: cut a source that is longer than the model's positions instead of refusing it.
        **options: names of traits (see below) set those; all others go to ``Explainer.generate``: ``num_beams``,
            ``max_new_tokens``, ``src_lang``, ``tgt_lang``, ``seed``, ``do_sample`` ...

    ``text``, ``text_pair`` (the target; "" where the model writes), ``forced`` (tokens that it begins with: ids, or
    texts that are one token) and ``beam`` (the number of a beam to look at, None for the result) are the question. They
    are traits that work both ways, as are ``step``, ``colours``, ``rows`` ("writes": the attention from which a token
    was written; "reads": that in which it was read again), ``align`` ("argmax", "intersection", "itermax"), ``layer``
    and ``head`` (of the maps), ``selection`` (pinned tokens: ``{"side": 0 or 1, "start": i, "stop": j}``, half-open),
    ``presentation``, ``merge_words``, ``hide_special``, ``theme``, ``presenter`` (large type, for a projector) and
    ``locked`` (controls that a person cannot use: "text", "presentation", "colours", "options", "selection"). Setting
    a question's trait runs the model and raises what goes wrong, leaving all as it was; what a person does in the view
    runs in the background.

    Raises:
        InputError: no source, an empty target, a language, token, layer or option that there is not.
        UnsupportedModelError: the model cannot generate, or has no attention weights.
    """

    _code = bundle("translation.js")
    _css = bundle("translation.css")

    def __init__(
        self,
        model: Any = None,
        tokenizer: Any = None,
        source: Any = None,
        target: str | None = None,
        *,
        explainer: Any = None,
        generation: Generation | None = None,
        reference: Alignment | str | Iterable[tuple[int, int]] | None = None,
        colours: Any = "attention",
        presentation: str | Sequence[str] | None = None,
        truncate: bool = False,
        **options: Any,
    ) -> None:
        view = {name: options.pop(name) for name in list(options) if name in type(self).class_trait_names()}
        forced, beam = view.pop("forced", ()), view.pop("beam", None)
        if generation is None:
            if source is None:
                raise InputError("There is nothing to read: pass source=, or generation= with a Generation.")
            made = explainer_of(model, tokenizer, explainer)
            options["truncate"] = truncate
            if target is None:
                generation = made.generate(source, forced=forced, **options)
            elif forced:
                raise InputError(EITHER)
            else:
                generation = made.score(source, target, **options)
        elif options or forced or any(given is not None for given in (model, tokenizer, source, target, explainer)):
            raise InputError("Pass either generation= or a model and a source, not both.")
        elif not isinstance(generation, Generation):
            raise InputError(f"generation= is {type(generation).__name__}: give what Explainer.generate gives.")
        written = Written.adopt(generation, target, beam)
        self.written = written
        self._reference: Reference | None = None
        self._methods = self._new_methods()
        if presentation is None:
            second = "alignment" if self._has("alignment") else "steps"
            presentation = ["text", second, *(["beams"] if self._has("beams") else [])]
        super().__init__(
            written,
            {"heads": self._answer_heads, "cell": self._answer_cell, "scores": self._answer_scores},
            **written.question,
            **{"layer": written.attention.layers(main_kind(written.attention))[0]} | view,
            colours=list(colours) if _several(colours) else [colours],
            presentation=several(presentation, "presentation", PRESENTATIONS),
        )
        self._reference = self._reference_of(reference)
        # What is asked for from the start is there from the start, also where no kernel is left to ask.
        if self.colours[0]["what"] == "method":
            self._methods.now(self.colours[0]["name"])
        self.payload = self._payload()

    @property
    def alignment(self) -> Alignment | None:
        """The alignment on show, of the first of ``colours``, ``rows`` and ``align``; computed when it is looked at.

        None for a decoder-only model, which has one text.
        """
        return self.written.align(self._scores(self.colours[0], self.rows), self._fitting, self.align)

    def coloured(self) -> list[tuple[StepScores, Alignment | None]]:
        """What each of ``colours`` says of every step, and the alignment that is drawn from it.

        The scores of a method are computed now where they are not known yet. None as in ``alignment``.
        """
        scores = [self._scores(by, self.rows) for by in self.colours]
        return [(each, self.written.align(each, self._fitting, self.align)) for each in scores]

    @property
    def words(self) -> tuple[Words, Words]:
        """What an alignment counts as words of the source and of what was written."""
        return self.written.words(self._fitting)

    @property
    def reference(self) -> Alignment | None:
        """The true alignment, if one was given; set it to give another."""
        return None if self._reference is None else self._reference.alignment

    @reference.setter
    def reference(self, given: Alignment | str | Iterable[tuple[int, int]] | None) -> None:
        self._reference = self._reference_of(given)
        self.payload = self._payload()

    def run(
        self,
        source: str,
        target: str | None = None,
        *,
        forced: Sequence[int | str] = (),
        beam: int | None = None,
        truncate: bool = False,
    ) -> None:
        """Shows what is made of another source; raises what goes wrong and then leaves everything as it was.

        Args:
            source: the text to translate, or the prompt.
            target: a target that you wrote; None or "": the model writes.
            forced: tokens that it begins with: ids, or texts that are one token.
            beam: the beam to look at; None: the result.
            truncate: cut a text that is longer than the model's positions instead of refusing it.
        """
        texts = {"text": source, "text_pair": target or ""}
        self._run(truncate=truncate, **texts, forced=list(forced), beam=beam)

    @property
    def busy(self) -> bool:
        """Whether a run is under way in the background, or a method is at work."""
        return super().busy or self._methods.busy

    def cancel(self) -> None:
        """Ends what runs in the background: a generation stays as far as it came."""
        super().cancel()
        self._methods.cancel()

    def close(self) -> None:
        """Ends what runs in the background, and the widget."""
        # A widget whose arguments were refused is closed too, and has nothing to end.
        if hasattr(self, "_methods"):
            self._methods.close()
        super().close()

    # Questions and their answers.

    def _with(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        return self.written.completed(super()._with(changes), changes)

    def _make(self, question: Mapping[str, Any], *, truncate: bool, progress: Report | None) -> Written:
        return self.written.answer(question, truncate=truncate, progress=progress)

    def _shown(self) -> Written:
        return self.written

    def _put(self, made: Written) -> None:
        before, self.written = self.written, made
        self._methods.close()
        self._methods = self._new_methods()
        count = len(made.generation.steps)
        another = made.base.writer is not before.base.writer
        for name, value in made.question.items():
            setattr(self, name, value)
        self.step = 0 if another or made.target != before.target else min(self.step, count - 1)
        # What was written is pinned by its place, which another text has not; the source is the same.
        self.selection = [] if another else [pinned for pinned in self.selection if pinned["side"] == 0]
        self.payload = self._payload()

    def _new_methods(self) -> MethodScores:
        def report(label: str, done: int, total: int) -> None:
            self.progress = {"label": label, "done": done, "total": total}

        def idle() -> None:
            if not self._background.busy:
                self.progress = None

        return MethodScores(self.written.generation, report, idle)

    def _has(self, presentation: str) -> bool:
        """Whether there is something to present so."""
        missing = {"alignment": not self.generation.start, "beams": self.generation.beams is None}
        return not missing.get(presentation, False)

    # Scores and alignments.

    def _reference_of(self, given: Alignment | str | Iterable[tuple[int, int]] | None) -> Reference | None:
        if given is None:
            return None
        if not self.generation.start:
            raise InputError("A decoder-only model has one text: there is nothing to align. Leave the reference out.")
        return Reference.of(given, self.generation.prompt, self.generation.tokens)

    @property
    def _fitting(self) -> Reference | None:
        """The reference, where it is of the texts on show."""
        reference = self._reference
        return reference if reference is not None and self.written.fits(reference) else None

    def _scores(self, by: Mapping[str, Any], rows: str) -> StepScores:
        if by["what"] == "method":
            return self._methods.now(by["name"])
        return scores_of_attention(self.generation, self.written.attention, by["layer"], by["head"], rows)

    def _payload(self) -> dict[str, Any]:
        self._run_count += 1
        by = self.colours[0]
        if by["what"] == "method" and self._methods.known(by["name"]) is None:
            # What takes passes of its own is asked for by the view.
            by = MEAN
        scores = self._scores(by, self.rows)
        reference = self._fitting
        return translation_payload(
            self.generation,
            self.written.attention,
            run=self._run_count,
            words=self.words,
            reference=None if reference is None else reference.alignment,
            methods=method_cards(),
            initial={"by": by, "rows": self.rows, "align": self.align},
            scores=scores,
            alignment=self.written.align(scores, reference, self.align),
            notes=() if reference is self._reference else (_MISFIT,),
        )

    # Answers to the view.

    def _answer_heads(self, _identity: str, request: dict[str, Any]) -> Arrays:
        self._check_current(request)
        return answer_heads(self.written.attention, request)

    def _answer_cell(self, _identity: str, request: dict[str, Any]) -> Arrays:
        self._check_current(request)
        return answer_cell(self.written.attention, request)

    def scores_arrays(self, by: Mapping[str, Any], rows: str, align: str) -> Arrays:
        """What a view is told of the scores of a colour, which are computed now where they are not known yet."""
        return self._arrays(self._scores(by, rows), align)

    def known_methods(self) -> list[str]:
        """The attribution methods whose scores have been computed."""
        return [card.name for card in method_cards() if self._methods.known(card.name) is not None]

    def _arrays(self, scores: StepScores, align: str) -> Arrays:
        reference = self._fitting
        truth = None if reference is None else reference.alignment
        return score_arrays(scores, self.written.align(scores, reference, align), truth)

    def _answer_scores(self, identity: str, request: dict[str, Any]) -> object:
        self._check_current(request)
        by = step_colour(request.get("by"), self.written.attention, [card.name for card in method_cards()])
        if by["what"] == "attention":
            return self.scores_arrays(by, request["rows"], request["align"])
        self._methods.ask(
            by["name"],
            identity,
            done=lambda scores: self._requests.answer(identity, self._arrays(scores, request["align"])),
            failed=lambda error: self._requests.fail(identity, error),
        )
        return LATER

    def _answer_cancel(self, identity: str, request: dict[str, Any]) -> Arrays:
        self._methods.cancel(request.get("target"))
        return super()._answer_cancel(identity, request)


def _several(colours: Any) -> bool:
    """Whether it is a list of colours, and not one: a pair (layer, head) is one."""
    is_list = isinstance(colours, Sequence) and not isinstance(colours, str)
    return is_list and not all(given is None or whole(given) is not None for given in colours)
