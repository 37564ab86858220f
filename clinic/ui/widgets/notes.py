"""What a surgeon should bear in mind, said calmly."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from clinic.case import Caution
from clinic.ui.widgets.text import Icon, label
from clinic.words import tr


class Note(QWidget):
    """Amber words behind a sign; hidden while there is nothing to say."""

    def __init__(self) -> None:
        super().__init__()
        self._words = label("", "warning", wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 4)
        row.setSpacing(8)
        row.addWidget(Icon("warning", "warning", 16), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._words, 1)
        self.hide()

    def say(self, words: str) -> None:
        """Show words, or nothing."""
        if tr(words) != self._words.text():
            self._words.setText(words)
        self.setVisible(bool(words))


class CautionBanner(QPushButton):
    """What was found; opened, also what it means and what to do."""

    def __init__(self, said: Caution, opened: bool) -> None:
        super().__init__()
        tone = "error" if said.severe else "warning"
        self.setProperty("role", "caution")
        self.setProperty("kind", tone)
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setAccessibleName(f"{tr(said.title)}. {tr(said.words)}")
        self.setToolTip(tr(said.words))
        self._arrow = Icon("folded", "muted", 16)
        self._words = label(said.words, "small", wrap=True)
        grid = QGridLayout(self)
        grid.setContentsMargins(12, 10, 8, 10)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        grid.addWidget(Icon("warning", tone), 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(label(said.title, "strong", wrap=True), 0, 1)
        grid.addWidget(self._arrow, 0, 2)
        grid.addWidget(self._words, 1, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.toggled.connect(self._open)
        self.setChecked(opened)
        self._open(opened)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the size of the words, which a button does not know of."""
        layout = self.layout()
        assert layout is not None
        width = self.width() if self.width() > layout.minimumSize().width() else layout.sizeHint().width()
        return QSize(layout.sizeHint().width(), layout.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Return the height below which words would be cut."""
        return QSize(0, self.sizeHint().height())

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        """Tell that narrow words are tall."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        """Return how tall the words are in a width."""
        layout = self.layout()
        assert layout is not None
        return layout.heightForWidth(width)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Take the height that the words have in the new width."""
        super().resizeEvent(event)
        self.updateGeometry()

    def _open(self, opened: bool) -> None:
        self._words.setVisible(opened)
        self._arrow.show_icon("unfolded" if opened else "folded", "muted")
        self.updateGeometry()
