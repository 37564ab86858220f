"""The rows of the audit trail as a table shows them."""

from datetime import datetime

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from clinic.archive.trail import Entry

_COLUMNS = ("When", "Who", "What", "Patient", "Words", "Device")
_WORDS = {
    "create": "Archive created",
    "open": "Signed in",
    "log-off": "Signed out",
    "change": "Changed",
    "undo": "Undone",
    "redo": "Done again",
    "list": "Listed patients",
    "view": "Opened",
    "show": "Shown",
    "reconstruct": "Face built",
    "simulate": "Solved",
    "export": "Handed out",
    "print": "Printed",
    "verify": "Proven",
    "mend": "Mended",
    "clock-skew": "Clock turned",
    "checkpoint": "Signed",
    "backup": "Backed up",
    "restore": "Restored",
    "search": "Searched",
    "attach": "File added",
    "import": "Record taken in",
    "export-patient": "Record handed out",
    "renew-vault-key": "Archive's key changed",
    "view-audit": "Audit read",
    "export-audit": "Audit handed out",
    "change-passphrase": "Passphrase changed",
    "new-recovery-key": "Recovery key",
    "new-passphrase": "Passphrase replaced",
    "second-factor": "Second factor",
    "add-person": "Person added",
    "change-roles": "Roles changed",
    "remove-person": "Person removed",
    "consent": "Consent",
    "erase": "Erased",
    "break-glass": "Emergency access",
    "break-glass-seen": "Emergency seen",
    "migrate": "Form renewed",
}
_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


def event_words(event: str) -> str:
    """Return an event in words; one that is not known here as it stands in the audit."""
    return _WORDS.get(event, event)


def moment(utc: str) -> str:
    """Return a time of the audit as the clock on the wall shows it."""
    return datetime.fromisoformat(utc).astimezone().strftime("%d %b %Y  %H:%M:%S")


class AuditTable(QAbstractTableModel):
    """Newest first."""

    def __init__(self) -> None:
        super().__init__()
        self._entries: tuple[Entry, ...] = ()

    def show_entries(self, entries: tuple[Entry, ...]) -> None:
        """Show other rows; they come oldest first."""
        self.beginResetModel()
        self._entries = entries[::-1]
        self.endResetModel()

    def entry(self, row: int) -> Entry:
        """Return the entry of a row."""
        return self._entries[row]

    def rowCount(self, parent: _Index = _NOWHERE) -> int:  # noqa: N802
        """Return how many rows there are."""
        return 0 if parent.isValid() else len(self._entries)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:  # noqa: N802
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(_COLUMNS)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        """Return the words of a cell."""
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        entry = self._entries[index.row()]
        cells = (
            moment(entry.time_utc),
            entry.who,
            event_words(entry.event),
            entry.patient[:8],
            entry.reason,
            entry.device[:8],
        )
        return cells[index.column()]

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        """Return the name of a column."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _COLUMNS[section]
        return None
