"""The main window: lock screen, or six stages around one picture."""

from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from clinic.archive.people import emergency
from clinic.archive.people.roles import Right
from clinic.errors import ClinicError
from clinic.settings import Settings
from clinic.ui import theme
from clinic.ui.actions import ACTIONS, Action
from clinic.ui.bars import StatusBar, TopBar
from clinic.ui.body import Body, Panels
from clinic.ui.desk import Desk
from clinic.ui.entrance import Entrance
from clinic.ui.keys import key_words
from clinic.ui.memory import Memory
from clinic.ui.panels.analyse import AnalyseLandmarks, AnalyseMeasures
from clinic.ui.panels.build import CaptureBuild
from clinic.ui.panels.capture import CaptureFiles
from clinic.ui.panels.capture_photos import CapturePhotos
from clinic.ui.panels.compare import CompareFigures, CompareModes
from clinic.ui.panels.patient import PatientDetails, PatientList
from clinic.ui.panels.plan import PlanStack
from clinic.ui.panels.procedures import PlanProcedures
from clinic.ui.panels.share import ShareContents, ShareWritten
from clinic.ui.patient_view import PatientView
from clinic.ui.plans import Plans
from clinic.ui.preferences.preferences import Preferences
from clinic.ui.records.audit import AuditPage
from clinic.ui.records.backups import BackupPage
from clinic.ui.records.hand_over import HandOverPage
from clinic.ui.records.page import Entry, RecordsPage
from clinic.ui.records.people import PeoplePage
from clinic.ui.records.sign_in import SignInPage
from clinic.ui.sheets import Sheets
from clinic.ui.view_page import ViewPage
from clinic.ui.volume_page import VolumePage
from clinic.ui.widgets.banner import Banner
from clinic.ui.widgets.side import Side
from clinic.ui.widgets.text import Button
from clinic.words import say, tr

_LEAST_WIDTH, _LEAST_HEIGHT = 1280, 720
_NOT_KEPT = say("Your preferences could not be kept: the settings folder cannot be written.")
_LOCKS_SOON = say("Nobody has used the window for a while: it locks in half a minute. Move the mouse to go on.")
_TOOLS = ("undo", "redo", "commands", "help", "records", "lock")


