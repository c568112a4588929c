"""AttentionMap: who attends to whom, in every layer and head, computed when it is looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from typing import Any

import numpy as np

from xai_widgets import files
from xai_widgets.attention import kept_map
from xai_widgets.attention.attention_stack import SOURCES, AttentionStack, Bool, Float, Rows
from xai_widgets.attention.frames import attention_array, attention_frame
from xai_widgets.attention.from_tensors import stacks_from_tensors
from xai_widgets.attention.head_scores import head_score, head_scores
from xai_widgets.attention.rerun import Rerun
from xai_widgets.attention.selection import Numbers
from xai_widgets.attention.span_weights import span_weights
from xai_widgets.attention.stacks import Stacks, is_one
from xai_widgets.errors import InputError
from xai_widgets.files import PathLike
from xai_widgets.shows_itself import ShowsItself
from xai_widgets.text import TokenSequence, TokenSpan


class AttentionMap(ShowsItself):
    """The attention of one text (or pair, or source and target) through a whole model.

    Axes are [layer, head, query, key]: row ``query`` says how much that token takes from every ``key``, and
    sums to one (less where a layer has attention sinks, which take weight without being a token). Layers and
    heads count from 0, as in transformers and BertViz.

    Attributes:
        kinds: ``("self",)``, or ``("encoder", "cross", "decoder")`` for an encoder-decoder. In ``"cross"`` the
            queries are the target's tokens and the keys the source's.
        path: how the weights were obtained: ``"interface"``, ``"eager"`` or ``"tensors"``.
        model_name: what the model is called, for people.
        rerun: how to make the map of other text, or None for a map of bare tensors.
        notes: what is not here and why, in sentences: layers that do not attend from token to token.
    """

    shown_by = ("AttentionWidget", "attention")

    def __init__(
        self,
        stacks: Mapping[str, AttentionStack],
        *,
        path: str,
        model_name: str = "",
        rerun: Rerun | None = None,
        notes: Sequence[str] = (),
    ) -> None:
        self._stacks = Stacks(stacks)
        self.kinds: tuple[str, ...] = self._stacks.kinds
        self.path = path
        self.model_name = model_name
        self.rerun = rerun
        self.notes = tuple(notes)

    @classmethod
    def from_tensors(
        cls,
        attention: Any = None,
        tokens: Any = None,
        sentence_b_start: int | None = None,
        *,
        encoder_attention: Any = None,
        decoder_attention: Any = None,
        cross_attention: Any = None,
        encoder_tokens: Any = None,
        decoder_tokens: Any = None,
        attention_mask: Any = None,
        batch_index: int | None = None,
        include_layers: Sequence[int] | None = None,
        model_name: str = "",
    ) -> AttentionMap:
        """A map of weights that you already have; takes what BertViz's ``head_view`` and ``model_view`` take.

        Args:
            attention: one array per layer, [batch, head, query, key] or [head, query, key], torch or numpy, as
                ``model(..., output_attentions=True).attentions``. Layers may differ in their number of heads;
                None stands for a layer that has no attention.
            tokens: one string per position, or a TokenSequence.
            sentence_b_start: position at which the second text of a pair starts.
            encoder_attention, decoder_attention, cross_attention: the same for an encoder-decoder; any of them.
            encoder_tokens, decoder_tokens: their tokens.
            attention_mask: 1 for what is text and 0 for padding, [batch, position] or [position]; padding is
                cut away (of the only sequence, or of the encoder's).
            batch_index: which text of a batch of several.
            include_layers: the layers to keep, by number (default: all).
            model_name: what to call the model on the screen.

        Raises:
            InputError: nothing in it (SDPA models return None), a batch of several without ``batch_index``,
                shapes that do not fit each other or the tokens.
        """
        stacks = stacks_from_tensors(
            {
                "self": (attention, tokens, tokens),
                "encoder": (encoder_attention, encoder_tokens, encoder_tokens),
                "cross": (cross_attention, decoder_tokens, encoder_tokens),
                "decoder": (decoder_attention, decoder_tokens, decoder_tokens),
            },
            sentence_b_start=sentence_b_start,
            attention_mask=attention_mask,
            batch_index=batch_index,
            include_layers=include_layers,
        )
        return cls(stacks, path="tensors", model_name=model_name)

    @property
    def n_layers(self) -> int:
        """Number of layers that have attention, of the first kind."""
        return len(self.layers())

    @property
    def n_heads(self) -> int:
        """Number of heads, of the first kind (the widest layer's, where layers differ)."""
        return self.shape()[1]

    @property
    def source(self) -> str:
        """How the weights were obtained, in words, and what was left out."""
        return " ".join([f"{SOURCES[self.path]}.", *self.notes]) if self.notes else SOURCES[self.path]

    def layers(self, kind: str | None = None) -> tuple[int, ...]:
        """The numbers of the layers that have attention; a hybrid model's other layers are left out."""
        return self._stacks.of(kind).layers

    def heads(self, layer: int, kind: str | None = None) -> int:
        """Number of heads of one layer."""
        stack, index = self._stacks.layer(layer, kind)
        return stack.n_heads(index)

    def shape(self, kind: str | None = None) -> tuple[int, int, int, int]:
        """(layer, head, query, key): how many of each; the widest layer's heads where layers differ."""
        stack = self._stacks.of(kind)
        heads = max(stack.n_heads(index) for index in range(len(stack.layers)))
        return (len(stack.layers), heads, len(stack.queries), len(stack.keys))

    def tokens(self, kind: str | None = None) -> tuple[TokenSequence, TokenSequence]:
        """The (queries, keys) of a kind."""
        stack = self._stacks.of(kind)
        return stack.queries, stack.keys

    def weights(
        self,
        layer: int,
        head: int | Sequence[int] | None = None,
        kind: str | None = None,
        *,
        rows: Rows = None,
    ) -> Float:
        """Exact attention weights.

        Args:
            layer: the layer's own number (see ``layers``).
            head: one head, several, or None for all of the layer.
            kind: one of ``kinds``; default: the first.
            rows: only these queries, a slice or several numbers, which costs less; default: all.

        Returns:
            float32 [query, key] for one head, else [head, query, key]. Pairs that the mask forbids are 0; see
            ``seen`` to tell them from a weight of zero.

        Raises:
            InputError: a layer, head, kind or row that does not exist; the message says which do.
        """
        stack, index = self._stacks.layer(layer, kind)
        heads = list(range(stack.n_heads(index))) if head is None else self._stacks.heads(layer, head, kind)
        weights = stack.weights(index, heads, self._stacks.rows(rows, len(stack.queries)))
        return weights if head is None or not is_one(head) else weights[0]

    def check(self, layer: int, heads: int | Iterable[int], kind: str | None = None) -> None:
        """Raises InputError, with what is allowed, where the kind, the layer or one of the heads does not exist."""
        self._stacks.heads(layer, heads, kind)

    def span_weights(
        self, layer: int, heads: Sequence[int], query: TokenSpan, key: TokenSpan, kind: str | None = None
    ) -> Float:
        """What a span of queries takes from a span of keys, exact: the mean over queries of the sum over keys.

        Of single tokens it is the weight itself; of the sub-words of two words it is the weight between the words.

        Returns:
            float32 [head]; NaN where the mask forbids every pair of the spans.

        Raises:
            InputError: a layer, head or kind that does not exist, or a span that reaches past the end of the tokens.
        """
        stack, index = self._stacks.layer(layer, kind)
        return span_weights(stack, index, self._stacks.heads(layer, heads, kind), query, key)

    def head_scores(self, score: str, kind: str | None = None) -> Float:
        """How much each head does one thing in this text, from 0 (not at all) to 1 (with all of its attention).

        Args:
            score: what (A[i, j] is the weight with which query i takes from key j; means are over the queries that
                have such a key; pairs that the mask forbids are not counted):

                - ``"previous_token"``: A[i, i - 1], between tokens that are not special.
                - ``"next_token"``: A[i, i + 1], likewise.
                - ``"same_token"``: the sum of A[i, j] over the other places j of the same token.
                - ``"induction"``: the sum of A[i, j] over the j that came after an earlier place of the same token
                  (prefix matching; Olsson et al. 2022).
                - ``"first_token"``: A[i, 0] for i > 0 (an attention sink; Xiao et al. 2024).
                - ``"separator"``: the sum of A[i, j] over special tokens j > 0 (Clark et al. 2019).
            kind: one of ``kinds``, not ``"cross"``; default: the first.

        Returns:
            float32 [layer, head], rows in the order of ``layers(kind)``. NaN where a layer has no such head, and
            where the text has no such pair (nothing repeats, there is no separator, the mask hides what comes next).

        Raises:
            InputError: a score or kind that does not exist, or cross attention.
        """
        return head_scores(self, score, kind)

    def strongest_head(self, score: str, kind: str | None = None) -> tuple[int, int, float]:
        """The head that scores highest: its layer's own number, its number, and its score (see ``head_scores``).

        Raises:
            InputError: as ``head_scores``; or the text has no pair that the score could be measured on.
        """
        scores = self.head_scores(score, kind)
        if np.isnan(scores).all():
            raise InputError(f"This text has nothing to measure {score!r} on: it counts {head_score(score).formula}.")
        row, head = divmod(int(np.nanargmax(scores)), scores.shape[1])
        return self.layers(kind)[row], head, float(scores[row, head])

    def seen(self, layer: int, kind: str | None = None, *, rows: Rows = None) -> Bool | None:
        """Which pairs the mask allows: bool [1 or head, query, key], or None where it allows all."""
        stack, index = self._stacks.layer(layer, kind)
        return stack.seen(index, self._stacks.rows(rows, len(stack.queries)))

    def to_numpy(
        self, layers: Numbers = None, heads: Numbers = None, kind: str | None = None, *, max_weights: int = 500_000_000
    ) -> Float:
        """The exact weights of several layers and heads as one array.

        Args:
            layers: the layers' own numbers, one or several; default: all that have attention.
            heads: one or several; default: all.
            kind: one of ``kinds``; default: the first.
            max_weights: more than so many are refused; the default is 2 GB.

        Returns:
            float32 [layer, head, query, key], in the order in which layers and heads were named. Pairs that the mask
            forbids are 0 (see ``seen``); heads that a layer does not have, where layers differ, are NaN.

        Raises:
            InputError: what does not exist, or more than ``max_weights``; the message has the numbers.
        """
        return attention_array(self, layers, heads, kind, max_weights)

    def to_frame(
        self, layers: Numbers = None, heads: Numbers = None, kind: str | None = None, *, max_rows: int = 10_000_000
    ) -> Any:
        """The exact weights as a tidy pandas DataFrame: one row a weight.

        Columns: ``kind``, ``layer``, ``head``, ``query`` and ``key`` (positions from 0), ``query_token`` and
        ``key_token`` (as they read) and ``weight`` (float32). A pair that the mask forbids has no weight, and no row.

        Args:
            layers, heads: one or several; default: all.
            kind: one of ``kinds``; default: all of them, one below the other.
            max_rows: more than so many are refused, counted before the mask; the default is about 0.4 GB.

        Raises:
            InputError: what does not exist, or more than ``max_rows``; the message has the numbers.
            MissingExtraError: pandas is not installed.
        """
        return attention_frame(self, layers, heads, None if kind is None else [kind], max_rows)

    def save(self, path: PathLike, **options: Any) -> None:
        """Keeps the map in a file. The suffix says in which form; ``load`` reads the first two back.

        ``.npz``: weights, tokens, masks and layer numbers; numpy reads it without pickle. Options: ``layers`` (by their
        own numbers), ``kind``, ``weights`` ("float32", exact; or "uint8": a quarter of the size or less, each within
        0.004). ``.json``: what ``to_json`` gives, with its options. The model is not kept: a map that was loaded does
        not run on other text.

        ``.svg``, ``.png``, ``.pdf``: a picture of what an AttentionWidget would show; the last two need the extra
        ``pictures``. Options: the widget's choices (``kind``, ``layer``, ``heads``, ``presentation``, ``hide_special``,
        ``merge_words``, ``threshold``, ``segment_filter``, ``selection``, ``part``), ``theme`` ("light" or "dark"),
        ``width`` ("column", 3.3 inches; "page", 7 inches; or inches), ``title`` ("" for none) and, for a .png, ``dpi``
        (300). ``.html``: a page with the widget in it, live and offline; see ``AttentionWidget.save``.

        Raises:
            InputError: another suffix, option, layer or kind than there is; the message says which there are.
            FileError: the file cannot be written; what was there before is still there.
            MissingExtraError: a .png or .pdf without the extra ``pictures``.
        """
        files.save(self, path, kept_map.WRITERS, options)

    @classmethod
    def load(cls, path: PathLike) -> AttentionMap:
        """A map that ``save`` kept, as ``.npz`` or ``.json``; needs neither torch nor the model.

        Raises:
            InputError: another suffix, not a map, damaged, or kept by a newer version; the message says what it is.
            FileError: the file cannot be read.
        """
        return cls(**kept_map.load(path))

    def to_json(
        self, layers: Numbers = None, kind: str | None = None, *, max_weights: int = kept_map.MAX_JSON_WEIGHTS
    ) -> str:
        """The map as JSON text, exact to the bit; ``docs/data.md`` describes it.

        Args:
            layers: their own numbers; default: all.
            kind: one of ``kinds``; default: all.
            max_weights: more than so many are refused, for text takes about 15 bytes each: use ``save("map.npz")``.

        Raises:
            InputError: what does not exist, more than ``max_weights``, or infinite weights.
        """
        return kept_map.json_of(self, layers, kind, max_weights)

    @classmethod
    def from_json(cls, text: str | bytes) -> AttentionMap:
        """The map of a JSON text that ``to_json`` gave.

        Raises:
            InputError: it is not JSON, not a map, damaged, or of a newer version.
        """
        return cls(**kept_map.parse(text))

    def to_bertviz(
        self,
        view: str = "head",
        *,
        layers: Numbers = None,
        heads: Numbers = None,
        kind: str | None = None,
        layer: int | None = None,
        display_mode: str = "dark",
        max_weights: int = 1_000_000,
    ) -> Any:
        """The same weights in BertViz's own view, as IPython ``HTML`` that a cell shows where it is the last line.

        BertViz writes every weight as text into the cell, and its views load their libraries from the network.

        Args:
            view: "head" or "model".
            layers: the layers to include, by number; default: all.
            heads: of the head view those that are selected first, of the model view those to include; default: all.
            kind: one of ``kinds``; default: all of an encoder-decoder, which BertViz offers in a menu.
            layer: the layer that the head view shows first.
            display_mode: "dark" or "light", of the model view.
            max_weights: more than so many are refused; the default is about 45 MB of HTML.

        Raises:
            InputError: what does not exist, layers or kinds that BertViz cannot show together, too many weights.
        """
        # The room stands above this one: it is looked up only when it is asked for.
        bertviz = import_module("xai_widgets.interop.bertviz")
        return bertviz.bertviz_html(self, view, layers, heads, kind, layer, display_mode, max_weights)

    def __repr__(self) -> str:
        parts = []
        for kind in self.kinds:
            n_layers, n_heads, n_queries, n_keys = self.shape(kind)
            parts.append(f"{kind}: {n_layers} layers x {n_heads} heads x {n_queries} x {n_keys} tokens")
        return f"<AttentionMap {self.model_name or 'of tensors'}; {'; '.join(parts)}; {self.path}>"
