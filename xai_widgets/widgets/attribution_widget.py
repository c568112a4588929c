"""AttributionWidget: which tokens made the model answer so, live in a notebook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import traitlets as t

from xai_widgets.attribution.attention_beside import attention_beside, attention_row
from xai_widgets.attribution.attribution import Attribution
from xai_widgets.attribution.rerun import Runner
from xai_widgets.errors import InputError, UnsupportedModelError
from xai_widgets.widgets import state_parts as states
from xai_widgets.widgets.attribution_wire import VALUES, attribution_payload, method_cards
from xai_widgets.widgets.background import Report
from xai_widgets.widgets.bundle import bundle
from xai_widgets.widgets.live_widget import Asked, LiveWidget, explainer_of
from xai_widgets.widgets.requests import Arrays
from xai_widgets.widgets.spans import checked_spans

DEFAULT_METHOD = "gradient_x_input"

Shown = tuple[Attribution, ...]
"""Attributions of one text and target: the method's, then those that it is compared with."""


class AttributionWidget(LiveWidget[Shown]):
    """The text itself, coloured by what each token adds to the value that is explained.

    A token's colour is its score, in the unit of the value (a logit, unless asked otherwise): one hue raises it,
    the other lowers it, and the strongest score has the full colour. The bar under the text adds up: baseline,
    what raises, what lowers, the residual that the scores leave, and the value. Attention-based methods say
    "attention, not attribution".

    Args:
        model, tokenizer: a transformers model and its tokenizer; or ``explainer=``; or ``attribution=``, one that
            you already have.
        text, text_pair: what to explain; see ``Explainer.attribute``.
        method: one of ``xai.methods()``.
        target: a class or a token by name or number, a pair for the difference of two, or None: what the model
            answers.
        explainer: an Explainer, in place of model and tokenizer.
        attribution: an Attribution, in place of all of them.
        compare: other methods, shown beside it.
        value: "logit", "log_prob" or "probability".
        baseline: what the methods that have a baseline start from ("pad", "mask", "zero", "mean"); "" for each
            method's own.
        at: where several values could be explained, which: see ``Explainer.attribute``. None: all steps, or the task's
            default.
        **view: ``step``, ``merge_words``, ``hide_special``, ``show_scores``, ``theme``, ``group``, ``presenter`` (large
            type, for a projector), ``locked`` (controls that a person cannot use: "text", "method", "value", "target",
            "compare", "options", "selection"); other names are options of the method.

    ``text``, ``text_pair``, ``target``, ``method``, ``compare``, ``value``, ``baseline`` and ``at`` are the question;
    they, ``step`` and ``selection`` (picked tokens: ``{"side": 0 or 1, "start": i, "stop": j}``, half-open) are traits
    that work both ways. Setting one from Python runs the model and raises what goes wrong, leaving all as it was; what
    a person changes in the view runs in the background.

    Where several steps are explained, a click on another answer at one of them asks for that answer there: ``target``
    is the answer, ``at`` the step. Both are None again when the person goes back, or types other text.

    Attributes:
        attributions: what is on show: the method's Attribution, then those of ``compare``.

    Raises:
        InputError: nothing to explain, or a target, method or value that does not exist.
    """

    _code = bundle("attribution.js")
    _css = bundle("attribution.css")

    shows = "attribution"
    state_parts = (
        states.named("method"),
        states.target("target"),
        states.named("compare", [], several=True),
        states.named("value", "logit"),
        states.named("baseline", ""),
        states.number("step", "S", 0),
        states.head("attention_head"),
        states.spans("selection", {0: "a", 1: "b"}),
        states.flag("merge_words", "words"),
        states.flag("hide_special", "nospecial"),
        states.flag("show_scores", "scores"),
    )
    question = ("text", "text_pair", "target", "method", "compare", "value", "baseline", "at")

    controls = ("text", "method", "value", "target", "compare", "options", "selection")

    target = Asked(None).tag(sync=True)
    method = t.Unicode(DEFAULT_METHOD).tag(sync=True)
    compare = t.List(t.Unicode()).tag(sync=True)
    value = t.Enum((*VALUES, "cosine similarity", "prediction"), "logit").tag(sync=True)
    baseline = t.Unicode("").tag(sync=True)
    at = Asked(None).tag(sync=True)
    step = t.Int(0).tag(sync=True)
    selection = t.List(t.Dict()).tag(sync=True)
    merge_words = t.Bool(False).tag(sync=True)
    hide_special = t.Bool(False).tag(sync=True)
    show_scores = t.Bool(False).tag(sync=True)
    attention_head = t.List(t.Int(), default_value=None, allow_none=True).tag(sync=True)

    def __init__(
        self,
        model: Any = None,
        tokenizer: Any = None,
        text: str | None = None,
        text_pair: str | None = None,
        *,
        method: str = DEFAULT_METHOD,
        target: Any = None,
        explainer: Any = None,
        attribution: Attribution | None = None,
        compare: Sequence[str] = (),
        value: str = "logit",
        baseline: str = "",
        at: int | str | None = None,
        truncate: bool = False,
        **view: Any,
    ) -> None:
        options = {name: view.pop(name) for name in list(view) if name not in type(self).class_trait_names()}
        self._explain: Runner | None = None
        if attribution is None:
            if text is None:
                raise InputError("There is nothing to explain: pass text=, or attribution= with an Attribution.")
            question = {"text": text, "text_pair": text_pair or "", "target": target, "method": method}
            question |= {"compare": list(compare), "value": value, "baseline": baseline, "at": at}
            self._options = options
            self._explain = explainer_of(model, tokenizer, explainer).attribute
            shown = self._make(question, truncate=truncate, progress=None)
        elif any(given is not None for given in (model, tokenizer, text, text_pair, explainer)):
            raise InputError("Pass either attribution= or a model and a text, not both.")
        elif not isinstance(attribution, Attribution):
            raise InputError(f"attribution= is {type(attribution).__name__}: give what Explainer.attribute gives.")
        elif options or target is not None or at is not None or method not in (DEFAULT_METHOD, attribution.method.name):
            raise InputError(
                "An attribution= is of a method, a target and options already: leave them out, or give the model and "
                "the text. Another method is put beside it by compare=."
            )
        else:
            shown = self._adopt(attribution, compare)
        self.attributions: Shown = shown
        # Whether the text has steps, also while one of them is explained alone.
        self._stepped = shown[0].steps is not None
        traits = view | self._traits_of(shown) | {"baseline": baseline}
        super().__init__(shown, {"attention_row": self._answer_attention_row}, **traits)
        self.payload = self._payload(previous=None)

    def run(self, text: str | None = None, text_pair: str | None = None, *, truncate: bool = False, **q: Any) -> None:
        """Shows another question's answer; raises what goes wrong and then leaves everything as it was.

        Args:
            text, text_pair: other texts; None keeps what is shown.
            truncate: cut a text that is longer than the model's positions instead of refusing it.
            **q: ``target``, ``method``, ``compare``, ``value``, ``baseline``, ``at``.
        """
        texts = {"text": text, "text_pair": text_pair}
        changes = {name: given for name, given in texts.items() if given is not None} | q
        self._run(truncate=truncate, **changes)

    def _with(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        """The question with some of it changed; an answer that was chosen at a step goes with the text it was in."""
        # Compared with what is on show: a text that a linked widget changed is in its trait already.
        shown = self._traits_of(self.attributions)
        other = any(changes.get(name, shown.get(name)) != shown.get(name) for name in ("text", "text_pair"))
        left = {"at": None, "target": None} if self._stepped and self.at is not None and other else {}
        return super()._with(left | dict(changes))

    def _adopt(self, attribution: Attribution, compare: Sequence[str]) -> Shown:
        rerun = attribution.rerun
        self._options = {}
        if rerun is not None:
            self._explain = rerun.run
            named = ("method", "target", "value", "at", "truncate", "progress", "with_attention")
            self._options = {name: given for name, given in rerun.arguments.items() if name not in named}
        elif compare:
            raise InputError("This attribution came without a model: there is nothing to compare it with.")
        others = [rerun.again(method=method) for method in compare] if rerun is not None else []
        return (attribution, *others)

    def _make(self, question: Mapping[str, Any], *, truncate: bool, progress: Report | None) -> Shown:
        if self._explain is None:
            raise InputError("This attribution came without a model: there is nothing to run on another question.")
        methods = list(dict.fromkeys([question["method"], *question["compare"]]))
        made: list[Attribution] = []
        for method in methods:
            arguments = {"method": method, "target": _target(question["target"])}
            arguments |= {"value": question["value"], "at": question["at"]}
            arguments |= self._options_for(method, question["method"], question["baseline"])
            arguments |= {"truncate": truncate, "progress": progress}
            run = self._explain if made else self._with_attention
            made.append(run(question["text"], question["text_pair"] or None, **arguments))
        return tuple(made)

    def _with_attention(self, text: str, text_pair: str | None, **arguments: Any) -> Attribution:
        """The attribution with the attention of its first pass, where the model has one attention to show."""
        assert self._explain is not None
        try:
            return self._explain(text, text_pair, with_attention=True, **arguments)
        except (InputError, UnsupportedModelError):
            # A similarity has two passes, Mamba has no attention weights; any other error comes again here.
            return self._explain(text, text_pair, **arguments)

    def _options_for(self, method: str, first: str, baseline: str) -> dict[str, Any]:
        """The options of a method: those that were given belong to the first; a baseline to all that have one."""
        known = {name for card in method_cards() if card.name == method for name, _ in card.options}
        general = ("max_new_tokens", "batch_size")
        own = {n: v for n, v in self._options.items() if n in general or method == first or n in known}
        return own | ({"baseline": baseline} if baseline and "baseline" in known else {})

    def _traits_of(self, shown: Shown) -> dict[str, Any]:
        methods = {"method": shown[0].method.name, "compare": [other.method.name for other in shown[1:]]}
        rerun = shown[0].rerun
        if rerun is None:
            return methods
        asked = {name: rerun.arguments.get(name) for name in ("target", "value", "at")}
        return methods | asked | {"text": rerun.text, "text_pair": rerun.text_pair or ""}

    def _shown(self) -> Shown:
        return self.attributions

    def _put(self, made: Shown) -> None:
        before, self.attributions = self.attributions[0], made
        left, steps = self.at, made[0].steps
        self.selection, self.step = [], 0
        for name, value in self._traits_of(made).items():
            setattr(self, name, value)
        self._stepped = steps is not None or (self._stepped and self.at is not None)
        if isinstance(self.at, int) and before.steps is not None and self.at < len(before.steps):
            # What was written there stands beside the answer that was chosen instead.
            before = before.step(self.at)
        elif isinstance(left, int) and steps is not None and left < len(steps):
            self.step = left
        self.payload = self._payload(previous=before)

    def _payload(self, previous: Attribution | None) -> dict[str, Any]:
        self._run_count += 1
        return attribution_payload(
            self.attributions,
            run=self._run_count,
            # What was loaded has no model to try other methods on; their code, and torch with it, stays out.
            methods=() if self._explain is None else method_cards(),
            previous=previous,
            attention=self._attention_heads(),
            within=self._stepped and self.at is not None,
        )

    @t.validate(*question)
    def _question_may_change(self, proposal: Any) -> Any:
        return self._ask(proposal)

    @t.observe(*question)
    def _question_changed(self, change: Any) -> None:
        self._asked(change)

    @t.validate("step")
    def _step_exists(self, proposal: Any) -> int:
        steps = self.attributions[0].steps
        count = 1 if steps is None else len(steps)
        step: int = proposal["value"]
        if not 0 <= step < count:
            raise InputError(f"There is no step {step}: steps are 0 to {count - 1}.")
        return step

    @t.validate("selection")
    def _selection_fits(self, proposal: Any) -> list[dict[str, Any]]:
        counts = {number: len(side.tokens) for number, side in enumerate(self.attributions[0].sides)}
        return checked_spans(proposal["value"], counts, done="picked")

    def _attention_heads(self) -> dict[str, list[int]] | None:
        found = attention_beside(self.attributions[0])
        if found is None:
            return None
        attention, kind = found
        layers = attention.layers(kind)
        return {"layers": list(layers), "heads": [attention.heads(layer, kind) for layer in layers]}

    def _answer_attention_row(self, _identity: str, request: dict[str, Any]) -> Arrays:
        self._check_current(request)
        step = request.get("step") or 0
        row = attention_row(self.attributions[0], request["layer"], request["head"], step)
        if row is None:
            raise InputError("There is no attention to stand beside these scores.")
        return [row]


def _target(given: Any) -> Any:
    """A pair arrives from the browser as a list."""
    return tuple(given) if isinstance(given, list) else given
