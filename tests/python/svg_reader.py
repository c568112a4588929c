"""An SVG picture as the tests read it."""

from __future__ import annotations

import base64
import re
import struct
import zlib
from xml.etree import ElementTree as ET

import numpy as np

SVG = "{http://www.w3.org/2000/svg}"


class Picture:
    """A parsed picture; what is not well-formed XML does not get this far."""

    def __init__(self, svg: str) -> None:
        self.root = ET.fromstring(svg)

    def groups(self, name: str) -> list[ET.Element]:
        """The groups of that name."""
        return [group for group in self.root.iter(f"{SVG}g") if group.get("class") == name]

    def texts(self, group: str | None = None) -> list[str]:
        """The texts, of everything or of the groups of that name."""
        places = [self.root] if group is None else self.groups(group)
        return ["".join(text.itertext()) for place in places for text in place.iter(f"{SVG}text")]

    def all(self, tag: str, group: str | None = None) -> list[ET.Element]:
        """Elements of that tag, of everything or of the groups of that name."""
        places = [self.root] if group is None else self.groups(group)
        return [element for place in places for element in place.iter(f"{SVG}{tag}")]

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in points."""
        width, height = (re.fullmatch(r"([\d.]+)pt", self.root.get(name, "")) for name in ("width", "height"))
        assert width is not None
        assert height is not None
        return float(width[1]), float(height[1])


def numbers(path: str) -> list[float]:
    """The coordinates of a path."""
    return [float(number) for number in re.findall(r"-?[\d.]+", path)]


def pixels(image: ET.Element) -> np.ndarray:
    """The pixels of an embedded PNG as RGBA [row, column, 4]."""
    return png_pixels(base64.b64decode(image.get("href", "").removeprefix("data:image/png;base64,")))


def png_pixels(data: bytes) -> np.ndarray:
    """The pixels of a PNG file of eight bits a channel as RGBA [row, column, 4], read by the rules of the format."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    chunks: dict[bytes, bytes] = {}
    at = 8
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        name, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        assert struct.unpack(">I", data[at + 8 + length : at + 12 + length])[0] == zlib.crc32(name + body)
        chunks[name] = chunks.get(name, b"") + body
        at += 12 + length
    width, height, depth, kind, *_ = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    channels = {2: 3, 3: 1, 6: 4}[kind]
    assert depth == 8
    lines = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(height, width * channels + 1)
    rows = np.zeros((height, width, channels), np.uint8)
    for row, line in enumerate(lines):
        above = rows[row - 1] if row else np.zeros((width, channels), np.uint8)
        rows[row] = _unfiltered(line[0], line[1:].reshape(width, channels), above)
    if kind == 3:
        palette = np.frombuffer(chunks[b"PLTE"], np.uint8).reshape(-1, 3)
        alpha = np.full(len(palette), 255, np.uint8)
        clear = np.frombuffer(chunks.get(b"tRNS", b""), np.uint8)
        alpha[: len(clear)] = clear
        return np.concatenate([palette[rows[..., 0]], alpha[rows[..., 0]][..., None]], axis=2)
    full = np.full((height, width, 1), 255, np.uint8)
    return rows if kind == 6 else np.concatenate([rows, full], axis=2)


def _unfiltered(kind: int, line: np.ndarray, above: np.ndarray) -> np.ndarray:
    if kind == 0:
        return line
    if kind == 1:
        return np.cumsum(line, axis=0, dtype=np.uint8)
    if kind == 2:
        return line + above
    row = np.zeros_like(line)
    left = corner = np.zeros(line.shape[1], np.int32)
    for column, (raw, up) in enumerate(zip(line, above.astype(np.int32), strict=True)):
        if kind == 3:
            guess = (left + up) // 2
        else:
            distances = np.abs(np.stack([up - corner, left - corner, left + up - 2 * corner]))
            guess = np.choose(distances.argmin(axis=0), [left, up, corner])
        row[column] = raw + guess.astype(np.uint8)
        left, corner = row[column].astype(np.int32), up
    return row
