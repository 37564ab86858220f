"""A screen to measure on: the one that is there, or a virtual one for as long as the bench runs."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from clinic.errors import ClinicError

_WIDTH, _HEIGHT = 1920, 1200
_OF_A_PROGRAM_S = 300.0


class NoScreen(ClinicError):
    """There is no screen, and none can be made."""

    def __init__(self) -> None:
        super().__init__(
            "There is no screen to measure the window on. Run the bench in a desktop session, or install Xvfb."
        )


class ProgramFailed(ClinicError):
    """A program of the bench ended without figures."""

    def __init__(self, name: str, said: str) -> None:
        last = said.strip().splitlines()[-1:] or ["no words"]
        super().__init__(f"The part “{name}” of the bench ended without figures: {last[0]}")


@contextmanager
def screen() -> Iterator[Mapping[str, str]]:
    """Lend the environment of a screen. Raises NoScreen."""
    environment = {name: value for name, value in os.environ.items() if name != "VTK_DEFAULT_OPENGL_WINDOW"}
    if sys.platform != "linux" or environment.get("DISPLAY"):
        yield environment
        return
    reading, writing = os.pipe()
    try:
        server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{_WIDTH}x{_HEIGHT}x24", "-nolisten", "tcp"],
            pass_fds=[writing],
            stderr=subprocess.DEVNULL,
        )
    except FileNotFoundError:
        raise NoScreen from None
    finally:
        os.close(writing)
    try:
        with os.fdopen(reading) as told:
            number = told.readline().strip()
        if not number:
            raise NoScreen
        yield environment | {"DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"}
    finally:
        server.terminate()
        server.wait()


def ask(name: str, environment: Mapping[str, str], *arguments: str) -> dict[str, Any]:
    """Run a part of the bench as a program of its own and return its figures. Raises ProgramFailed."""
    command = [sys.executable, "-m", f"clinic.bench.viewport.{name}", *arguments]
    try:
        ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=_OF_A_PROGRAM_S)
    except subprocess.TimeoutExpired:
        raise ProgramFailed(name, f"it took longer than {_OF_A_PROGRAM_S:.0f} s") from None
    if ended.returncode:
        raise ProgramFailed(name, ended.stderr)
    figures: dict[str, Any] = json.loads(ended.stdout)
    return figures
