"""The rows of the audit trail as a table shows them."""

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from clinic.archive.trail import Entry
from clinic.days import moment
from clinic.words import say

_COLUMNS = (say("When"), say("Who"), say("What"), say("Patient"), say("Words"), say("Device"))
_WORDS = {
    "create": say("Archive created"),
    "open": say("Signed in"),
    "log-off": say("Signed out"),
    "change": say("Changed"),
    "undo": say("Undone"),
    "redo": say("Done again"),
    "list": say("Listed patients"),
    "view": say("Opened"),
    "show": say("Shown"),
    "reconstruct": say("Face built"),
    "simulate": say("Solved"),
    "export": say("Handed out"),
    "print": say("Printed"),
    "verify": say("Proven"),
    "mend": say("Mended"),
    "clock-skew": say("Clock turned"),
    "checkpoint": say("Signed"),
    "backup": say("Backed up"),
    "restore": say("Restored"),
    "search": say("Searched"),
    "attach": say("File added"),
    "import": say("Record taken in"),
    "export-patient": say("Record handed out"),
    "renew-vault-key": say("Archive's key changed"),
    "view-audit": say("Audit read"),
    "export-audit": say("Audit handed out"),
    "change-passphrase": say("Passphrase changed"),
    "new-recovery-key": say("Recovery key"),
    "new-passphrase": say("Passphrase replaced"),
    "second-factor": say("Second factor"),
    "add-person": say("Person added"),
    "change-roles": say("Roles changed"),
    "remove-person": say("Person removed"),
    "consent": say("Consent"),
    "erase": say("Erased"),
    "break-glass": say("Emergency access"),
    "break-glass-seen": say("Emergency seen"),
    "migrate": say("Form renewed"),
}
_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


def event_words(event: str) -> str:
    """Return an event in words; one that is not known here as it stands in the audit."""
    return _WORDS.get(event, event)


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
            moment(entry.time_utc, seconds=True),
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
