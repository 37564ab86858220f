import hashlib
import threading
from pathlib import Path

import pytest

from clinic.archive import device as device_module
from clinic.archive.anchor import Memory, remember, remember_begun, remember_head
from clinic.archive.chain import Head
from clinic.archive.device import Device, signed_by
from clinic.archive.durable import append_line
from clinic.archive.errors import DamagedDeviceKey, NoAccess

ARCHIVE = "ab" * 16


def head(seq: int) -> tuple[int, str]:
    return seq, bytes([seq]).hex() * 32


def remember_rows(device: Device, *seqs: int) -> None:
    for seq in seqs:
        remember_head(device, ARCHIVE, Head(seq, bytes([seq]) * 32))


def test_an_installation_keeps_its_fingerprint(device: Device, tmp_path: Path) -> None:
    assert Device.load().id == device.id == hashlib.sha256(device.public).hexdigest()
    assert Device.load(tmp_path / "another").id != device.id
    assert signed_by(device.public, b"words", device.sign(b"words"))
    assert not signed_by(device.public, b"other words", device.sign(b"words"))


def test_programs_that_start_together_make_one_key(tmp_path: Path) -> None:
    ids: list[str] = []
    threads = [threading.Thread(target=lambda: ids.append(Device.load(tmp_path / "new").id)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(ids)) == 1
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["device.key"]


def test_a_torn_line_spoils_no_other(device: Device) -> None:
    remember_rows(device, 1)
    path = device.anchor_file(ARCHIVE)
    path.write_bytes(path.read_bytes() + b'\n["{\\"say\\":\\"he')  # a power cut inside a line
    remember_rows(device, 2)
    memory = Memory.load(device, ARCHIVE)
    assert (memory.heads, memory.unreadable) == (frozenset((head(1), head(2))), 1)


def test_lines_of_others_count_for_nothing(device: Device, tmp_path: Path) -> None:
    stranger = Device.load(tmp_path / "another")
    remember_rows(stranger, 9)
    append_line(device.anchor_file(ARCHIVE), stranger.anchor_file(ARCHIVE).read_bytes().strip())
    append_line(device.anchor_file(ARCHIVE), b"[1, 2]")
    append_line(device.anchor_file(ARCHIVE), b"\xff\xfe")
    memory = Memory.load(device, ARCHIVE)
    assert (memory.heads, memory.unreadable) == (frozenset(), 3)


def test_what_is_recent_reaches_back_to_the_last_opening_but_one(device: Device) -> None:
    for seq in (1, 2, 3):
        remember_rows(device, seq)
        remember_begun(device, ARCHIVE, [f"blob {seq}"])
        remember(device, ARCHIVE, "opened")
    recent = Memory.load_recent(device, ARCHIVE)
    assert recent.heads == {head(3)}
    assert recent.begun == {"blob 3"}
    assert Memory.load(device, ARCHIVE).heads == {head(1), head(2), head(3)}


def test_the_first_row_that_is_gone_is_named(device: Device) -> None:
    remember_rows(device, 3, 1, 2)
    memory = Memory.load(device, ARCHIVE)
    assert memory.lost(lambda seq: head(seq)[1]) is None
    assert memory.lost(lambda seq: head(seq)[1] if seq < 2 else None) == 2


def test_a_damaged_key_is_told(device: Device, data_home: Path) -> None:
    (data_home / "clinic" / "device" / "device.key").write_bytes(b"short")
    with pytest.raises(DamagedDeviceKey, match="new device"):
        Device.load()


def test_a_data_folder_that_may_not_be_written_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(device_module, "make_folder", refuse)
    with pytest.raises(NoAccess):
        Device.load(tmp_path / "new")
