"""A square code (QR) that a telephone's camera reads off the screen."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from clinic.words import tr

_QUIET = 4  # modules of white around it (ISO/IEC 18004)
_MODULE_PX = 4


def modules(words: str) -> list[list[bool]]:
    """Return the code's rows, True where it is dark, with medium error correction."""
    from reportlab.graphics.barcode import qrencoder

    code = qrencoder.QRCode(None, qrencoder.QRErrorCorrectLevel.M)
    code.addData(words)
    code.make()
    size = code.getModuleCount()
    return [[bool(code.isDark(row, column)) for column in range(size)] for row in range(size)]


class SquareCode(QWidget):
    """Shows a code, dark on white in either palette: cameras expect it so."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[list[bool]] = []
        self.setAccessibleName(tr("Square code for the authenticator"))

    def show_words(self, words: str) -> None:
        """Show the code of words; none for no words."""
        self._rows = modules(words) if words else []
        side = (len(self._rows) + 2 * _QUIET) * _MODULE_PX if self._rows else 0
        self.setFixedSize(side, side)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw one square per dark module."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(Qt.GlobalColor.white))
        for y, row in enumerate(self._rows, start=_QUIET):
            for x, dark in enumerate(row, start=_QUIET):
                if dark:
                    painter.fillRect(QRectF(x * _MODULE_PX, y * _MODULE_PX, _MODULE_PX, _MODULE_PX), QColor("black"))
