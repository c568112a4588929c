"""How faithful attribution methods are to a model, on texts of one's choice: a table."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from xai_widgets.attribution.attribution import Attribution, Float
from xai_widgets.attribution.baseline import Baseline
from xai_widgets.attribution.coalitions import Coalitions
from xai_widgets.attribution.problem import Problem
from xai_widgets.attribution.question import ask
from xai_widgets.attribution.rank import spearman
from xai_widgets.attribution.registry import method_named
from xai_widgets.attribution.registry import methods as _cards
from xai_widgets.attribution.target import Target
from xai_widgets.attribution.units import Unit, units_of
from xai_widgets.errors import InputError, UnsupportedModelError
from xai_widgets.models.task import Task

Text = str | tuple[str, str]
Spans = Sequence[tuple[int, int]]
"""Half-open character spans in a text."""
Progress = Callable[[str, int, int], None]

SHARES = (0.01, 0.05, 0.1, 0.2, 0.5)
"""Shares of the words that are taken away, or kept, in comprehensiveness and sufficiency."""
RANDOM = "random order"
_BASELINES = ("mask", "pad", "mean")
_CURVE_POINTS = 11


@dataclass(frozen=True)
class MethodResult:
    """What one method reached, mean over the texts.

    Attributes:
        method: its name, or ``"random order"``, what words in a random order reach.
        comprehensiveness: how much probability is lost without the top words; higher is better.
        sufficiency: how much is lost with the top words alone; lower is better.
        deletion_auc: area under the probability as words are taken away, top first; lower is better.
        randomisation: rank correlation with the scores on the model with its weights shuffled; near 0 is better.
        precision: share of the top words that are in the truth, as many as the truth has; None without a truth.
        residual: what scores do not account for, as a share of value minus baseline value (median).
        seconds: for one text.
        note: why there are no numbers, where there are none.
    """

    method: str
    comprehensiveness: float = float("nan")
    sufficiency: float = float("nan")
    deletion_auc: float = float("nan")
    randomisation: float = float("nan")
    precision: float | None = None
    residual: float = float("nan")
    seconds: float = float("nan")
    note: str = ""


@dataclass(frozen=True)
class Evaluation:
    """A table of methods and what they reached.

    Attributes:
        results: one a method.
        n_texts: on how many texts.
        model_name: of which model.
    """

    results: tuple[MethodResult, ...]
    n_texts: int
    model_name: str

    def __getitem__(self, method: str) -> MethodResult:
        return next(result for result in self.results if result.method == method)

    def as_markdown(self) -> str:
        """The table in Markdown; arrows say which way is better."""
        truth = any(result.precision is not None for result in self.results)
        heads = ["method", "comprehensiveness ↑", "sufficiency ↓", "deletion AUC ↓", "randomisation → 0"]
        heads += ["precision ↑"] * truth + ["residual", "s / text"]
        lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
        for result in self.results:
            if result.note:
                lines.append(f"| {result.method} | {result.note}" + " |" * (len(heads) - 1))
                continue
            cells = [result.comprehensiveness, result.sufficiency, result.deletion_auc, result.randomisation]
            shown = [result.method, *(_number(cell) for cell in cells)]
            shown += [_number(result.precision)] if truth else []
            shown += ["–" if np.isnan(result.residual) else f"{result.residual:.1%}"]
            shown.append("–" if np.isnan(result.seconds) else f"{result.seconds:.2g}")
            lines.append("| " + " | ".join(shown) + " |")
        return "\n".join(lines)

    def __str__(self) -> str:
        return f"{self.model_name}, {self.n_texts} texts\n{self.as_markdown()}"

    def _repr_markdown_(self) -> str:
        return self.as_markdown()


def _number(value: float | None) -> str:
    return "–" if value is None or np.isnan(value) else f"{value:.3f}"


def evaluate(
    explainer: Any,
    texts: Sequence[Text],
    methods: Sequence[str] | None = None,
    *,
    truth: Sequence[Spans] | None = None,
    options: Mapping[str, Mapping[str, Any]] | None = None,
    randomise: bool = True,
    seed: int = 0,
    progress: Progress | None = None,
) -> Evaluation:
    """How faithful methods are to this model on these texts.

    The predicted answer is explained (its logit), and its probability measured while words are taken away (their
    place is taken by the mask or pad token, or the mean embedding): comprehensiveness and sufficiency (DeYoung et al.
    2020, arXiv:1911.03429), deletion AUC (Samek et al. 2017, arXiv:1509.06321). Randomisation is the sanity check of
    Adebayo et al. 2018 (arXiv:1810.03292): scores that do not change when the weights are shuffled do not explain the
    model.

    Args:
        explainer: the Explainer.
        texts: texts, or pairs of texts.
        methods: names; None: all that need no other library.
        truth: for each text the character spans of the (first) text that decide, where that is known.
        options: method name -> options for it.
        randomise: do the randomisation check; it doubles the time.
        seed: of the shuffled weights and the random order.
        progress: called with (what, done, total), may raise to cancel; None: a progress bar.

    Raises:
        InputError: no texts, a method that there is not, a truth that does not fit the texts.
    """
    names = [card.name for card in _cards() if card.extra is None] if methods is None else list(methods)
    for name in names:
        method_named(name)
    if not texts:
        raise InputError("There are no texts to evaluate on: give at least one.")
    if truth is not None and len(truth) != len(texts):
        raise InputError(f"There are {len(truth)} truths for {len(texts)} texts: give one a text.")
    shuffled = type(explainer)(_shuffled(explainer.model, seed), explainer.tokenizer) if randomise else None
    spans: list[Spans | None] = [None] * len(texts) if truth is None else list(truth)
    trials = [_Trial(explainer, text, deciding) for text, deciding in zip(texts, spans, strict=True)]
    results = []
    with _bar(progress, len(trials) * (len(names) + 1)) as tick:
        order = np.random.default_rng(seed)
        found = [
            trial.measured(order.permutation(len(trial.units)).astype(float))
            for trial in _told(trials, RANDOM, tick, 0)
        ]
        results.append(_result(RANDOM, found))
        for index, name in enumerate(names, start=1):
            try:
                told = _told(trials, name, tick, index * len(trials))
                own = dict((options or {}).get(name, {}))
                found = [trial.run(explainer, shuffled, name, own) for trial in told]
            except UnsupportedModelError as error:
                results.append(MethodResult(name, note=str(error)))
            else:
                results.append(_result(name, found))
    return Evaluation(tuple(results), len(trials), explainer.model_name)


def _told(trials: Sequence[_Trial], name: str, tick: Progress, done: int) -> Iterator[_Trial]:
    for index, trial in enumerate(trials):
        tick(name, done + index, 0)
        yield trial


@contextmanager
def _bar(progress: Progress | None, total: int) -> Iterator[Progress]:
    if progress is not None:
        yield lambda what, done, _total: progress(what, done, total)
        return
    from tqdm.auto import tqdm  # type: ignore[import-untyped]

    with tqdm(total=total, desc="evaluating", leave=False) as bar:

        def tick(what: str, done: int, _total: int) -> None:
            bar.set_description(what, refresh=False)
            bar.update(done - bar.n)

        yield tick


def _result(name: str, found: Sequence[Mapping[str, float]]) -> MethodResult:
    values = {key: np.array([one.get(key, np.nan) for one in found]) for key in set().union(*found)}
    mean = {key: float(np.nanmean(array)) for key, array in values.items() if np.isfinite(array).any()}
    if "residual" in values:
        mean["residual"] = float(np.nanmedian(values["residual"]))
    made: dict[str, Any] = {"method": name} | mean
    return MethodResult(**made)


class _Trial:
    """One text, whose predicted answer's probability can be measured with words missing."""

    def __init__(self, explainer: Any, text: Text, truth: Spans | None) -> None:
        self._text: str = text if isinstance(text, str) else text[0]
        self._pair: str | None = None if isinstance(text, str) else text[1]
        maker = explainer.inputs
        target = Target() if maker.task == Task.BASE else Target(value="probability")
        config = explainer.model.config
        regression = getattr(config, "problem_type", None) == "regression" or getattr(config, "num_labels", 0) == 1
        if maker.task == Task.SEQUENCE_CLASSIFICATION and regression:
            target = Target()
        with torch.inference_mode(False):
            question = ask(
                maker, self._text, self._pair, target, truncate=True, max_new_tokens=None, tick=lambda *_: None
            )
            problem = Problem(question, explainer.tokenizer, lambda *_: None)
            problem.start(grad=False)
            if problem.n_steps > 1:
                raise InputError("Evaluation is of one value a text, and this gives several steps: use other texts.")
            self._chosen = problem.candidates[0][0].id if problem.candidates and not regression else None
            self.units: list[Unit] = units_of(problem, "word")
            self._coalitions = Coalitions(problem, self.units, Baseline.of(None, problem, default=_BASELINES))
        self._value = float(problem.value[0])
        self._tokens = problem.readings[0].tokens
        self._truth = None if truth is None else self._deciding(truth)

    def _deciding(self, spans: Spans) -> set[int]:
        deciding = set()
        for index, unit in enumerate(self.units):
            for position in unit.positions if unit.reading == 0 else ():
                offset = self._tokens.offsets[position]
                if offset and any(offset[0] < stop and start < offset[1] for start, stop in spans):
                    deciding.add(index)
        return deciding

    def run(self, explainer: Any, shuffled: Any, name: str, options: Mapping[str, Any]) -> dict[str, float]:
        """Explains the text by a method and measures it."""
        before = time.perf_counter()
        attribution = self._explain(explainer, name, options)
        seconds = time.perf_counter() - before
        scores = self._of_units(attribution)
        found = self.measured(scores) | {"seconds": seconds}
        difference = abs(float(attribution.value) - float(attribution.baseline_value))
        found["residual"] = abs(float(attribution.residual)) / max(difference, 1e-9)
        if shuffled is not None:
            found["randomisation"] = spearman(scores, self._of_units(self._explain(shuffled, name, options)))
        return found

    def _explain(self, explainer: Any, name: str, options: Mapping[str, Any]) -> Attribution:
        made: Attribution = explainer.attribute(
            self._text, self._pair, method=name, target=self._chosen, truncate=True, **options
        )
        return made

    def _of_units(self, attribution: Attribution) -> Float:
        sides = [side.scores for side in attribution.sides]
        return np.array([sides[unit.reading][list(unit.positions)].sum() for unit in self.units])

    def measured(self, scores: Float) -> dict[str, float]:
        """The measures of an order of the words: highest score first."""
        count = len(self.units)
        order = np.argsort(-scores, kind="stable")
        tops = [order[: max(1, round(share * count))] for share in SHARES]
        without = np.ones((len(SHARES), count), bool)
        for row, top in zip(without, tops, strict=True):
            row[top] = False
        gone = np.unique(np.linspace(0, count, _CURVE_POINTS).round().astype(int))
        curve = np.ones((len(gone), count), bool)
        for row, number in zip(curve, gone, strict=True):
            row[order[:number]] = False
        with torch.inference_mode(False):
            lost = self._value - self._coalitions.values(without)[:, 0]
            kept = self._value - self._coalitions.values(~without)[:, 0]
            values = self._coalitions.values(curve)[:, 0]
        found = {
            "comprehensiveness": float(lost.mean()),
            "sufficiency": float(kept.mean()),
            "deletion_auc": float(((values[1:] + values[:-1]) / 2 * np.diff(gone / count)).sum()),
        }
        if self._truth:
            # A negated word speaks against the answer that its negation makes: size counts, not sign.
            largest = np.argsort(-np.abs(scores), kind="stable")[: len(self._truth)].tolist()
            found["precision"] = len(self._truth.intersection(largest)) / len(self._truth)
        return found


def _shuffled(model: Any, seed: int) -> Any:
    """A copy of the model with the numbers inside each parameter shuffled."""
    made = copy.deepcopy(model)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in made.parameters():
            order = torch.randperm(parameter.numel(), generator=generator).to(parameter.device)
            parameter.copy_(parameter.reshape(-1)[order].reshape(parameter.shape))
    return made
