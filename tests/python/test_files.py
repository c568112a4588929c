"""Files are written whole or not at all, in the form that their suffix names."""

from __future__ import annotations

import errno
import os
import resource
import stat
from pathlib import Path

import pytest

import xai_widgets as xai
from xai_widgets.files import opened, save, suffix_of, written

WRITERS = {".txt": "test_files:write_text", ".bin": "test_files:write_bytes"}


def write_text(what, path, *, end="\n"):
    with written(path) as file:
        file.write(f"{what}{end}".encode())


def write_bytes(what, path):
    with written(path) as file:
        file.write(what)


def fail_half_way(path, failure):
    with written(path) as file:
        file.write(b"half")
        raise failure("half way")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_suffix_chooses_the_form(tmp_path):
    save("text", tmp_path / "a.TXT", WRITERS, {"end": "!"})
    save(b"\0", tmp_path / "b.bin", WRITERS, {})
    assert (tmp_path / "a.TXT").read_text() == "text!"
    assert (tmp_path / "b.bin").read_bytes() == b"\0"
    assert names(tmp_path) == ["a.TXT", "b.bin"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("map.xyz", r"map\.xyz has the suffix '\.xyz': name a file that ends with \.txt or \.bin\."),
        ("map", r"map has no suffix: name a file that ends with \.txt or \.bin\."),
        (".txt", r"\.txt has no suffix"),
    ],
)
def test_an_unknown_suffix_lists_those_that_are_known(tmp_path, name, words):
    with pytest.raises(xai.InputError, match=words):
        save("text", tmp_path / name, WRITERS, {})
    with pytest.raises(xai.InputError, match=words):
        suffix_of(name, WRITERS)
    assert names(tmp_path) == []


def test_an_unknown_option_lists_those_that_are_known(tmp_path):
    with pytest.raises(xai.InputError, match=r"A \.txt file has no option 'colour'; it takes end=\."):
        save("text", tmp_path / "a.txt", WRITERS, {"colour": "red"})
    with pytest.raises(xai.InputError, match=r"A \.bin file has no option 'end'; it takes none\."):
        save(b"", tmp_path / "a.bin", WRITERS, {"end": ""})
    assert names(tmp_path) == []


def test_what_fails_half_way_leaves_nothing_and_what_was_there_before_stays(tmp_path):
    path = tmp_path / "map.bin"
    for failure in (ValueError, KeyboardInterrupt):
        with pytest.raises(failure):
            fail_half_way(path, failure)
        assert names(tmp_path) == []
    path.write_bytes(b"old")
    with pytest.raises(ValueError, match="half way"):
        fail_half_way(path, ValueError)
    assert names(tmp_path) == ["map.bin"]
    assert path.read_bytes() == b"old"


def test_until_it_is_complete_the_old_file_is_there(tmp_path):
    path = tmp_path / "map.bin"
    path.write_bytes(b"old")
    with written(path) as file:
        file.write(b"new")
        file.flush()
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"


def test_a_full_disk_leaves_nothing(tmp_path):
    # The operating system refuses what goes past the limit, as a full disk does.
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(xai.FileError, match=os.strerror(errno.EFBIG)) as raised:
            write_bytes(bytes(10_000), tmp_path / "map.bin")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert str(raised.value).startswith(str(tmp_path / "map.bin"))
    assert names(tmp_path) == []


def test_a_path_that_cannot_be_written_says_why(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder.bin").mkdir()
    cases = {
        tmp_path / "nowhere" / "map.bin": f"there is no folder {tmp_path / 'nowhere'}: make it first",
        tmp_path / "file" / "map.bin": f"there is no folder {tmp_path / 'file'}",
        tmp_path / "folder.bin": "is a folder: name a file in it",
        tmp_path / ("n" * 300 + ".bin"): os.strerror(errno.ENAMETOOLONG),
    }
    for path, words in cases.items():
        with pytest.raises(xai.FileError, match=words) as raised:
            write_bytes(b"new", path)
        assert str(raised.value).startswith(f"{path} cannot be written: ")
        assert isinstance(raised.value, OSError)
    assert names(tmp_path) == ["file", "folder.bin"]
    assert names(tmp_path / "folder.bin") == []


def test_a_file_has_the_permissions_of_a_new_file_or_keeps_its_own(tmp_path):
    path, plain = tmp_path / "map.bin", tmp_path / "plain"
    plain.touch()
    write_bytes(b"1", path)
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)
    path.chmod(0o640)
    write_bytes(b"2", path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "real").mkdir()
    link = tmp_path / "map.bin"
    link.symlink_to(tmp_path / "real" / "map.bin")
    write_bytes(b"new", link)
    assert link.is_symlink()
    assert (tmp_path / "real" / "map.bin").read_bytes() == b"new"


def test_a_path_from_home_and_a_relative_one(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    write_bytes(b"1", "~/home.bin")
    write_bytes(b"2", "here.bin")
    assert names(tmp_path) == ["here.bin", "home.bin"]
    with opened("~/home.bin") as file:
        assert file.read() == b"1"


def test_a_path_that_cannot_be_read_says_why(tmp_path):
    with (
        pytest.raises(xai.FileError, match=f"nowhere cannot be read: {os.strerror(errno.ENOENT)}"),
        opened(tmp_path / "nowhere"),
    ):
        pass
