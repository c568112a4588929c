"""The view state of a TranslationWidget: its traits, and which of their values there are."""

from __future__ import annotations

from typing import Any

import traitlets as t

from xai_widgets.alignment.links import METHODS
from xai_widgets.errors import InputError
from xai_widgets.generation.generation import Generation
from xai_widgets.generation.step_scores import ROWS
from xai_widgets.widgets import state_parts as states
from xai_widgets.widgets.attribution_wire import method_cards
from xai_widgets.widgets.live_widget import Asked, LiveWidget
from xai_widgets.widgets.spans import checked_spans
from xai_widgets.widgets.step_colour import MEAN, main_kind, step_colour
from xai_widgets.widgets.written import Written

PRESENTATIONS = ("text", "alignment", "steps", "beams", "maps")
ALIGNMENTS = tuple(METHODS)


class TranslationState(LiveWidget[Written]):
    """What a TranslationWidget shows of what was written; ``TranslationWidget`` says what each trait is.

    Attributes:
        written: what was written, and its attention.
    """

    written: Written

    shows = "translation"
    state_parts = (
        states.ids("forced"),
        states.number("beam", "beam", None),
        states.number("step", "S", 0),
        states.colours("colours"),
        states.choice("rows", ROWS, "writes"),
        states.choice("align", ALIGNMENTS, "argmax"),
        states.number("layer", "L"),
        states.number("head", "H"),
        states.choices("presentation", PRESENTATIONS),
        states.spans("selection", {0: "a", 1: "b"}),
        states.flag("merge_words", "words"),
        states.flag("hide_special", "nospecial"),
    )
    question = ("text", "text_pair", "forced", "beam")
    controls = ("text", "presentation", "colours", "options", "selection")

    forced: t.List[Any] = t.List().tag(sync=True)
    beam = Asked(None).tag(sync=True)
    step = t.Int(0).tag(sync=True)
    colours: t.List[Any] = t.List(minlen=1, maxlen=2, default_value=[MEAN]).tag(sync=True)
    rows = t.Enum(ROWS, "writes").tag(sync=True)
    align = t.Enum(ALIGNMENTS, "argmax").tag(sync=True)
    layer = t.Int(0).tag(sync=True)
    head = t.Int(0).tag(sync=True)
    selection = t.List(t.Dict()).tag(sync=True)
    presentation = t.List(t.Enum(PRESENTATIONS)).tag(sync=True)
    merge_words = t.Bool(False).tag(sync=True)
    hide_special = t.Bool(False).tag(sync=True)

    @property
    def generation(self) -> Generation:
        """The Generation on show: the result, or the beam that is looked at."""
        return self.written.generation

    # View state: what does not exist is refused with the range, whoever asks.

    @t.validate(*question)
    def _question_may_change(self, proposal: Any) -> Any:
        return self._ask(proposal)

    @t.observe(*question)
    def _question_changed(self, change: Any) -> None:
        self._asked(change)

    @t.validate("step")
    def _step_exists(self, proposal: Any) -> int:
        step: int = proposal["value"]
        count = len(self.generation.steps)
        if not 0 <= step < count:
            raise InputError(f"There is no step {step}: steps are 0 to {count - 1}.")
        return step

    @t.validate("colours")
    def _colours_exist(self, proposal: Any) -> list[dict[str, Any]]:
        names = [card.name for card in method_cards()]
        return [step_colour(given, self.written.attention, names) for given in proposal["value"]]

    @t.validate("layer")
    def _layer_exists(self, proposal: Any) -> int:
        layer: int = proposal["value"]
        attention = self.written.attention
        if not any(layer in attention.layers(kind) for kind in attention.kinds):
            attention.heads(layer, main_kind(attention))
        return layer

    @t.validate("head")
    def _head_exists(self, proposal: Any) -> int:
        head: int = proposal["value"]
        count = self._n_heads()
        if not 0 <= head < count:
            raise InputError(f"There is no head {head} in layer {self.layer}: heads are 0 to {count - 1}.")
        return head

    @t.observe("layer")
    def _layer_changed(self, _change: Any) -> None:
        self.head = min(self.head, self._n_heads() - 1)

    def _n_heads(self) -> int:
        """The number of heads of the layer in the maps; the largest, where kinds differ."""
        attention = self.written.attention
        return max(attention.heads(self.layer, k) for k in attention.kinds if self.layer in attention.layers(k))

    @t.validate("selection")
    def _selection_fits(self, proposal: Any) -> list[dict[str, Any]]:
        counts = {0: len(self.generation.prompt), 1: len(self.generation.tokens)}
        return checked_spans(proposal["value"], counts)
