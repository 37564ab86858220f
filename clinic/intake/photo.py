"""Reads one photograph."""

import hashlib
from pathlib import Path

from clinic.case import Photo
from clinic.intake import files, sandbox
from clinic.intake.errors import ImportRejected, PhotoTooLarge, PhotoTooSmall, UnreadablePhoto, UnsupportedFile
from clinic.jobs import Progress

FORMATS = "JPEG, PNG, TIFF, HEIC, WebP and BMP"
_LIMIT_BYTES = 512 * 2**20


def read(path: Path, progress: Progress | None = None, name: str = "photo 1") -> Photo:
    """Return the photo upright in sRGB, with nothing of its metadata but the lens.

    `name` is a neutral label: the file's own name may hold the patient's and is not kept. Raises FileNotReadable,
    FileTooLarge, UnsupportedFile, UnreadablePhoto, PhotoTooSmall, PhotoTooLarge or ReaderStopped.
    """
    return decode(files.load(path, _LIMIT_BYTES), progress or Progress(), name)


def decode(file: files.Outside, progress: Progress, name: str) -> Photo:
    """Return the photo in a file that was loaded; errors as `read`."""
    if file.kind is None or file.kind.family != "photo":
        what = "is not a picture" if file.kind is None else f"is {file.kind.words}, not a photo"
        raise UnsupportedFile(file.name, f"{what}. Photos are taken as {FORMATS}.")
    progress.report(0.0, f"Reading {name}")
    try:
        parsed = sandbox.parse("photo", file, progress)
    except sandbox.Refused as refused:
        raise _in_words(refused, file.name) from refused
    progress.report(1.0, f"Read {name}")
    focal = parsed.facts["focal_35mm"]
    return Photo(
        pixels=parsed.arrays["pixels"],
        name=name,
        focal_35mm=None if focal is None else float(focal),
        made_from=hashlib.sha256(file.data).hexdigest(),
        warnings=tuple(str(words) for words in parsed.facts["warnings"]),
    )


def _in_words(refused: sandbox.Refused, name: str) -> ImportRejected:
    facts = refused.facts
    if refused.code == "too-small":
        return PhotoTooSmall(name, facts["width"], facts["height"], facts["least"])
    if refused.code == "too-large":
        return PhotoTooLarge(name, facts["width"], facts["height"], facts["most"])
    if refused.code == "float":
        return UnsupportedFile(name, f"holds measured values, not a photo. Photos are taken as {FORMATS}, 8 or 16 bit.")
    return UnreadablePhoto(name)
