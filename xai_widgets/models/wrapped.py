"""The transformers model inside what other libraries put around it."""

from __future__ import annotations

from typing import Any

from xai_widgets.errors import UnsupportedModelError


def unwrapped(model: Any) -> Any:
    """The model whose layers can be seen, and which by itself gives the same output as the one around it.

    - ``torch.compile`` keeps the model that it was made of.
    - PEFT's adapters (LoRA, IA3 ...) live in the layers of the model that they were put into.

    Raises:
        UnsupportedModelError: PEFT puts a learned prompt before the text, so there are positions without a token.
    """
    model = getattr(model, "_orig_mod", model)
    adapter = getattr(model, "active_peft_config", None)
    if adapter is None:
        return model
    if adapter.is_prompt_learning:
        raise UnsupportedModelError(
            f"The adapter {model.active_adapter!r} learns a prompt ({adapter.peft_type.value}): the model reads "
            f"{adapter.num_virtual_tokens} positions that stand for no token of the text, and maps and scores are of "
            "tokens. Adapters in the layers (LoRA, IA3 ...) can be looked into, and so can the model without it: "
            "model.get_base_model()."
        )
    return model.get_base_model()
