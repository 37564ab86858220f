"""The DICOM files inside what was given: itself, or the members of a ZIP. Runs in the child process."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import IO

from clinic.intake.refusal import Refusal

ITSELF = -1
_MOST_MEMBERS = 20_000
_LARGEST = 384 * 2**20  # bytes of one member, unpacked
_ZIP = b"PK\x03\x04"
_ENCRYPTED = 0x1


def documents(data: memoryview) -> Iterator[tuple[int, IO[bytes]]]:
    """Yield (number of the member, opened file); nothing is unpacked before it is read. Raises Refusal."""
    if bytes(data[:4]) != _ZIP:
        yield ITSELF, io.BytesIO(data)
        return
    with _archive(data) as archive:
        for number, member in enumerate(archive.infolist()):
            if not member.is_dir():
                with archive.open(member) as opened:
                    yield number, opened


def document(data: memoryview, member: int) -> bytes:
    """Return one whole file, unpacked up to a limit. Raises Refusal."""
    if member == ITSELF:
        return bytes(data)
    with _archive(data) as archive, archive.open(archive.infolist()[member]) as opened:
        content = opened.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise Refusal("bomb")
    return content


def _archive(data: memoryview) -> zipfile.ZipFile:
    archive = zipfile.ZipFile(io.BytesIO(data))
    members = archive.infolist()
    if len(members) > _MOST_MEMBERS or any(member.file_size > _LARGEST for member in members):
        raise Refusal("bomb")
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise Refusal("encrypted")
    # Names are never used as places; one that points out of the archive was made to do harm all the same.
    if any(_points_outside(member.filename) for member in members):
        raise Refusal("outside")
    return archive


def _points_outside(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or any(part.endswith(":") for part in path.parts[:1])
