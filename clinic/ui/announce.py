"""Says results aloud where a screen reader listens."""

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget


def announce(speaker: QWidget, words: str, assertive: bool = False) -> None:
    """Say words; assertive: at once, not after what is being said."""
    event = QAccessibleAnnouncementEvent(speaker, words)
    urgent = QAccessible.AnnouncementPoliteness.Assertive
    event.setPoliteness(urgent if assertive else QAccessible.AnnouncementPoliteness.Polite)
    QAccessible.updateAccessibility(event)
