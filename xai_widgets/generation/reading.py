"""From what was seen of a generation to its steps and its tree of beams."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from xai_widgets.attribution.target import Vocabulary
from xai_widgets.generation.beams import CHOSEN, DROPPED, FINISHED, KEPT, Beam, Beams
from xai_widgets.generation.recorder import NEVER, Record
from xai_widgets.generation.step import Ranking, Step


def results_of(record: Record, sequences: NDArray[np.int64]) -> list[tuple[int, ...]]:
    """The tokens that were written in each result, best first, without what fills them up to one length.

    Args:
        record: what was seen.
        sequences: what ``generate`` gave, [result, position].
    """
    results = []
    for row in sequences[:, len(record.start) :].tolist():
        end = next((place + 1 for place, token in enumerate(row) if token in record.end_ids), None)
        if len(sequences) > 1 and end is None and record.n_steps < record.n_most:
            fill = row[-1]
            end = len(row)
            while end > 1 and row[end - 1] == fill and not _was_written(record, row[:end]):
                end -= 1
        results.append(tuple(row[:end]))
    return results


def _was_written(record: Record, ids: Sequence[int]) -> bool:
    """Whether a beam of just these tokens was seen at the step that it says."""
    return len(ids) <= record.n_steps and len(_rows(record, ids)) == len(ids)


def _rows(record: Record, ids: Sequence[int]) -> list[int]:
    """The row that each token was chosen in; fewer where the tokens were not all written one after the other."""
    rows = [0]
    for step, token in enumerate(ids[:-1]):
        if step >= len(record.rows[0]):
            break
        found = np.flatnonzero((record["parents"][step] == rows[-1]) & (record["tokens"][step] == token))
        if not len(found):
            break
        rows.append(int(found[0]))
    return rows


def steps_of(record: Record, ids: Sequence[int], vocabulary: Vocabulary) -> tuple[Step, ...]:
    """The steps in which the tokens of one result, or of another beam, were written."""
    rows = _rows(record, ids)
    steps = []
    for step, (row, token) in enumerate(zip(rows, ids, strict=True)):
        following = rows[step + 1] if step + 1 < len(rows) else None
        log_prob, raw = _chances(record, step, row, token, following)
        ranking = Ranking(
            record["top_ids"][step, row], record["top_log_probs"][step, row], record["top_raw_log_probs"][step, row]
        )
        of_model = Ranking(
            record["raw_ids"][step, row], record["raw_processed"][step, row], record["raw_top"][step, row]
        )
        steps.append(Step(step, token, log_prob, raw, step < record.n_forced, ranking, of_model, vocabulary))
    return tuple(steps)


def _chances(record: Record, step: int, row: int, token: int, following: int | None) -> tuple[float, float]:
    """The log-probability of a token at a step, as it was chosen and as the model gave it."""
    if following is not None:
        return float(record["log_probs"][step, following]), float(record["raw_log_probs"][step, following])
    if step == record.n_steps - 1 and step == len(record.rows[0]):
        return float(record["last"][row, token]), float(record["raw_last"][row, token])
    if step < len(record.rows[0]):
        # The last token of what was stopped is in no result, but the row that it made was seen.
        found = np.flatnonzero((record["parents"][step] == row) & (record["tokens"][step] == token))
        if len(found):
            return float(record["log_probs"][step, found[0]]), float(record["raw_log_probs"][step, found[0]])
    if record.n_rows > 1:
        found = np.flatnonzero((record["beam_rows"][step] == row) & (record["beam_ids"][step] == token))
        if len(found):
            return float(record["beam_log_probs"][step, found[0]]), float(record["beam_raw_log_probs"][step, found[0]])
    if token in record.end_ids:
        end = record.end_ids.index(token)
        return float(record["ends"][step, row, end]), float(record["raw_ends"][step, row, end])
    found = np.flatnonzero(record["top_ids"][step, row] == token)
    if len(found):
        place = found[0]
        return float(record["top_log_probs"][step, row, place]), float(record["top_raw_log_probs"][step, row, place])
    return math.nan, math.nan


class _Tree:
    """The nodes of a tree of beams while it grows."""

    def __init__(self) -> None:
        self.nodes: list[Beam] = []
        self.known: dict[tuple[int | None, int], int] = {}

    def grow(self, parent: int | None, token: int, added: float, score: float, state: str) -> int:
        """The number of the node of a token behind its parent; made, if there is none."""
        key = (parent, token)
        if key not in self.known:
            number = self.known[key] = len(self.nodes)
            step = 0 if parent is None else self.nodes[parent].step + 1
            self.nodes.append(Beam(number, parent, step, token, added, score, None, state))
        return self.known[key]

    def mark(self, number: int, state: str, final: float | None = None) -> None:
        """Changes what became of a node."""
        old = self.nodes[number]
        kept = old.final if final is None else final
        self.nodes[number] = Beam(old.index, old.parent, old.step, old.id, old.log_prob, old.score, kept, state)


def beams_of(record: Record, results: Sequence[Sequence[int]], vocabulary: Vocabulary) -> Beams:
    """The tree of a beam search with its results, best first."""
    tree = _Tree()
    owners: dict[int, int | None] = dict.fromkeys(range(record.n_rows))
    for step in range(record.n_steps):
        columns = ("beam_rows", "beam_ids", "beam_added", "beam_scores")
        compared = zip(*(record[name][step].tolist() for name in columns), strict=True)
        for rank, (row, token, added, score) in enumerate(compared):
            if score < NEVER or row not in owners:
                continue
            number = tree.grow(owners[row], token, added, score, DROPPED)
            if token in record.end_ids and rank < record.n_rows and not record.samples:
                tree.mark(number, FINISHED, score / (step + 1) ** record.length_penalty)
        if step < len(record.rows[0]):
            owners = _kept(tree, record, step, owners)
    for rank, ids in enumerate(results):
        full = len(ids) == record.n_steps == record.n_most
        if rank == 0 or full or ids[-1] in record.end_ids:
            _finish(tree, record, ids, chosen=rank == 0)
    return Beams(tuple(tree.nodes), record.n_rows, vocabulary, lambda ids: steps_of(record, ids, vocabulary))


def _kept(tree: _Tree, record: Record, step: int, owners: dict[int, int | None]) -> dict[int, int | None]:
    """The nodes of the rows that the search went on with."""
    names = ("parents", "tokens", "added", "scores")
    kept: dict[int, int | None] = {}
    columns = zip(*(record[name][step].tolist() for name in names), strict=True)
    for row, (parent, token, added, score) in enumerate(columns):
        if score < NEVER or parent not in owners:
            continue
        kept[row] = number = tree.grow(owners[parent], token, added, score, KEPT)
        tree.mark(number, KEPT)
    return kept


def _finish(tree: _Tree, record: Record, ids: Sequence[int], *, chosen: bool) -> None:
    """Marks the nodes of a result."""
    node: int | None = None
    for step, token in enumerate(ids):
        if (node, token) not in tree.known:
            # Drawn at random, so not among the likeliest: only its last token can have been overlooked.
            row = _rows(record, ids)[step]
            if step == record.n_steps - 1:
                added = float(record["added_last"][row, token])
            else:
                added = float(record["ends_added"][step, row, record.end_ids.index(token)])
            before = 0.0 if node is None else tree.nodes[node].score
            tree.grow(node, token, added, before + added, FINISHED)
        node = tree.known[node, token]
        if chosen:
            tree.mark(node, CHOSEN)
    assert node is not None
    last = tree.nodes[node]
    tree.mark(node, CHOSEN if chosen else FINISHED, last.score / len(ids) ** record.length_penalty)
