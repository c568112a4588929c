"""From what a person typed to what the model runs on, with everything checked before the model is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from xai_widgets.errors import InputError, TokenizerMismatchError, TooLongError
from xai_widgets.models.generation import can_generate, end_ids, generate
from xai_widgets.models.memory import refuse_too_long_to_read
from xai_widgets.models.modules import named_modules
from xai_widgets.models.task import Task, accepts, is_encoder_decoder, position_limit, task_of
from xai_widgets.models.word_embeddings import word_embeddings
from xai_widgets.text import TokenSequence, sequence_from_tokenizer

_ARGUMENTS = ("input_ids", "attention_mask", "token_type_ids")
"""What a tokenizer makes that a model reads."""


@dataclass(frozen=True)
class ModelInputs:
    """The arguments of one forward pass (batch of one) and the tokens that they stand for.

    ``tokens`` has one entry, or for an encoder-decoder two: what the encoder and what the decoder reads.
    """

    arguments: dict[str, Any]
    tokens: tuple[TokenSequence, ...]

    def sides(self, kind: str) -> tuple[TokenSequence, TokenSequence]:
        """The (query, key) tokens of a kind of attention."""
        source, target = self.tokens[0], self.tokens[-1]
        return {"cross": (target, source), "decoder": (target, target)}.get(kind, (source, source))


class InputMaker:
    """Makes ModelInputs for one model and its tokenizer.

    ``framed``: whether the tokenizer puts its special tokens around a text; not where a chat template has.
    """

    def __init__(self, model: nn.Module, tokenizer: Any, *, framed: bool = True) -> None:
        self.model: Any = model
        self.tokenizer = tokenizer
        self.encoder_decoder = is_encoder_decoder(model)
        self.task = task_of(model)
        self.limit = position_limit(model)
        self.framed = framed

    @property
    def takes_pair(self) -> bool:
        """Whether a second text means something to the model: a pair for an encoder, the target of a translation."""
        if self.encoder_decoder:
            return True
        return self.task != Task.CAUSAL_LM

    @property
    def translates(self) -> bool:
        """Whether the second text is the decoder's, not the second of a pair that the encoder reads."""
        return self.encoder_decoder and self.task != Task.SEQUENCE_CLASSIFICATION

    @property
    def labels(self) -> tuple[str, ...]:
        """What the texts are to the model; one, or two where it takes a second."""
        if self.translates:
            return ("Source", "Target")
        return ("Text", "Second text") if self.takes_pair else ("Text",)

    @property
    def tells_texts_apart(self) -> bool:
        """Whether the model can know where the second text begins: by token types, or by separators.

        A model with one token type was made for one text, unless its tokenizer puts two separators between them, as
        RoBERTa's does.
        """
        if not self.takes_pair or self.translates:
            return self.takes_pair
        if not self.framed:
            return False
        between = self.tokenizer.num_special_tokens_to_add(True) - self.tokenizer.num_special_tokens_to_add(False)
        types = getattr(self.model.config, "type_vocab_size", None)
        return bool(between >= (2 if types == 1 else 1))

    def asked_for(self, text_pair: str | None) -> tuple[str, ...]:
        """The labels of the texts that a view asks for: a second where the model knows it from the first, or has one.

        A program may give a second text to any model of ``takes_pair``.
        """
        return self.labels if text_pair is not None or self.tells_texts_apart else self.labels[:1]

    def cuts(self, text: str) -> bool:  # noqa: ARG002 - a text that is tokenized here can be cut
        """Whether ``make`` can cut what it makes of this text."""
        return True

    def make(self, text: str, text_pair: str | None, *, truncate: bool, most: int | None = None) -> ModelInputs:
        """The inputs for a text and, where the model takes one, a second text.

        With ``truncate`` a text is cut to the model's positions, and to ``most`` tokens.

        Raises InputError (empty, too long, a second text too many, dropout switched on) and
        TokenizerMismatchError (ids that the model's embedding does not have).
        """
        refuse_dropout(self.model)
        refuse_empty("text", text)
        translates = self.translates
        if text_pair is not None:
            refuse_empty("second text", text_pair)
            if not self.takes_pair:
                raise InputError(
                    f"{type(self.model).__name__} reads one text and a second one came. Join them into one text."
                )
        read = self._read(text, None if translates else text_pair, truncate=truncate, most=most)
        arguments, (first,) = read.arguments, read.tokens
        if not self.encoder_decoder:
            return read
        if not translates:
            target = self._shifted(arguments["input_ids"])
            tokens = sequence_from_tokenizer(self.tokenizer, target[0].tolist())
        elif text_pair is None:
            target, tokens = self._generated(arguments)
        else:
            target, tokens = self._target(text_pair, truncate=truncate, most=most)
        arguments["decoder_input_ids"] = target
        return ModelInputs(arguments, (first, tokens))

    def prompt(self, text: str, *, truncate: bool) -> ModelInputs:
        """The inputs of what is read before anything is written: without a decoder's; see ``make``."""
        refuse_dropout(self.model)
        refuse_empty("text", text)
        return self._read(text, None, truncate=truncate)

    def _read(self, text: str, text_pair: str | None, *, truncate: bool, most: int | None = None) -> ModelInputs:
        encoding = self._encode(text, text_pair, truncate=truncate, most=most)
        ids = encoding["input_ids"][0].tolist()
        tokens = sequence_from_tokenizer(self.tokenizer, ids, text, text_pair, encoding=encoding)
        return ModelInputs(self._arguments(encoding), (tokens,))

    def target_ids(self, text: str, *, truncate: bool) -> list[int]:
        """The ids of an encoder-decoder's target, as the tokenizer frames one, without what the decoder starts with.

        Raises InputError: empty, or too long.
        """
        refuse_empty("target", text)
        ids: list[int] = self._encode(text, None, truncate=truncate, target=True)["input_ids"][0].tolist()
        return ids

    def following(self, text: str, continuation: str, own: Sequence[int]) -> list[int]:
        """The ids of a continuation behind the text, whose ids are ``own``.

        Text and continuation are tokenized together where that leaves the text's own tokens as they are, else each
        by itself, so that a word cut in two stays cut where it was.
        """
        joined = self._bare(text + continuation, special=self.framed)
        return joined[len(own) :] if joined[: len(own)] == list(own) else self._bare(continuation, special=False)

    def _bare(self, text: str, *, special: bool) -> list[int]:
        return [int(number) for number in self.tokenizer(text, add_special_tokens=special, verbose=False)["input_ids"]]

    def _encode(
        self, text: str, text_pair: str | None, *, truncate: bool, most: int | None = None, target: bool = False
    ) -> Any:
        texts = {"text_target": text} if target else {"text": text, "text_pair": text_pair}
        options: dict[str, Any] = {}
        if not self.framed:
            options["add_special_tokens"] = False
        limits = [limit for limit in (self.limit, most) if limit is not None]
        if truncate and limits:
            options |= {"truncation": True, "max_length": min(limits)}
        else:
            # A tokenizer that knows a limit warns past it; the limit that counts is checked below.
            options["truncation"] = False
        encoding = self.tokenizer(**texts, **options, verbose=False)
        # What the tokenizer would do for `return_tensors`, without looking at each number in Python.
        for name in [name for name in _ARGUMENTS if name in encoding]:
            encoding[name] = torch.tensor([encoding[name]], dtype=torch.long)
        self._check(encoding["input_ids"], "target" if target else "text")
        try:
            refuse_too_long_to_read(encoding["input_ids"])
        except TooLongError as error:
            if error.fitting < 1:
                raise
            if not truncate:
                raise TooLongError(error.problem, error.fitting, cut=True) from None
            return self._encode(text, text_pair, truncate=True, most=error.fitting, target=target)
        return encoding

    def _check(self, ids: Tensor, what: str) -> None:
        length = ids.shape[1]
        if length == 0:
            raise InputError(f"The {what} gives no tokens with this tokenizer. Type something that it knows.")
        if self.limit is not None and length > self.limit:
            raise InputError(
                f"The {what} has {length} tokens, {length - self.limit} more than the {self.limit} positions of "
                f"{type(self.model).__name__}. Shorten it, or have it cut.",
                offer="truncate",
            )
        rows = len(word_embeddings(self.model))
        largest = int(ids.max())
        if largest >= rows:
            piece = self.tokenizer.convert_ids_to_tokens(largest)
            raise TokenizerMismatchError(
                f"The tokenizer does not fit the model: it made id {largest} ({piece!r}), and "
                f"{type(self.model).__name__} has embeddings for ids 0 to {rows - 1}. Load both from the same place."
            )

    def _arguments(self, encoding: Mapping[str, Any]) -> dict[str, Any]:
        device = word_embeddings(self.model).device
        arguments: dict[str, Any] = {
            name: encoding[name].to(device) for name in _ARGUMENTS if name in encoding and accepts(self.model, name)
        }
        if accepts(self.model, "use_cache"):
            arguments["use_cache"] = False
        return arguments | {"return_dict": True}

    @property
    def decoder_start(self) -> int:
        """The token that the decoder starts with.

        Raises InputError where the model does not say which.
        """
        config = self.model.config
        generation = getattr(self.model, "generation_config", None)
        for start in (
            getattr(config, "decoder_start_token_id", None),
            getattr(generation, "decoder_start_token_id", None),
            getattr(config, "bos_token_id", None),
            getattr(config, "pad_token_id", None),
        ):
            if start is not None:
                return int(start)
        raise InputError(
            f"{type(self.model).__name__} does not say which token its decoder starts with: set "
            "model.config.decoder_start_token_id."
        )

    def _shifted(self, ids: Tensor) -> Tensor:
        """Decoder inputs: the start token, then the ids but the last."""
        device = word_embeddings(self.model).device
        return torch.cat([torch.tensor([[self.decoder_start]]), ids[:, :-1].cpu()], dim=1).to(device)

    def _target(self, text: str, *, truncate: bool, most: int | None) -> tuple[Tensor, TokenSequence]:
        encoding = self._encode(text, None, truncate=truncate, most=most, target=True)
        target = self._shifted(encoding["input_ids"])
        return target, sequence_from_tokenizer(self.tokenizer, target[0].tolist(), text)

    def _generated(self, arguments: Mapping[str, Any]) -> tuple[Tensor, TokenSequence]:
        if not can_generate(self.model):
            raise InputError(f"{type(self.model).__name__} cannot generate a target: pass one as the second text.")
        ids = generate(self.model, text_arguments(arguments), {})
        if ids.shape[1] > 1 and int(ids[0, -1]) in end_ids(self.model):
            ids = ids[:, :-1]
        return ids, sequence_from_tokenizer(self.tokenizer, ids[0].tolist())


