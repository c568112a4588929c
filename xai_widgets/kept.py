"""What a kept file says of itself, and the archive of arrays that holds it: JSON and plain numbers, never pickle.

There is one description of a thing, in JSON. Written as JSON it has its numbers in it; in an archive (``.npz``) it
stands under ``meta`` and has the names of arrays where the numbers would be.
"""

from __future__ import annotations

import json
import os
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from xai_widgets.errors import InputError, XaiError
from xai_widgets.files import PathLike, opened, suffix_of, written

VERSION = 1
"""Of the formats. A reader reads its own and all before it, and refuses later ones."""
_PREFIX = "xai_widgets/"
_META = "meta"

Array = NDArray[Any]
Put = Callable[[str, "Stream"], Any]
"""Takes an array under a name and gives what stands for it in the JSON: its numbers, or its name."""
Get = Callable[[Any], Array]
"""Takes what stands for an array in the JSON and gives the array."""


@dataclass(frozen=True)
class Stream:
    """An array that is handed over piece by piece, so that it need not be in memory whole.

    Attributes:
        shape, dtype: of all pieces together.
        pieces: arrays whose bytes, one behind the other, are those of the array in C order.
    """

    shape: tuple[int, ...]
    dtype: DTypeLike
    pieces: Iterable[Array]

    @classmethod
    def of(cls, array: Array) -> Stream:
        """An array that is there already."""
        return cls(array.shape, array.dtype, (array,))


def heading(what: str) -> dict[str, Any]:
    """The entries that every description starts with; ``what`` is the class that is kept."""
    from xai_widgets import __version__

    return {"format": f"{_PREFIX}{what}", "version": VERSION, "software": f"xai-widgets {__version__}"}


def check_heading(meta: Any, what: str, where: str) -> None:
    """Refuses what is something else, or newer than this reader.

    Raises:
        InputError: with what it is, and what to do.
    """
    kind = meta.get("format") if isinstance(meta, dict) else None
    if not isinstance(kind, str) or not kind.startswith(_PREFIX):
        raise InputError(f"{where} is not a kept {what}: it does not say 'format': '{_PREFIX}{what}'.")
    if kind != f"{_PREFIX}{what}":
        other = kind.removeprefix(_PREFIX)
        raise InputError(f"{where} holds {other}, not {what}: read it with {other}.")
    version = meta.get("version")
    if not isinstance(version, int) or version < 1:
        raise InputError(f"{where} is damaged: its version is {version!r}.")
    if version > VERSION:
        by = meta.get("software", "a newer version")
        raise InputError(
            f"{where} was kept by {by} in format {version}; {heading(what)['software']} reads formats up to "
            f"{VERSION}. Upgrade xai-widgets to read it."
        )


@contextmanager
def reading(what: str, where: str) -> Iterator[None]:
    """Turns what goes wrong while a description is read into words: it is damaged, or was written by hand."""
    try:
        yield
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        missing = f"{error} is missing" if isinstance(error, KeyError) else error
        raise InputError(f"{where} is damaged: it does not hold what a kept {what} has ({missing}).") from error


# JSON


def to_json(describe: Callable[[Put], Mapping[str, Any]]) -> str:
    """The description with its numbers in it.

    Numbers have nine significant digits, which give every float32 back bit for bit; NaN is ``null``.

    Raises:
        InputError: a number is infinite, which JSON cannot write.
    """

    def put(name: str, stream: Stream) -> Any:
        array = np.concatenate([np.ravel(piece) for piece in stream.pieces]).reshape(stream.shape)
        return _lists(name, array)

    return json.dumps(describe(put), allow_nan=False)


def from_json(text: str | bytes, what: str, where: str = "The JSON") -> tuple[Any, Get]:
    """The description in a JSON text, and how to get its arrays.

    Raises:
        InputError: it is not JSON, or of something else, or of a newer version.
    """
    try:
        meta = json.loads(text)
    except (ValueError, TypeError, RecursionError) as error:
        raise InputError(f"{where} is no JSON that can be read: {error}.") from error
    check_heading(meta, what, where)
    return meta, _array


def _array(numbers: Any) -> Array:
    with np.errstate(over="raise"):
        return np.asarray(numbers, np.float32)


def _lists(name: str, array: Array) -> Any:
    if array.dtype.kind != "f":
        return array.astype(int).tolist()
    if np.isinf(array).any():
        raise InputError(f"{name} has infinite numbers, which JSON cannot write: keep it as .npz.")
    digits = 9 if array.dtype == np.float32 else 17
    flat = [None if number != number else float(f"{number:.{digits}g}") for number in array.ravel().tolist()]
    return np.array(flat, dtype=object).reshape(array.shape).tolist()


# Archives


def write_archive(path: PathLike, describe: Callable[[Put], Mapping[str, Any]]) -> None:
    """Writes a description and its arrays as ``.npz``, which ``numpy.load`` reads without pickle.

    Arrays are written piece by piece.

    Raises:
        FileError: the file cannot be written; what was there before is still there.
    """
    # Weights are nearly noise: level 1 makes them as small as level 9 does, several times sooner.
    with written(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:

        def put(name: str, stream: Stream) -> str:
            dtype = np.dtype(stream.dtype).newbyteorder("<")
            about = {"descr": np.lib.format.dtype_to_descr(dtype), "fortran_order": False, "shape": stream.shape}
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array_header_1_0(member, about)
                for piece in stream.pieces:
                    member.write(np.ascontiguousarray(piece, dtype).tobytes())
            return name

        meta = json.dumps(describe(put), allow_nan=False).encode("ascii")
        put(_META, Stream.of(np.array(meta)))


def read_archive(path: PathLike, what: str) -> tuple[Any, Get]:
    """The description in a file, and how to get its arrays.

    Raises:
        FileError: the file cannot be read.
        InputError: it is not such a file, is damaged, or of a newer version.
    """
    where = os.fspath(path)
    arrays: dict[str, Array] = {}
    with opened(path) as file:
        if not zipfile.is_zipfile(file):
            raise InputError(f"{where} is not a kept {what}: it is no .npz archive, or a part of it is missing.")
        file.seek(0)
        try:
            with np.load(file, allow_pickle=False) as archive:
                if _META not in archive.files:
                    raise InputError(f"{where} is not a kept {what}: it is an archive of other arrays.")
                meta = json.loads(archive[_META].item())
                check_heading(meta, what, where)
                arrays.update({name: archive[name] for name in archive.files if name != _META})
        except XaiError:
            raise
        # All that zipfile, zlib and numpy say of bytes that are not what they should be.
        except (ValueError, TypeError, EOFError, OSError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
            raise InputError(f"{where} is damaged ({str(error).partition('.')[0]}).") from error
    return meta, lambda name: arrays[name]


def read_kept(path: PathLike, what: str) -> tuple[Any, Get]:
    """The description in a file of either form, and how to get its arrays.

    Raises:
        FileError: the file cannot be read.
        InputError: another suffix, something else, damaged, or of a newer version.
    """
    if suffix_of(path, {".npz": None, ".json": None}) == ".npz":
        return read_archive(path, what)
    with opened(path) as file:
        text = file.read()
    return from_json(text, what, os.fspath(path))
