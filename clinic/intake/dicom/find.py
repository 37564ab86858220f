"""Lists the series in a folder, a ZIP or one file."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from clinic.intake import files, sandbox
from clinic.intake.dicom import pack
from clinic.intake.dicom.series import Found, gathered
from clinic.intake.dicom.words import in_words
from clinic.intake.errors import FileNotReadable, FileTooLarge, NoVolume, UnsupportedFile
from clinic.intake.kinds import HEAD, Kind, kind_of
from clinic.jobs import Progress
from clinic.words import say

_MOST_FILES = 20_000
_BATCH_BYTES, _BATCH_FILES = 64 * 2**20, 400  # what goes to one child process
_DIRECTORY = "DICOMDIR"
_TAKEN = ("DICOM", "ZIP")  # and very old files, which have no mark


def find(path: Path, progress: Progress) -> Found:
    """Return the series of CT and MR slices in a path. A DICOMDIR stands for the folder that it lies in.

    Raises NoVolume where there is none, saying what was found instead, and any other ImportRejected.
    """
    source = tuple(_files(path))
    images: list[dict[str, Any]] = []
    others: list[str] = []
    for begin, batch, skipped in _batches(source):
        progress.report(begin / len(source), say("Looking through {count} files", count=len(source)))
        others += skipped
        if not batch:
            continue
        numbers, contents = zip(*batch, strict=True)
        packed = files.Outside(path.name, pack.pack({"want": "facts"}, contents), None)
        try:
            answer = sandbox.parse("dicom", packed, progress).facts
        except sandbox.Refused as refused:
            raise in_words(refused, path.name) from refused
        images += [image | {"file": numbers[image["file"]]} for image in answer["images"]]
        others += answer["others"]
    found = gathered(source, images, others)
    if not found.series:
        raise NoVolume(path.name, found.left_out)
    return found


def _files(path: Path) -> list[Path]:
    """Return the regular files of a folder and those below, in order; no link is followed."""
    if path.name.upper() == _DIRECTORY:
        path = path.parent
    if not path.is_dir():
        return [path]
    found: list[Path] = []
    try:
        for folder, folders, names in os.walk(path):
            folders.sort()
            places = [Path(folder, name) for name in sorted(names) if not name.startswith(".")]
            found += [place for place in places if place.is_file() and not place.is_symlink()]
            if len(found) > _MOST_FILES:
                raise UnsupportedFile(
                    path.name,
                    say("holds more than {most_files} files. Choose the folder of one scan.", most_files=_MOST_FILES),
                )
    except OSError as error:
        raise FileNotReadable(path.name, say("cannot be read from its disk")) from error
    if not found:
        raise FileNotReadable(path.name, say("is an empty folder"))
    return found


def _batches(source: tuple[Path, ...]) -> Iterator[tuple[int, list[tuple[int, bytes]], list[str]]]:
    """Yield (number of the first file, (number, bytes) of those that may be DICOM, why others are not)."""
    begin, size = 0, 0
    batch: list[tuple[int, bytes]] = []
    others: list[str] = []
    for number, path in enumerate(source):
        data, why = _content(path, alone=len(source) == 1)
        if data is None:
            others.append(why)
            continue
        batch.append((number, data))
        size += len(data)
        if size > _BATCH_BYTES or len(batch) == _BATCH_FILES:
            yield begin, batch, others
            begin, size, batch, others = number + 1, 0, [], []
    yield begin, batch, others


def _content(path: Path, alone: bool) -> tuple[bytes | None, str]:
    """Return the bytes of a file, or why it is left out; what is wrong with a file that was named alone is raised."""
    try:
        kind = None if alone else _kind(path)  # a film in the folder is not read as a whole
        file = None if kind is not None and kind.name not in _TAKEN else files.load(path)
    except (FileNotReadable, FileTooLarge, OSError):
        if alone:
            raise
        return None, say("cannot be read")
    if file is None:
        assert kind is not None
        return None, say("is {words!t}", words=kind.words)
    if file.kind is None or file.kind.name in _TAKEN:
        return file.data, ""
    raise UnsupportedFile(
        file.name, say("is {words!t}. Give a folder, a ZIP or a file with CT or MR slices.", words=file.kind.words)
    )


def _kind(path: Path) -> Kind | None:
    with path.open("rb") as opened:
        return kind_of(opened.read(HEAD))
