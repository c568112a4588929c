"""Explainer: a model and its tokenizer, ready to be looked into."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from xai_widgets.attention.attention_map import AttentionMap
from xai_widgets.attention.captured import attention_map
from xai_widgets.attention.rerun import Rerun as AttentionRerun
from xai_widgets.errors import InputError, TooLongError, UnsupportedModelError
from xai_widgets.models.capture import Captured, Tick, capture
from xai_widgets.models.inputs import InputMaker, ModelInputs
from xai_widgets.models.modules import walked_once
from xai_widgets.models.task import Task
from xai_widgets.models.wrapped import unwrapped

if TYPE_CHECKING:
    from xai_widgets.attribution import Attribution
    from xai_widgets.generation import Generation
    from xai_widgets.generation.chat import Messages
    from xai_widgets.generation.writer import PromptWriter

Progress = Callable[[str, int, int], None]
"""Called with (what, how much is done, of how much; 0: not known); raises to cancel."""


class Explainer:
    """A transformers model that you hold, and the tokenizer that belongs to it.

    The model is used as it is and left as it was: its weights, gradients, training mode, hooks, config,
    attention implementation and the random state stay bit for bit the same, also when something goes wrong
    half way. Several explainers may share a model, and other threads may run it meanwhile.

    Args:
        model: any transformers model for text: encoder-only, decoder-only or encoder-decoder, with or without
            a task head, in any floating dtype, on any device, compiled or with PEFT's adapters in its layers; or a
            pipeline, which brings its tokenizer.
        tokenizer: its tokenizer, fast or slow.

    Raises:
        UnsupportedModelError: ``model`` is not a transformers model with a config and token embeddings.
        InputError: ``tokenizer`` cannot be called on text.
    """

    def __init__(self, model: Any, tokenizer: Any = None) -> None:
        if tokenizer is None and hasattr(model, "model") and hasattr(model, "tokenizer"):
            model, tokenizer = model.model, model.tokenizer
        model = unwrapped(model)
        if not isinstance(model, nn.Module) or not hasattr(model, "config"):
            raise UnsupportedModelError(
                f"Expected a transformers model, got {type(model).__name__}. Load one with "
                "AutoModel.from_pretrained, or pass its name to Explainer.from_pretrained."
            )
        if not callable(tokenizer):
            raise InputError(
                f"Expected the model's tokenizer, got {type(tokenizer).__name__}. Load it with "
                "AutoTokenizer.from_pretrained."
            )
        self.model: Any = model
        self.tokenizer = tokenizer
        self.inputs = InputMaker(model, tokenizer)

    @classmethod
    def from_pretrained(cls, name: str | Path, **options: Any) -> Explainer:
        """Loads model and tokenizer from a directory or a hub id.

        Args:
            name: directory or hub id. The model class is the one that the config names.
            **options: go to the model's ``from_pretrained`` as they are (``dtype``, ``device_map``,
                ``attn_implementation``, ``revision``, ``local_files_only`` ...); ``trust_remote_code``,
                ``revision``, ``token`` and ``local_files_only`` also to the tokenizer's.
        """
        import transformers

        source = str(name)
        shared = {k: options[k] for k in ("trust_remote_code", "revision", "token", "local_files_only") if k in options}
        config = transformers.AutoConfig.from_pretrained(source, **shared)
        named = [getattr(transformers, c, None) for c in config.architectures or []]
        model_class: Any = next((c for c in named if c is not None), transformers.AutoModel)
        if getattr(config, "auto_map", None) and options.get("trust_remote_code"):
            heads = [n for n in config.auto_map if n.startswith("AutoModel")]
            model_class = getattr(transformers, heads[-1]) if heads else transformers.AutoModel
        model = model_class.from_pretrained(source, **options)
        tokenizer = transformers.AutoTokenizer.from_pretrained(source, **shared)
        return cls(model.eval(), tokenizer)

    @property
    def task(self) -> Task:
        """What the model's head is for."""
        return self.inputs.task

    @property
    def model_name(self) -> str:
        """What to call the model on the screen: its class, and where it was loaded from."""
        place = str(getattr(self.model.config, "_name_or_path", "") or "")
        short = os.path.basename(place) if os.path.isabs(place) else place  # noqa: PTH117, PTH119 - asked in every call
        return f"{short} ({type(self.model).__name__})" if short else type(self.model).__name__

    def attention(
        self,
        text: str,
        text_pair: str | None = None,
        *,
        truncate: bool = False,
        progress: Progress | None = None,
    ) -> AttentionMap:
        """Who attends to whom in this text, in every layer and head.

        One forward pass, about as fast as the plain one. Query and key of each layer are kept, and weights
        computed from them when they are looked at.

        Args:
            text: the text; for an encoder-decoder the source.
            text_pair: the second text of a pair; for an encoder-decoder the target (generated if None).
            truncate: cut a text that is longer than the model's positions, or than memory could hold, instead of
                refusing it.
            progress: called before each layer with (what, done, total); may raise to cancel.

        Raises:
            InputError: empty or too long text, a second text too many, dropout switched on.
            TokenizerMismatchError: the tokenizer makes ids that the model does not have.
            UnsupportedModelError: the model has no attention weights (Mamba, RWKV, FNet).
        """
        total = _layer_count(self.model.config)

        def tick(what: str, done: int) -> None:
            if progress is not None:
                progress(what, done, total)

        with walked_once(self.model):
            inputs, captured = self._captured(text, text_pair, truncate=truncate, tick=tick)
        sides = {kind: inputs.sides(kind) for kind in captured.layers}
        rerun = AttentionRerun(text, text_pair, self.attention, self.inputs.asked_for(text_pair))
        return attention_map(captured, sides, model_name=self.model_name, rerun=rerun)

    def _captured(
        self, text: str, text_pair: str | None, *, truncate: bool, tick: Tick, most: int | None = None
    ) -> tuple[ModelInputs, Captured]:
        """What a pass left of a text, of at most so many tokens where it may be cut."""
        try:
            inputs = self.inputs.make(text, text_pair, truncate=truncate, most=most)
            return inputs, capture(self.model, inputs.arguments, encoder_decoder=self.inputs.encoder_decoder, tick=tick)
        except TooLongError as error:
            # What was cut, and is too long all the same, is not in the text: a target that the model wrote.
            if not self.inputs.cuts(text) or error.fitting < 1 or (most is not None and error.fitting >= most):
                raise
            if not truncate:
                raise TooLongError(error.problem, error.fitting, cut=True) from None
            fitting = error.fitting
        return self._captured(text, text_pair, truncate=truncate, tick=tick, most=fitting)

    def attribute(
        self,
        text: str,
        text_pair: str | None = None,
        method: str = "gradient_x_input",
        target: Any = None,
        *,
        value: str = "logit",
        at: int | str | None = None,
        max_new_tokens: int | None = None,
        with_attention: bool = False,
        batch_size: int | None = None,
        truncate: bool = False,
        progress: Progress | None = None,
        **method_options: Any,
    ) -> Attribution:
        """Which tokens made the model answer so.

        Args:
            text: the text; for an encoder-decoder the source.
            text_pair: the second text of a pair, or of a similarity (a model without a head); for an
                encoder-decoder the target (generated if None), for a causal language model the continuation, each
                token of which is explained.
            method: one of ``xai.methods()``.
            target: a class or a token by name or number, or a pair of them for the difference of their values;
                None: what the model answers, or each step's own token where several steps are explained.
            value: "logit", "log_prob" or "probability".
            at: where several values could be explained, which: the number of a step (generation) or of a mask,
                the position or the text of a token (token classification), "start" or "end" (question answering).
            max_new_tokens: a causal language model first writes up to so many tokens, each of which is explained;
                None: the next token.
            with_attention: keep the attention of the same pass, as ``attribution.attention``.
            batch_size: texts that are run at once by methods that need many; None: as many as are fast and fit.
            truncate: cut a text that is longer than the model's positions instead of refusing it.
            progress: called with (what, done, total); may raise to cancel.
            **method_options: the method's own; ``xai.methods()`` lists them.

        Raises:
            InputError: a text, target, method or option that cannot be used; the message says which can.
            UnsupportedModelError: the method does not work for this model, or its gradients are cut.
            NotFiniteError: scores are NaN or infinite; the message says in which layer they first appear.
        """
        from xai_widgets.attribution.attribute import attribute
        from xai_widgets.attribution.rerun import Rerun
        from xai_widgets.attribution.target import Target

        arguments = {
            "method": method,
            "target": target,
            "value": value,
            "at": at,
            "max_new_tokens": max_new_tokens,
            "with_attention": with_attention,
            "batch_size": batch_size,
            "truncate": truncate,
        } | method_options
        tick = progress or _no_progress
        if with_attention and self.task == Task.BASE:
            raise InputError(
                "A similarity takes two passes and has no one attention map: ask for attention() of each text."
            )
        captured: list[Captured] = []

        def call(model: Any, inputs: Mapping[str, Any]) -> Any:
            captured.append(
                capture(
                    model,
                    inputs,
                    encoder_decoder=self.inputs.encoder_decoder,
                    tick=lambda what, done: tick(what, done, _layer_count(self.model.config)),
                    grad=torch.is_grad_enabled(),
                )
            )
            return captured[0].output

        made = attribute(
            self.inputs,
            text,
            text_pair,
            method=method,
            target=Target.of(target, value=value, at=at),
            truncate=truncate,
            max_new_tokens=max_new_tokens,
            batch_size=batch_size,
            tick=tick,
            options=method_options,
            rerun=Rerun(text, text_pair, arguments, self.attribute, self._asked_for(text_pair)),
            model_name=self.model_name,
            call=call if with_attention else None,
        )
        if not captured:
            return made
        read = ModelInputs({}, tuple(side.tokens for side in made.sides))
        sides = {kind: read.sides(kind) for kind in captured[0].layers}
        return replace(made, attention=attention_map(captured[0], sides, model_name=self.model_name))

    def generate(
        self,
        text: str | Messages,
        *,
        chat: bool | None = None,
        src_lang: str | None = None,
        tgt_lang: str | None = None,
        seed: int | None = None,
        top: int = 10,
        forced: Sequence[int | str] = (),
        truncate: bool = False,
        progress: Progress | None = None,
        **generation_config: Any,
    ) -> Generation:
        """What the model writes behind a text, step by step, to be looked into.

        The tokens are those that ``model.generate`` gives for the same options and the same random state, which stays
        as it was, and so does the model's generation config.

        Args:
            text: the prompt; for an encoder-decoder the source; or a conversation, as a list of messages
                (``[{"role": "user", "content": "Hello"}]``), which is put into the tokenizer's chat template.
            chat: put the text into the chat template, too, as a user's only message; None: only a conversation.
            src_lang: for a multilingual tokenizer (NLLB, M2M100, mBART, Marian) the code of the source's language.
            tgt_lang: the code of the language to write.
            seed: of what is sampled; None: the random state as it is. The same call then gives the same tokens until
                something else draws.
            top: how many candidates to keep of each step.
            forced: tokens that it begins with: ids, texts or strings of the vocabulary; the model goes on from there.
            truncate: cut a text that is longer than the model's positions instead of refusing it.
            progress: called before each token with ("writing", done, total). If it raises ``Cancelled``, or the person
                interrupts the run, what was written is returned, with ``finished`` False.
            **generation_config: as ``model.generate`` takes it: ``max_new_tokens``, ``num_beams``, ``do_sample``,
                ``repetition_penalty``, ``forced_bos_token_id``, ``generation_config`` ...

        Raises:
            InputError: a text, language code or option that cannot be used; the message says which can.
            Cancelled: stopped before anything was written.
            UnsupportedModelError: the model cannot generate.
        """
        writer = self._writer(
            text,
            chat=chat,
            src_lang=src_lang,
            tgt_lang=tgt_lang,
            seed=seed,
            top=top,
            truncate=truncate,
            **generation_config,
        )
        if isinstance(forced, str) or not isinstance(forced, Iterable):
            raise InputError(f"forced is {forced!r}: give a list of tokens, by their ids or texts.")
        return writer.write(tuple(writer.token(name) for name in forced), progress)

    def score(self, text: str | Messages, target: str, *, truncate: bool = False, **options: Any) -> Generation:
        """What the model thinks of a target that a person wrote, token by token (teacher forcing).

        Args:
            text: the prompt; for an encoder-decoder the source.
            target: what is read in the place of what the model would write.
            truncate: cut what is longer than the model's positions instead of refusing it.
            **options: as ``generate`` takes them, ``forced`` and ``progress`` left out: languages and candidates, and
                what the model goes on with where a token is forced.

        Raises:
            InputError: a text, target, language code or option that cannot be used; the message says which can.
            UnsupportedModelError: the model has no head that writes.
        """
        return self._writer(text, truncate=truncate, **options).score(target, truncate=truncate)

    def _writer(
        self,
        text: str | Messages,
        *,
        chat: bool | None = None,
        src_lang: str | None = None,
        tgt_lang: str | None = None,
        seed: int | None = None,
        top: int = 10,
        truncate: bool = False,
        **options: Any,
    ) -> PromptWriter:
        from xai_widgets.generation.generate import writer_of

        return writer_of(
            self.inputs,
            text,
            chat=chat,
            languages=(src_lang, tgt_lang),
            seed=seed,
            top=top,
            truncate=truncate,
            options=options,
            look=self._reading,
            model_name=self.model_name,
        )

    def _reading(self, inputs: InputMaker) -> Explainer:
        """This explainer with another maker of inputs."""
        other = copy(self)
        other.inputs = inputs
        return other

    def _asked_for(self, text_pair: str | None) -> tuple[str, ...]:
        """What the texts of an attribution are.

        A causal language model takes its continuation as the second, a model without a head what it is compared with.
        """
        if self.task == Task.CAUSAL_LM:
            return ("Text", "Continuation")
        return self.inputs.labels if self.task == Task.BASE else self.inputs.asked_for(text_pair)

    def __repr__(self) -> str:
        return f"<Explainer {self.model_name}; {self.task}>"


def _no_progress(_what: str, _done: int, _total: int) -> None:
    """Nobody wants to know."""


def _layer_count(config: Any) -> int:
    """How many attention calls a pass is likely to make, for a progress bar; 0 where it cannot be told."""
    text_config = config.get_text_config() if hasattr(config, "get_text_config") else config
    layers = int(getattr(text_config, "num_hidden_layers", None) or 0)
    if not getattr(config, "is_encoder_decoder", False):
        return layers
    decoder = getattr(config, "decoder_layers", None) or getattr(config, "num_decoder_layers", None) or layers
    return layers + 2 * int(decoder)
