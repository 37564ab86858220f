"""One patient's whole record: handed out sealed, taken in from elsewhere, or erased for ever."""

from pathlib import Path

from PySide6.QtCore import QDateTime, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from clinic.archive import transfer
from clinic.archive.people.roles import Right
from clinic.case import Patient
from clinic.ui import choosing
from clinic.ui.desk import Desk
from clinic.ui.records.matter import Matter
from clinic.ui.records.page import Section
from clinic.ui.widgets.secret import NewSecret, secret_field, text_field
from clinic.ui.widgets.side import add_all
from clinic.ui.widgets.text import Button, label
from clinic.words import tr


class HandOverPage(Section):
    """list_changed(): there are more patients, or fewer."""

    list_changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            desk, tr("Hand over"), tr("The whole record of the patient who is open: all states, files and consents.")
        )
        self.out, self.taken, self.erased = OutCard(self), InCard(self), EraseCard(self)
        inner = QWidget()
        columns = QHBoxLayout(inner)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(16)
        left, right = QVBoxLayout(), QVBoxLayout()
        for column in (left, right):
            column.setSpacing(16)
            columns.addLayout(column)
        columns.addStretch(1)
        left.addWidget(self.out)
        add_all(right, self.taken, self.erased)
        left.addStretch(1)
        right.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(inner)
        self.column.addWidget(scroll, 1)

    @property
    def patient(self) -> Patient | None:
        """Who is open."""
        return self.desk.case.patient if self.desk.case is not None else None

    def refresh(self) -> None:
        """Begin with empty fields, and the patient who is open."""
        self.out.setVisible(self.desk.may(Right.EXPORT))
        self.taken.setVisible(self.desk.may(Right.CHANGE))
        self.erased.setVisible(self.desk.may(Right.ERASE))
        self.forget()

    def forget(self) -> None:
        """Put away what was typed."""
        for card in (self.out, self.taken, self.erased):
            card.forget()


class OutCard(Matter):
    """Out, into a folder, under a passphrase of its own."""

    def __init__(self, page: HandOverPage) -> None:
        words = tr(
            "For the patient, or for another clinic. It is sealed under a passphrase of its own: tell that apart."
        )
        super().__init__(page, tr("Hand out the whole record"), words)
        self._hand_over = page
        self._who, self.secret = label("", "strong", wrap=True), NewSecret()
        self.reason = text_field(tr("Why, for the audit trail; name nobody"))
        self.button = Button(tr("Choose a folder and hand out"), self._give, icon="share", role="primary")
        add_all(self.column, self._who, self.secret, self.reason, self.button)
        self.reason.textChanged.connect(self._judge)
        self.secret.changed.connect(self._judge)

    def forget(self) -> None:
        """Empty the fields, and show who is open."""
        patient = self._hand_over.patient
        self._who.setText(patient.display_name if patient else tr("No patient is open."))
        self.secret.clear()
        self.reason.clear()
        self._judge()

    def _judge(self) -> None:
        typed = bool(self.secret.text and self.reason.text().strip())
        self.button.setEnabled(typed and self._hand_over.patient is not None)

    def _give(self) -> None:
        archive, patient = self.page.archive, self._hand_over.patient
        parent = choosing.folder(self, tr("Where the record should lie"), Path.home())
        if archive is None or patient is None or parent is None:
            return
        target = parent / QDateTime.currentDateTime().toString("'clinic record' yyyy-MM-dd HHmmss")
        passphrase, reason = self.secret.text, self.reason.text().strip()

        def done(_: object) -> None:
            self.forget()
            self.say(tr("The whole record is in {folder}. Tell the passphrase in another way.", folder=target))

        self.do(
            tr("Hand out the whole record"),
            lambda progress: transfer.export_patient(archive, patient.id, target, passphrase, reason, progress),
            done,
        )


class InCard(Matter):
    """In, from a folder that was handed out."""

    def __init__(self, page: HandOverPage) -> None:
        words = tr("What another archive handed out. Every byte is verified before anything is taken in.")
        super().__init__(page, tr("Take a record in"), words)
        self._hand_over = page
        self._source = Path()
        self.choose = Button(tr("Choose the folder"), self._choose, icon="folder")
        self._chosen = label("", "strong", wrap=True)
        self.passphrase = secret_field(tr("The passphrase it was sealed under"))
        self.button = Button(tr("Take it in"), self._take, icon="check", role="primary")
        self.column.addWidget(self.choose, 0, Qt.AlignmentFlag.AlignLeft)
        add_all(self.column, self._chosen, self.passphrase, self.button)
        self.passphrase.textChanged.connect(self._judge)
        self.passphrase.returnPressed.connect(self._take)

    def forget(self) -> None:
        """Empty the fields."""
        self._source = Path()
        self._chosen.clear()
        self._chosen.hide()
        self.passphrase.clear()
        self._judge()

    def _choose(self) -> None:
        folder = choosing.folder(self, tr("Folder of the record"), Path.home())
        if folder is not None:
            self._source = folder
            self._chosen.setText(self._source.name)
            self._chosen.show()
            self._judge()
            self.passphrase.setFocus()

    def _judge(self) -> None:
        self.button.setEnabled(self._source != Path() and bool(self.passphrase.text()))

    def _take(self) -> None:
        archive, source, passphrase = self.page.archive, self._source, self.passphrase.text()
        if archive is None or not self.button.isEnabled():
            return

        def done(_: object) -> None:
            self.forget()
            self._hand_over.list_changed.emit()
            self.say(tr("The record is taken in. Delete the folder when it has served."))

        self.do(
            tr("Take a record in"),
            lambda progress: transfer.import_patient(archive, source, passphrase, progress),
            done,
        )


class EraseCard(Matter):
    """Away for ever."""

    def __init__(self, page: HandOverPage) -> None:
        words = tr(
            "Destroys the patient's key, and with it every picture and plan, for ever. The audit trail keeps that and "
            "why. Backups made earlier hold the patient until they are deleted."
        )
        super().__init__(page, tr("Erase the patient"), words)
        self._hand_over = page
        self._who = label("", "strong", wrap=True)
        self.name, self.reason = text_field(tr("The family name, to be sure")), text_field(tr("Why; name nobody"))
        self.button = Button(tr("Erase for ever"), self._erase, icon="remove")
        add_all(self.column, self._who, self.name, self.reason, self.button)
        for field in (self.name, self.reason):
            field.textChanged.connect(self._judge)

    def forget(self) -> None:
        """Empty the fields, and show who is open."""
        patient = self._hand_over.patient
        self._who.setText(patient.display_name if patient else tr("No patient is open."))
        self.name.clear()
        self.reason.clear()
        self._judge()

    def _judge(self) -> None:
        patient = self._hand_over.patient
        named = patient is not None and self.name.text().strip().casefold() == patient.family_name.casefold()
        self.button.setEnabled(named and bool(self.reason.text().strip()) and not self.page.desk.busy)

    def _erase(self) -> None:
        archive, patient, session = self.page.archive, self._hand_over.patient, self.page.desk.session
        if archive is None or patient is None or session is None:
            return
        reason = self.reason.text().strip()

        def done(_: object) -> None:
            session.close_case()
            self._hand_over.list_changed.emit()
            self._hand_over.forget()
            self.say(tr("The patient is erased. Delete the backups that hold the patient, too."))

        self.do(tr("Erase the patient"), lambda _: archive.erase_patient(patient.id, reason), done)
