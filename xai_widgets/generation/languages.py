"""Which language a multilingual translation model reads and writes, by the codes of its tokenizer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any

from xai_widgets.errors import InputError

_CODE = re.compile(r"[a-z]{2,3}_[A-Z][A-Za-z]{1,3}")
_MARK = re.compile(r"\s*>>(.*?)<<")


class Languages:
    """The language codes of a tokenizer, each with its token: NLLB's, M2M100's, mBART's, multilingual Marian's."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self._known = _known(tokenizer)

    @property
    def marks(self) -> bool:
        """Whether the target's language is said at the beginning of the text (>>fra<<), as to Marian."""
        return bool(self._known) and not hasattr(self._tokenizer, "src_lang")

    def check(self, code: str | None) -> None:
        """Raises InputError, with the codes that there are, where the tokenizer does not know one."""
        if code is None:
            return
        if not isinstance(code, str):
            raise InputError(f"A language is named by its code, a text; {code!r} came.")
        if code in self._known:
            return
        name = type(self._tokenizer).__name__
        if not self._known:
            raise InputError(f"{name} knows no language codes, so {code!r} means nothing to it: leave it out.")
        near = get_close_matches(code, self._known, n=3, cutoff=0.4)
        nearest = f" The nearest: {', '.join(near)}." if near else ""
        raise InputError(f"{name} does not know the language {code!r}.{nearest} It knows: {', '.join(self._known)}.")

    def check_forced(self, token: Any) -> None:
        """Raises InputError where the token to begin with came of a code that the tokenizer does not know.

        ``convert_tokens_to_ids`` makes the unknown token of such a code, and says nothing.
        """
        if self._known and token is not None and token == getattr(self._tokenizer, "unk_token_id", None):
            raise InputError(
                "forced_bos_token_id is the unknown token: the tokenizer does not know the language it was made of. "
                f"It knows: {', '.join(self._known)}. Pass one as tgt_lang."
            )

    def text(self, text: str, code: str | None) -> str:
        """The text with the language to write in front, where it is said there.

        Raises InputError for a text that begins with a mark that the tokenizer does not know.
        """
        if not self.marks:
            return text
        found = _MARK.match(text)
        if found:
            self.check(found[1])
            return text
        return text if code is None else f">>{code}<< {text}"

    def options(self, code: str | None, decoder_start: int | None) -> dict[str, int]:
        """What ``generate`` has to be told to write in a language.

        Args:
            code: the language.
            decoder_start: the token that the model's decoder starts with. Where that is a language, as mBART's, it is
                the one to write; otherwise (NLLB, M2M100, mBART-50) the language is the first token to be written.
        """
        if code is None or self.marks:
            return {}
        starts = decoder_start in self._known.values()
        return {"decoder_start_token_id" if starts else "forced_bos_token_id": self._known[code]}

    def target(self, ids: list[int], token: int | None) -> list[int]:
        """The tokens of a target as the decoder writes them: the language before them, not behind.

        Args:
            ids: as the tokenizer frames a target; mBART's and the older NLLB's end with the language.
            token: the language that is written first; None: none is, the decoder starts with it.
        """
        if self.marks or not self._known:
            return ids
        codes = set(self._known.values())
        bare = [number for number in ids if number not in codes]
        return bare if token is None else [token, *bare]

    @contextmanager
    def of(self, source: str | None, target: str | None) -> Iterator[None]:
        """Within the block the tokenizer reads and writes these languages; after it, those from before."""
        if self.marks or not self._known:
            yield
            return
        # Also where no language is named: some tokenizers take the source's for the target's, and note it down.
        before = self._tokenizer.src_lang, self._tokenizer.tgt_lang
        try:
            if target is not None:
                self._tokenizer.tgt_lang = target
            if source is not None:
                self._tokenizer.src_lang = source
            yield
        finally:
            self._tokenizer.tgt_lang = before[1]
            self._tokenizer.src_lang = before[0]


def _known(tokenizer: Any) -> dict[str, int]:
    marks = getattr(tokenizer, "supported_language_codes", None)
    if marks:
        return {mark[2:-2]: tokenizer.convert_tokens_to_ids(mark) for mark in marks}
    if not hasattr(tokenizer, "src_lang"):
        return {}
    table = getattr(tokenizer, "lang_code_to_id", None)
    if table:
        return dict(table)
    added = tokenizer.added_tokens_decoder
    return {str(token): number for number, token in added.items() if _CODE.fullmatch(str(token))}
