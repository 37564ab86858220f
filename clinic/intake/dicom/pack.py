"""Several files and a question about them as one piece of bytes, for one trip to the child process."""

import json
from collections.abc import Sequence
from typing import Any

_LINE = 1 << 22


def pack(ask: dict[str, Any], files: Sequence[bytes]) -> bytes:
    """Return one line of JSON that says what is asked and how long each file is, then the files."""
    head = json.dumps({"ask": ask, "sizes": [len(data) for data in files]}).encode()
    return b"".join([head, b"\n", *files])


def unpack(data: bytes) -> tuple[dict[str, Any], list[memoryview]]:
    """Return what was packed; the files share its memory."""
    end = data.index(b"\n", 0, _LINE)
    head = json.loads(data[:end])
    files, at, whole = [], end + 1, memoryview(data)
    for size in head["sizes"]:
        files.append(whole[at : at + size])
        at += size
    return head["ask"], files
