"""Bytes as letters that a page, an attribute of it and a notebook's JSON all hold as they are.

Thirteen bits become two of 91 printable ASCII letters: 16 letters for 13 bytes (base64 takes 17.3). None of them is
escaped in JSON or means anything in HTML: no quotation mark, backslash, ampersand or less-than sign.
``js/page/letters.ts`` reads them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

ALPHABET = "".join(chr(code) for code in range(0x20, 0x7F) if chr(code) not in '"&<\\')
_BITS = 13
_PAIRS = np.array([first + second for first in ALPHABET for second in ALPHABET], dtype="S2")[: 1 << _BITS]


def letters(data: bytes) -> str:
    """``data`` as letters, behind its length in bytes and a colon."""
    # Blocks of 13 bytes hold 8 groups of 13 bits; the byte after a block is one that the last group shifts out.
    blocks = -(-len(data) // _BITS)
    padded = np.zeros((blocks, _BITS + 1), dtype=np.uint32)
    padded[:, :_BITS] = np.frombuffer(data.ljust(blocks * _BITS, b"\0"), dtype=np.uint8).reshape(blocks, _BITS)
    groups: NDArray[np.uint32] = np.empty((blocks, 8), dtype=np.uint32)
    for group in range(8):
        byte, bit = divmod(group * _BITS, 8)
        three = padded[:, byte] << 16 | padded[:, byte + 1] << 8 | padded[:, min(byte + 2, _BITS)]
        groups[:, group] = three >> (24 - _BITS - bit) & ((1 << _BITS) - 1)
    needed = -(-len(data) * 8 // _BITS)
    return f"{len(data)}:{_PAIRS[groups.ravel()[:needed]].tobytes().decode('ascii')}"
