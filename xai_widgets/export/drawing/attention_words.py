"""What a picture of attention says in words: as ``js/widgets/footer_words.ts`` and ``attention_words.ts`` do."""

from __future__ import annotations

from collections.abc import Sequence

from xai_widgets.export.drawing.attention_view import Shown

_KINDS = {
    "self": "Attention",
    "encoder": "Attention of the encoder",
    "cross": "Cross attention",
    "decoder": "Attention of the decoder",
}
_SEGMENTS = {
    "AA": "Only what the first text sees of itself.",
    "AB": "Only what the first text sees of the second.",
    "BA": "Only what the second text sees of the first.",
    "BB": "Only what the second text sees of itself.",
}
_NAMED = 4
"""Heads are named up to this many; more are counted."""


def head_words(heads: Sequence[int], count: int) -> str:
    """Which heads the mean is over."""
    if len(heads) == 0:
        return "no head"
    if len(heads) == 1:
        return f"head {heads[0]}"
    if len(heads) == count:
        return f"mean of all {count} heads"
    if len(heads) > _NAMED:
        return f"mean of {len(heads)} heads"
    return f"mean of heads {', '.join(map(str, heads))}"


def heads_title(heads: Sequence[int]) -> str:
    """What the scale of a matrix measures."""
    if not heads:
        return "Weight"
    return f"Weight, head {heads[0]}" if len(heads) == 1 else f"Weight, mean over {len(heads)} heads"


def title_words(shown: Shown, model: str) -> str:
    """What is on show, in one line: kind, layer, heads, model."""
    view = shown.view
    heads = view.heads
    if len(heads) == shown.n_heads and len(heads) > 1:
        which = f"all {len(heads)} heads"
    elif len(heads) > _NAMED:
        which = f"{len(heads)} of {shown.n_heads} heads"
    elif len(heads) == 1:
        which = f"head {heads[0]}"
    else:
        which = f"heads {', '.join(map(str, heads))}" if heads else "no head"
    title = f"{_KINDS[view.kind]}: layer {view.layer}, {which}"
    return f"{title} · {model}" if model else title


def note_words(shown: Shown, source: str, left_out: str) -> list[str]:
    """What is drawn and what is not, one sentence each."""
    view = shown.view
    heads = [head for head, _ in shown.heads]
    notes = []
    if "matrix" in view.presentation and len(heads) > 1:
        notes.append(f"Matrix: {head_words(heads, shown.n_heads)}.")
    notes += part_words(shown)
    if view.merge_words:
        notes.append("Words: queries averaged, keys summed over sub-words.")
    if shown.hidden_share > 0:
        hundredths = 100 * shown.hidden_share
        share = "under 1%" if hundredths < 1 else f"{int(hundredths + 0.5)}%"
        notes.append(f"Weight on hidden tokens: {share}.")
    if "lines" in view.presentation and left_out:
        notes.append(left_out)
    elif view.threshold > 0:
        notes.append(f"Weights below {view.threshold:g} are not drawn.")
    if view.segment_filter != "all":
        notes.append(_SEGMENTS[view.segment_filter])
    notes.append(sentence(source))
    return notes


def part_words(shown: Shown) -> list[str]:
    """Which tokens of a long text are shown."""
    sides = zip(("Queries", "Keys"), shown.view.part, shown.counts, strict=True)
    cut = [f"{name} {start} to {stop - 1} of {count}" for name, (start, stop), count in sides if stop - start < count]
    return [sentence(", ".join(cut))] if cut else []


def sentence(words: str) -> str:
    """Words as a sentence of their own: a capital at the start, a stop at the end."""
    words = words.strip()
    if not words:
        return ""
    words = words[0].upper() + words[1:]
    return words if words[-1] in ".!?" else f"{words}."
