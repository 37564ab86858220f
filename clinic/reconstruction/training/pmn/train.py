"""A whole run: steps, the log, and the state on disk every few minutes."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import torch

from clinic.errors import ClinicError
from clinic.jobs import Progress
from clinic.reconstruction.training.pmn import state_file
from clinic.reconstruction.training.pmn.backbone import Backbone
from clinic.reconstruction.training.pmn.crew import ALONE, Crew
from clinic.reconstruction.training.pmn.log import Log
from clinic.reconstruction.training.pmn.settings import Settings
from clinic.reconstruction.training.pmn.source import Source
from clinic.reconstruction.training.pmn.trainer import Trainer

_SAVE_S = 180.0
_TELL = 20  # steps between two entries of the log


class AlreadyBegun(ClinicError):
    """The folder holds a training."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder} holds a training that was begun before. Add --resume to go on with it, or choose another folder."
        )


class NothingBegun(ClinicError):
    """The folder holds no training to go on with."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} holds no training to go on with. Leave --resume out to begin one.")


@dataclass(frozen=True, slots=True)
class Outcome:
    """seen: images in all. finished: False if the run was asked to stop; it can be taken up again."""

    seen: int
    finished: bool


def train(
    settings: Settings,
    source: Source,
    folder: Path,
    progress: Progress,
    device: torch.device | None = None,
    resume: bool = False,
    crew: Crew = ALONE,
    backbone: Backbone | None = None,
) -> Outcome:
    """Train until the images have been seen, or SIGTERM, SIGINT or `progress.cancel()` asks for an end after this step.

    folder: takes state and log, written by the first process of the crew alone. Raises AlreadyBegun, NothingBegun,
    DamagedState, OtherTraining, TooLittleMemory.
    """
    device = device or torch.device("cuda" if torch.cuda.is_available() else "cpu")
    trainer = Trainer(settings, source, device, crew, backbone=backbone)
    _take_up(trainer, folder, device, resume)
    crew.wait()
    with _asked_to_stop() as stop, _books(folder, trainer.step) if crew.first else nullcontext(None) as books:
        while trainer.seen < settings.images and not crew.any(stop.is_set() or progress.cancelled):
            figures = trainer.advance()
            if books is not None:
                books.enter(trainer, figures)
            if not progress.cancelled:
                words = f"{trainer.seen} of {settings.images} images, loss {figures['loss']:.2f}"
                progress.report(trainer.seen / settings.images, words)
        if books is not None:
            books.save(trainer)
    return Outcome(trainer.seen, trainer.seen >= settings.images)


def _take_up(trainer: Trainer, folder: Path, device: torch.device, resume: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    state = state_file.load(folder, device)
    if state is not None and not resume:
        raise AlreadyBegun(folder)
    if state is None and resume:
        raise NothingBegun(folder)
    if state is not None:
        trainer.resume(state)


class _Books:
    """Keeps the log, and the state on disk every few minutes."""

    def __init__(self, folder: Path, log: Log) -> None:
        self._folder, self._log = folder, log
        self._saved = self._told = time.monotonic()
        self._seen = 0

    def enter(self, trainer: Trainer, figures: dict[str, float]) -> None:
        """Note a step."""
        now = time.monotonic()
        if trainer.step % _TELL == 0:
            speed = (trainer.seen - self._seen) / (now - self._told) if self._seen else 0.0
            self._log.tell(trainer.step, {"seen": float(trainer.seen), "images_per_s": speed, **figures})
            self._told, self._seen = now, trainer.seen
        if now - self._saved > _SAVE_S:
            self.save(trainer)

    def save(self, trainer: Trainer) -> None:
        """Put the state on disk."""
        state_file.save(self._folder, trainer.state())
        self._saved = time.monotonic()


@contextmanager
def _books(folder: Path, step: int) -> Iterator[_Books]:
    log = Log(folder, step)
    try:
        yield _Books(folder, log)
    finally:
        log.close()


@contextmanager
def _asked_to_stop() -> Iterator[threading.Event]:
    """Let a signal end the run after its step, with everything saved, where this is the thread that gets them."""
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before = {each: signal.signal(each, lambda *_: stop.set()) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
