"""AttentionWidget: an AttentionMap as lines, matrix and grid, live in a notebook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import traitlets as t

from xai_widgets.attention.attention_map import AttentionMap
from xai_widgets.attention.attention_stack import KINDS
from xai_widgets.attention.stacks import is_one
from xai_widgets.attention.weight_bytes import Bytes
from xai_widgets.errors import InputError
from xai_widgets.widgets import state_parts as states
from xai_widgets.widgets.background import Background, Report
from xai_widgets.widgets.bundle import bundle
from xai_widgets.widgets.head_requests import answer_cell, answer_heads, check_part, thumbnails_of
from xai_widgets.widgets.live_widget import LiveWidget, explainer_of, several
from xai_widgets.widgets.requests import LATER, Arrays
from xai_widgets.widgets.spans import checked_spans
from xai_widgets.widgets.told import Answer, answers_of
from xai_widgets.widgets.wire import Part, attention_payload, first_heads, first_part

PRESENTATIONS = ("lines", "matrix", "grid")
SEGMENT_FILTERS = ("all", "AA", "AB", "BA", "BB")


class AttentionWidget(LiveWidget[AttentionMap]):
    """Attention of one text as lines between tokens, as a matrix, and as a grid of all heads.

    The three presentations show the same weights. A line or a cell is the weight with which its *query* (left,
    row) takes from its *key* (right, column): the darker, the larger; every head has its own colour. Hatching
    is what a query cannot see, which is not a weight of zero.

    Args:
        model, tokenizer: a transformers model and its tokenizer; or ``explainer=``; or ``attention=``, a map
            that you already have (then there is no model to run on other text).
        text: the text to show; for an encoder-decoder the source.
        text_pair: the second text of a pair; for an encoder-decoder the target (generated if None).
        explainer: an Explainer, in place of model and tokenizer.
        attention: an AttentionMap, in place of all of them.
        kind, layer, heads: what is shown first; default: the first kind and layer, and as many heads as the
            first payload has room for.
        presentation: one of "lines", "matrix", "grid", or several of them.
        hide_special: leave out special tokens; the weight that goes to them is said in the legend.
        merge_words: show words instead of sub-words: queries averaged, keys summed.
        threshold: weights below it are not drawn (0 to 1).
        part: of a text of more than 512 tokens the part on show: ``{"query": [start, stop], "key": [start, stop]}``,
            half-open and at most 512 long; default: its beginning.
        truncate: cut a text that is longer than the model's positions instead of refusing it.
        theme: "auto" (the notebook's), "light" or "dark".
        presenter: large type, for a projector.
        locked: controls that a person cannot use, of "text", "kind", "layer", "heads", "selection", "presentation",
            "options" (what is hidden and merged) and "segment_filter". Setting the traits from Python still works.

    All view state is in traits that work both ways: ``text``, ``text_pair``, ``kind``, ``layer``, ``heads``, ``part``,
    ``selection`` (pinned tokens: ``{"side": "query" or "key", "start": i, "stop": j}``, half-open),
    ``presentation``, ``hide_special``, ``merge_words``, ``threshold``, ``segment_filter``, ``theme``. Setting
    ``text`` from Python runs the model and raises what goes wrong, leaving text and map as they were. What a
    person types in the view runs in the background; ``error`` and ``progress`` say how it goes.

    Raises:
        InputError: nothing to show, or a layer, head or kind that does not exist.
    """

    shows = "attention"
    state_parts = (
        states.choice("kind", KINDS, usual="self"),
        states.number("layer", "L"),
        states.numbers("heads", "H"),
        states.part_of_map("part"),
        states.choices("presentation", PRESENTATIONS),
        states.spans("selection", {"query": "q", "key": "k"}),
        states.choice("segment_filter", SEGMENT_FILTERS, "all"),
        states.flag("merge_words", "words"),
        states.flag("hide_special", "nospecial"),
        states.amount("threshold", "min"),
    )
    controls = ("text", "kind", "layer", "heads", "selection", "presentation", "options", "segment_filter")

    kind = t.Unicode("self").tag(sync=True)
    layer = t.Int(0).tag(sync=True)
    heads = t.List(t.Int()).tag(sync=True)
    part: t.Dict[str, Any] | Part | None = t.Dict(default_value=None, allow_none=True).tag(sync=True)
    selection = t.List(t.Dict()).tag(sync=True)
    presentation = t.List(t.Enum(PRESENTATIONS), default_value=list(PRESENTATIONS)).tag(sync=True)
    hide_special = t.Bool(False).tag(sync=True)
    merge_words = t.Bool(False).tag(sync=True)
    threshold = t.Float(0.0, min=0.0, max=1.0).tag(sync=True)
    segment_filter = t.Enum(SEGMENT_FILTERS, "all").tag(sync=True)

    _ahead: tuple[Answer, ...] = ()
    """Heads that a view holds and that nobody has looked at yet."""

    @cached_property
    def _refining(self) -> Background[Bytes]:
        return Background()

    def __init__(
        self,
        model: Any = None,
        tokenizer: Any = None,
        text: str | None = None,
        text_pair: str | None = None,
        *,
        explainer: Any = None,
        attention: AttentionMap | None = None,
        kind: str | None = None,
        layer: int | None = None,
        heads: int | Sequence[int] | None = None,
        part: Part | None = None,
        presentation: str | Sequence[str] = PRESENTATIONS,
        truncate: bool = False,
        **view: Any,
    ) -> None:
        if attention is None:
            if text is None:
                raise InputError("There is nothing to show: pass text=, or attention= with an AttentionMap.")
            attention = explainer_of(model, tokenizer, explainer).attention(text, text_pair, truncate=truncate)
        elif any(given is not None for given in (model, tokenizer, text, text_pair, explainer)):
            raise InputError("Pass either attention= or a model and a text, not both.")
        elif not isinstance(attention, AttentionMap):
            raise InputError(
                f"attention= is {type(attention).__name__}: give an AttentionMap; AttentionMap.from_tensors makes one "
                "of weights that you have."
            )
        kind = attention.kinds[0] if kind is None else kind
        layer = attention.layers(kind)[0] if layer is None else layer
        heads = first_heads(attention, kind, layer) if heads is None else heads
        attention.check(layer, heads, kind)
        named: Any = [heads] if is_one(heads) else heads
        self.attention = attention
        rerun = attention.rerun
        super().__init__(
            attention,
            {
                "heads": self._answer_heads,
                "cell": self._answer_cell,
                "thumbnails": self._answer_thumbnails,
            },
            kind=kind,
            layer=layer,
            heads=sorted({int(head) for head in named}),
            part=first_part(attention, kind) if part is None else part,
            presentation=several(presentation, "presentation", PRESENTATIONS),
            text=rerun.text if rerun else "",
            text_pair=(rerun.text_pair or "") if rerun else "",
            **view,
        )
        self.payload = self._payload()

    _code = bundle("attention.js")
    _css = bundle("attention.css")

    def run(self, text: str, text_pair: str | None = None, *, truncate: bool = False) -> None:
        """Shows the attention of other text; raises what goes wrong and then leaves everything as it was."""
        self._run(text=text, text_pair=text_pair or "", truncate=truncate)

    def _make(self, question: Mapping[str, Any], *, truncate: bool, progress: Report | None) -> AttentionMap:
        if self.attention.rerun is None:
            raise InputError("This map was made from tensors: there is no model to run on other text.")
        pair = question["text_pair"] or None
        return self.attention.rerun.run(question["text"], pair, truncate=truncate, progress=progress)

    def _shown(self) -> AttentionMap:
        return self.attention

    def _put(self, made: AttentionMap) -> None:
        """Puts another map in place, keeping layer, heads and kind where the map has them."""
        kind = self.kind if self.kind in made.kinds else made.kinds[0]
        layers = made.layers(kind)
        layer = self.layer if self.layer in layers else layers[0]
        count = made.heads(layer, kind)
        self.attention = made
        self.selection, self.part = [], None
        self.kind, self.layer, self.heads = kind, layer, [head for head in self.heads if head < count]
        self.part = first_part(made, kind)
        if made.rerun is not None:
            self.text, self.text_pair = made.rerun.text, made.rerun.text_pair or ""
        self.payload = self._payload()

    @t.validate(*LiveWidget.question)
    def _question_may_change(self, proposal: Any) -> Any:
        return self._ask(proposal)

    @t.observe(*LiveWidget.question)
    def _question_changed(self, change: Any) -> None:
        self._asked(change)

    def _payload(self) -> dict[str, Any]:
        self._run_count += 1
        self._ahead = ()
        self._refining.cancel()
        return attention_payload(
            self.attention, run=self._run_count, kind=self.kind, layer=self.layer, heads=self.heads, part=self.part
        )

    def close(self) -> None:
        """Ends what runs in the background, and the widget."""
        self._refining.cancel()
        super().close()

    # View state: what does not exist is refused with the range, whoever asks.

    @t.validate("kind")
    def _kind_exists(self, proposal: Any) -> str:
        self.attention.layers(proposal["value"])
        kind: str = proposal["value"]
        return kind

    @t.validate("layer")
    def _layer_exists(self, proposal: Any) -> int:
        self.attention.heads(proposal["value"], self.kind)
        layer: int = proposal["value"]
        return layer

    @t.validate("heads")
    def _heads_exist(self, proposal: Any) -> list[int]:
        heads = sorted(set(proposal["value"]))
        self.attention.check(self.layer, heads, self.kind)
        return heads

    @t.validate("part")
    def _part_exists(self, proposal: Any) -> Part | None:
        part: Part | None = proposal["value"]
        if part is None:
            return None
        check_part(self.attention, self.kind, part)
        return {side: [int(bound) for bound in part[side]] for side in ("query", "key")}

    @t.validate("threshold")
    def _threshold_is_a_number(self, proposal: Any) -> float:
        threshold: float = proposal["value"]
        # NaN passes every bound, and JSON has none.
        if threshold != threshold:
            raise InputError("The threshold is NaN: give a number from 0 to 1.")
        return threshold

    @t.validate("selection")
    def _selection_fits(self, proposal: Any) -> list[dict[str, Any]]:
        queries, keys = self.attention.tokens(self.kind)
        return checked_spans(proposal["value"], {"query": len(queries), "key": len(keys)})

    @t.observe("kind")
    def _kind_changed(self, change: Any) -> None:
        layers = self.attention.layers(change["new"])
        if self.layer not in layers:
            self.layer = layers[0]
        self.selection = []
        self.part = first_part(self.attention, change["new"])
        self._keep_heads()

    @t.observe("layer")
    def _layer_changed(self, _change: Any) -> None:
        self._keep_heads()

    def _keep_heads(self) -> None:
        count = self.attention.heads(self.layer, self.kind)
        if any(head >= count for head in self.heads):
            self.heads = [head for head in self.heads if head < count]

    def _note(self, request: dict[str, Any], arrays: Arrays) -> None:
        if not request.get("ahead"):
            super()._note(request, arrays)
        elif request.get("run") == self._run_count:
            self._ahead = tuple(answers_of(request, arrays))
            self._note_looked_at()

    @t.observe("kind", "layer", "heads", "part")
    def _note_looked_at(self, _change: Any = None) -> None:
        """A view that holds heads does not ask for them when somebody looks at them: what is on show was looked at."""
        for answer in self._ahead:
            kind, layer, [head] = (answer.request[name] for name in ("kind", "layer", "heads"))
            here = (kind, layer, answer.request.get("part")) == (self.kind, self.layer, self.part)
            if here and head in self.heads:
                self.told.note(answer)

    # Answers to the view.

    def _current(self, request: dict[str, Any]) -> AttentionMap:
        self._check_current(request)
        return self.attention

    def _answer_heads(self, _identity: str, request: dict[str, Any]) -> Arrays:
        return answer_heads(self._current(request), request)

    def _answer_cell(self, _identity: str, request: dict[str, Any]) -> Arrays:
        return answer_cell(self._current(request), request)

    def _answer_thumbnails(self, identity: str, request: dict[str, Any]) -> object:
        attention = self._current(request)
        self._refining.start(
            lambda tick: thumbnails_of(attention, request, tick),
            done=lambda made: self._requests.answer(identity, [made]),
            failed=lambda error: self._requests.fail(identity, error),
            report=lambda *_: None,
            identity=identity,
        )
        return LATER
