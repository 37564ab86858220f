"""What lies on the surgeon's desk: the unlocked session, the open case, the plan being dragged, the job that runs.

Panels show the desk and change nothing but through it. A drag previews outside the history and is committed once, when
it is let go. Large results are sealed by the worker's thread; what the session then tells is passed on to this one.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from clinic import workflow
from clinic.archive.people import emergency
from clinic.archive.people.errors import CodeNeeded, TooManyGuesses
from clinic.archive.people.roles import Right
from clinic.case import Case, FaceModel, Plan, Simulation
from clinic.case.arrays import refreeze
from clinic.errors import ClinicError
from clinic.jobs import Cancelled, Progress, in_process
from clinic.ui import faults, plan_edits
from clinic.ui.photo_files import SKIPPED, FileTold, take_each
from clinic.ui.photo_shelf import PhotoShelf
from clinic.ui.preview import Previews
from clinic.ui.worker import Clerk, Worker
from clinic.words import say, tr

if TYPE_CHECKING:
    from clinic.archive.consent import Consent
    from clinic.session import Session

_STILL_ENDING = say("What was running when the window was locked is still coming to its end. Try again in a moment.")
_PICTURE_MS = 4000  # for so long at most, the first picture of a face has the processor to itself
Step = Callable[[Case, Progress], Case]


class Desk(QObject):
    """The one place through which the window reads and changes the case.

    case_changed(before, after): another case, or the same one changed. shown_changed(): another plan, preview or
    solution is to be shown, also after each case_changed. job_changed(): a job began or ended. lock_changed(): the
    session was opened, locked or unlocked. file_told(told): how far a photo is that is taken from a file.
    wrote(paths): files were exported. said(words, kind): tell the user; kind as in `Banner.say`. denied(words, wait):
    the archive did not open, and how many seconds to wait before the next try. code_asked(): the passphrase was right,
    the second factor is wanted too.
    """

    case_changed = Signal(object, object)
    shown_changed = Signal()
    job_changed = Signal()
    lock_changed = Signal()
    file_told = Signal(object)
    wrote = Signal(object)
    said = Signal(str, str)
    denied = Signal(str, float)
    code_asked = Signal()
    _heard = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session: Session | None = None
        self.case: Case | None = None
        self.worker = Worker(self)
        self.worker.changed.connect(self.job_changed)
        self.clerk = Clerk(self)
        self._heard.connect(self._changed)
        self._draft: Plan | None = None
        self._rights: frozenset[Right] = frozenset()
        self._unlisten: Callable[[], None] = _never
        self._shown_case = ""
        self.emergency = ""  # until when the glass is broken, in words
        self._glass = QTimer(self)
        self._glass.setSingleShot(True)
        self._glass.timeout.connect(self._shut_glass)
        self.details = ""  # of the error that was said last, for whoever is asked for help
        self.extent = "likely"  # which end of the range of a solution is shown
        self._checked: tuple[Case | None, bool] = (None, False)
        self._previews = Previews(self)
        self._previews.ready.connect(self.shown_changed)
        self._previews.failed.connect(self.tell)
        self.photos = PhotoShelf(self)
        self.photos.failed.connect(self.tell)
        self._after_picture = QTimer(self)
        self._after_picture.setSingleShot(True)
        self._after_picture.setInterval(_PICTURE_MS)
        self._after_picture.timeout.connect(self._get_ready)

    # What is shown

    @property
    def open(self) -> bool:
        """True while a session is unlocked."""
        return self.session is not None and not self.session.locked

    @property
    def recorded(self) -> bool:
        """True while an archive is open that has an audit trail, people and backups."""
        return self.session is not None and self.open and self.session.folder is not None

    @property
    def busy(self) -> bool:
        """True while a job runs that may change the case."""
        return bool(self.worker.words)

    @property
    def plan(self) -> Plan:
        """The plan as the sliders show it: the one being dragged, else the committed one."""
        if self._draft is not None:
            return self._draft
        return self.case.plan if self.case else Plan()

    @property
    def dragging(self) -> bool:
        """True while a slider is held."""
        return self._draft is not None

    @property
    def stale(self) -> bool:
        """True if there is a solution of another plan than the committed one; hashed once for each case."""
        if self._checked[0] is not self.case:
            self._checked = (self.case, self.case is not None and self.case.stale_simulation)
        return self._checked[1]

    @property
    def shown(self) -> Simulation | None:
        """What to show as "after": the solution if it fits the plan, else the newest preview, else what there is."""
        case = self.case
        if case is None or case.face is None:
            return None
        if self._draft is None and case.simulation is not None and not self.stale:
            return case.simulation
        if not plan_edits.asking(self.plan):
            return None
        return self._previews.of(case.face) or case.simulation

    @property
    def badge(self) -> str:
        """How far "after" may be trusted: "solved", "preview", "stale", or "" when there is nothing to show."""
        case, shown = self.case, self.shown
        if case is None or shown is None:
            return ""
        if shown is not case.simulation:
            return "preview"
        return "solved" if self._draft is None and not self.stale else "stale"

    def pictured(self) -> None:
        """The face is on the screen: get ready what comes after."""
        if self._after_picture.isActive():
            self._after_picture.stop()
            self._get_ready()

    def show_extent(self, extent: str) -> None:
        """Show the "likely" result, or the "low" or "high" end of its range, until another one is to be shown."""
        self.extent = extent
        self.shown_changed.emit()

    # Sessions

    def enter(self, words: str, entrance: Callable[[], "Session"]) -> None:
        """Open or create an archive off this thread; `denied` says why it did not open."""
        if not self.worker.start(words, lambda progress: entrance(), self.adopt, self._deny):
            self.denied.emit(_STILL_ENDING, 0.0)

    def adopt(self, session: "Session") -> None:
        """Lay an unlocked session on the desk."""
        self.session = session
        self._unlisten = session.listen(self._hear)
        self.read_rights()
        self.lock_changed.emit()
        self._changed(None, session.case)

    def let_go(self) -> "Session | None":
        """Take the session off the desk without signing out, and return it for another desk."""
        session, self.session = self.session, None
        if session is not None:
            self._unlisten()
        return session

    def lock(self, why: str = "") -> None:
        """Stop what runs, blank the window and drop the keys. why: for the audit, if nobody asked for it."""
        session = self.session
        if session is None or session.locked:
            return
        for worker in (self.worker, self.clerk):
            worker.cancel()
        self._draft = None
        self.forget_shown()
        self._glass.stop()
        self.emergency = ""
        if self._try(lambda: session.lock(why)):
            self._previews.forget()
            self.lock_changed.emit()

    def unlock(self, passphrase: str, login: str = "", code: str = "") -> None:
        """Give the keys back off this thread and show the same case."""
        session = self.session
        if session is None:
            return

        def work(_: Progress) -> None:
            session.unlock(passphrase, login, code)

        if not self.worker.start(say("Unlock"), work, self._unlocked, self._deny):
            self.denied.emit(_STILL_ENDING, 0.0)

    def open_case(self, case_id: str, done: Callable[[], object] | None = None) -> None:
        """Show a case of the archive; then do what is to follow."""
        session = self.session

        def opened(_: object) -> None:
            if done is not None:
                done()

        if session is not None:
            self.worker.start(say("Open the case"), lambda progress: session.open_case(case_id), opened, self.tell)

    def close(self) -> None:
        """End threads and sign out."""
        self._after_picture.stop()
        for worker in (self.worker, self.clerk):
            worker.wait()
        self._previews.close()
        self.photos.close()
        if self.session is not None:
            self.session.close()

    # Changes

    def commit(self, case: Case, words: str) -> bool:
        """Record a change and show it. False, with the reason said, if it cannot be recorded."""
        session = self.session
        assert session is not None
        self._draft = None
        return self._try(lambda: session.commit(case, words))

    def consent(self, given: "Consent") -> bool:
        """Record what the patient agrees to. False, with the reason said, if it cannot be recorded."""
        session = self.session
        return session is not None and self._try(lambda: session.give_consent(given))

    def show(self) -> bool:
        """Record that planned results are shown, once for each case. False, with the reason said, if not."""
        session, case = self.session, self.case
        if session is None or case is None or case.id == self._shown_case:
            return True
        if not self._try(lambda: session.record("show", say("Show the planned result"))):
            return False
        self._shown_case = case.id
        return True

    def forget_shown(self) -> None:
        """Ask anew before planned results are shown: the consent is another one."""
        self._shown_case = ""

    def break_glass(self, patient: str, case_id: str, reason: str) -> bool:
        """Open a case for an hour, with a reason that is recorded. False, with the reason said, if it stays shut."""
        session = self.session
        if session is None or not self._try(lambda: emergency.begin(session.archive, patient, reason)):
            return False
        self.emergency = tr("Emergency access until {time}", time=f"{datetime.now() + emergency.LASTS:%H:%M}")
        self._glass.start(round(1000 * emergency.LASTS.total_seconds()))
        self.said.emit(tr("{emergency}. Every auditor is told, with your reason.", emergency=self.emergency), "warning")
        self.shown_changed.emit()
        if self.case is None or self.case.id != case_id:
            self.open_case(case_id)
        return True

    def change(self, make: Callable[[], Case], words: str) -> bool:
        """Record what a quick change of the case makes. False, with the reason said, if it cannot be made."""
        try:
            case = make()
        except ClinicError as error:
            self.tell(error)
            return False
        return self.commit(case, words)

    def undo(self) -> None:
        """Go back to the case before."""
        if self.session is not None and not self.busy:
            self._draft = None
            self._try(self.session.undo)

    def redo(self) -> None:
        """Take the undone change again."""
        if self.session is not None and not self.busy:
            self._draft = None
            self._try(self.session.redo)

    def drag(self, plan: Plan) -> None:
        """Show a plan while a slider is held: a preview, outside the history."""
        if self._held_by_lock(plan):
            return
        self._draft, self.extent = plan, "likely"
        self._preview()
        self.shown_changed.emit()

    def settle(self, plan: Plan, words: str) -> None:
        """Commit the plan that a drag, a box or a button ended with."""
        self._draft = None
        if self.case is not None and plan != self.case.plan and not self._held_by_lock(plan):
            self.commit(replace(self.case, plan=plan), words)
        else:
            self.shown_changed.emit()

    def _held_by_lock(self, plan: Plan) -> bool:
        """True, with the reason said, if a plan would change an edit that is locked."""
        title = plan_edits.broken_lock(self.case.plan, plan) if self.case is not None else ""
        if title:
            self.said.emit(say("{title!t} is locked. Unlock it in the edit stack to change it.", title=title), "notice")
        return bool(title)

    def run(self, words: str, step: Step, done: Callable[[], object] | None = None, event: str = "") -> bool:
        """Run a stage on the open case and commit what it returns, both off this thread. False if a job runs.

        event: "reconstruct" or "simulate", which is recorded, and needs the patient's consent, before it begins.
        """
        case, session = self.case, self.session
        if case is None or session is None:
            return False

        def make(progress: Progress) -> Case:
            if event:
                session.record(event, words)
            return step(case, progress)

        return self.begin(words, make, done)

    def begin(self, words: str, make: Callable[[Progress], Case], done: Callable[[], object] | None = None) -> bool:
        """Make a case off this thread and commit it there. False if a job runs already."""
        session = self.session
        assert session is not None

        def work(progress: Progress) -> None:
            case = make(progress)
            refreeze(case)
            progress.report(1.0, say("Sealing the record"))
            session.commit(case, words)

        def finished(_: object) -> None:
            if done is not None:
                done()

        return self.worker.start(words, work, finished, self.tell)

    def ask(self, words: str, work: Callable[[Progress], Any], done: Callable[[Any], object]) -> None:
        """Do something with the records off this thread, after what was asked before; `done` gets its answer here.

        It goes on beside a job that changes the case.
        """
        self.clerk.ask(words, work, done, self.tell)

    def may(self, right: Right) -> bool:
        """True if whoever is signed in was allowed to do something, so that it is worth offering."""
        return self.open and right in self._rights

    def read_rights(self) -> None:
        """Learn anew what whoever is signed in may do."""
        self._rights = self.session.rights if self.session is not None and self.open else frozenset()

    def take_photos(self, paths: Sequence[Path]) -> bool:
        """Add photos from files, told one by one by `file_told`. False if a job runs."""
        case, session = self.case, self.session
        if case is None or session is None:
            return False

        def work(progress: Progress) -> None:
            grown = take_each(case, paths, progress, self.file_told.emit)
            if grown is not case:
                session.commit(grown, say("Add photos"))

        def failed(error: Exception) -> None:
            for path in paths:
                self.file_told.emit(FileTold(path, SKIPPED, say("Not taken")))
            self.tell(error)

        return self.worker.start(say("Add photos"), work, lambda _: None, failed)

    def export(self, folder: Path, reason: str = "") -> bool:
        """Record that the consultation set is handed out, then write it to a folder.

        reason: why, where a caution is red; it is sealed with the record.
        """
        case, session = self.case, self.session
        if case is None or session is None:
            return False
        plain, reasoned = (
            say("Export the consultation set"),
            say("Export the consultation set, with a reason for a red caution"),
        )

        def work(progress: Progress) -> tuple[Path, ...]:
            session.record("export", reasoned if reason else plain, {"reason": reason} if reason else None)
            return in_process(workflow.export_case, case, folder, progress=progress)

        return self.worker.start(say("Write the files"), work, self._wrote, self.tell)

    # Words

    def tell(self, error: Exception) -> None:
        """Say what went wrong in words for the user; what a lock stopped needs none."""
        if not self.open:
            return
        if isinstance(error, Cancelled):
            self.said.emit(tr("Stopped. Nothing was changed."), "notice")
        else:
            self.details = faults.details(error)
            self.said.emit(faults.words(error), "error")
        self.shown_changed.emit()

    def _deny(self, error: Exception) -> None:
        if isinstance(error, CodeNeeded):
            self.code_asked.emit()
            return
        wait_s = error.wait_s if isinstance(error, TooManyGuesses) else 0.0
        self.denied.emit("" if isinstance(error, Cancelled) else faults.words(error), wait_s)

    def _unlocked(self, _: object) -> None:
        self.read_rights()
        self.lock_changed.emit()
        self.shown_changed.emit()

    def _wrote(self, written: tuple[Path, ...]) -> None:
        self.wrote.emit(written)
        self.said.emit(
            tr("{count} files were written to {folder}.", count=len(written), folder=written[0].parent), "notice"
        )

    def _shut_glass(self) -> None:
        """Put away a case that whoever is signed in sees no more."""
        session, self.emergency = self.session, ""
        if session is None or not self.open:
            return
        self.forget_shown()
        self.shown_changed.emit()
        if not self.may(Right.VIEW):
            session.close_case()
        self.said.emit(tr("The hour of emergency access is over."), "warning")

    def _try(self, change: Callable[[], Any]) -> bool:
        try:
            change()
        except ClinicError as error:
            self.tell(error)
            return False
        return True

    def _hear(self, before: Case | None, after: Case | None) -> None:
        """Pass on what a worker may have changed; large photos are named here, not on the window's thread."""
        for photo in after.acquisition.photos if after is not None else ():
            photo.id  # noqa: B018
        self._heard.emit(before, after)

    @Slot(object, object)
    def _changed(self, before: Case | None, after: Case | None) -> None:
        self.case = after
        self.extent = "likely"
        self._after_picture.stop()
        another = after is not None and after.face is not None and (before is None or before.face is not after.face)
        self._preview(ahead=not another)
        if another:
            self.photos.follow(after, at_once=False)
            self._after_picture.start()
        else:
            self.photos.follow(after)
        self.case_changed.emit(before, after)
        self.shown_changed.emit()

    def _get_ready(self) -> None:
        self._preview()
        self.photos.look()

    def _preview(self, ahead: bool = True) -> None:
        """Preview the plan where it is not solved; ahead: mesh and factor a face too that needs no preview yet."""
        case = self.case
        if case is None or case.face is None:
            return
        solved = self._draft is None and case.simulation is not None and not self.stale
        if solved or not plan_edits.asking(self.plan):
            if ahead:
                self._previews.prepare(case.face)
        else:
            self._previews.ask(case.face, self.plan)


def build_face(case: Case, progress: Progress) -> Case:
    """Reconstruct in a process of its own, which takes no breath from the window and can be stopped."""
    return replace(case, face=in_process(_face, case, progress=progress))


def _face(case: Case, progress: Progress) -> FaceModel | None:
    """Return the face alone: photos and volumes need not travel back."""
    return workflow.reconstruct_face(case, progress).face


def _never() -> None:
    """There is no session to listen to yet."""
