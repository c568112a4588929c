"""Cells as a PNG file with a palette: one byte a cell before it is compressed, and nothing smoothed."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from xai_widgets.export.drawing.colour import Rgb

# What enlarges a picture may smooth it; cells of several pixels stay cells all the same.
_LEAST_SIDE = 160
_AS_ABOVE = 2


def cell_png(levels: NDArray[np.uint8], palette: Sequence[Rgb], clear: int) -> bytes:
    """The file of ``levels`` [row, column], each an index into ``palette``; ``clear`` is see-through.

    Indices from the palette's length on have no colour but may be ``clear``.
    """
    times = max(1, -(-_LEAST_SIDE // max(levels.shape)))
    pixels = np.repeat(levels, times, axis=1)
    # What is see-through comes first, for the palette's opacities end with the last that is not full.
    used = sorted(np.unique(levels).tolist(), key=lambda level: level != clear)
    index = np.zeros(256, dtype=np.uint8)
    index[used] = np.arange(len(used), dtype=np.uint8)
    colours = bytes(channel for level in used for channel in (palette[level] if level < len(palette) else (0, 0, 0)))
    alphas = b"\0" if clear in used else b""
    # Each row by itself, and then as often as it takes the filter "as above", with nothing to add.
    rows = np.zeros((len(levels), times, pixels.shape[1] + 1), dtype=np.uint8)
    rows[:, 0, 1:] = index[pixels]
    rows[:, 1:, 0] = _AS_ABOVE
    height, width = len(levels) * times, pixels.shape[1]
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", colours),
            _chunk(b"tRNS", alphas) if alphas else b"",
            _chunk(b"IDAT", zlib.compress(rows.tobytes(), 9)),
            _chunk(b"IEND", b""),
        ]
    )


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
