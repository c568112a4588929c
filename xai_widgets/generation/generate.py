"""From a text, or a conversation, to the writer of Generations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from xai_widgets.errors import InputError, UnsupportedModelError
from xai_widgets.generation.chat import Messages, rendered
from xai_widgets.generation.languages import Languages
from xai_widgets.generation.writer import PromptWriter, prompt_of
from xai_widgets.models.generation import can_generate
from xai_widgets.models.inputs import InputMaker
from xai_widgets.models.random_state import drawing
from xai_widgets.whole import whole

REFUSED = {
    "num_return_sequences": "one text is explored at a time: the other beams are in generation.beams, other samples "
    "come with another seed",
    "streamer": "pass progress=, which is told how far it is",
    "assistant_model": "several tokens are written in a step then, which cannot be looked at one by one",
    "prompt_lookup_num_tokens": "several tokens are written in a step then, which cannot be looked at one by one",
    "custom_generate": "a decoding loop of one's own is not observed",
    **dict.fromkeys(
        ("inputs", "input_ids", "inputs_embeds", "attention_mask", "encoder_outputs"),
        "the explainer makes the model's inputs of the text",
    ),
    **dict.fromkeys(
        ("return_dict_in_generate", "output_scores", "output_logits", "output_attentions", "output_hidden_states"),
        "the generation has steps, and attention() of all of them",
    ),
}
"""Options of ``model.generate`` that have no place here, and why."""


def writer_of(
    maker: InputMaker,
    text: str | Messages,
    *,
    chat: bool | None,
    languages: tuple[str | None, str | None],
    seed: int | None,
    top: int,
    truncate: bool,
    options: Mapping[str, Any],
    look: Callable[[InputMaker], Any],
    model_name: str,
) -> PromptWriter:
    """Writes behind a text; see ``Explainer.generate``. ``look`` gives an Explainer with another maker."""
    if not can_generate(maker.model):
        raise UnsupportedModelError(
            f"{type(maker.model).__name__} cannot generate: it has no language-model head. Load it with "
            "AutoModelForCausalLM or AutoModelForSeq2SeqLM."
        )
    for name, why in REFUSED.items():
        if options.get(name) is not None:
            raise InputError(f"{name} is no option here: {why}.")
    if (whole(top) or 0) < 1:
        raise InputError(f"top is {top!r}: keep at least one candidate of each step, as a whole number.")
    beams = options.get("num_beams")
    if beams is not None and (whole(beams) or 0) < 1:
        raise InputError(f"num_beams is {beams!r}: give a whole number, 1 for no search.")
    known = Languages(maker.tokenizer)
    source, target = languages
    for code in languages:
        known.check(code)
    known.check_forced(options.get("forced_bos_token_id"))
    if chat or not isinstance(text, str):
        if chat is False:
            raise InputError("Messages came with chat=False: pass a text, or let them be put into the chat template.")
        text = rendered(maker.tokenizer, text)
        maker = InputMaker(maker.model, maker.tokenizer, framed=False)
    text, prompt = prompt_of(maker, text, known, languages, truncate=truncate)
    start = getattr(maker.model.generation_config, "decoder_start_token_id", None)
    asked = {"src_lang": source, "tgt_lang": target} | dict(options) | {"seed": seed}
    return PromptWriter(
        maker=maker,
        text=text,
        prompt=prompt,
        options=known.options(target, start) | dict(options),
        asked={name: value for name, value in asked.items() if value is not None},
        draw=drawing(maker.model, seed),
        top=int(top),
        languages=known,
        source_language=source,
        target_language=target,
        look=look,
        model_name=model_name,
    )
