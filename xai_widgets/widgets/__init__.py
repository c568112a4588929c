"""The widgets: one anywidget class per file, and the wire format. Nothing here imports torch."""

from xai_widgets.widgets.attention_widget import AttentionWidget
from xai_widgets.widgets.attribution_widget import AttributionWidget
from xai_widgets.widgets.link import link
from xai_widgets.widgets.translation_widget import TranslationWidget

__all__ = ["AttentionWidget", "AttributionWidget", "TranslationWidget", "link"]
