"""What a chat model really sees of a conversation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from xai_widgets.errors import InputError

Messages = Sequence[Mapping[str, str]]
"""A conversation as transformers takes it: ``[{"role": "user", "content": "Hello"}]``."""


def rendered(tokenizer: Any, text: str | Messages) -> str:
    """The conversation, or the one message of a user, put into the tokenizer's chat template, ready for an answer.

    Raises:
        InputError: the tokenizer has no chat template, or the template does not take these messages.
    """
    name = type(tokenizer).__name__
    if not getattr(tokenizer, "chat_template", None):
        raise InputError(
            f"{name} has no chat template, so it does not say how a conversation reads to the model: pass the text "
            "itself, or set tokenizer.chat_template."
        )
    messages = [{"role": "user", "content": text}] if isinstance(text, str) else list(text)
    for message in messages:
        if not isinstance(message, Mapping) or not {"role", "content"} <= set(message):
            raise InputError(f"A message is {message!r}; each needs a role and a content, both strings.")
    try:
        made: str = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    except Exception as error:
        # Templates are programs of the model's makers, and refuse in their own ways.
        raise InputError(f"The chat template of {name} does not take these messages: {error}") from error
    return made
