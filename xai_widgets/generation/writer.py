"""One prompt and one way to go on from it: writes, forces, scores, and looks at what was written."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from xai_widgets.attention.attention_map import AttentionMap
from xai_widgets.attribution.attribution import Attribution
from xai_widgets.attribution.target import Vocabulary
from xai_widgets.errors import Cancelled, InputError, XaiError
from xai_widgets.generation.beams import CHOSEN, DROPPED, FINISHED, KEPT, Beam, Beams
from xai_widgets.generation.generation import Generation, Progress
from xai_widgets.generation.languages import Languages
from xai_widgets.generation.reading import beams_of, results_of, steps_of
from xai_widgets.generation.recorder import Recorder, TooShortError
from xai_widgets.generation.step import Ranking, Step
from xai_widgets.models.generation import end_ids, generate
from xai_widgets.models.inputs import InputMaker, ModelInputs, refuse_empty, text_arguments
from xai_widgets.models.word_embeddings import word_embeddings
from xai_widgets.models.written_inputs import WrittenInputs
from xai_widgets.text import TokenSequence, sequence_from_tokenizer
from xai_widgets.whole import whole


def prompt_of(
    maker: InputMaker, text: str, languages: Languages, codes: tuple[str | None, str | None], *, truncate: bool
) -> tuple[str, ModelInputs]:
    """A prompt as the model reads it, and its inputs; ``codes``: the languages to read and to write, or None.

    Raises:
        InputError: an empty text, or one that is longer than the model takes.
    """
    text = languages.text(text, codes[1])
    with languages.of(*codes):
        return text, maker.prompt(text, truncate=truncate)


_FATES = {
    CHOSEN: "the beginning of its result.",
    KEPT: "which it went on from, though not to its result.",
    FINISHED: "which ended; another one ended better.",
    DROPPED: "which it dropped here.",
}
"""What became of a beam, in words."""


@dataclass(frozen=True, eq=False)
class PromptWriter:
    """Writes behind one prompt, always with the same options and from the same random numbers.

    Attributes:
        maker: makes the inputs of the model.
        text: what the prompt reads as.
        prompt: its inputs, without a decoder's.
        options: of ``model.generate``.
        asked: what was asked for, as a person named it: languages and seed too.
        draw: sets the random state that is sampled from, the same each time.
        top: how many candidates to keep of each step.
        languages: those of the tokenizer.
        source_language, target_language: the one to read and the one to write, or None.
        look: gives an Explainer that uses another maker of inputs.
        model_name: what the model is called, for people.
    """

    maker: InputMaker
    text: str
    prompt: ModelInputs
    options: Mapping[str, Any]
    asked: Mapping[str, Any]
    draw: Callable[[], object]
    top: int
    languages: Languages
    source_language: str | None
    target_language: str | None
    look: Callable[[InputMaker], Any]
    model_name: str

    def behind(self, text: str, *, truncate: bool = False) -> PromptWriter:
        """The same behind another prompt.

        Raises:
            InputError: an empty text, or one that is longer than the model takes.
        """
        codes = (self.source_language, self.target_language)
        text, prompt = prompt_of(self.maker, text, self.languages, codes, truncate=truncate)
        return replace(self, text=text, prompt=prompt)

    def write(self, forced: tuple[int, ...] = (), progress: Progress | None = None) -> Generation:
        """Writes behind the prompt, the forced tokens first.

        Raises:
            InputError: options that transformers does not take.
            Cancelled: stopped before anything was written.
        """

        def tick(done: int, total: int) -> None:
            if progress is not None:
                progress("writing", done, total)

        recorder = Recorder(forced, self.top, self.maker.limit, tick)
        sequences = None
        try:
            try:
                sequences = self._run(recorder, self.options)
            except TooShortError:
                # A person who puts a token behind the last one wants to see it there.
                self._check_room(forced)
                recorder = Recorder(forced, self.top, self.maker.limit, tick)
                sequences = self._run(recorder, dict(self.options) | {"max_new_tokens": len(forced)})
        except (Cancelled, KeyboardInterrupt) as stopped:
            # A person who stops a generation wants to see how far it came.
            if not recorder.n_seen:
                raise Cancelled("The generation was stopped before anything was written.") from stopped
        record = recorder.record()
        stopped_at = [tuple(record.rows[0].tolist())]
        results = stopped_at if sequences is None else results_of(record, sequences.cpu().numpy())
        vocabulary = self._vocabulary(record["last"].shape[-1])
        ids = results[0]
        beams = None if record.n_rows == 1 else beams_of(record, results, vocabulary)
        start = record.start if self.maker.encoder_decoder else ()
        return self._generation(
            ids,
            start,
            steps_of(record, ids, vocabulary),
            beams,
            finished=sequences is not None,
            notes=self._notes(record.start, ids),
        )

    def _check_room(self, forced: Sequence[int]) -> None:
        before = 1 if self.maker.encoder_decoder else len(self.prompt.tokens[0])
        limit = self.maker.limit
        if limit is not None and before + len(forced) > limit:
            raise InputError(
                f"There is no room for {len(forced)} tokens: {type(self.maker.model).__name__} has {limit} positions, "
                f"and {before} of them are taken."
            )

    def _run(self, recorder: Recorder, given: Mapping[str, Any]) -> Tensor:
        options = dict(given)
        config = copy.deepcopy(options.get("generation_config"))
        own = self.maker.model.generation_config if config is None else config
        # All beams that ended, not the best alone: the search is the same.
        results = options.get("num_beams") or own.num_beams or 1
        if config is None:
            options["num_return_sequences"] = results
        else:
            config.num_return_sequences = results
            options["generation_config"] = config
        options["stopping_criteria"] = [*(options.get("stopping_criteria") or ()), recorder.stop]
        inputs = text_arguments(self.prompt.arguments)
        try:
            return generate(self.maker.model, inputs, options, observe=recorder.observe, draw=self.draw)
        except XaiError:
            raise
        except (ValueError, TypeError) as error:
            if recorder.started:
                raise
            raise InputError(f"{self.model_name} cannot generate so: {error}") from error

    def _notes(self, start: Sequence[int], ids: Sequence[int]) -> tuple[str, ...]:
        limit = self.maker.limit
        if limit is None or len(start) + len(ids) < limit or ids[-1] in end_ids(self.maker.model):
            return ()
        return (f"It ends where the model has no more positions: it has {limit}.",)

    def _vocabulary(self, size: int) -> Vocabulary:
        several = "a text of several can be the target, which is scored as a whole"
        return Vocabulary(self.maker.tokenizer, size, several=several, target=self.maker.encoder_decoder)

    def _generation(
        self,
        ids: Sequence[int],
        start: Sequence[int],
        steps: tuple[Step, ...],
        beams: Beams | None = None,
        *,
        finished: bool = True,
        given: bool = False,
        notes: tuple[str, ...] = (),
    ) -> Generation:
        return Generation(
            prompt=self.prompt.tokens[0],
            ids=tuple(ids),
            tokens=self._tokens(ids),
            text=self._decoded(ids),
            start=tuple(start),
            steps=steps,
            beams=beams,
            finished=finished,
            given=given,
            notes=notes,
            options=dict(self.asked),
            model_name=self.model_name,
            writer=self,
        )

    def _tokens(self, ids: Sequence[int]) -> TokenSequence:
        if self.maker.encoder_decoder:
            return sequence_from_tokenizer(self.maker.tokenizer, ids)
        own = self.prompt.tokens[0].ids
        return sequence_from_tokenizer(self.maker.tokenizer, [*own, *ids], self.text)[len(own) :]

    def _decoded(self, ids: Sequence[int]) -> str:
        text: str = self.maker.tokenizer.decode(list(ids), skip_special_tokens=True)
        return text

    def token(self, name: int | str) -> int:
        """The id of the one token that a person named; see ``Vocabulary.number``.

        Raises:
            InputError: it is none, or not one.
        """
        named = name if isinstance(name, str) else whole(name)
        if named is None:
            raise InputError(f"A forced token is {name!r}: give its id, or its text.")
        head = self.maker.model.get_output_embeddings()
        size = len(word_embeddings(self.maker.model) if head is None else head.weight)
        return self._vocabulary(size).number(named)

    def beam(self, generation: Generation, beam: Beam | int) -> Generation:
        """A beam of a search as a generation."""
        beams = generation.searched
        node = beams.node(beam)
        ids = beams.ids(node)
        if ids == generation.ids:
            return generation
        return replace(
            generation,
            ids=ids,
            tokens=self._tokens(ids),
            text=self._decoded(ids),
            steps=beams.steps(node),
            notes=(f"This is beam {node.index} of the search, {_FATES[node.state]}",),
        )

    def score(self, target: str, *, truncate: bool = False) -> Generation:
        """What the model thinks of a text in the place of what it wrote."""
        if self.maker.encoder_decoder:
            with self.languages.of(None, self.target_language):
                ids = self.maker.target_ids(target, truncate=truncate)
            start, first = self._decoder_start()
            ids = self._fitting(self.languages.target(ids, first), len(start), truncate=truncate)
        else:
            start = []
            refuse_empty("continuation", target)
            ids = self.maker.following(self.text, target, self.prompt.tokens[0].ids)
        inputs = self._written(ids, start, target).all_written()
        with torch.no_grad():
            logits = self.maker.model(**inputs.arguments).logits[0].float()
        before = len(start) or len(self.prompt.tokens[0])
        chances = logits[before - 1 : before - 1 + len(ids)].log_softmax(dim=-1)
        return self._generation(ids, start, self._scored(ids, chances), given=True)

    def _fitting(self, ids: list[int], before: int, *, truncate: bool) -> list[int]:
        """The target's tokens, cut but for the end where they do not fit behind what the decoder starts with."""
        limit = self.maker.limit
        if limit is None or before + len(ids) <= limit:
            return ids
        if not truncate:
            over = before + len(ids) - limit
            raise InputError(
                f"The target has {len(ids)} tokens, {over} more than fit into the {limit} positions of "
                f"{type(self.maker.model).__name__}. Shorten it, or have it cut.",
                offer="truncate",
            )
        return [*ids[: limit - before - 1], ids[-1]]

    def _scored(self, ids: Sequence[int], chances: Tensor) -> tuple[Step, ...]:
        """The steps of a text that was given: what was chosen is what the model itself gives it."""
        likeliest = chances.topk(min(self.top, chances.shape[-1]), dim=-1)
        numbers, values = likeliest.indices.cpu().numpy(), likeliest.values.cpu().numpy()
        own = chances.gather(-1, torch.tensor(ids, device=chances.device)[:, None])[:, 0].tolist()
        vocabulary = self._vocabulary(chances.shape[-1])
        steps = []
        for step, (token, log_prob) in enumerate(zip(ids, own, strict=True)):
            ranking = Ranking(numbers[step], values[step], values[step])
            steps.append(Step(step, token, log_prob, log_prob, True, ranking, ranking, vocabulary))
        return tuple(steps)

    def _decoder_start(self) -> tuple[list[int], int | None]:
        """What the decoder starts with, and the language that it must write first (None: none)."""
        named = self.options.get("generation_config"), self.maker.model.generation_config
        start = self.options.get("decoder_start_token_id")
        forced = self.options.get("forced_bos_token_id")
        for config in named:
            start = getattr(config, "decoder_start_token_id", None) if start is None else start
            forced = getattr(config, "forced_bos_token_id", None) if forced is None else forced
        return [self.maker.decoder_start if start is None else int(start)], forced

    def _written(self, ids: Sequence[int], start: Sequence[int], text: str) -> WrittenInputs:
        return WrittenInputs(self.maker, self.prompt, self.text, text, ids, start)

    def attention(self, generation: Generation, progress: Progress | None) -> AttentionMap:
        """The attention of the prompt and what is written behind it, without the row of the end of the text."""
        ids = list(generation.ids)
        if len(ids) > 1 and ids[-1] in end_ids(self.maker.model):
            ids.pop()
        explainer = self.look(self._written(ids, generation.start, generation.text))
        made: AttentionMap = explainer.attention(self.text, generation.text, progress=progress)
        return made

    def attribute(self, generation: Generation, step: int | None, options: Mapping[str, Any]) -> Attribution:
        """Which tokens made the model write a token, or each."""
        explainer = self.look(self._written(generation.ids, generation.start, generation.text))
        at = None if step is None else step + max(0, len(generation.start) - 1)
        made: Attribution = explainer.attribute(self.text, generation.text, at=at, **options)
        return made
