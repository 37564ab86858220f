"""Patient: the cases of the archive, a new patient, the sample patient."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from clinic import workflow
from clinic.archive.consent import EVERYTHING, Consent
from clinic.archive.people.roles import Right
from clinic.case import Case
from clinic.days import words_of_iso
from clinic.errors import ClinicError
from clinic.ui.desk import Desk, build_face
from clinic.ui.panels.consent import ConsentPanel
from clinic.ui.photo_shelf import Shelved
from clinic.ui.photo_strip import in_order
from clinic.ui.widgets.patient_row import PatientRow, framed, thumbnail
from clinic.ui.widgets.photo_tile import picture
from clinic.ui.widgets.segments import Segments
from clinic.ui.widgets.side import Side, clear, fact, hint
from clinic.ui.widgets.text import Button, label
from clinic.words import plural, say, tr

if TYPE_CHECKING:
    from clinic.archive.states import CaseSummary

_SAMPLE = "SAMPLE Patient"
_PORTRAIT_WIDTH, _PORTRAIT_HEIGHT = 144, 180
_SEXES = (("F", "F", "", ""), ("M", "M", "", ""), ("X", "X", "", ""), ("", say("Not given"), "", ""))


class PatientList(QWidget):
    """Centre: every case of the archive; a click opens one. refused(case): whoever is signed in may not open it."""

    new_asked = Signal()
    opened = Signal()
    refused = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._desk = desk
        self._cases: tuple[CaseSummary, ...] = ()
        self._small: dict[str, QPixmap] = {}
        self._pictured: frozenset[str] = frozenset()  # cases that were there when the small pictures were read
        self._count = label("", "muted")
        self.sample_button = Button(tr("Open sample patient"), self.open_sample, icon="clinic")
        self.new_button = Button(tr("New patient"), self.new_asked.emit, icon="add", role="primary")
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search name, number or birth date"))
        self.search.setAccessibleName(tr("Search patients"))
        self.search.textChanged.connect(self._list)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        self._lay_out()
        desk.lock_changed.connect(self.refresh)
        desk.case_changed.connect(self._case_changed)
        desk.job_changed.connect(self._enable)
        if desk.open:  # somebody came in while there was only the lock screen
            self.refresh()

    @property
    def cases(self) -> tuple["CaseSummary", ...]:
        """Every case that is listed."""
        return self._cases

    def refresh(self) -> None:
        """Read the list again."""
        session = self._desk.session
        try:
            self._cases = session.cases() if session is not None and self._desk.may(Right.LIST) else ()
        except ClinicError as error:  # the right was taken away meanwhile, or the disk was
            self._cases = ()
            self._desk.tell(error)
        self._list()
        self._read_pictures()

    def _read_pictures(self) -> None:
        """Read the small pictures when there are other cases than before; forget them with the keys."""
        desk, cases = self._desk, frozenset(case.id for case in self._cases)
        if not desk.open:
            self._small, self._pictured = {}, frozenset()
        elif cases != self._pictured and desk.recorded and desk.may(Right.VIEW) and desk.session is not None:
            self._pictured = cases
            archive = desk.session.archive
            desk.ask(say("Read the small pictures"), lambda _: archive.thumbnails(), self._picture)

    def _picture(self, found: Mapping[str, bytes]) -> None:
        self._small = {case: thumbnail(jpeg) for case, jpeg in found.items()}
        self._list()

    def open_sample(self) -> None:
        """Open the sample patient; the first time, take the photo and build the face in the background."""
        known = next((case for case in self._cases if case.display_name == _SAMPLE), None)
        if known is not None:
            self._desk.open_case(known.id)
        else:
            self._desk.begin(say("Open the sample patient"), workflow.sample_case, self._build_face)

    def _build_face(self) -> None:
        case = self._desk.case
        if case is not None and self._desk.consent(Consent(EVERYTHING, note=case.patient.note)):
            self._desk.run(say("Build the face in 3D"), build_face, self.opened.emit, "reconstruct")

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(label(tr("Patients"), "title"))
        head.addWidget(self._count, 1)
        head.addWidget(self.sample_button)
        head.addWidget(self.new_button)
        inner = QWidget()
        rows = QVBoxLayout(inner)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addLayout(self._rows)
        rows.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inner)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(16)
        column.addLayout(head)
        column.addWidget(self.search)
        column.addWidget(scroll, 1)

    def _case_changed(self, before: Case | None, after: Case | None) -> None:
        if before is after is None:
            return
        if after is None or before is None or before.id != after.id or before.patient != after.patient:
            self.refresh()

    def _list(self) -> None:
        clear(self._rows)
        sought = self.search.text().strip().lower()
        found = [case for case in self._cases if sought in _searchable(case)]
        self._count.setText(str(len(self._cases)) if self._cases else "")
        present = self._desk.case.id if self._desk.case else ""
        for case in found:
            row = PatientRow(case, case.id == present, self._small.get(case.id))
            row.taken.connect(self._open)
            self._rows.addWidget(row)
        if not self._cases:
            self._say(tr("No patients yet. Begin with a new patient, or look around with the sample patient."))
        elif not found:
            self._say(tr("No patient matches “{search}”.", search=self.search.text()))
        self._enable()

    def _say(self, words: str) -> None:
        """Say in the place of the rows why there are none."""
        said = hint(words)
        said.setObjectName("card")  # as a row would look
        self._rows.addWidget(said)

    def _open(self, case_id: str) -> None:
        if self._desk.case is not None and self._desk.case.id == case_id:
            self.opened.emit()
        elif not self._desk.may(Right.VIEW):
            self.refused.emit(next(case for case in self._cases if case.id == case_id))
        elif not self._desk.busy:
            self._desk.open_case(case_id)

    def _enable(self) -> None:
        for button in (self.sample_button, self.new_button):
            button.setEnabled(self._desk.open and not self._desk.busy)


class PatientDetails(Side):
    """Right: who is open; or the form of a new patient."""

    continued = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__("right")
        self._desk = desk
        self._details = QWidget()
        self._facts = QVBoxLayout(self._details)
        self._facts.setContentsMargins(0, 0, 0, 0)
        self._facts.setSpacing(6)
        self.column.addWidget(self._details)
        self.consent = ConsentPanel(desk)
        self.consent.emergency.asked.connect(lambda: self.reveal(self.consent.emergency))
        self.column.addWidget(self.consent)
        self._form = self._make_form()
        self.column.addWidget(self._form)
        self.column.addStretch(1)
        self.continue_button = Button(tr("Go on with this patient"), self.continued.emit, icon="next", role="primary")
        self.foot.addWidget(self.continue_button)
        self.show_form(False)
        desk.case_changed.connect(self._show)
        desk.photos.changed.connect(lambda: self._show(None, desk.case))
        desk.lock_changed.connect(lambda: self.show_form(False))
        self._show(None, desk.case)

    def show_form(self, shown: bool) -> None:
        """Show the form of a new patient, or who is open."""
        self._form.setVisible(shown)
        self._details.setVisible(not shown)
        case = self._desk.case
        self.consent.follow(*("", "") if shown or case is None else (case.patient.id, case.id))
        self.continue_button.setVisible(not shown and self._desk.case is not None)
        if shown:
            for field in (self.family_name, self.given_name, self.birth_date, self.record_number):
                field.clear()
            self.sex.choose("")
            self._sex = ""
            self._problem.clear()
            self.family_name.setFocus()

    def show_closed(self, case: "CaseSummary") -> None:
        """Show who it is and what was agreed, of a patient whose pictures whoever is signed in may not see."""
        self.show_form(False)
        clear(self._facts)
        self._facts.addWidget(label(case.display_name, "title"))
        self._facts.addWidget(fact(tr("Born"), words_of_iso(case.birth_date) or tr("Unknown")))
        self._facts.addWidget(hint(tr("Your role sees no pictures. Names, new patients and consent are yours.")))
        self.consent.follow(case.patient, case.id)

    def begin(self) -> None:
        """Begin a case for the patient in the form."""
        born = self.birth_date.text().strip()
        if not self.family_name.text().strip():
            self._problem.setText(tr("Please give the family name."))
        elif born and not QDate.fromString(born, "yyyy-MM-dd").isValid():
            self._problem.setText(tr("Please give the birth date as year-month-day, for example 1985-09-30."))
        else:
            patient = workflow.new_patient(
                self.family_name.text().strip(), self.given_name.text().strip(), born, self._sex
            )
            patient = replace(patient, record_number=self.record_number.text().strip())
            if self._desk.commit(workflow.new_case(patient), say("Begin the case")):
                self.show_form(False)
                self.continued.emit()

    def _make_form(self) -> QWidget:
        form = QWidget()
        column = QVBoxLayout(form)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(label(tr("New patient"), "title"))
        self.family_name, self.given_name = _field(tr("Family name")), _field(tr("Given name"))
        self.birth_date = _field(tr("Birth date, 1985-09-30"))
        self.record_number = _field(tr("Record number"))
        for field in (self.family_name, self.given_name, self.birth_date, self.record_number):
            column.addWidget(field)
            field.returnPressed.connect(self.begin)
        self.sex = Segments(_SEXES, stretch=True)
        self.sex.chosen.connect(self._choose_sex)
        self._sex = ""
        column.addWidget(self.sex)
        self._problem = label("", "error", wrap=True)
        column.addWidget(self._problem)
        column.addWidget(Button(tr("Create"), self.begin, icon="check", role="primary"))
        column.addWidget(Button(tr("Cancel"), lambda: self.show_form(False), role="flat"))
        return form

    def _choose_sex(self, sex: str) -> None:
        self._sex = sex

    def _show(self, before: Case | None, after: Case | None) -> None:
        self.when_seen(self._refresh, now=after is None)

    def _refresh(self) -> None:
        after = self._desk.case
        clear(self._facts)
        self.continue_button.setVisible(after is not None and not self._form.isVisibleTo(self))
        if after is None:
            self.consent.follow("", "")
            self._facts.addWidget(hint(tr("No patient is open. Choose one from the list, or begin with a new one.")))
            return
        photos = in_order(self._desk.photos.photos)
        if photos:
            self._facts.addWidget(_portrait(photos[0]))
            self._facts.addSpacing(8)
        self._facts.addWidget(label(after.patient.display_name, "title"))
        self._facts.addWidget(label(after.patient.note or tr("Patient"), "small"))
        self._facts.addSpacing(8)
        for words, value in _facts(after):
            self._facts.addWidget(fact(words, value))
        if not self._form.isVisibleTo(self):
            self.consent.follow(after.patient.id, after.id)
            if not self.consent.given:
                self.reveal(self.consent)


def _portrait(one: Shelved) -> QLabel:
    """Return the face of a photo, the whole of one whose face is not found yet, or its place while it is made."""
    shown, small = QLabel(), one.face if one.face is not None else one.whole
    shown.setFixedSize(_PORTRAIT_WIDTH, _PORTRAIT_HEIGHT)
    shown.setObjectName("portrait")
    shown.setAccessibleName(one.photo.name)
    if small is not None:
        shown.setPixmap(framed(picture(small), _PORTRAIT_WIDTH, _PORTRAIT_HEIGHT, radius=8.0))
    return shown


def _facts(case: Case) -> list[tuple[str, str]]:
    born, photos = case.patient.birth_date, len(case.acquisition.photos)
    edits = len(case.plan.edits)
    solved = tr("stale") if case.stale_simulation else tr("solved") if case.simulation else tr("not solved")
    return [
        (tr("Born"), words_of_iso(born) or tr("Unknown")),
        (tr("Sex"), case.patient.sex or tr("Not given")),
        (tr("Photos"), str(photos) if photos else tr("None yet")),
        (tr("Face in 3D"), tr("Built") if case.face else tr("Not built")),
        (
            case.plan.name,
            plural("{n} edit, {state}", "{n} edits, {state}", edits, state=solved) if edits else tr("Empty"),
        ),
    ]


def _field(words: str) -> QLineEdit:
    field = QLineEdit()
    field.setPlaceholderText(words)
    field.setAccessibleName(words)
    return field


def _searchable(case: "CaseSummary") -> str:
    return f"{case.display_name} {case.record_number} {case.birth_date} {words_of_iso(case.birth_date)}".lower()
