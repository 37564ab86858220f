"""What the verbs share: a progress bar, a clock for the stages, JSON that is written whole or not at all."""

import json
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from clinic.jobs import Progress

Verbs = Any  # argparse does not name the type of its subparsers


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


def write_json(path: Path, figures: Mapping[str, Any]) -> None:
    """Write figures as JSON, atomically."""
    from clinic.export.write import write_bytes

    write_bytes(path, (json.dumps(figures, indent=2, ensure_ascii=False) + "\n").encode())


def say(words: str) -> None:
    """Print one line of the answer to standard output."""
    sys.stdout.write(f"{words}\n")
