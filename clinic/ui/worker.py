"""Work off the window's thread, and answers back on it.

`Worker` runs the one job that may change the case, `Clerk` what is asked of the records; `Latest` answers only the
newest of many questions, as a drag asks them. None of them draws: VTK and widgets belong to the window's thread.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from clinic.jobs import Cancelled, Progress

_log = logging.getLogger(__name__)
Answer = Callable[[Any], object]


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """Work that runs, and who waits for it."""

    words: str
    done: Answer
    failed: Callable[[Exception], None]
    progress: Progress = field(default_factory=Progress)


class Worker(QObject):
    """Runs one job at a time. `changed` tells that one began or ended, `progressed` how far it is."""

    changed = Signal()
    progressed = Signal(float, str)
    _ended = Signal(object, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._job: Job | None = None
        self._thread: threading.Thread | None = None
        self._ended.connect(self._end)

    @property
    def words(self) -> str:
        """What runs, "" if nothing does."""
        return self._job.words if self._job else ""

    def start(
        self, words: str, work: Callable[[Progress], Any], done: Answer, failed: Callable[[Exception], None]
    ) -> bool:
        """Run `work` on its own thread; then `done(answer)` or `failed(error)` here. False if another job runs."""
        if self._job is not None:
            return False
        self._job = Job(words, done, failed, Progress(self.progressed.emit))
        self._thread = threading.Thread(target=self._run, args=(self._job, work), daemon=True, name=words)
        self._thread.start()
        self.changed.emit()
        return True

    def cancel(self) -> None:
        """Ask the running job to stop; what it would have changed stays as it was."""
        if self._job is not None:
            self._job.progress.cancel()

    def wait(self) -> None:
        """Cancel and wait for the thread; for closing the window."""
        self.cancel()
        if self._thread is not None:
            self._thread.join(10)

    def _run(self, job: Job, work: Callable[[Progress], Any]) -> None:
        try:
            answer, error = work(job.progress), None
        except Exception as raised:
            answer, error = None, raised
        try:
            self._ended.emit(job, answer, error)
        except RuntimeError:  # the window went away meanwhile
            _log.debug("nobody waits for %s", job.words)

    @Slot(object, object, object)
    def _end(self, job: Job, answer: Any, error: Exception | None) -> None:
        self._job = None
        self.changed.emit()
        if error is None and not job.progress.cancelled:
            job.done(answer)
        else:
            job.failed(error if error is not None else Cancelled())


class Clerk(Worker):
    """Does one thing after the other: what is asked meanwhile waits its turn."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: deque[tuple[str, Callable[[Progress], Any], Answer, Callable[[Exception], None]]] = deque()
        self.changed.connect(self._go_on)

    def ask(
        self, words: str, work: Callable[[Progress], Any], done: Answer, failed: Callable[[Exception], None]
    ) -> None:
        """Run `work` after what was asked before; then `done(answer)` or `failed(error)` here."""
        self._waiting.append((words, work, done, failed))
        self._go_on()

    def cancel(self) -> None:
        """Stop what runs, and drop what waits."""
        self._waiting.clear()
        super().cancel()

    def _go_on(self) -> None:
        if self._waiting and self.start(*self._waiting[0]):
            self._waiting.popleft()


class Latest(QObject):
    """Answers questions on one thread; while one is worked on, newer ones replace each other."""

    answered = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wake = threading.Condition()
        self._question: Callable[[], Any] | None = None
        self._open = True
        self._thread = threading.Thread(target=self._serve, daemon=True, name="latest")
        self._thread.start()

    def ask(self, question: Callable[[], Any]) -> None:
        """Work on this next; a question that still waits is dropped."""
        with self._wake:
            self._question = question
            self._wake.notify()

    def drop(self) -> None:
        """Forget the question that waits."""
        with self._wake:
            self._question = None

    def close(self) -> None:
        """End the thread."""
        with self._wake:
            self._open, self._question = False, None
            self._wake.notify()
        self._thread.join(10)

    def _serve(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._question is not None or not self._open)
                question, self._question = self._question, None
            if question is None:
                return
            try:
                answer = question()
            except Exception as error:
                self._tell(self.failed, error)
            else:
                self._tell(self.answered, answer)
            question = answer = None  # what they hold of a patient goes with them

    def _tell(self, signal: Any, what: Any) -> None:
        if self._open:
            signal.emit(what)
