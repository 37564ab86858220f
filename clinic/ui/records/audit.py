"""The audit trail: who did what to which record, when, from where and with which versions."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QScrollArea,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from clinic.archive.audit import Report
from clinic.archive.errors import UnknownTime
from clinic.archive.people import emergency
from clinic.archive.people.emergency import Emergency
from clinic.archive.people.roles import Right
from clinic.archive.trail import Choices, Entry, Wanted, as_text
from clinic.days import moment
from clinic.export.write import write_bytes
from clinic.ui import choosing, theme
from clinic.ui.desk import Desk
from clinic.ui.records.audit_table import AuditTable, event_words
from clinic.ui.records.page import Section
from clinic.ui.widgets.secret import text_field
from clinic.ui.widgets.side import add_all, clear
from clinic.ui.widgets.text import Button, label
from clinic.words import plural, say, tr

LAST = 500  # rows that are shown; a file takes them all
_DETAIL_WIDTH = 264
_COLUMN_WIDTHS = (168, 124, 168, 84, 0, 92)
_FILTERS = tr("CSV for a spreadsheet (*.csv);;JSON for a program (*.json)")


class AuditPage(Section):
    """emergencies_changed(): somebody looked at them."""

    emergencies_changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            desk, tr("Audit trail"), tr("Every action, in the order it happened. Nobody can change or delete a row.")
        )
        self.who, self.kind, self.device = (
            _choice(tr("Any {what!t}", what=what)) for what in ("person", "event", "device")
        )
        self.patient = text_field(tr("Patient's id"))
        self.since, self.until = text_field(tr("From, 2026-11-22")), text_field(tr("To, 2026-11-23"))
        self.table = AuditTable()
        self.view = _table(self.table)
        self.view.selectionModel().currentRowChanged.connect(self._show_entry)
        self.count = label("", "muted")
        self._detail = _Detail()
        self.alarm = _Alarm(self._acknowledge)
        self.prove = Button(tr("Prove"), self._prove, icon="shield")
        self.hand_out = Button(tr("Save as a file"), self._save, icon="share")
        self._lay_out()
        for choice in (self.who, self.kind, self.device):
            choice.currentIndexChanged.connect(self._ask)
        for field in (self.patient, self.since, self.until):
            field.editingFinished.connect(self._ask)
        self._asked: Wanted | None = None

    def refresh(self) -> None:
        """Read what there is to choose from, and the newest rows."""
        archive = self.archive
        if archive is not None and self.desk.may(Right.READ_AUDIT):
            self._asked = None
            self.desk.ask(
                say("Read the audit trail"),
                lambda _: (archive.audit_choices(), emergency.unseen(archive)),
                self._filled,
            )

    def forget(self) -> None:
        """Show nothing any more."""
        self.table.show_entries(())
        self._detail.show_entry(None)
        self.alarm.show_all(())
        self.count.clear()

    @property
    def wanted(self) -> Wanted:
        """What the filters ask for. Raises UnknownTime."""
        kind, who, device = (str(choice.currentData() or "") for choice in (self.kind, self.who, self.device))
        patient, since, until = (field.text().strip() for field in (self.patient, self.since, self.until))
        return Wanted(patient, kind, who, device, since, until, LAST)

    def _lay_out(self) -> None:
        filters = QHBoxLayout()
        filters.setSpacing(8)
        add_all(filters, self.who, self.kind, self.device, self.patient, self.since, self.until)
        middle = QHBoxLayout()
        middle.setSpacing(16)
        middle.addWidget(self.view, 1)
        middle.addWidget(self._detail)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.count, 1)
        add_all(foot, self.prove, self.hand_out)
        self.column.addWidget(self.alarm)
        self.column.addLayout(filters)
        self.column.addLayout(middle, 1)
        self.column.addLayout(foot)

    def _filled(self, found: tuple[Choices, tuple[Emergency, ...]]) -> None:
        known, alarms = found
        self.alarm.show_all(alarms)
        for choice, names in ((self.who, known.people), (self.kind, known.events), (self.device, known.devices)):
            _fill(choice, names, event_words if choice is self.kind else str if choice is self.who else _short)
        self._ask()

    def _ask(self) -> None:
        archive = self.archive
        try:
            wanted = self.wanted
        except UnknownTime as error:
            self.desk.tell(error)
            return
        if archive is not None and wanted != self._asked:
            self._asked = wanted
            self.desk.ask(say("Read the audit trail"), lambda _: archive.audit(wanted), self._show)

    def _show(self, entries: tuple[Entry, ...]) -> None:
        self.table.show_entries(entries)
        more = (
            tr("The newest {last} rows; narrow the filters to see older ones", last=LAST)
            if len(entries) == LAST
            else ""
        )
        self.count.setText(more or plural("{n} row", "{n} rows", len(entries)))
        self.view.selectRow(0)
        if not entries:
            self._detail.show_entry(None)

    def _show_entry(self, current: QModelIndex) -> None:
        self._detail.show_entry(self.table.entry(current.row()) if current.isValid() else None)

    def _prove(self) -> None:
        archive = self.archive
        if archive is not None:
            self.desk.ask(say("Prove the audit trail"), lambda _: archive.verify(full=False), self._proven)

    def _proven(self, report: Report) -> None:
        if report.faults:
            more = tr(" And {count} more.", count=len(report.faults) - 1) if len(report.faults) > 1 else ""
            words = tr(
                "The records are NOT whole: {fault!t}.{more} Nothing was changed. Restore a backup.",
                fault=report.faults[0],
                more=more,
            )
            self.desk.said.emit(words, "error")
        else:
            self.desk.said.emit(
                tr("Whole: {rows} rows of the trail and every record were proven.", rows=report.rows), "notice"
            )
        self.refresh()

    def _save(self) -> None:
        path = choosing.new_file(self, tr("Save the audit trail"), Path.home() / "audit.csv", _FILTERS)
        archive = self.archive
        if path is None or archive is None:
            return
        form = "json" if path.suffix.lower() == ".json" else "csv"
        everything = replace(self.wanted, last=0)

        def work(_: object) -> int:
            found = archive.audit(everything, "export-audit")
            write_bytes(path.with_suffix(f".{form}"), as_text(found, form).encode())
            return len(found)

        self.desk.ask(
            say("Save the audit trail"),
            work,
            lambda count: self.desk.said.emit(tr("{count} rows were saved.", count=count), "notice"),
        )

    def _acknowledge(self, seen: tuple[str, ...]) -> None:
        archive = self.archive
        if archive is None:
            return

        def done(_: object) -> None:
            self.emergencies_changed.emit()
            self.refresh()

        self.desk.ask(say("Note that it was looked at"), lambda _: emergency.acknowledge(archive, seen), done)


class _Detail(QScrollArea):
    """Everything about one row."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(_DETAIL_WIDTH)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("Details of the row"))
        inner = QWidget()
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.setSpacing(4)
        self.setWidget(inner)

    def show_entry(self, entry: Entry | None) -> None:
        """Show a row, or none."""
        clear(self._column)
        if entry is not None:
            for words, value in _told(entry):
                self._column.addWidget(label(words, "small"))
                shown = label(value, wrap=True)
                shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                self._column.addWidget(shown)
                self._column.addSpacing(6)
        self._column.addStretch(1)


