"""What is seen while the heavy libraries load."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPixmap
from PySide6.QtWidgets import QLabel

from clinic.ui import icons, theme
from clinic.words import tr

_WIDTH, _HEIGHT = 480, 240


def splash(words: str) -> QLabel:
    """Return the splash screen, not yet shown, with a line of words.

    No QSplashScreen: its `show` waits a second for the window manager, and there may be none.
    """
    tokens = theme.current()
    picture = QPixmap(_WIDTH, _HEIGHT)
    picture.fill(QColor(tokens.panel))
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QColor(tokens.line))
    painter.drawRect(0, 0, _WIDTH - 1, _HEIGHT - 1)
    icons.paint(painter, QRectF(40, 64, 56, 56), "clinic", tokens.accent)
    painter.setFont(theme.font(32, strong=True))
    painter.setPen(QColor(tokens.text))
    painter.drawText(QRectF(116, 64, 320, 56), Qt.AlignmentFlag.AlignVCenter, "Clinic")
    painter.setFont(theme.font(14))
    painter.setPen(QColor(tokens.muted))
    painter.drawText(QRectF(40, 144, 400, 24), Qt.AlignmentFlag.AlignVCenter, words)
    painter.setFont(theme.font(12))
    painter.drawText(
        QRectF(40, 192, 400, 24),
        Qt.AlignmentFlag.AlignVCenter,
        tr("For discussion. Not a medical device, not a diagnosis."),
    )
    painter.end()
    shown = QLabel()
    shown.setWindowFlags(Qt.WindowType.SplashScreen | Qt.WindowType.FramelessWindowHint)
    shown.setPixmap(picture)
    shown.resize(_WIDTH, _HEIGHT)
    room = QGuiApplication.primaryScreen().availableGeometry()
    shown.move(room.center() - shown.rect().center())
    return shown