def text_arguments(arguments: Mapping[str, Any]) -> dict[str, Tensor]:
    """Those of a forward pass's arguments that are the text itself: what ``generate`` is given."""
    return {name: arguments[name] for name in _ARGUMENTS if name in arguments}


def refuse_dropout(model: nn.Module) -> None:
    """Raises InputError where dropout is switched on: every pass would give other numbers."""
    for name, module in named_modules(model):
        if not module.training:
            continue
        rates = {key: value for key, value in vars(module).items() if "drop" in key and isinstance(value, float)}
        if isinstance(module, nn.Dropout):
            rates["p"] = module.p
        if any(rate > 0 for rate in rates.values()):
            raise InputError(
                f"{type(model).__name__} is in training mode and {name or 'it'} drops out {max(rates.values()):.0%}: "
                "every pass would give other weights. Call model.eval() first."
            )


def refuse_empty(what: str, text: str) -> None:
    """Raises InputError where the text is no string, holds nothing but white space, or half a character."""
    if not isinstance(text, str):
        raise InputError(f"The {what} must be a string; {type(text).__name__} came.")
    if not text.strip():
        raise InputError(f"The {what} is empty. Type at least one word.")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InputError(
            f"The {what} has half a character ({text[error.start]!r}) at position {error.start}: it was decoded "
            "wrongly. Read it again as UTF-8."
        ) from None
