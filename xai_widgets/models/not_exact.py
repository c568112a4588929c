"""The attention that has no exact weights from token to token, and the sentences that say why not."""

from __future__ import annotations

from torch import nn

from xai_widgets.models.layer_name import kind_of
from xai_widgets.models.modules import named_modules

BLOCK_SPARSE = {"BigBirdBlockSparseAttention", "BigBirdPegasusBlockSparseAttention"}
"""Layers that a short text makes the model replace, for good, with ones that attend to everything."""

_WINDOWS = "attends to a window around each token, and gives the weights by window"
_CHUNKS = "sorts or cuts the tokens into chunks and attends within them"
_LANDMARKS = "approximates the softmax over a few landmarks"
_PATCHES = "attends over groups of tokens"
_REASONS = {
    **dict.fromkeys(BLOCK_SPARSE, "attends to blocks of this text, some of them more than once"),
    "BltCrossAttention": _PATCHES,
    "CanineAttention": _PATCHES,
    "LSHSelfAttention": _CHUNKS,
    "LocalSelfAttention": _CHUNKS,
    "LongT5LocalAttention": _WINDOWS,
    "LongT5TransientGlobalAttention": _WINDOWS,
    "MraSelfAttention": "approximates the softmax at several resolutions",
    "NystromformerSelfAttention": _LANDMARKS,
    "PegasusXGlobalLocalAttention": _WINDOWS,
    "PerceiverSelfAttention": "attends from an array of latents, not from the tokens",
    "YosoSelfAttention": "estimates its weights by hashing",
    "FNetBasicFourierTransform": "has no attention weights: it mixes the tokens by a Fourier transform",
    "RwkvSelfAttention": "has no attention weights: it mixes the tokens by a recurrence",
}


def not_exact(model: nn.Module, *, encoder_decoder: bool) -> dict[str, str]:
    """Why there are no exact weights, by kind; empty where nothing that the model is made of is known to lack them."""
    reasons: dict[str, str] = {}
    for name, module in named_modules(model):
        reason = _REASONS.get(type(module).__name__)
        if reason is not None:
            reasons.setdefault(kind_of(name, encoder_decoder=encoder_decoder), reason)
    return reasons
