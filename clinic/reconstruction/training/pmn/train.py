"""A whole run: steps, the log, and the state on disk every few minutes."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import torch

from clinic.errors import ClinicError
from clinic.jobs import Progress
from clinic.reconstruction.training.pmn import state_file
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
) -> Outcome:
    """Train until the images have been seen, or SIGTERM, SIGINT or `progress.cancel()` asks for an end after this step.

    folder: takes state and log. Raises AlreadyBegun, NothingBegun, DamagedState, OtherTraining, TooLittleMemory.
    """
    device = device or torch.device("cuda" if torch.cuda.is_available() else "cpu")
    trainer = Trainer(settings, source, device)
    _take_up(trainer, folder, device, resume)
    log = Log(folder, trainer.step)
    with _asked_to_stop() as stop:
        try:
            _run(trainer, folder, log, progress, stop)
        finally:
            log.close()
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


def _run(trainer: Trainer, folder: Path, log: Log, progress: Progress, stop: threading.Event) -> None:
    images = trainer.settings.images
    saved = told = time.monotonic()
    while trainer.seen < images and not stop.is_set() and not progress.cancelled:
        before = trainer.seen
        figures = trainer.advance()
        now = time.monotonic()
        if trainer.step % _TELL == 0:
            speed = _TELL * (trainer.seen - before) / (now - told)
            log.tell(trainer.step, {"seen": float(trainer.seen), "images_per_s": speed, **figures})
            told = now
        if now - saved > _SAVE_S:
            state_file.save(folder, trainer.state())
            saved = now
        if not progress.cancelled:
            progress.report(trainer.seen / images, f"{trainer.seen} of {images} images, loss {figures['loss']:.2f}")
    state_file.save(folder, trainer.state())


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
