"""Question: what is read and what is explained, put together for the task of the model's head."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from xai_widgets.attribution.passes import Passes, Reading
from xai_widgets.attribution.readout import Places, Readout, SimilarityReadout, score_readout
from xai_widgets.attribution.target import Classes, Name, Target, Vocabulary
from xai_widgets.errors import InputError, UnsupportedModelError
from xai_widgets.models import continuation
from xai_widgets.models.inputs import InputMaker, ModelInputs
from xai_widgets.models.task import Task
from xai_widgets.text import TokenSequence, sequence_from_tokenizer
from xai_widgets.whole import whole

Tick = Callable[[str, int, int], None]
"""Told (what, how much is done, of how much; 0: not known); raises to cancel."""


@dataclass(frozen=True)
class Question:
    """The passes to run, and how to find out from their outputs what is explained.

    Attributes:
        passes: the model on this input.
        resolve: gives the readout for the outputs of a first pass; raises InputError for a target that is not.
    """

    passes: Passes
    resolve: Callable[[Sequence[Any]], Readout]


def ask(
    maker: InputMaker,
    text: str,
    text_pair: str | None,
    target: Target,
    *,
    truncate: bool,
    max_new_tokens: int | None,
    tick: Tick,
) -> Question:
    """The question for a text, for whatever the model's head is for.

    Raises:
        InputError: a text or a target that cannot be used.
        UnsupportedModelError: a model whose head is not known.
    """
    if max_new_tokens is not None and maker.task != Task.CAUSAL_LM:
        raise InputError(
            f"max_new_tokens is for causal language models; {type(maker.model).__name__} is for {maker.task}."
        )
    if maker.task == Task.CAUSAL_LM:
        return _causal(maker, text, text_pair, target, truncate=truncate, max_new_tokens=max_new_tokens, tick=tick)
    if maker.task == Task.BASE:
        return _similarity(maker, text, text_pair, target, truncate=truncate)
    inputs = maker.make(text, text_pair, truncate=truncate)
    heads: dict[Task, Callable[[InputMaker, ModelInputs, Target], Question]] = {
        Task.SEQ2SEQ_LM: _seq2seq,
        Task.MASKED_LM: _masked,
        Task.SEQUENCE_CLASSIFICATION: _classification,
        Task.TOKEN_CLASSIFICATION: _labels,
        Task.QUESTION_ANSWERING: _answer,
    }
    return heads[maker.task](maker, inputs, target)


def _passes(maker: InputMaker, inputs: ModelInputs, labels: Sequence[str] | None = None) -> Passes:
    labels = labels or maker.labels
    readings = [Reading(labels[0], inputs.tokens[0], causal=maker.task == Task.CAUSAL_LM)]
    if maker.encoder_decoder:
        causal = maker.task == Task.SEQ2SEQ_LM
        readings.append(Reading(labels[-1], inputs.tokens[1], argument="decoder_input_ids", causal=causal))
    return Passes(maker.model, [inputs.arguments], readings)


def _rows(outputs: Sequence[Any], places: Places) -> Tensor:
    """Logits at the places, [batch, step, class]; of a head that pools, its only row."""
    logits: Tensor = outputs[0].logits
    if logits.dim() == 2:
        return logits[:, None]
    return logits[:, [place for place in places if place is not None]]


def _vocabulary(maker: InputMaker, outputs: Sequence[Any]) -> Vocabulary:
    return Vocabulary(maker.tokenizer, outputs[0].logits.shape[-1], target=maker.encoder_decoder)


def _steps(maker: InputMaker) -> Callable[[Sequence[int]], TokenSequence]:
    return lambda ids: sequence_from_tokenizer(maker.tokenizer, list(ids), continues=True)


def _classification(maker: InputMaker, inputs: ModelInputs, target: Target) -> Question:
    _refuse_at(maker, target)
    config = maker.model.config
    kind = getattr(config, "problem_type", None)

    def resolve(outputs: Sequence[Any]) -> Readout:
        count = outputs[0].logits.shape[-1]
        regression = kind == "regression" or (count == 1 and kind is None)
        names = Classes({number: str(config.id2label.get(number, number)) for number in range(count)})
        independent = kind == "multi_label_classification"
        return score_readout(
            _rows, outputs, names, target, places=(None,), independent=independent, regression=regression
        )

    return Question(_passes(maker, inputs), resolve)


def _refuse_at(maker: InputMaker, target: Target) -> None:
    if target.at is not None:
        raise InputError(
            f"at={target.at!r} chooses among several explained values, and {type(maker.model).__name__} has one."
        )


def _causal(
    maker: InputMaker,
    text: str,
    following: str | None,
    target: Target,
    *,
    truncate: bool,
    max_new_tokens: int | None,
    tick: Tick,
) -> Question:
    inputs = maker.make(text, None, truncate=truncate)
    start = len(inputs.tokens[0])
    if following is not None:
        inputs = continuation.given(maker, inputs, text, following)
    elif max_new_tokens is not None:
        inputs = continuation.generated(
            maker, inputs, text, max_new_tokens, lambda done: tick("writing", done, max_new_tokens)
        )
    tokens = inputs.tokens[0]
    written = tokens.ids[start:]
    if not written and target.at is not None:
        _refuse_at(maker, target)
    places = tuple(range(start - 1, len(tokens) - 1)) if written else (start - 1,)
    passes = _passes(maker, inputs, ["Text"])
    return _language(maker, passes, target, places, written, offset=start)


def _seq2seq(maker: InputMaker, inputs: ModelInputs, target: Target) -> Question:
    written = inputs.tokens[1].ids[1:]
    if not written:
        raise InputError("The target is empty: the model generated nothing. Pass a target as the second text.")
    places = tuple(range(len(written)))
    return _language(maker, _passes(maker, inputs), target, places, written, offset=1)


def _language(
    maker: InputMaker, passes: Passes, target: Target, places: Places, written: Sequence[int], *, offset: int
) -> Question:
    """The question which tokens made a language model say each of the written ones, or the next one."""
    tokens = passes.readings[-1].tokens
    steps: Callable[[Sequence[int]], TokenSequence] | None = None
    where = ""
    if written and target.at is None:
        if target.name is not None:
            raise InputError(
                "Each step's own token is explained here. To explain another token, say at which step: at=0."
            )
        steps = _written(tokens, offset)
    elif written:
        index = _number(target.at, len(written), "step")
        places, written = (places[index],), (written[index],)
        where = f" (step {index})"

    def resolve(outputs: Sequence[Any]) -> Readout:
        return score_readout(
            _rows,
            outputs,
            _vocabulary(maker, outputs),
            target,
            places=places,
            given=written or None,
            steps=steps,
            where=where,
        )

    return Question(passes, resolve)


def _written(tokens: TokenSequence, offset: int) -> Callable[[Sequence[int]], TokenSequence]:
    return lambda _ids: tokens[offset:]


def _number(at: Name | None, count: int, what: str) -> int:
    number = whole(at)
    if number is None or not -count <= number < count:
        raise InputError(f"There is no {what} {at!r}: give a number from 0 to {count - 1}.")
    return number % count


def _masked(maker: InputMaker, inputs: ModelInputs, target: Target) -> Question:
    mask = getattr(maker.tokenizer, "mask_token_id", None)
    tokens = inputs.tokens[0]
    masks = [position for position, number in enumerate(tokens.ids) if number == mask]
    if not masks:
        raise InputError(
            f"There is no mask in the text: write {getattr(maker.tokenizer, 'mask_token', None) or '[MASK]'} where "
            f"{type(maker.model).__name__} is to fill in a token."
        )
    if target.at is not None:
        masks = [masks[_number(target.at, len(masks), "mask")]]
    passes = _passes(maker, inputs)
    places = tuple(masks)
    steps = _steps(maker) if len(masks) > 1 else None

    def resolve(outputs: Sequence[Any]) -> Readout:
        return score_readout(
            _rows, outputs, _vocabulary(maker, outputs), target, places=places, steps=steps, deletion="read"
        )

    return Question(passes, resolve)


def _labels(maker: InputMaker, inputs: ModelInputs, target: Target) -> Question:
    tokens = inputs.tokens[0]
    labels = maker.model.config.id2label

    def resolve(outputs: Sequence[Any]) -> Readout:
        logits = outputs[0].logits
        names = Classes({number: str(labels.get(number, number)) for number in range(logits.shape[-1])}, "label")
        place = _labelled(tokens, logits.detach()[0], names, target)
        where = f" of token {tokens.text[place].strip()!r}"
        return score_readout(_rows, outputs, names, target, places=(place,), deletion="read", where=where)

    return Question(_passes(maker, inputs), resolve)


def _labelled(tokens: TokenSequence, logits: Tensor, names: Classes, target: Target) -> int:
    """The token whose label is explained: the named one, else the one most surely labelled, and not as outside."""
    if isinstance(target.at, int):
        return _number(target.at, len(tokens), "token")
    if isinstance(target.at, str):
        wanted = target.at.strip().casefold()
        for span in tokens.word_spans():
            if wanted in (tokens.text_of(span).strip().casefold(), tokens.text[span.start].strip().casefold()):
                return span.start
        raise InputError(f"There is no word {target.at!r} in the text: give one of its words, or a token's position.")
    chances = torch.softmax(logits.float(), dim=-1)
    outside = [number for number in range(len(names)) if names.text(number) == "O"]
    best = chances.argmax(dim=-1)
    certain = chances.amax(dim=-1)
    certain = certain - 2.0 * torch.tensor(tokens.special, device=certain.device)
    certain = certain - 1.0 * torch.isin(best, torch.tensor(outside, device=best.device, dtype=best.dtype))
    return int(certain.argmax())


def _answer(maker: InputMaker, inputs: ModelInputs, target: Target) -> Question:
    tokens = inputs.tokens[0]
    edges = ("start", "end")
    if target.at in (0, 1):
        # As a view numbers them: they are its two steps.
        target = replace(target, at=edges[int(target.at)])
    if target.at is not None and target.at not in edges:
        raise InputError(f"There is no answer {target.at!r} to explain: choose at='start' or at='end'.")
    chosen = [edge for edge in edges if target.at in (None, edge)]
    if target.name in edges:
        chosen, target = [str(target.name)], Target(None, target.against, target.value, target.name)
    inside = set(tokens.segments) - {None}
    allowed = [
        segment == max((number for number in inside if number is not None), default=None) for segment in tokens.segments
    ]

    def rows(outputs: Sequence[Any], _places: Places) -> Tensor:
        logits = torch.stack([getattr(outputs[0], f"{edge}_logits") for edge in chosen], dim=1)
        return logits[..., : len(tokens)]

    def resolve(outputs: Sequence[Any]) -> Readout:
        names = Classes({position: text.strip() for position, text in enumerate(tokens.text)}, "position")
        logits = rows(outputs, ()).detach()[0].float()
        outside = ~torch.tensor(allowed, device=logits.device)
        given = logits.masked_fill(outside, -torch.inf).argmax(dim=-1).tolist()
        places = tuple(given) if target.name is None else (names.number(target.name),) * len(chosen)
        steps = _edges(tokens) if len(chosen) > 1 else None
        where = "" if len(chosen) > 1 else f" as the {chosen[0]} of the answer"
        return score_readout(
            rows, outputs, names, target, places=places, given=given, steps=steps, deletion="nothing", where=where
        )

    return Question(_passes(maker, inputs), resolve)


def _edges(tokens: TokenSequence) -> Callable[[Sequence[int]], TokenSequence]:
    return lambda positions: TokenSequence(
        ids=tuple(tokens.ids[p] for p in positions),
        text=tuple(tokens.text[p] for p in positions),
        offsets=tuple(tokens.offsets[p] for p in positions),
        words=tuple(tokens.words[p] for p in positions),
        special=tuple(tokens.special[p] for p in positions),
        pieces=tuple(tokens.pieces[p] for p in positions),
        segments=tuple(tokens.segments[p] for p in positions),
        sources=tokens.sources,
    )


def _similarity(maker: InputMaker, text: str, text_pair: str | None, target: Target, *, truncate: bool) -> Question:
    name = type(maker.model).__name__
    if maker.encoder_decoder:
        raise UnsupportedModelError(
            f"{name} has no head, so it gives no answer that could be explained. Load the model with its head "
            "(AutoModelForSeq2SeqLM), or its encoder alone for the similarity of two texts."
        )
    if text_pair is None:
        raise InputError(
            f"{name} has no head: it answers nothing about one text. Pass text_pair= to explain how similar the two "
            "are (mean pooling, cosine), or load the model with its head."
        )
    if target != Target():
        raise InputError("A similarity is one value: target, value and at do not apply to it.")
    inputs = [maker.make(part, None, truncate=truncate) for part in (text, text_pair)]
    readings = [
        Reading(label, made.tokens[0], index)
        for index, (label, made) in enumerate(zip(("Text", "Second text"), inputs, strict=True))
    ]
    passes = Passes(maker.model, [made.arguments for made in inputs], readings)
    return Question(passes, lambda _outputs: SimilarityReadout())
