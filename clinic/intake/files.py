"""Takes the bytes of a file from outside, or says why not."""

import os
from dataclasses import dataclass
from pathlib import Path

from clinic.intake.errors import FileNotReadable, FileTooLarge
from clinic.intake.kinds import HEAD, Kind, kind_of
from clinic.words import say

LIMIT_BYTES = 512 * 2**20  # more than any photo or mesh that can be used here


@dataclass(frozen=True, slots=True)
class Outside:
    """A file's name and untrusted bytes; `kind` is None if the content is of no kind we know."""

    name: str
    data: bytes
    kind: Kind | None


def load(path: Path) -> Outside:
    """Read a regular file once, so that what is checked, hashed and parsed is the same.

    Raises FileNotReadable (absent, a folder, no rights, empty) and FileTooLarge, before anything is read.
    """
    name = path.name or str(path)
    try:
        if path.is_dir():
            raise FileNotReadable(name, say("is a folder, not a file"))
        if path.exists() and not path.is_file():
            raise FileNotReadable(name, say("is not a regular file"))
        with path.open("rb") as opened:
            if os.fstat(opened.fileno()).st_size > LIMIT_BYTES:
                raise FileTooLarge(name, LIMIT_BYTES)
            data = opened.read(LIMIT_BYTES + 1)  # a file may grow while it is read
    except FileNotFoundError:
        raise FileNotReadable(name, say("does not exist")) from None
    except PermissionError as error:
        raise FileNotReadable(name, say("may not be read by you")) from error
    except (OSError, ValueError) as error:
        raise FileNotReadable(name, say("cannot be read from its disk")) from error
    if len(data) > LIMIT_BYTES:
        raise FileTooLarge(name, LIMIT_BYTES)
    if not data:
        raise FileNotReadable(name, say("is empty"))
    return Outside(name, data, kind_of(data[:HEAD]))