class _Alarm(QFrame):
    """Emergency accesses that nobody has looked at yet; hidden if there are none."""

    def __init__(self, acknowledge: Callable[[tuple[str, ...]], object]) -> None:
        super().__init__()
        self.setObjectName("banner")
        self.setProperty("kind", "error")
        self._acknowledge = acknowledge
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 12, 16, 12)
        self._column.setSpacing(4)

    def show_all(self, alarms: tuple[Emergency, ...]) -> None:
        """Show them, each with its reason."""
        clear(self._column)
        self.setVisible(bool(alarms))
        for one in alarms:
            until = moment(one.until.isoformat())
            words = tr(
                "Emergency access by {who} to the patient {patient}, until {until}: {reason!t}",
                who=one.who,
                patient=one.patient[:8],
                until=until,
                reason=one.reason,
            )
            self._column.addWidget(label(words, "strong", wrap=True))
        if alarms:
            seen = tuple(one.id for one in alarms)
            button = Button(tr("I have looked at it"), lambda: self._acknowledge(seen), icon="check")
            self._column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)


def _told(entry: Entry) -> list[tuple[str, str]]:
    facts = [
        (tr("Row {seq}", seq=entry.seq), f"{tr(event_words(entry.event))} · {tr(entry.outcome)}"),
        (tr("When"), f"{moment(entry.time_utc, seconds=True)}\n{entry.time_utc[:19]} UTC"),
        (tr("Who"), f"{entry.who}, {entry.role.replace('+', ', ')}"),
        (tr("Words"), entry.reason),
        (tr("Reason given"), entry.given),
        (tr("Patient"), entry.patient),
        (tr("Record"), entry.object),
        (tr("Versions and weights"), entry.usage.replace("; ", "\n")),
        (tr("Device"), _grouped(entry.device)),
    ]
    return [(words, value) for words, value in facts if value]


def _grouped(fingerprint: str) -> str:
    return " ".join(fingerprint[at : at + 8] for at in range(0, len(fingerprint), 8))


def _short(device: str) -> str:
    return tr("Device {device}", device=device[:8])


def _choice(words: str) -> QComboBox:
    made = QComboBox()
    made.setAccessibleName(words)
    made.setMinimumHeight(theme.TARGET)
    made.addItem(words, "")
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setMinimumContentsLength(11)
    return made


def _fill(choice: QComboBox, names: tuple[str, ...], words: Callable[[str], str]) -> None:
    """Offer names, and keep what was chosen if it is still there."""
    chosen = choice.currentData()
    choice.blockSignals(True)
    while choice.count() > 1:
        choice.removeItem(1)
    for name in names:
        choice.addItem(words(name), name)
    choice.setCurrentIndex(max(0, choice.findData(chosen)))
    choice.blockSignals(False)


def _table(model: AuditTable) -> QTableView:
    view = QTableView()
    view.setModel(model)
    view.setAccessibleName(tr("Audit trail"))
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    view.setTabKeyNavigation(False)
    view.setShowGrid(False)
    view.setAlternatingRowColors(True)
    view.setWordWrap(False)
    view.verticalHeader().hide()
    view.verticalHeader().setDefaultSectionSize(36)
    header = view.horizontalHeader()
    header.setHighlightSections(False)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    for column, width in enumerate(_COLUMN_WIDTHS):
        if width:
            view.setColumnWidth(column, width)
        else:
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
    return view
