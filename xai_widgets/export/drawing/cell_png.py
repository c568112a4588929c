"""Cells as a PNG file with a palette: one byte a cell before it is compressed, and nothing smoothed."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from xai_widgets.export.drawing.colour import Rgb

# What enlarges a picture may smooth it; cells of several pixels stay cells all the same.
_LEAST_SIDE = 192


def cell_png(levels: NDArray[np.uint8], palette: Sequence[Rgb], clear: int) -> bytes:
    """The file of ``levels`` [row, column], each an index into ``palette``; ``clear`` is see-through.

    Indices from the palette's length on have no colour but may be ``clear``.
    """
    times = max(1, -(-_LEAST_SIDE // max(levels.shape)))
    pixels = np.kron(levels, np.ones((times, times), dtype=np.uint8)) if times > 1 else levels
    height, width = pixels.shape
    used = np.unique(pixels)
    index = np.zeros(256, dtype=np.uint8)
    index[used] = np.arange(len(used), dtype=np.uint8)
    colours = bytes(channel for level in used for channel in (palette[level] if level < len(palette) else (0, 0, 0)))
    alphas = bytes(0 if level == clear else 255 for level in used)
    rows = np.zeros((height, width + 1), dtype=np.uint8)
    rows[:, 1:] = index[pixels]
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", colours),
            _chunk(b"tRNS", alphas),
            _chunk(b"IDAT", zlib.compress(rows.tobytes(), 9)),
            _chunk(b"IEND", b""),
        ]
    )


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
