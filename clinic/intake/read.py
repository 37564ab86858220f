"""The table of readers: what a file is decides who reads it, not what it is called."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from clinic.case import Photo
from clinic.intake import files, photo
from clinic.intake.errors import UnsupportedFile
from clinic.jobs import Progress
from clinic.words import say


@dataclass(frozen=True, slots=True)
class Reader:
    """Takes one family of files: `decode(file, progress, name)`."""

    family: str
    words: str
    decode: Callable[[files.Outside, Progress, str], Photo]


READERS = (Reader("photo", f"photos ({photo.FORMATS})", photo.decode),)


def read(path: Path, progress: Progress, name: str) -> Photo:
    """Return what the file holds, under a neutral `name`. Raises an `ImportRejected` that says why it is not taken."""
    file = files.load(path)
    for reader in READERS:
        if file.kind is not None and file.kind.family == reader.family:
            return reader.decode(file, progress, name)
    taken = " and ".join(reader.words for reader in READERS)
    if file.kind is None:
        raise UnsupportedFile(file.name, say("is not a file that can be used here. Clinic takes {taken}.", taken=taken))
    if file.kind.family == "slices":
        words = say(
            "is {words!t}, one slice of many. Open the folder of all of them; as a photo Clinic takes {taken}.",
            words=file.kind.words,
            taken=taken,
        )
        raise UnsupportedFile(file.name, words)
    if file.kind.family == "never":
        raise UnsupportedFile(
            file.name,
            say("is {words!t}, which cannot be used here. Clinic takes {taken}.", words=file.kind.words, taken=taken),
        )
    raise UnsupportedFile(
        file.name,
        say(
            "is {words!t}. This version of Clinic does not take that yet; it takes {taken}.",
            words=file.kind.words,
            taken=taken,
        ),
    )
