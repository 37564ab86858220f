"""Scans made to do harm, or broken on the way: a clear sentence, soon, and little memory."""

import io
import struct
import threading
import time
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from dicoms import ball, image, series
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.uid import DeflatedExplicitVRLittleEndian, JPEG2000Lossless

from clinic.intake import dicom
from clinic.intake.errors import ImportRejected
from clinic.jobs import Progress

LONGEST_S, MOST_KIB = 30.0, 2**20


@pytest.fixture(autouse=True)
def _bounded() -> Iterator[None]:
    begun, done, held = time.monotonic(), threading.Event(), [0]
    watch = threading.Thread(target=_watch, args=(done, held))
    watch.start()
    try:
        yield
    finally:
        done.set()
        watch.join()
    assert time.monotonic() - begun < LONGEST_S
    assert held[0] < MOST_KIB  # inputs here are small


def _watch(done: threading.Event, held: list[int]) -> None:
    """Note the most that any child which parses has held, KiB.

    Not `RUSAGE_CHILDREN`: that remembers the children of all tests before, and what their parent held.
    """
    while not done.wait(0.01):
        for child in Path("/proc/self/task").glob("*/children"):
            with suppress(OSError):
                for number in child.read_text().split():
                    held[0] = max(held[0], _held_kib(Path("/proc", number)))


def _held_kib(process: Path) -> int:
    with suppress(OSError):
        if b"clinic.intake" in (process / "cmdline").read_bytes():
            facts = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines())
            return int(facts.get("VmHWM", "0").split()[0])
    return 0


def refused(path: Path, words: str) -> None:
    with pytest.raises(ImportRejected, match=words):
        dicom.read(dicom.find(path, Progress()).series[0], Progress())


def zipped(path: Path, name: str, content: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, content)
    return path


def test_a_zip_whose_names_lead_outside(tmp_path: Path) -> None:
    for name in ("../../evil.dcm", "/etc/evil.dcm", "C:\\evil.dcm"):
        refused(zipped(tmp_path / "a.zip", name, b"x"), "point to places outside")
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


def test_a_zip_that_unpacks_to_gigabytes(tmp_path: Path) -> None:
    packed = tmp_path / "bomb.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.dcm", "w") as member:
        for _ in range(800):
            member.write(bytes(2**20))
    refused(packed, "unpacks to far more")


def test_a_zip_that_lies_about_its_size(tmp_path: Path) -> None:
    """The directory says 100 bytes; unpacked it would be 900 MB."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = b"".join([packer.compress(bytes(2**20)) for _ in range(900)] + [packer.flush()])
    name = b"a.dcm"
    sizes = struct.pack("<III", 0, len(body), 100)
    local = b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0" + sizes + struct.pack("<HH", len(name), 0) + name
    central = b"PK\x01\x02\x14\0\x14\0\0\0\x08\0\0\0\0\0" + sizes + struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, 0)
    tail = struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central) + len(name), len(local) + len(body), 0)
    (tmp_path / "a.zip").write_bytes(local + body + central + name + b"PK\x05\x06" + tail)
    refused(tmp_path / "a.zip", "damaged|holds no CT")


def test_a_locked_zip(tmp_path: Path) -> None:
    packed = bytearray(zipped(tmp_path / "a.zip", "a.dcm", b"x" * 50).read_bytes())
    packed[6] |= 1
    packed[packed.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "a.zip").write_bytes(packed)
    refused(tmp_path / "a.zip", "locked with a password")


def test_no_scan_at_all(tmp_path: Path) -> None:
    (tmp_path / "letter.pdf").write_bytes(b"%PDF-1.7\n/Encrypt 1 0 R")
    refused(tmp_path / "letter.pdf", "is a PDF document")
    (tmp_path / "noise").write_bytes(np.random.default_rng(0).bytes(5000))
    refused(tmp_path / "noise", "holds no CT or MR")
    refused(tmp_path / "absent", "does not exist")
    (tmp_path / "empty").mkdir()
    refused(tmp_path / "empty", "empty folder")


def test_slices_without_pixels(tmp_path: Path) -> None:
    def bare(made: Dataset, number: int) -> None:
        del made.PixelData

    series(tmp_path, ball()[:9], change=bare)
    refused(tmp_path, "the image is missing")


def test_slices_cut_short(tmp_path: Path) -> None:
    files = series(tmp_path, ball()[:9])
    files[4].write_bytes(files[4].read_bytes()[:-900])
    refused(tmp_path, "damaged or cut short")


def test_more_pixels_announced_than_there_are(tmp_path: Path) -> None:
    def huge(made: Dataset, number: int) -> None:
        made.Rows = made.Columns = 65000

    series(tmp_path, ball()[:9], change=huge)
    refused(tmp_path, "million voxels")


def test_a_deflated_file_that_grows_without_end(tmp_path: Path) -> None:
    made = image(ball()[0])
    made.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    stream = io.BytesIO()
    made.save_as(stream, enforce_file_format=True)
    head = stream.getvalue()
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = b"".join([packer.compress(bytes(2**20)) for _ in range(1500)] + [packer.flush()])
    start = head.index(b"1.2.840.10008.1.2.1.99") + 22
    (tmp_path / "a.dcm").write_bytes(head[: start + start % 2] + bomb)
    refused(tmp_path / "a.dcm", "stopped|holds no CT")


def test_a_jpeg_2000_image_larger_than_it_says(tmp_path: Path) -> None:
    """The codestream's own header asks for 60,000 × 60,000 pixels."""
    files = series(tmp_path, ball()[:9])
    for file in files:
        made = dcmread(file)
        made.compress(JPEG2000Lossless)
        at = made.PixelData.index(b"\xff\x4f\xff\x51") + 8
        made.PixelData = made.PixelData[:at] + struct.pack(">II", 60000, 60000) + made.PixelData[at + 8 :]
        made.save_as(file)
    refused(tmp_path, "damaged|stopped")


@pytest.mark.parametrize("seed", range(4))
def test_mutated_slices(tmp_path: Path, seed: int) -> None:
    random = np.random.default_rng(seed)
    for file in series(tmp_path, ball()[:9]):
        content = bytearray(file.read_bytes())
        for place in random.integers(132, len(content), 6):
            content[place] = int(random.integers(256))
        file.write_bytes(content[: int(random.integers(len(content) // 2, len(content) + 1))])
    try:
        volume = dicom.read(dicom.find(tmp_path, Progress()).series[0], Progress())
    except ImportRejected:
        return
    assert volume.values.ndim == 3