class MainWindow(QMainWindow):
    """Puts panels, bars and picture together and carries out the actions."""

    desk: Desk
    plans: Plans
    preferences: Preferences
    sheets: Sheets
    body: Body
    patient_view: PatientView

    def __init__(self, chosen: Settings, settings_file: Path | None = None, entrance: Entrance | None = None) -> None:
        """Make the window. entrance: where somebody is signing in already, with the desk behind it."""
        super().__init__()
        self.setWindowTitle("Clinic")
        self.setMinimumSize(_LEAST_WIDTH, _LEAST_HEIGHT)
        self.preferences = Preferences(chosen, settings_file, self)
        self.entrance = Entrance(Desk(), chosen) if entrance is None else entrance
        self.desk = self.entrance.desk
        self.desk.setParent(self)
        self.plans = Plans(self.desk)
        self.stage = "patient"
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
        self.sheets = Sheets(self, self._root)
        self.memory = Memory(self, settings_file)
        self.patient_view = PatientView(self)
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
        if stage != "compare":
            self.patient_view.leave()
        self.top.show_stage(stage)
        self.body.show_stage(stage)
        self.memory.note_stage(stage)
        if self.body.centre.currentWidget() is self.view:
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

    def swap_bone(self) -> None:
        """Show the bone of a CT through the skin, or the skin again."""
        self.view.swap_bone()

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

    def find_patient(self) -> None:
        """Search the patients."""
        self.show_stage("patient")
        self.patients.search.setFocus()
        self.patients.search.selectAll()

    def rename_plan(self) -> None:
        """Let the user type another name for the open plan."""
        self.show_stage("plan")
        self.stack.plans.begin_renaming()

    def swap_palette(self) -> None:
        """Dress in the other palette, and keep that."""
        self.preferences.choose(palette="light" if theme.current() is theme.DARK else "dark")

    def step_panel(self, steps: int) -> None:
        """Give the keys to the next panel."""
        if self._root.currentWidget() is self._work:
            self.body.step(self.top, steps)

    @property
    def place(self) -> str:
        """Where the user is, as help knows it: a stage, "records", or "start" before the entrance."""
        shown = self._root.currentWidget()
        return self.stage if shown is self._work else "records" if shown is self.records else "start"

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Keep the banner in the middle."""
        super().resizeEvent(event)
        self._place_banner()
        self._refresh_actions()
        if theme.share() != self._percent / 100:
            QTimer.singleShot(0, self, self._dress)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Stop what runs, sign out and free what VTK holds."""
        self.memory.keep_at_the_end()
        self.sheets.leave()
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
        self.modes = CompareModes(desk, self.view.compared)
        self.figures = CompareFigures(desk, self.view.compared)
        self.contents, self.written = ShareContents(desk), ShareWritten(desk)
        self._stages: dict[str, Panels] = {
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
        self.sign_in = SignInPage(desk, self.preferences.chosen.lock_minutes)
        self.sign_in.minutes_chosen.connect(lambda minutes: self.preferences.choose(lock_minutes=minutes))
        self.backups.restore_asked.connect(self._ask_to_restore)
        entries = (
            Entry("audit", tr("Audit trail"), "report", self.audit, frozenset({Right.READ_AUDIT})),
            Entry("people", tr("People"), "patient", self.people, frozenset({Right.MANAGE_PEOPLE})),
            Entry("backups", tr("Backups"), "shield", self.backups, frozenset({Right.BACK_UP, Right.VERIFY})),
            Entry(
                "hand_over",
                tr("Hand over"),
                "share",
                self.hand_over,
                frozenset({Right.EXPORT, Right.ERASE, Right.CHANGE}),
            ),
            Entry("sign_in", tr("Your sign-in"), "key", self.sign_in, frozenset()),
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

    def _workspace(self) -> QWidget:
        workspace = QWidget()
        workspace.setObjectName("page")
        self.body = Body(self._stages)
        column = QVBoxLayout(workspace)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top)
        column.addWidget(self.body, 1)
        column.addWidget(self.status)
        return workspace

    def _connect(self) -> None:
        desk = self.desk
        for changed in (desk.shown_changed, desk.job_changed, desk.lock_changed):
            changed.connect(self._refresh_actions)
        self.entrance.shown.connect(self._show_entrance)
        self.entrance.entered.connect(self.welcome)
        self.entrance.locks_soon.connect(lambda: self._say(_LOCKS_SOON, "warning"))
        self.entrance.stays.connect(self.banner.forget)
        self.banner.resized.connect(self._place_banner)
        self.records.closed.connect(self._leave_records)
        desk.said.connect(self._say)
        desk.job_changed.connect(self.give_focus)
        desk.lock_changed.connect(self.sheets.leave)
        self.sheets.taken.connect(self._do)
        self.preferences.changed.connect(self._prefer)
        self.preferences.not_kept.connect(lambda: self._say(_NOT_KEPT, "warning"))
        self.top.stage_chosen.connect(self.show_stage)
        self.patients.new_asked.connect(self.new_patient)
        self.patients.opened.connect(self.go_on)
        self.patients.refused.connect(self.details.show_closed)
        self.details.continued.connect(self.go_on)
        self.photos.asked.connect(self.choose_photos)
        self.files.volume.look_asked.connect(lambda: self.photos.setCurrentWidget(self.volume))
        self.volume.left.connect(self.photos.show_all)
        self.builder.open_asked.connect(self.photos.open)
        self.builder.built.connect(lambda: self.show_stage("analyse"))
        self.landmarks.marks_chosen.connect(self.view.show_landmarks)
        self.modes.mode_chosen.connect(self.show_mode)
        self.modes.patient_asked.connect(self.patient_view.toggle)
        for panel in (self.modes, self.figures):
            self.view.mode_changed.connect(panel.show_mode)
        self.view.photos_asked.connect(lambda: self.show_stage("capture"))
        self.modes.show_mode("side")
        self.procedures.place_asked.connect(self.view.point)
        for side in self.findChildren(Side):
            side.help_asked.connect(self.sheets.show_help_on)
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
        if action.key and (self.preferences.chosen.single_keys or not action.picture):
            made.setShortcut(QKeySequence(action.key))
        owner.addAction(made)
        return made

    def _do(self, name: str) -> None:
        """Carry out an action that was chosen among all commands."""
        self.memory.note_action(name)
        self.actions_by_id[name].trigger()

    @property
    def _percent(self) -> int:
        """How large words are shown: as was chosen, as far as the window has room."""
        return min(self.preferences.chosen.text_percent, theme.largest_text(self.width()))

    def _dress(self) -> None:
        """Show the palette and the size of words that were chosen."""
        app, before = QApplication.instance(), theme.share()
        assert isinstance(app, QApplication)
        theme.apply(app, theme.chosen(self.preferences.chosen.palette), self._percent)
        self.top.setFixedHeight(theme.top_height())
        if before != theme.share():
            self.body.grow()
        self.view.refresh()

    def _prefer(self, before: Settings, after: Settings) -> None:
        """Apply what was chosen."""
        self._refresh_actions()
        if (before.palette, before.text_percent) != (after.palette, after.text_percent):
            self._dress()
        if before.lock_minutes != after.lock_minutes:
            self.entrance.lock_after(after.lock_minutes)
            self.sign_in.minutes.choose(str(after.lock_minutes))
        if before.single_keys != after.single_keys:
            for action in ACTIONS:
                if action.picture:
                    key = action.key if after.single_keys else ""
                    self.actions_by_id[action.id].setShortcut(QKeySequence(key))

    def _tool(self, name: str) -> Button:
        row = next(action for action in ACTIONS if action.id == name)
        tip = f"{row.words}  {key_words(row.key)}"
        made = self.actions_by_id[name]
        button = Button(row.words, made.trigger, icon=row.icon, role="tool", tip=tip)
        made.changed.connect(lambda: button.setEnabled(made.isEnabled()))
        return button

    def _refresh_actions(self) -> None:
        for action in ACTIONS:
            self.actions_by_id[action.id].setEnabled(action.enabled(self))

    def welcome(self, folder: Path) -> None:
        """Show the patients, or the records, to whoever has signed in to the archive in a folder."""
        if self.desk.session is not None and self.desk.session.folder is not None and not self.entrance.trying_out:
            self.preferences.choose(archive=folder, archive_used=True)
        if self.desk.may(Right.LIST):
            self._root.setCurrentWidget(self._work)
            self.show_stage(self.stage)
        else:
            self.show_records()
        self.memory.look_back()
        self._look_for_alarms()

    def _show_entrance(self) -> None:
        self.banner.forget()
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
            self._say(
                tr("Emergency access was used by {who}. Look at it under Records, Audit trail.", who=who), "error"
            )

    def give_focus(self) -> None:
        """After a job the picture gets the keys; the button that had them may be gone."""
        if not self.desk.busy and self.body.centre.currentWidget() is self.view:
            self.view.viewport.setFocus()

    def go_on(self) -> None:
        """Go to where this patient was left, else to the next thing to do."""
        case = self.desk.case
        usual = "plan" if case is not None and case.face is not None else "capture"
        self.show_stage((case is not None and self.memory.stage_of(case)) or usual)

    def _say(self, words: str, kind: str) -> None:
        self.banner.say(tr(words), kind, self.desk.details if kind == "error" else "")
        self.desk.details = ""

    def _place_banner(self) -> None:
        """Keep the banner in the middle of what is looked at."""
        at = self.body.centre.mapTo(self._root, QPoint(0, 0)) if self._work.isVisible() else QPoint(0, 0)
        room = self.body.centre.width() if self._work.isVisible() else self.width()
        width = min(theme.scaled(720), room - 32)
        self.banner.setFixedWidth(width)
        self.banner.adjustSize()
        self.banner.move(at.x() + (room - width) // 2, theme.TOP_HEIGHT + theme.VIEW_BAR_HEIGHT + 16)
