"""Reads what stands in a page, by other means than the page's own script: whole numbers, and no shared alphabet."""

from __future__ import annotations

import html
import json
import re
import zlib
from typing import Any

import numpy as np

LETTERS = " !#$%'()*+,-./0123456789:;=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~"


def bytes_of(text: str) -> bytes:
    """The bytes of ``<length>:<letters>``: sixteen letters are thirteen bytes, as eight pairs of base-91 digits."""
    length, _, letters = text.partition(":")
    data = b"".join(_block(letters[start : start + 16]) for start in range(0, len(letters), 16))
    assert 0 <= len(data) - int(length) <= 1
    return data[: int(length)]


def _block(letters: str) -> bytes:
    number = 0
    for first, second in zip(letters[::2], letters[1::2], strict=True):
        number = number << 13 | LETTERS.index(first) * 91 + LETTERS.index(second)
    bits = 13 * (len(letters) // 2)
    return (number >> bits % 8).to_bytes(bits // 8, "big")


def packed_of(page: str) -> str:
    """The attribute in which a page holds its content."""
    (packed,) = re.findall(r'data-xai="([^"]*)"', page)
    return html.unescape(packed)


class Content:
    """What a page holds."""

    def __init__(self, packed: str) -> None:
        version, _, letters = packed.partition(":")
        assert version == "1"
        data = zlib.decompress(bytes_of(letters))
        size = int.from_bytes(data[:4], "little")
        self.heading: dict[str, Any] = json.loads(data[4 : 4 + size])
        self._bytes = data[4 + size :]

    def array(self, place: dict[str, Any]) -> np.ndarray:
        dtype = {"weight": "uint8"}.get(place["dtype"], place["dtype"])
        count = int(np.prod(place["shape"]))
        return np.frombuffer(self._bytes, dtype, count, place["at"]).reshape(place["shape"])

    def answers(self, what: str) -> list[tuple[dict[str, Any], np.ndarray]]:
        found = self.heading["answers"]
        return [(a["request"], self.array(a["arrays"][0])) for a in found if a["request"]["what"] == what]
