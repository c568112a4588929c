"""Files, written whole or not at all, by the suffix of their name."""

from __future__ import annotations

import inspect
import os
import shutil
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

from xai_widgets.errors import FileError, InputError

PathLike = str | os.PathLike[str]


def save(what: Any, path: PathLike, writers: Mapping[str, str], options: Mapping[str, Any]) -> None:
    """Writes ``what`` into a file in the form that the suffix of its name stands for.

    Args:
        what: the thing to keep.
        path: where; a file that is there already is replaced once the new one is complete.
        writers: suffix -> ``"module:function"``, imported only when it is the one; called with ``what``, the path
            and the options.
        options: the writer's keyword arguments.

    Raises:
        InputError: another suffix, or an option that this form does not have; the message lists those it has.
        FileError: the file cannot be written.
    """
    suffix = suffix_of(path, writers)
    module, _, name = writers[suffix].partition(":")
    writer = getattr(import_module(module), name)
    known = list(inspect.signature(writer).parameters)[2:]
    for option in options:
        if option not in known:
            takes = ", ".join(f"{one}=" for one in known) or "none"
            raise InputError(f"A {suffix} file has no option {option!r}; it takes {takes}.")
    writer(what, path, **options)


def suffix_of(path: PathLike, known: Mapping[str, Any]) -> str:
    """The suffix of a file's name, in small letters.

    Raises:
        InputError: it is none of those that are known, or no path; the message lists them.
    """
    if not isinstance(path, str | os.PathLike):
        raise InputError(f"{path!r} is no path: name a file that ends with {' or '.join(known)}.")
    suffix = Path(path).suffix.lower()
    if suffix not in known:
        came = f"the suffix {suffix!r}" if suffix else "no suffix"
        raise InputError(f"{os.fspath(path)} has {came}: name a file that ends with {' or '.join(known)}.")
    return suffix


@contextmanager
def written(path: PathLike) -> Iterator[BinaryIO]:
    """A binary file to write to, which takes its place at ``path`` when the block ends without an error.

    Until then it stands beside it under another name, so that whoever reads ``path`` finds what was there before
    or all of what is new. After an error, or an interrupt, nothing is left of it.

    Raises:
        FileError: it cannot be written; the message says why.
    """
    # What a link points to is replaced, not the link.
    place = Path(os.path.realpath(Path(path).expanduser()))
    draft = place.with_name(f".xai-{uuid.uuid4().hex}.part")
    try:
        if place.is_dir():
            raise IsADirectoryError(f"{place} is a folder: name a file in it")
        if not place.parent.is_dir():
            raise FileNotFoundError(f"there is no folder {place.parent}: make it first")
        try:
            with draft.open("xb") as file:
                yield file
            if place.exists():
                shutil.copymode(place, draft)
            draft.replace(place)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        if isinstance(error, FileError):
            raise
        raise FileError(f"{os.fspath(path)} cannot be written: {error.strerror or error}.") from error


@contextmanager
def opened(path: PathLike) -> Iterator[BinaryIO]:
    """A file to read from.

    Raises:
        FileError: it cannot be read; the message says why.
    """
    try:
        with Path(path).expanduser().open("rb") as file:
            yield file
    except OSError as error:
        if isinstance(error, FileError):
            raise
        raise FileError(f"{os.fspath(path)} cannot be read: {error.strerror or error}.") from error
