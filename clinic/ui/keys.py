"""Keys as they are written for people."""

from PySide6.QtGui import QKeySequence


def key_words(key: str) -> str:
    """Return a shortcut as this system writes it."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
