"""Turns a file that holds a picture into a photo."""

import hashlib

from clinic.case import Depth, Photo
from clinic.intake import files, sandbox
from clinic.intake.errors import ImportRejected, PhotoTooLarge, PhotoTooSmall, UnreadablePhoto, UnsupportedFile
from clinic.jobs import Progress
from clinic.words import say

FORMATS = "JPEG, PNG, TIFF, HEIC, WebP and BMP"


def decode(file: files.Outside, progress: Progress, name: str) -> Photo:
    """Return the photo upright in sRGB, with nothing of its metadata but the lens.

    `name` is a neutral label: the file's own name may hold the patient's and is not kept. Raises UnsupportedFile,
    UnreadablePhoto, PhotoTooSmall, PhotoTooLarge or ReaderStopped.
    """
    progress.report(0.0, say("Reading {name!t}", name=name))
    try:
        parsed = sandbox.parse("photo", file, progress)
    except sandbox.Refused as refused:
        raise _in_words(refused, file.name) from refused
    progress.report(1.0, say("Read {name!t}", name=name))
    focal = parsed.facts["focal_35mm"]
    return Photo(
        pixels=parsed.arrays["pixels"],
        name=name,
        focal_35mm=None if focal is None else float(focal),
        made_from=hashlib.sha256(file.data).hexdigest(),
        warnings=tuple(str(words) for words in parsed.facts["warnings"]),
        depth=_depth(parsed),
    )


def _depth(parsed: sandbox.Parsed) -> Depth | None:
    mm = parsed.arrays.get("depth_mm")
    return None if mm is None else Depth(mm, bool(parsed.facts["absolute_depth"]))


def _in_words(refused: sandbox.Refused, name: str) -> ImportRejected:
    facts = refused.facts
    if refused.code == "too-small":
        return PhotoTooSmall(name, facts["width"], facts["height"], facts["least"])
    if refused.code == "too-large":
        return PhotoTooLarge(name, facts["width"], facts["height"], facts["most"])
    if refused.code == "float":
        return UnsupportedFile(
            name,
            say("holds measured values, not a photo. Photos are taken as {formats}, 8 or 16 bit.", formats=FORMATS),
        )
    return UnreadablePhoto(name)
