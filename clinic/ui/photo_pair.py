"""The patient's own photo before, and as it would look after."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from clinic.case import DISCLAIMER, Case, Photo, PhotoFit, Pixels, Simulation
from clinic.ui import theme
from clinic.ui.panels.capture import picture
from clinic.ui.worker import Latest

_GAP, _MARGIN = 2, 16


class PhotoPair(QWidget):
    """Before at the left, after at the right, head and shoulders; worked out beside the window's thread."""

    failed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Photo before and after")
        self._lane = Latest(self)
        self._lane.answered.connect(self._show)
        self._lane.failed.connect(self.failed)
        self._before: QPixmap | None = None
        self._after: QPixmap | None = None
        self._words = ""
        self._holding = False

    def want(self, case: Case, simulation: Simulation, words: str) -> None:
        """Show the first photo that the face was fitted to, before and after."""
        self._words = words
        self._lane.ask(lambda: pair(case, simulation))

    def blank(self) -> None:
        """Show nothing."""
        self._lane.drop()
        self._before = self._after = None
        self.update()

    def finish(self) -> None:
        """End the thread."""
        self._lane.close()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Space shows the photo before at both sides for as long as it is held."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._holding = True
            self.update()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Let "after" come back."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._holding = False
            self.update()
        else:
            super().keyReleaseEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw both photos at one size, with their captions."""
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), QColor(tokens.viewport))
        if self._before is None or self._after is None:
            return
        half = (self.width() - _GAP) / 2
        after = self._before if self._holding else self._after
        for left, photo, words in ((0.0, self._before, "Before"), (half + _GAP, after, self._words)):
            box = QRectF(left, 0, half, self.height())
            size = photo.size().scaled(box.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
            place = QRectF(0, 0, size.width(), size.height())
            place.moveCenter(box.center())
            painter.drawPixmap(place, photo, QRectF(photo.rect()))
            painter.setFont(theme.font(14, strong=True))
            self._caption(painter, left + _MARGIN, _MARGIN, "Before" if self._holding else words)
        painter.setFont(theme.font(12))
        width = painter.fontMetrics().horizontalAdvance(DISCLAIMER) + 24
        self._caption(painter, self.width() - _MARGIN - width, self.height() - _MARGIN - 32, DISCLAIMER)

    def _caption(self, painter: QPainter, left: float, top: float, words: str) -> None:
        tokens = theme.current()
        width = painter.fontMetrics().horizontalAdvance(words) + 24
        box = QRectF(left, top, width, 32)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.badge))
        painter.drawRoundedRect(box, 6, 6)
        painter.setPen(QColor(tokens.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def _show(self, photos: tuple[Pixels, Pixels]) -> None:
        self._before, self._after = picture(photos[0]), picture(photos[1])
        self.update()


def pair(case: Case, simulation: Simulation) -> tuple[Pixels, Pixels]:
    """Return head and shoulders of the first fitted photo, and the same after surgery.

    Raises ValueError if no photo was fitted.
    """
    from clinic.rendering.photo import after

    assert case.face is not None
    photos = {photo.id: photo for photo in case.acquisition.photos}
    for fit in case.face.photos:
        if fit.photo_id in photos:
            photo = photos[fit.photo_id]
            changed = after(photo, fit, case.face.topology, simulation.displacement)
            rows, columns = _around_the_head(fit, photo)
            return photo.pixels[rows, columns], changed[rows, columns]
    raise ValueError("no photo of this case was fitted")


def _around_the_head(fit: PhotoFit, photo: Photo) -> tuple[slice, slice]:
    """Return rows and columns of a portrait with a third of the face's height around it."""
    places = fit.camera.project(fit.points)
    low, high = places.min(axis=0), places.max(axis=0)
    air = (high[1] - low[1]) / 3
    left, right = max(0, int(low[0] - air)), min(photo.width, int(high[0] + air))
    return slice(max(0, int(low[1] - air)), min(photo.height, int(high[1] + air / 2))), slice(left, right)


def available(case: Case | None) -> bool:
    """True if there is a photo that the face was fitted to."""
    if case is None or case.face is None:
        return False
    ids = {photo.id for photo in case.acquisition.photos}
    return any(fit.photo_id in ids for fit in case.face.photos)
