"""The main window: lock screen, or six stages around one picture."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from clinic import settings
from clinic.archive.people import emergency
from clinic.archive.people.roles import Right
from clinic.errors import ClinicError
from clinic.settings import Settings
from clinic.ui import theme
from clinic.ui.actions import ACTIONS, Action
from clinic.ui.bars import StatusBar, TopBar
from clinic.ui.desk import Desk
from clinic.ui.entrance import Entrance
from clinic.ui.panels.analyse import AnalyseLandmarks, AnalyseMeasures
from clinic.ui.panels.build import CaptureBuild
from clinic.ui.panels.capture import CaptureFiles
from clinic.ui.panels.capture_photos import CapturePhotos
from clinic.ui.panels.compare import CompareFigures, CompareModes
from clinic.ui.panels.patient import PatientDetails, PatientList
from clinic.ui.panels.plan import PlanStack
from clinic.ui.panels.procedures import PlanProcedures
from clinic.ui.panels.share import ShareContents, ShareWritten
from clinic.ui.records.audit import AuditPage
from clinic.ui.records.backups import BackupPage
from clinic.ui.records.hand_over import HandOverPage
from clinic.ui.records.page import Entry, RecordsPage
from clinic.ui.records.people import PeoplePage
from clinic.ui.records.sign_in import SignInPage
from clinic.ui.sheet import ShortcutSheet
from clinic.ui.view_page import ViewPage
from clinic.ui.volume_page import VolumePage
from clinic.ui.widgets.banner import Banner
from clinic.ui.widgets.text import Button

_LEAST_WIDTH, _LEAST_HEIGHT = 1280, 720
_LOCKS_SOON = "Nobody has used the window for a while: it locks in half a minute. Move the mouse to go on."
_TOOLS = ("undo", "redo", "palette", "shortcuts", "records", "lock")


class MainWindow(QMainWindow):
    """Puts panels, bars and picture together and carries out the actions."""

    desk: Desk

    def __init__(self, chosen: Settings, settings_file: Path | None = None) -> None:
        super().__init__()
        self.setWindowTitle("Clinic")
        self.setMinimumSize(_LEAST_WIDTH, _LEAST_HEIGHT)
        self._settings, self._settings_file = chosen, settings_file
        self.desk = Desk(self)
        self.stage = "patient"
        self.entrance = Entrance(self.desk, chosen)
        self.unlock = self.entrance.unlock
        self.view = ViewPage(self.desk)
        self.actions_by_id = {action.id: self._qaction(action) for action in ACTIONS}
        self.top = TopBar(self.desk, tuple(self._tool(name) for name in _TOOLS))
        self.status = StatusBar(self.desk)
        self._make_panels()
        self._root = QStackedWidget()
        self._work = self._workspace()
        self.records = self._records_page()
        for page in (self.entrance, self._work, self.records):
            self._root.addWidget(page)
        self.setCentralWidget(self._root)
        self.banner = Banner(self._root)
        self._connect()
        self.show_stage("patient")

    def ask_for_archive(self, folder: Path) -> None:
        """Show the lock screen for an archive, or for a new one where there is none."""
        self.entrance.ask_for_archive(folder)

    # What the actions do

    def show_stage(self, stage: str) -> None:
        """Go to one of the six stages; to what is planned only if the patient agreed that it is shown."""
        if stage == "compare" and not self.desk.show():
            self.top.show_stage(self.stage)
            return
        self.stage = stage
        self.top.show_stage(stage)
        left, centre, right = self._stages[stage]
        self._left.setVisible(left is not None)
        if left is not None:
            self._left.setCurrentWidget(left)
        self._centre.setCurrentWidget(centre)
        self._right.setCurrentWidget(right)
        if centre is self.view:
            self.view.show_stage(stage)
            self.view.viewport.setFocus()

    def show_mode(self, mode: str) -> None:
        """Compare in another way."""
        if self.stage != "compare":
            self.show_stage("compare")
        if self.stage == "compare":
            self.view.show_mode(mode)

    def look(self, view_id: str) -> None:
        """Take a standard view."""
        self.view.look(view_id)

    def look_through_next(self) -> None:
        """Take the camera of the next photo as the view."""
        self.view.look_through_next()

    def new_patient(self) -> None:
        """Ask who the new patient is."""
        self.show_stage("patient")
        self.details.show_form(True)

    def open_sample(self) -> None:
        """Open the sample patient."""
        self.show_stage("patient")
        self.patients.open_sample()

    def show_records(self, page: str = "") -> None:
        """Show the pages about the records themselves."""
        self._root.setCurrentWidget(self.records)
        self.records.open(page)

    def choose_photos(self) -> None:
        """Ask for photos."""
        self.show_stage("capture")
        self.files.choose()

    def build_face(self) -> None:
        """Reconstruct the face."""
        self.builder.reconstruct()

    def find_procedure(self) -> None:
        """Search the procedures."""
        self.show_stage("plan")
        self.procedures.search.setFocus()
        self.procedures.search.selectAll()

    def solve(self) -> None:
        """Solve the plan."""
        self.procedures.solver.solve()

    def choose_export(self) -> None:
        """Ask for a folder and export to it."""
        self.show_stage("share")
        self.contents.choose()

    def swap_palette(self) -> None:
        """Dress in the other palette, and keep that."""
        name = "light" if theme.current() is theme.DARK else "dark"
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.apply(app, theme.PALETTES[name])
        self._settings = replace(self._settings, palette=name)
        self._keep_settings()
        self.view.refresh()

    def show_shortcuts(self) -> None:
        """Show every action and its key."""
        ShortcutSheet(ACTIONS, self).exec()

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Keep the banner in the middle."""
        super().resizeEvent(event)
        self._place_banner()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Stop what runs, sign out and free what VTK holds."""
        self.entrance.finish()
        self.desk.close()
        self.view.finish()
        self.files.finish()
        self.photos.finish()
        self.volume.finish()
        super().closeEvent(event)

    # Inside

    def _make_panels(self) -> None:
        desk = self.desk
        self.patients, self.details = PatientList(desk), PatientDetails(desk)
        self.files, self.photos, self.builder = CaptureFiles(desk), CapturePhotos(desk), CaptureBuild(desk)
        self.volume = VolumePage(desk)
        self.photos.addWidget(self.volume)
        self.landmarks, self.measures = AnalyseLandmarks(desk), AnalyseMeasures(desk)
        self.stack, self.procedures = PlanStack(desk), PlanProcedures(desk)
        self.modes, self.figures = CompareModes(desk), CompareFigures(desk)
        self.contents, self.written = ShareContents(desk), ShareWritten(desk)
        self._stages: dict[str, tuple[QWidget | None, QWidget, QWidget]] = {
            "patient": (None, self.patients, self.details),
            "capture": (self.files, self.photos, self.builder),
            "analyse": (self.landmarks, self.view, self.measures),
            "plan": (self.stack, self.view, self.procedures),
            "compare": (self.modes, self.view, self.figures),
            "share": (self.contents, self.view, self.written),
        }

    def _records_page(self) -> RecordsPage:
        desk = self.desk
        self.audit, self.people, self.backups = AuditPage(desk), PeoplePage(desk), BackupPage(desk)
        self.hand_over = HandOverPage(desk)
        self.hand_over.list_changed.connect(self.patients.refresh)
        self.sign_in = SignInPage(desk, self._settings.lock_minutes)
        self.sign_in.minutes_chosen.connect(self._lock_after)
        self.backups.restore_asked.connect(self._ask_to_restore)
        entries = (
            Entry("audit", "Audit trail", "report", self.audit, frozenset({Right.READ_AUDIT})),
            Entry("people", "People", "patient", self.people, frozenset({Right.MANAGE_PEOPLE})),
            Entry("backups", "Backups", "shield", self.backups, frozenset({Right.BACK_UP, Right.VERIFY})),
            Entry(
                "hand_over", "Hand over", "share", self.hand_over, frozenset({Right.EXPORT, Right.ERASE, Right.CHANGE})
            ),
            Entry("sign_in", "Your sign-in", "key", self.sign_in, frozenset()),
        )
        return RecordsPage(desk, entries, desk.lock)

    def _leave_records(self) -> None:
        self._root.setCurrentWidget(self._work)
        self.show_stage(self.stage)

    def _ask_to_restore(self) -> None:
        session = self.desk.session
        if session is not None and session.folder is not None:
            self.desk.lock()
            self.entrance.ask_to_restore(session.folder)

    def _lock_after(self, minutes: int) -> None:
        self.entrance.lock_after(minutes)
        self._settings = replace(self._settings, lock_minutes=minutes)
        self._keep_settings()

    def _workspace(self) -> QWidget:
        workspace = QWidget()
        workspace.setObjectName("page")
        self._left, self._centre, self._right = QStackedWidget(), QStackedWidget(), QStackedWidget()
        self._left.setFixedWidth(theme.LEFT_WIDTH)
        self._right.setFixedWidth(theme.RIGHT_WIDTH)
        for left, centre, right in self._stages.values():
            for stack, widget in ((self._left, left), (self._centre, centre), (self._right, right)):
                if widget is not None and stack.indexOf(widget) < 0:
                    stack.addWidget(widget)
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addWidget(self._left)
        body.addWidget(self._centre, 1)
        body.addWidget(self._right)
        column = QVBoxLayout(workspace)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top)
        column.addLayout(body, 1)
        column.addWidget(self.status)
        return workspace

    def _connect(self) -> None:
        desk = self.desk
        for changed in (desk.case_changed, desk.shown_changed, desk.job_changed, desk.lock_changed):
            changed.connect(self._refresh_actions)
        self.entrance.shown.connect(self._show_entrance)
        self.entrance.entered.connect(self._entered)
        self.entrance.locks_soon.connect(lambda: self._say(_LOCKS_SOON, "warning"))
        self.entrance.stays.connect(self.banner.hide)
        self.records.closed.connect(self._leave_records)
        desk.said.connect(self._say)
        desk.job_changed.connect(self._give_focus)
        self.top.stage_chosen.connect(self.show_stage)
        self.patients.new_asked.connect(self.new_patient)
        self.patients.opened.connect(self._go_on)
        self.patients.refused.connect(self.details.show_closed)
        self.details.continued.connect(self._go_on)
        self.photos.asked.connect(self.choose_photos)
        self.files.volume.look_asked.connect(lambda: self.photos.setCurrentWidget(self.volume))
        self.volume.left.connect(self.photos.show_all)
        self.builder.open_asked.connect(self.photos.open)
        self.builder.built.connect(lambda: self.show_stage("analyse"))
        self.landmarks.marks_chosen.connect(self.view.show_landmarks)
        self.modes.mode_chosen.connect(self.show_mode)
        for panel in (self.modes, self.figures):
            self.view.mode_changed.connect(panel.show_mode)
        self.view.photos_asked.connect(lambda: self.show_stage("capture"))
        self.modes.show_mode("side")
        self.procedures.place_asked.connect(self.view.point)
        self.procedures.released.connect(self.view.viewport.setFocus)
        self.stack.edit_chosen.connect(self.procedures.open_edit)
        self._refresh_actions()

    def _qaction(self, action: Action) -> QAction:
        made = QAction(action.words, self)
        made.triggered.connect(lambda: action.do(self))
        owner: QWidget = self
        if action.picture:
            made.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            owner = self.view
        if action.key:
            made.setShortcut(QKeySequence(action.key))
        owner.addAction(made)
        return made

    def _tool(self, name: str) -> Button:
        row = next(action for action in ACTIONS if action.id == name)
        key = QKeySequence(row.key).toString(QKeySequence.SequenceFormat.NativeText)
        tip = f"{row.words}  {key}"
        made = self.actions_by_id[name]
        button = Button(row.words, made.trigger, icon=row.icon, role="tool", tip=tip)
        made.changed.connect(lambda: button.setEnabled(made.isEnabled()))
        return button

    def _refresh_actions(self) -> None:
        for action in ACTIONS:
            self.actions_by_id[action.id].setEnabled(action.enabled(self))

    def _entered(self, folder: Path) -> None:
        if self.desk.session is not None and self.desk.session.folder is not None and not self.entrance.trying_out:
            self._settings = replace(self._settings, archive=folder, archive_used=True)
            self._keep_settings()
        if self.desk.may(Right.LIST):
            self._root.setCurrentWidget(self._work)
            self.show_stage(self.stage)
        else:
            self.show_records()
        self._look_for_alarms()

    def _show_entrance(self) -> None:
        self.banner.hide()
        self._root.setCurrentWidget(self.entrance)

    def _look_for_alarms(self) -> None:
        """Tell an auditor at once that somebody broke the glass."""
        session = self.desk.session
        if session is None or session.folder is None or not self.desk.may(Right.READ_AUDIT):
            return
        try:
            unseen = emergency.unseen(session.archive)
        except ClinicError as error:
            self.desk.tell(error)
            return
        if unseen:
            who = ", ".join(sorted({one.who for one in unseen}))
            self._say(f"Emergency access was used by {who}. Look at it under Records, Audit trail.", "error")

    def _give_focus(self) -> None:
        """After a job the picture gets the keys; the button that had them may be gone."""
        if not self.desk.busy and self._centre.currentWidget() is self.view:
            self.view.viewport.setFocus()

    def _go_on(self) -> None:
        case = self.desk.case
        self.show_stage("plan" if case is not None and case.face is not None else "capture")

    def _say(self, words: str, kind: str) -> None:
        self.banner.say(words, kind)
        self._place_banner()

    def _place_banner(self) -> None:
        room = self.width() - theme.LEFT_WIDTH - theme.RIGHT_WIDTH
        width = min(720, room - 32)
        self.banner.setFixedWidth(width)
        self.banner.adjustSize()
        self.banner.move(theme.LEFT_WIDTH + (room - width) // 2, theme.TOP_HEIGHT + theme.VIEW_BAR_HEIGHT + 16)

    def _keep_settings(self) -> None:
        if self._settings_file is None:
            return
        try:
            settings.write(self._settings_file, self._settings)
        except OSError:
            self._say("Your preferences could not be kept: the settings folder cannot be written.", "warning")
