"""Long work: progress, honest cancelling, and process lanes. Knows no window.

A stage calls `progress.report(0.4, "Solving load step 4 of 10")`; after `cancel()` the next report raises `Cancelled`.
The same job runs under the command line, the tests and the window. Work that cannot look up from what it does (a
factorisation, say), or that would keep the interpreter from the window, runs in a `ProcessLane`: there a cancel kills
the process. `in_process` is the lane of the long work, of which one runs at a time.
"""

import multiprocessing
import os
import pickle
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

from clinic.errors import ClinicError
from clinic.words import say, speak, spoken


class Cancelled(Exception):
    """The user asked to stop; nothing was changed."""


class WorkerDied(ClinicError):
    """The calculation's own process ended without an answer, for example because memory ran out."""

    def __init__(self) -> None:
        super().__init__(
            say(
                "The calculation stopped unexpectedly, probably because the computer ran out of memory. "
                "Nothing was changed. Close other programs and try again."
            )
        )


T = TypeVar("T")
_GLANCE_S = 0.05  # between two looks at whether the user asked to stop
_NICER = 5  # steps of the scheduler's scale
Listener = Callable[[float, str], None]


class Progress:
    """What a job sees of the world: it tells how far it is, and learns here that it should stop."""

    def __init__(self, listener: Listener | None = None) -> None:
        self._listener = listener
        self._stop = threading.Event()
        self._start, self._end = 0.0, 1.0

    def report(self, fraction: float, words: str) -> None:
        """Tell that `fraction` (0…1) of the work is done. Raises Cancelled after `cancel()`."""
        if self._stop.is_set():
            raise Cancelled
        if self._listener is not None:
            self._listener(self._start + fraction * (self._end - self._start), words)

    def part(self, start: float, end: float) -> "Progress":
        """Return the progress of one part of this work; cancelling the whole cancels the part."""
        part = Progress(self._listener)
        part._stop = self._stop
        width = self._end - self._start
        part._start, part._end = self._start + start * width, self._start + end * width
        return part

    def cancel(self) -> None:
        """Ask the job to stop at its next report. May be called from any thread."""
        self._stop.set()

    @property
    def cancelled(self) -> bool:
        return self._stop.is_set()


def in_process(function: Callable[..., T], *args: Any, progress: Progress) -> T:
    """Run `function(*args, progress)` in a child process and return its answer; a cancel kills the child.

    The function is importable, arguments and answer are picklable. What the function raises is raised here. Raises
    Cancelled within a tenth of a second after `progress.cancel()`, and WorkerDied if the child ends without an answer.
    """
    return _lane.run(function, *args, progress=progress)


class ProcessLane:
    """One warm child process, replaced after a cancel: the second call saves the second that imports take.

    The child yields to whoever else wants a core, first of all to the window.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: BaseProcess | None = None
        self._pipe: Connection | None = None

    def run(self, function: Callable[..., T], *args: Any, progress: Progress) -> T:
        """Run `function(*args, progress)` in the child, after the calls before; see `in_process`."""
        while not self._lock.acquire(timeout=_GLANCE_S):
            if progress.cancelled:
                raise Cancelled
        try:
            answer: T = self._ask((spoken(), function, args), progress)
            return answer
        finally:
            self._lock.release()

    def _ask(self, question: tuple[Any, ...], progress: Progress) -> Any:
        pipe = self._ready()
        try:
            _send(pipe, question)
            kind, content = self._answer(pipe, progress)
        except (EOFError, BrokenPipeError, ConnectionResetError) as gone:
            self._kill()
            raise WorkerDied from gone
        except BaseException:
            # Cancelled, Ctrl-C or a listener's fault: nobody waits for the answer that is on its way.
            self._kill()
            raise
        if kind == "error":
            raise _revived(*content)
        return content

    def _ready(self) -> Connection:
        if self._child is None or self._pipe is None or not self._child.is_alive():
            context = multiprocessing.get_context("spawn")
            self._pipe, theirs = context.Pipe()
            self._child = context.Process(target=_serve, args=(theirs,), daemon=True)
            with _deaf_to_keyboard():
                self._child.start()
            theirs.close()
        return self._pipe

    def _answer(self, pipe: Connection, progress: Progress) -> tuple[str, Any]:
        while True:
            if progress.cancelled:
                raise Cancelled
            if not pipe.poll(_GLANCE_S):
                continue
            kind, content = _receive(pipe)
            if kind == "progress":
                progress.report(*content)
            else:
                return kind, content

    def _kill(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.join()
        self._child = None


@contextmanager
def _deaf_to_keyboard() -> Iterator[None]:
    """Start children that Ctrl-C in a terminal does not reach: their parent hears it and ends them."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(pipe: Connection) -> None:
    """Answer calls until the other side goes away."""
    if sys.platform != "win32":
        os.nice(_NICER)
    while True:
        try:
            language, function, args = _receive(pipe)
        except (EOFError, OSError):
            return
        if language != spoken():
            speak(*language)
        try:
            _send(pipe, ("answer", function(*args, Progress(lambda *report: _send(pipe, ("progress", report))))))
        except Exception as error:
            with suppress(OSError):  # the other side may be what went away
                _send(pipe, ("error", (type(error), str(error), traceback.format_exc())))
        del function, args  # a patient's photos do not stay here until the next call


def _send(pipe: Connection, content: Any) -> None:
    """Send large arrays as they lie: to pickle photos would keep the interpreter for long from the window's thread."""
    buffers: list[pickle.PickleBuffer] = []
    pickled = pickle.dumps(content, protocol=5, buffer_callback=buffers.append)
    pipe.send((pickled, len(buffers)))
    for buffer in buffers:
        pipe.send_bytes(buffer.raw())


def _receive(pipe: Connection) -> Any:
    pickled, count = pipe.recv()
    return pickle.loads(pickled, buffers=[pipe.recv_bytes() for _ in range(count)])


def _revived(kind: type[Exception], words: str, trace: str) -> Exception:
    """Make the child's error again without its constructor, which takes what the words were made of."""
    error = kind.__new__(kind)
    error.args = (words,)
    error.add_note(trace)
    return error


_lane = ProcessLane()
