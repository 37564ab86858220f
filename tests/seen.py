"""What a user sees in a widget and presses there."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget


def words(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget))


def press(widget: QWidget, name: str) -> None:
    found = [button for button in widget.findChildren(QAbstractButton) if button.accessibleName() == name]
    QTest.mouseClick([button for button in found if button.isVisibleTo(widget)][-1], Qt.MouseButton.LeftButton)
