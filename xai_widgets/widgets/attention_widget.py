"""AttentionWidget: an AttentionMap as lines, matrix and grid, live in a notebook."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import anywidget
import traitlets as t

from xai_widgets.attention.attention_map import AttentionMap
from xai_widgets.errors import InputError, StaleError
from xai_widgets.text import TokenSpan
from xai_widgets.widgets.background import Background, Report
from xai_widgets.widgets.bundle import bundle
from xai_widgets.widgets.requests import LATER, Arrays, Requests, words
from xai_widgets.widgets.wire import attention_payload, first_heads, head_bytes

PRESENTATIONS = ("lines", "matrix", "grid")
SEGMENT_FILTERS = ("all", "AA", "AB", "BA", "BB")


class AttentionWidget(anywidget.AnyWidget):
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
        truncate: cut a text that is longer than the model's positions instead of refusing it.
        theme: "auto" (the notebook's), "light" or "dark".

    All view state is in traits that work both ways: ``text``, ``text_pair``, ``kind``, ``layer``, ``heads``,
    ``selection`` (pinned tokens: ``{"side": "query" or "key", "start": i, "stop": j}``, half-open),
    ``presentation``, ``hide_special``, ``merge_words``, ``threshold``, ``segment_filter``, ``theme``. Setting
    ``text`` from Python runs the model and raises what goes wrong, leaving text and map as they were. What a
    person types in the view runs in the background; ``error`` and ``progress`` say how it goes.

    Raises:
        InputError: nothing to show, or a layer, head or kind that does not exist.
    """

    payload = t.Dict().tag(sync=True)
    error = t.Unicode("").tag(sync=True)
    progress: t.Dict[str, Any] | None = t.Dict(default_value=None, allow_none=True).tag(sync=True)
    text = t.Unicode("").tag(sync=True)
    text_pair = t.Unicode("").tag(sync=True)
    kind = t.Unicode("self").tag(sync=True)
    layer = t.Int(0).tag(sync=True)
    heads = t.List(t.Int()).tag(sync=True)
    selection = t.List(t.Dict()).tag(sync=True)
    presentation = t.List(t.Enum(PRESENTATIONS), default_value=list(PRESENTATIONS)).tag(sync=True)
    hide_special = t.Bool(False).tag(sync=True)
    merge_words = t.Bool(False).tag(sync=True)
    threshold = t.Float(0.0, min=0.0, max=1.0).tag(sync=True)
    segment_filter = t.Enum(SEGMENT_FILTERS, "all").tag(sync=True)
    theme = t.Enum(("auto", "light", "dark"), "auto").tag(sync=True)

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
        heads: Sequence[int] | None = None,
        presentation: str | Sequence[str] = PRESENTATIONS,
        truncate: bool = False,
        **view: Any,
    ) -> None:
        # First, because an arguments' error leaves an object whose end is closed like any other's.
        self._background: Background[AttentionMap] = Background()
        if attention is None:
            if text is None:
                raise InputError("There is nothing to show: pass text=, or attention= with an AttentionMap.")
            attention = _explainer(model, tokenizer, explainer).attention(text, text_pair, truncate=truncate)
        elif any(given is not None for given in (model, tokenizer, text, text_pair, explainer)):
            raise InputError("Pass either attention= or a model and a text, not both.")
        kind = attention.kinds[0] if kind is None else kind
        layer = attention.layers(kind)[0] if layer is None else layer
        heads = first_heads(attention, kind, layer) if heads is None else sorted({int(head) for head in heads})
        attention.check(layer, heads, kind)
        self._run_count = 0
        self._remote = threading.local()
        self._made: AttentionMap | None = attention
        self._requests = Requests(
            self._send_answer,
            {
                "heads": self._answer_heads,
                "cell": self._answer_cell,
                "run": self._answer_run,
                "cancel": self._cancel,
            },
        )
        self.attention = attention
        shown = [presentation] if isinstance(presentation, str) else list(presentation)
        rerun = attention.rerun
        super().__init__(
            kind=kind,
            layer=layer,
            heads=heads,
            presentation=shown,
            text=rerun.text if rerun else "",
            text_pair=(rerun.text_pair or "") if rerun else "",
            **view,
        )
        self.payload = self._payload()
        self._made = None
        self.on_msg(lambda _widget, content, _buffers: self._requests.receive(content))

    _esm = bundle("attention.js")
    _css = bundle("attention.css")

    def run(self, text: str, text_pair: str | None = None, *, truncate: bool = False) -> None:
        """Shows the attention of other text; raises what goes wrong and then leaves everything as it was."""
        self._show(self._rerun().run(text, text_pair or None, truncate=truncate))

    def cancel(self) -> None:
        """Ends the run in the background, if there is one; what was shown before still stands."""
        self._background.cancel()

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Takes what the front end changed; text that comes from there runs in the background."""
        self._remote.now = True
        try:
            super().set_state(sync_data)
        finally:
            self._remote.now = False

    # Text: a person's comes as a request, a linked widget's as a trait from the front end, a program's from Python.

    @t.validate("text", "text_pair")
    def _text_may_change(self, proposal: Any) -> str:
        value: str = proposal["value"]
        name = proposal["trait"].name
        if self._made is None and value != getattr(self, name) and not getattr(self._remote, "now", False):
            texts = {"text": self.text, "text_pair": self.text_pair, name: value}
            self._made = self._rerun().run(texts["text"], texts["text_pair"] or None)
        return value

    @t.observe("text", "text_pair")
    def _text_changed(self, _change: Any) -> None:
        if self._made is not None:
            made, self._made = self._made, None
            if made is not self.attention:
                self._show(made)
        elif getattr(self._remote, "now", False):
            self._start(self.text, self.text_pair, truncate=False)

    def _start(self, text: str, text_pair: str, *, truncate: bool, identity: str | None = None) -> threading.Thread:
        run = self._rerun().run

        def work(report: Report) -> AttentionMap:
            made: AttentionMap = run(text, text_pair or None, truncate=truncate, progress=report)
            return made

        def done(attention: AttentionMap) -> None:
            self._show(attention)
            if identity is not None:
                self._requests.answer(identity, [])

        def failed(error: Exception) -> None:
            if not isinstance(error, StaleError):
                self.progress = None
                # A run that nobody waits for (a linked widget changed the text) has only this place to say it.
                self.error = "" if identity is not None else words(error)
            if identity is not None:
                self._requests.fail(identity, error)

        def report(label: str, count: int, total: int) -> None:
            self.progress = {"label": label, "done": count, "total": total}

        self.progress = {"label": "running the model", "done": 0, "total": 0}
        return self._background.start(work, done=done, failed=failed, report=report, identity=identity)

    def _show(self, attention: AttentionMap) -> None:
        """Puts another map in place, in one message, keeping layer, heads and kind where the map has them."""
        kind = self.kind if self.kind in attention.kinds else attention.kinds[0]
        layers = attention.layers(kind)
        layer = self.layer if self.layer in layers else layers[0]
        count = attention.heads(layer, kind)
        heads = [head for head in self.heads if head < count]
        rerun = attention.rerun
        self._made = attention
        self.attention = attention
        try:
            with self.hold_sync():
                self.selection = []
                self.kind, self.layer, self.heads = kind, layer, heads
                if rerun is not None:
                    self.text, self.text_pair = rerun.text, rerun.text_pair or ""
                self.error, self.progress = "", None
                self.payload = self._payload()
        finally:
            self._made = None

    def _payload(self) -> dict[str, Any]:
        self._run_count += 1
        return attention_payload(
            self.attention, run=self._run_count, kind=self.kind, layer=self.layer, heads=self.heads
        )

    def _rerun(self) -> Any:
        if self.attention.rerun is None:
            raise InputError("This map was made from tensors: there is no model to run on other text.")
        return self.attention.rerun

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

    @t.validate("selection")
    def _selection_fits(self, proposal: Any) -> list[dict[str, Any]]:
        queries, keys = self.attention.tokens(self.kind)
        counts = {"query": len(queries), "key": len(keys)}
        for pinned in proposal["value"]:
            side, start, stop = (pinned.get(name) for name in ("side", "start", "stop"))
            known = side in counts and isinstance(start, int) and isinstance(stop, int)
            if not known or not 0 <= start < stop <= counts[side]:
                raise InputError(
                    f"{pinned!r} cannot be pinned: give side 'query' (0 to {counts['query']}) or 'key' "
                    f"(0 to {counts['key']}), and start < stop."
                )
        selection: list[dict[str, Any]] = proposal["value"]
        return selection

    @t.observe("kind")
    def _kind_changed(self, change: Any) -> None:
        layers = self.attention.layers(change["new"])
        if self.layer not in layers:
            self.layer = layers[0]
        self.selection = []
        self._keep_heads()

    @t.observe("layer")
    def _layer_changed(self, _change: Any) -> None:
        self._keep_heads()

    def _keep_heads(self) -> None:
        count = self.attention.heads(self.layer, self.kind)
        if any(head >= count for head in self.heads):
            self.heads = [head for head in self.heads if head < count]

    # Answers to the view.

    def _send_answer(self, content: dict[str, Any], buffers: list[bytes]) -> None:
        self.send(content, buffers)

    def _current(self, request: dict[str, Any]) -> AttentionMap:
        if request.get("run") != self._run_count:
            raise StaleError("This was asked of a text that has been replaced since.")
        return self.attention

    def _answer_heads(self, _identity: str, request: dict[str, Any]) -> Arrays:
        attention = self._current(request)
        attention.check(request["layer"], request["heads"], request["kind"])
        return [head_bytes(attention, request["kind"], request["layer"], request["heads"])]

    def _answer_cell(self, _identity: str, request: dict[str, Any]) -> Arrays:
        attention = self._current(request)
        kind = request["kind"]
        attention.check(request["layer"], request["heads"], kind)
        spans = [TokenSpan(*request[side]) for side in ("query", "key")]
        for span, tokens in zip(spans, attention.tokens(kind), strict=True):
            span.of(range(len(tokens)))
        return [attention.span_weights(request["layer"], request["heads"], spans[0], spans[1], kind)]

    def _answer_run(self, identity: str, request: dict[str, Any]) -> object:
        self._start(request["text"], request["text_pair"], truncate=bool(request["truncate"]), identity=identity)
        return LATER

    def _cancel(self, _identity: str, request: dict[str, Any]) -> Arrays:
        self._background.cancel(request.get("target"))
        return []

    def close(self) -> None:
        """Ends what runs in the background, and the widget."""
        self._background.cancel()
        super().close()


def _explainer(model: Any, tokenizer: Any, explainer: Any) -> Any:
    if explainer is not None:
        if model is not None or tokenizer is not None:
            raise InputError("Pass either explainer= or a model and a tokenizer, not both.")
        return explainer
    # torch comes in only where there is a model to run: a map of tensors is shown without it.
    from xai_widgets.explainer import Explainer

    return Explainer(model, tokenizer)
