"""What is being done with the records just now, how far it is, and a way to stop it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from clinic.ui import theme
from clinic.ui.widgets.side import add_all
from clinic.ui.widgets.text import Button, Icon, label
from clinic.ui.worker import Worker
from clinic.words import tr


class JobBar(QWidget):
    """Along the bottom; empty while nothing runs."""

    def __init__(self, worker: Worker) -> None:
        super().__init__()
        self.setObjectName("status")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(theme.STATUS_HEIGHT)
        self._worker = worker
        self._icon, self._words = Icon("busy", "accent", 16), label("")
        self._progress = QProgressBar()
        self._progress.setRange(0, 1000)
        self._progress.setTextVisible(False)
        self._progress.setFixedWidth(200)
        self._progress.setAccessibleName(tr("Progress"))
        self.cancel = Button(tr("Cancel"), worker.cancel, role="flat")
        self.cancel.setFixedHeight(theme.STATUS_HEIGHT - 2)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(8)
        add_all(row, self._icon, self._words, self._progress, self.cancel)
        row.addStretch(1)
        add_all(row, Icon("shield", "muted", 16), label(tr("Offline"), "small"))
        worker.changed.connect(self._changed)
        worker.progressed.connect(self._progressed)
        self._changed()

    def _changed(self) -> None:
        self._progress.setValue(0)
        self._words.setText(self._worker.words)
        for widget in (self._icon, self._progress, self.cancel):
            widget.setVisible(bool(self._worker.words))

    def _progressed(self, fraction: float, words: str) -> None:
        self._progress.setValue(round(1000 * fraction))
        self._words.setText(words)
