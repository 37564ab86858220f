"""What a window would leave behind it: typed words, the clipboard, words of errors on a terminal or in a journal."""

import faulthandler
import sys
import threading
import traceback
from types import TracebackType

from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QLineEdit


def forget() -> None:
    """Empty every field, also of what an undo brings back, and take back what was copied here."""
    for widget in QApplication.allWidgets():
        if isinstance(widget, QLineEdit) and not isinstance(widget.parent(), QAbstractSpinBox | QComboBox):
            widget.setText("")  # `clear` would leave the undo
    _forget_clipboard()


def _forget_clipboard() -> None:
    clipboard = QGuiApplication.clipboard()
    if clipboard.ownsClipboard():
        clipboard.clear(QClipboard.Mode.Clipboard)
    if clipboard.ownsSelection():
        clipboard.clear(QClipboard.Mode.Selection)


def hide_words_of_errors() -> None:
    """Let errors that nobody caught tell their kind and place alone: their words may be a patient's."""
    sys.excepthook = lambda kind, error, trace: _tell(kind, trace)
    threading.excepthook = lambda given: _tell(given.exc_type, given.exc_traceback)
    sys.unraisablehook = lambda given: _tell(given.exc_type, given.exc_traceback)
    if sys.stderr is not None:  # a program without a terminal has none on Windows
        faulthandler.enable()


def _tell(kind: type[BaseException], trace: TracebackType | None) -> None:
    if sys.stderr is not None:
        places = (f"  {at.filename}:{at.lineno} {at.name}" for at in traceback.extract_tb(trace))
        sys.stderr.write("\n".join((f"defect: {kind.__name__}", *places, "")))
