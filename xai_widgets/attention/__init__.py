"""Attention maps: lazy, exact, one for a whole model."""

from xai_widgets.attention.attention_map import AttentionMap
from xai_widgets.attention.attention_stack import AttentionStack, TensorStack

__all__ = ["AttentionMap", "AttentionStack", "TensorStack"]
