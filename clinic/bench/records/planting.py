"""Canaries: words that only the patients' records hold, and a process of its own that uses them and dies."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from clinic.bench.records.search import found_in

COUNT = 50
_HOMES = ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR", "TMPDIR", "HOME")
_ELSEWHERE = ("LOCALAPPDATA", "APPDATA", "TEMP", "USERPROFILE")  # the same on Windows
_LONGEST_S = 300.0
_END = "the end was reached"


def planted() -> tuple[bytes, ...]:
    """Return the canaries, the same each time."""
    return tuple(f"CANARY-{number:02}-{number * 7919 % 9973:04}".encode() for number in range(COUNT))


def canary(number: int) -> str:
    """Return a canary as text."""
    return planted()[number].decode()


def left_by(story: str, environment: Mapping[str, str] = os.environ) -> list[str]:
    """Run a module that plants canaries, and return those found in what it left.

    All its folders (data, settings, cache, temporary, home, where a core would fall) lie in one place, with what it
    printed. Every file is searched, the sealed store too: what is sealed shows nothing. Beside that it is given a
    folder for what lies outside of the program: files that it reads, and those that it hands out.
    """
    with tempfile.TemporaryDirectory() as place:
        home, outside = _folder(Path(place) / "home"), _folder(Path(place) / "outside")
        folders = {name: str(_folder(home / name.lower())) for name in (*_HOMES, *_ELSEWHERE)}
        command = [sys.executable, "-m", story, str(home), str(outside)]
        around = {**environment, **folders, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        spoken = subprocess.run(command, env=around, cwd=home, capture_output=True, timeout=_LONGEST_S, check=False)
        if not (home / _END).exists():
            raise RuntimeError(f"the process that plants canaries did not get so far: {spoken.stderr[-2000:].decode()}")
        (home / "spoken").write_bytes(spoken.stdout + spoken.stderr)
        return [word.decode() for word in found_in(home, planted())]


def reach_the_end(home: Path) -> None:
    """Note that everything was planted: from here on the process may die."""
    (home / _END).touch()


def _folder(path: Path) -> Path:
    path.mkdir(mode=0o700)
    return path
