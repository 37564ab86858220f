"""What the verbs share: a progress bar, a clock for the stages, JSON that is written whole or not at all."""

import json
import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from clinic.errors import ClinicError
from clinic.jobs import Progress

Verbs = Any  # argparse does not name the type of its subparsers


class NoSuchFolder(ClinicError):
    """The folder that should take the result does not exist."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"The folder {folder} does not exist, so nothing can be written there. Create it first.")


class FolderClosed(ClinicError):
    """The folder that should take the result may not be written to."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"You may not write to the folder {folder}. Choose another, or ask for the right to write.")


class NameTaken(ClinicError):
    """There is a folder where the result should go."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is a folder, so no file of that name can be written. Give the file another name.")


class Clock:
    """Seconds per stage, in the order of the story."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, words: str) -> Iterator[Progress]:
        """Show a bar while one stage runs and note how long it took."""
        begun = time.perf_counter()
        with bar(words) as progress:
            yield progress
        self.seconds[words] = round(time.perf_counter() - begun, 3)


@contextmanager
def bar(words: str) -> Iterator[Progress]:
    """A progress bar on standard error; where that is no terminal, one line per stage."""
    if not sys.stderr.isatty():
        sys.stderr.write(f"{words}\n")
        yield Progress()
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(words, total=1.0)
        yield Progress(lambda fraction, now: shown.update(task, completed=fraction, description=f"{words}: {now}"))


def check_target(path: Path) -> None:
    """Raise NoSuchFolder, FolderClosed or NameTaken if a file cannot be written there."""
    folder = path.absolute().parent
    if not folder.is_dir():
        raise NoSuchFolder(path.parent)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise FolderClosed(path.parent)
    if path.is_dir():
        raise NameTaken(path)


def write_json(path: Path, figures: Mapping[str, Any]) -> None:
    """Write figures as JSON, atomically."""
    from clinic.export.write import write_bytes

    # A file's name may hold bytes that are no letters; their numbers are valid JSON.
    text = json.dumps(figures, indent=2, ensure_ascii=False)
    write_bytes(path, (text + "\n").encode(errors="backslashreplace"))


def say(words: str) -> None:
    """Print one line of the answer to standard output."""
    sys.stdout.write(f"{words}\n")
