"""The widgets: one anywidget class per file, and the wire format. Nothing here imports torch."""

from xai_widgets.widgets.attention_widget import AttentionWidget

__all__ = ["AttentionWidget"]
