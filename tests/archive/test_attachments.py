"""Files of any size go in and out in pieces; others go on working meanwhile; what is cut off leaves nothing."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from builders import case as sample_case
from vaults import PASSPHRASE, files, flip

from clinic.archive import attachments
from clinic.archive.audit import verify
from clinic.archive.errors import DamagedArchive, UnknownCase
from clinic.archive.store import Archive

PIECES = [bytes([number]) * 300_000 for number in range(10)]


@pytest.fixture
def filled(archive: Archive) -> Archive:
    archive.commit(sample_case(), "Take a photo")
    return archive


def read(archive: Archive, name: str) -> bytes:
    return b"".join(map(bytes, attachments.content(archive, "c-0001", name)))


def test_a_file_comes_back_and_is_stored_once(filled: Archive, folder: Path) -> None:
    made = attachments.attach(filled, "c-0001", "slices", iter(PIECES), "Attach slices")
    stored = files(folder / "blobs").keys()
    again = attachments.attach(filled, "c-0001", "slices", [b"".join(PIECES)], "Attach the same slices")
    assert again == made
    assert files(folder / "blobs").keys() == stored
    assert read(filled, made.name) == b"".join(PIECES)
    assert attachments.attachments(filled, "c-0001") == (made,)
    filled.close()
    assert verify(folder, PASSPHRASE, full=True).faults == ()


def test_others_open_and_write_while_a_file_comes_in(filled: Archive, folder: Path) -> None:
    """Their opening clears what dead processes left, and must not take this for it."""

    def slowly() -> Iterator[bytes]:
        for number, piece in enumerate(PIECES):
            with Archive.open(folder, PASSPHRASE) as other:
                other.commit(replace(sample_case(), id=f"c-{number}"), "Take another photo")
            yield piece

    made = attachments.attach(filled, "c-0001", "slices", slowly(), "Attach slices")
    assert read(filled, made.name) == b"".join(PIECES)
    assert filled.verify(full=True).faults == ()


def test_a_file_that_is_cut_off_leaves_nothing(filled: Archive, folder: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield PIECES[0]
        raise KeyboardInterrupt

    before = files(folder / "blobs").keys()
    with pytest.raises(KeyboardInterrupt):
        attachments.attach(filled, "c-0001", "slices", broken(), "Attach slices")
    with pytest.raises(UnknownCase):
        attachments.attach(filled, "nobody", "slices", iter(PIECES), "Attach slices")
    assert files(folder / "blobs").keys() == before
    assert list(folder.glob("*.claim*")) == list(folder.glob("open.*.claim"))
    assert attachments.attachments(filled, "c-0001") == ()


def test_a_damaged_chunk_is_told_before_it_is_handed_out(filled: Archive, folder: Path) -> None:
    before = files(folder / "blobs").keys()
    made = attachments.attach(filled, "c-0001", "slices", iter(PIECES), "Attach slices")
    (fresh,) = files(folder / "blobs").keys() - before
    flip(folder / "blobs" / fresh, 8 * 1_500_000)
    chunks = attachments.content(filled, "c-0001", made.name)
    assert bytes(next(chunks)) == b"".join(PIECES)[: 1 << 20]
    with pytest.raises(DamagedArchive):
        next(chunks)
    assert any("was altered" in fault for fault in filled.verify(full=True).faults)


def test_an_erased_patient_takes_the_files_along(filled: Archive, folder: Path) -> None:
    attachments.attach(filled, "c-0001", "slices", iter(PIECES), "Attach slices")
    filled.erase_patient(sample_case().patient.id, "asked in writing")
    assert files(folder / "blobs") == {}
    assert filled.verify(full=True).faults == ()
