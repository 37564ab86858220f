"""What a patient agreed to, ticked and dated; and, where that or a right is missing, emergency access."""

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from clinic.archive import consent
from clinic.archive.consent import Consent, Scope
from clinic.archive.people.roles import Right
from clinic.errors import ClinicError
from clinic.ui.desk import Desk
from clinic.ui.widgets.check import Check
from clinic.ui.widgets.secret import text_field
from clinic.ui.widgets.side import add_all
from clinic.ui.widgets.text import Button, label
from clinic.words import say, tr

_SHORT = {
    Scope.RECONSTRUCT: (say("3D model"), say("Build the face from the photos")),
    Scope.SHOW: (say("Show"), say("Planned results in the consultation")),
    Scope.EXPORT: (say("Hand out"), say("Pictures and files")),
}


class ConsentPanel(QWidget):
    """Follows one patient; nothing is shown where no archive keeps it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._patient, self._case_id = "", ""
        self._given = consent.NONE
        self.checks = {scope: Check(*words) for scope, words in _SHORT.items()}
        self.until, self.note = text_field(tr("Until, 2027-12-31; empty: no end")), text_field(tr("How it was given"))
        self._state = label("", "small", wrap=True)
        self.button = Button(tr("Record the consent"), self.give, icon="check")
        self.emergency = EmergencyForm(desk)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addSpacing(8)
        add_all(column, label(tr("Consent"), "section"), self._state, *self.checks.values())
        add_all(column, self.until, self.note, self.button, self.emergency)
        for check in self.checks.values():
            check.toggled.connect(self._judge)
        for field in (self.until, self.note):
            field.textChanged.connect(self._judge)
            field.returnPressed.connect(self.give)
        self.follow("", "")

    def follow(self, patient: str, case_id: str) -> None:
        """Show what a patient agreed to; an empty id shows nothing."""
        if not self._desk.recorded or not self._desk.may(Right.CONSENT):
            patient = ""
        self.setVisible(bool(patient))
        if patient and patient != self._patient:
            self._read(patient)
        self._patient, self._case_id = patient, case_id
        self.emergency.follow(patient, case_id, self._missing())

    @property
    def given(self) -> bool:
        """True if anything is recorded."""
        return bool(self._given.scopes)

    def give(self) -> None:
        """Record what is ticked."""
        if not self.button.isEnabled():
            return
        session = self._desk.session
        assert session is not None
        try:
            given = self._typed()
            consent.give(session.archive, self._patient, given)
        except ValueError:
            self._state.setText(tr("Give the last day as year-month-day, for example 2027-12-31."))
            return
        except ClinicError as error:
            self._desk.tell(error)
            return
        self._desk.forget_shown()
        self._show(given)
        self._desk.said.emit(
            tr("The consent is recorded.") if given.scopes else tr("The consent is withdrawn."), "notice"
        )

    def _read(self, patient: str) -> None:
        session = self._desk.session
        assert session is not None
        try:
            self._show(consent.of(session.archive, patient))
        except ClinicError as error:
            self._desk.tell(error)

    def _show(self, given: Consent) -> None:
        self._given = given
        for scope, check in self.checks.items():
            check.setChecked(scope in given.scopes)
        self.until.setText(given.until)
        self.note.setText(given.note)
        self._judge()
        self.emergency.follow(self._patient, self._case_id, self._missing())

    def _typed(self) -> Consent:
        scopes = frozenset(scope for scope, check in self.checks.items() if check.isChecked())
        return Consent(scopes, self.until.text().strip(), self.note.text().strip())

    def _missing(self) -> bool:
        """True if whoever is signed in does not see everything of the patient."""
        ended = self._given.ended(date.today()) or Scope.SHOW not in self._given.scopes
        return ended or not self._desk.may(Right.VIEW)

    def _judge(self) -> None:
        try:
            changed = self._typed() != self._given
        except ValueError:
            changed = True
        self.button.setEnabled(changed)
        self._state.setText(_said(self._given))


class EmergencyForm(QWidget):
    """asked(): its fields are shown."""

    asked = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._patient = self._case_id = ""
        self.begin = Button(tr("Emergency access"), self._ask, icon="warning", role="flat")
        self._words = label(
            tr("You see this patient for one hour, whatever the roles and the consent say. Every auditor is told."),
            "warning",
            wrap=True,
        )
        self.reason = text_field(tr("Why; name no patient"))
        self.button = Button(tr("Open for one hour"), self._break, icon="warning")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        add_all(column, self.begin, self._words, self.reason, self.button)
        self.reason.returnPressed.connect(self._break)

    def follow(self, patient: str, case_id: str, missing: bool) -> None:
        """Offer access to a patient where something is missing."""
        if (patient, case_id) != (self._patient, self._case_id):
            self._patient, self._case_id = patient, case_id
            self._show(asking=False)
        self.setVisible(bool(patient) and missing and self._desk.may(Right.BREAK_GLASS))

    def _show(self, asking: bool) -> None:
        self.begin.setVisible(not asking)
        for widget in (self._words, self.reason, self.button):
            widget.setVisible(asking)
        self.reason.clear()

    def _ask(self) -> None:
        self._show(asking=True)
        self.reason.setFocus()
        self.asked.emit()

    def _break(self) -> None:
        if self._desk.break_glass(self._patient, self._case_id, self.reason.text()):
            self._show(asking=False)


def _said(given: Consent) -> str:
    if not given.scopes:
        return tr("None is recorded yet.")
    if given.ended(date.today()):
        return tr("It ended on {until}.", until=given.until)
    return tr("It holds until {until}.", until=given.until) if given.until else tr("It holds until it is withdrawn.")
