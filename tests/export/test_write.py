"""All of a file or nothing of it."""

import errno
import os
from pathlib import Path

import pytest

from clinic.export.errors import DiskFull, FolderNotWritable, NotWritten
from clinic.export.write import write_bytes


def test_new_and_replaced(tmp_path: Path) -> None:
    file = tmp_path / "Zoë – before.png"
    write_bytes(file, b"one")
    write_bytes(file, b"two, longer")
    assert file.read_bytes() == b"two, longer"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_full_disk_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    file = tmp_path / "report.pdf"
    write_bytes(file, b"yesterday's report")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    if call == "fsync":
        monkeypatch.setattr(os, "fsync", full)
    else:
        monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(DiskFull, match=r"full.*Free some space"):
        write_bytes(file, b"today's report")
    assert file.read_bytes() == b"yesterday's report"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_really_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bytes go to /dev/full, which refuses them as a full disk does."""
    real = Path.open
    monkeypatch.setattr(Path, "open", lambda path, mode: real(Path("/dev/full"), "wb"))
    with pytest.raises(DiskFull):
        write_bytes(tmp_path / "a", b"x" * 100_000)
    assert list(tmp_path.iterdir()) == []


def test_absent_folder_and_file_in_the_way(tmp_path: Path) -> None:
    with pytest.raises(FolderNotWritable, match="Choose another folder"):
        write_bytes(tmp_path / "absent" / "a.png", b"")
    (tmp_path / "file").touch()
    with pytest.raises(FolderNotWritable):
        write_bytes(tmp_path / "file" / "a.png", b"")


def test_folder_without_rights(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    tmp_path.chmod(0o500)
    with pytest.raises(FolderNotWritable):
        write_bytes(tmp_path / "a.png", b"")


def test_a_failing_disk_is_reported_in_its_own_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(NotWritten, match="Input/output error"):
        write_bytes(tmp_path / "a.png", b"x")
    assert list(tmp_path.iterdir()) == []


def test_readers_never_see_half_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the moment the new bytes reach the disk, the name still holds the old ones."""
    file = tmp_path / "a.glb"
    write_bytes(file, b"old")
    seen = []
    real = os.fsync

    def look(handle: int) -> None:
        seen.append(file.read_bytes())
        real(handle)

    monkeypatch.setattr(os, "fsync", look)
    write_bytes(file, b"new")
    assert seen[0] == b"old"
