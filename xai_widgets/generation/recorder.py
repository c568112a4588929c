"""Watching a generation: at each step the candidates and scores of every beam, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from transformers import LogitsProcessorList

NEVER = -1e8
"""Beam scores below are those of beams that only fill the batch: a search starts them, and forced ones, at -1e9."""


class TooShortError(Exception):
    """The generation config ends the text before all forced tokens are written."""


@dataclass(frozen=True, eq=False)
class Record:
    """What was seen, on the CPU. A row is a beam; without a beam search there is one.

    Attributes:
        start: the tokens before the first that was written.
        rows: what the rows held last, [row, step]: all but the last token, where the generation ended by itself.
        n_steps: how many steps were seen.
        n_rows: how many rows there are.
        n_forced: how many of the first tokens were forced.
        end_ids: the tokens that end a text.
        n_most: how many tokens could be written at most.
        length_penalty: the generation config's.
        samples: whether tokens are drawn rather than the best ones taken.
        arrays: by name, see below.

    For each step, [step, row, candidate]:
        ``top_ids``, ``top_log_probs``, ``top_raw_log_probs``: the tokens likeliest to be chosen;
        ``raw_ids``, ``raw_top``, ``raw_processed``: those likeliest to the model itself;
        ``ends``, ``raw_ends``, ``ends_added``: those that end a text.
    For each step but the first, [step, row]:
        ``parents``, ``tokens``: the row that each row comes from, and the token that made it;
        ``log_probs``, ``raw_log_probs``, ``added``, ``scores``: of that token, and of the row with it.
    Of the last step, [row, vocab]: ``last``, ``raw_last``, ``added_last``.
    Of a beam search what it compared, best first, [step, candidate]:
        ``beam_rows``, ``beam_ids``, ``beam_added``, ``beam_scores``, ``beam_log_probs``, ``beam_raw_log_probs``.
    """

    start: tuple[int, ...]
    rows: NDArray[np.int64]
    n_steps: int
    n_rows: int
    n_forced: int
    end_ids: tuple[int, ...]
    n_most: int
    length_penalty: float
    samples: bool
    arrays: dict[str, NDArray[Any]]

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self.arrays[name]


class Recorder:
    """Stands before and behind a generation's logits processors; see ``models.generation.generate``.

    Args:
        forced: tokens that must come first, one a step. They are scored like any other before they are forced.
        top: how many candidates to keep of each step.
        limit: how many tokens the model has positions for, or None.
        tick: told how many tokens are written, and how many can be; raises to stop.
    """

    def __init__(self, forced: Sequence[int], top: int, limit: int | None, tick: Callable[[int, int], None]) -> None:
        self.forced = list(forced)
        self._top = top
        self._limit = limit
        self._tick = tick
        self._start: Tensor | None = None
        self._config: Any = None
        self._kept: dict[str, list[Tensor]] = {}

    def observe(self, processors: LogitsProcessorList, config: Any) -> LogitsProcessorList:
        """The processors with this recorder around them."""
        self._config = config
        self._width = config.num_beams or 1
        ends = config.eos_token_id
        self._ends = torch.tensor([] if ends is None else ends, dtype=torch.long).reshape(-1)
        return LogitsProcessorList([_Watch(self._before), *processors, _Watch(self._behind)])

    @property
    def started(self) -> bool:
        """Whether the model has run."""
        return self._start is not None

    @property
    def n_seen(self) -> int:
        """How many tokens have been written and seen: all but the last of a generation that ended by itself."""
        return 0 if self._start is None else int(self._ids.shape[1] - self._start.shape[0])

    @property
    def n_most(self) -> int:
        """How many tokens can be written: as the config says, and as many as the model has positions for."""
        assert self._start is not None
        lengths = (self._config.max_length, self._limit)
        return min(length for length in lengths if length is not None) - len(self._start)

    def stop(self, ids: Tensor, *_: Any, **__: Any) -> Tensor:
        """A stopping criterion: there are no positions for more."""
        full = self._limit is not None and ids.shape[1] >= self._limit
        return torch.full((len(ids),), full, dtype=torch.bool, device=ids.device)

    def _before(self, ids: Tensor, scores: Tensor) -> Tensor:
        if self._start is None:
            self._start = ids[0]
            self._scores = torch.full((len(ids),), -1e9, device=scores.device)
            self._scores[0] = 0
        else:
            self._link(ids)
        self._ids = ids
        if self.n_most < len(self.forced):
            raise TooShortError
        self._tick(self.n_seen, self.n_most)
        self._raw = scores.float().log_softmax(dim=-1)
        self._came = scores
        return scores

    def _behind(self, _ids: Tensor, scores: Tensor) -> Tensor:
        # Where no processor had anything to say, what it gave is what the model gave.
        untouched = scores is self._came
        self._chances = self._raw if untouched else scores.float().log_softmax(dim=-1)
        # Beams add up what the processors leave, whether it still is a distribution or not.
        self._added = scores.float() if self._width > 1 else self._chances
        chances, raw = self._chances, self._raw
        top = min(self._top, chances.shape[-1])
        likeliest = chances.topk(top, dim=-1)
        self._keep(top_ids=likeliest.indices, top_log_probs=likeliest.values)
        self._keep(top_raw_log_probs=raw.gather(-1, likeliest.indices))
        found = likeliest if untouched else raw.topk(top, dim=-1)
        self._keep(raw_ids=found.indices, raw_top=found.values, raw_processed=chances.gather(-1, found.indices))
        ends = self._ends.to(chances.device)
        self._keep(ends=chances[:, ends], raw_ends=raw[:, ends], ends_added=self._added[:, ends])
        if self._width > 1:
            self._compare()
        step = self.n_seen
        return self._force(scores, self.forced[step]) if step < len(self.forced) else scores

    def _force(self, scores: Tensor, token: int) -> Tensor:
        only = torch.full_like(scores, -torch.inf)
        own = scores[:, token]
        # A token that the config rules out has no score: the model's own stands in, so that there is one to choose.
        only[:, token] = torch.where(own.isfinite(), own, self._raw[:, token].to(own.dtype))
        self._added = only.float() if self._width > 1 else self._added
        return only

    def _compare(self) -> None:
        """The candidates that the beam search is about to compare, best first."""
        totals = (self._added + self._scores[:, None]).flatten()
        count = max(2, 1 + len(self._ends)) * self._width
        best = totals.topk(min(count, len(totals)))
        rows, ids = best.indices // self._added.shape[-1], best.indices % self._added.shape[-1]
        self._keep(beam_rows=rows, beam_ids=ids, beam_scores=best.values, beam_added=self._added[rows, ids])
        self._keep(beam_log_probs=self._chances[rows, ids], beam_raw_log_probs=self._raw[rows, ids])

    def _link(self, ids: Tensor) -> None:
        """Which row each row comes from, and what its new token was given."""
        tokens = ids[:, -1]
        if self._width > 1:
            same = (ids[:, None, :-1] == self._ids[None]).all(dim=-1)
            parents = same.int().argmax(dim=1)
        else:
            parents = torch.zeros_like(tokens)
        self._scores = self._scores[parents] + self._added[parents, tokens]
        if self.n_seen < len(self.forced):
            # Forced beams are all the same one: the others only fill the batch.
            self._scores[1:] = -1e9
        self._keep(
            parents=parents,
            tokens=tokens,
            log_probs=self._chances[parents, tokens],
            raw_log_probs=self._raw[parents, tokens],
            added=self._added[parents, tokens],
            scores=self._scores,
        )

    def _keep(self, **tensors: Tensor) -> None:
        for name, tensor in tensors.items():
            self._kept.setdefault(name, []).append(tensor)

    def record(self) -> Record:
        """All that was seen. Only after at least one step."""
        assert self._start is not None
        n_seen = self.n_seen
        # What was stopped while the model ran has a step that nothing was chosen at yet.
        n_steps = min(n_seen + 1, len(self._kept["ends"])) if self._kept else 0
        arrays = {
            name: torch.stack(kept[: n_seen if name in _LINKS else n_steps]).cpu().numpy()
            for name, kept in self._kept.items()
            if kept[: n_seen if name in _LINKS else n_steps]
        }
        last = {"last": self._chances, "raw_last": self._raw, "added_last": self._added}
        penalty = self._config.length_penalty
        return Record(
            start=tuple(self._start.tolist()),
            rows=self._ids[:, len(self._start) :].cpu().numpy(),
            n_steps=n_steps,
            n_rows=len(self._ids),
            n_forced=len(self.forced),
            end_ids=tuple(self._ends.tolist()),
            n_most=self.n_most,
            length_penalty=1.0 if penalty is None else float(penalty),
            samples=bool(self._config.do_sample),
            arrays=arrays | {name: tensor.cpu().numpy() for name, tensor in last.items()},
        )


class _Watch:
    """A method of the recorder as a logits processor.

    transformers inspects the signature of each processor at each step; that of a bound method takes it a millisecond.
    """

    def __init__(self, see: Callable[[Tensor, Tensor], Tensor]) -> None:
        self._see = see

    def __call__(self, input_ids: Tensor, scores: Tensor) -> Tensor:
        return self._see(input_ids, scores)


_LINKS = {"parents", "tokens", "log_probs", "raw_log_probs", "added", "scores"}
