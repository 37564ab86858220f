"""A recovery key on paper: it goes from memory to the printer and lies in no file of ours."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QWidget

from clinic.ui import theme
from clinic.words import say, tr

_INCH_MM = 25.4
_TEXT_WIDTH_MM = 140.0


def print_recovery_key(key: str, login: str, archive: str, parent: QWidget) -> bool:
    """Ask for a printer and print the key; False if that was cancelled or the printer refused."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName("Clinic")
    dialog = QPrintDialog(printer, parent)
    if dialog.exec() != QPrintDialog.DialogCode.Accepted:
        return False
    return draw(printer, key, login, archive)


def draw(printer: QPrinter, key: str, login: str, archive: str) -> bool:
    """Draw the page. False if the printer refused."""
    painter = QPainter()
    if not painter.begin(printer):
        return False
    mm = printer.resolution() / _INCH_MM
    text = tr("Name: {login}\nArchive: {archive}", login=login, archive=archive)
    _line(painter, mm, 20, 7, tr("Recovery key of a Clinic archive"), strong=True)
    _line(painter, mm, 32, 4, text)
    groups = key.split("-")
    for row in range(0, len(groups), 3):
        _line(painter, mm, 52 + 4 * row, 8, "  ".join(groups[row : row + 3]), strong=True)
    _line(painter, mm, 94, 4, tr(_ADVICE))
    painter.setPen(QPen(Qt.GlobalColor.black, 0.3 * mm))
    painter.drawRect(QRectF(12 * mm, 46 * mm, 120 * mm, 42 * mm))
    painter.end()
    return True


_ADVICE = say(
    "This key opens the archive like the passphrase and its code. Lock it away where only you can reach it.\n"
    "To use it, type it in the place of the passphrase; dashes and small letters do not matter.\n"
    "A new key, or a new passphrase from the administrator, ends this one."
)


def _line(painter: QPainter, mm: float, top_mm: float, size_mm: float, words: str, strong: bool = False) -> None:
    painter.setFont(theme.font(max(1, round(size_mm * mm)), strong))
    room = QRectF(18 * mm, top_mm * mm, _TEXT_WIDTH_MM * mm, 80 * mm)
    painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap, words)
