"""Parses one file from outside: `python -I -m clinic.intake.child`, started by `sandbox` alone.

Standard input: one JSON line {"reader", "bytes"}, then the file. Standard output: header length (4 bytes, little
endian), JSON header, raw arrays. Limits are set before the first byte of the file is read.
"""

import importlib
import json
import os
import sys
from pathlib import Path
from typing import IO, Any

from clinic.intake.refusal import Refusal

# Imported by name, so that a photo does not load what a mesh needs.
_READERS = {
    "photo": "clinic.intake.picture",
    "mesh": "clinic.intake.surface",
    "material": "clinic.intake.material",
    "dicom": "clinic.intake.dicom.child",
}
_MEMORY = 3 * 2**30  # bytes, above the size of the input
_MEMORY_FOR_SLICES = 832 * 2**20  # they come in batches
_CPU_S = 30
_OK, _STOP = 0, 1


def main(source: IO[bytes], answer: IO[bytes]) -> int:
    """Answer one request; 0 if there was an answer, be it a refusal."""
    request = json.loads(source.readline(4096))
    reader = importlib.import_module(_READERS[request["reader"]])
    _limit(request["bytes"], _held() + _MEMORY_FOR_SLICES if request["reader"] == "dicom" else _MEMORY)
    data = source.read(request["bytes"])
    try:
        facts, arrays = reader.decode(data)
    except Refusal as refusal:
        _send(answer, {"refused": refusal.code, "facts": refusal.facts}, [])
        return _OK
    except MemoryError:
        return _STOP
    except Exception:
        # A parser may raise anything on a hostile file; what exactly is of no use to the user.
        _send(answer, {"refused": "damaged", "facts": {}}, [])
        return _OK
    described = [{"name": name, "dtype": str(a.dtype), "shape": list(a.shape)} for name, a in arrays.items()]
    _send(answer, {"facts": facts, "arrays": described}, [memoryview(a).cast("B") for a in arrays.values() if a.size])
    return _OK


def _held() -> int:
    """Return the bytes of address space that this process has by now."""
    try:
        with Path("/proc/self/statm").open("rb") as opened:
            return int(opened.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 2**30  # not Linux; what the interpreter and its libraries reserve there


def _limit(size: int, memory: int = _MEMORY) -> None:
    """Bound what this process may take for the rest of its life."""
    if sys.platform == "win32":
        return
    import resource

    def bound(limit: int, value: int) -> None:
        hard = resource.getrlimit(limit)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (value, value))

    bound(resource.RLIMIT_AS, memory + size)
    bound(resource.RLIMIT_CPU, _CPU_S)
    bound(resource.RLIMIT_CORE, 0)
    bound(resource.RLIMIT_FSIZE, 0)


def _send(answer: IO[bytes], header: dict[str, Any], arrays: list[memoryview]) -> None:
    encoded = json.dumps(header).encode()
    answer.write(len(encoded).to_bytes(4, "little") + encoded)
    for array in arrays:
        answer.write(array)
    answer.flush()


if __name__ == "__main__":
    # Nothing to tidy up, and a parser's own clean-up may hang on what it has just read.
    os._exit(main(sys.stdin.buffer, sys.stdout.buffer))
