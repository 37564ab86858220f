"""Words and marks that lie on the picture: captions, colour scale, ruler, landmarks and the line of the wipe."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from clinic.case import FaceModel, Points
from clinic.rendering.heat import Legend
from clinic.rendering.views import ViewCamera
from clinic.ui import theme
from clinic.ui.anatomy import spoken
from clinic.ui.distances import percent, scale_known
from clinic.ui.widgets.text import label
from clinic.words import tr

_RULER_MM = 20.0
_UNDER_THE_CAP = {"trichion"}


@dataclass(frozen=True, slots=True, eq=False)
class Landmarks:
    """Named points (n, 3) mm on the skin, patient frame, and the skin's normals there (n, 3)."""

    names: tuple[str, ...]
    points: Points
    normals: Points

    @classmethod
    def of(cls, face: FaceModel, skin: Points) -> "Landmarks":
        """Return the anthropometric landmarks of a face; skin: (n, 3) mm, its vertices or those of an expression."""
        marks = face.topology.landmarks
        shown = [number for number, name in enumerate(marks.names) if name not in _UNDER_THE_CAP]
        corners = skin[face.topology.triangles[marks.triangle]]
        normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        places = marks.on(skin, face.topology.triangles)
        return cls(tuple(spoken(marks.names[number]) for number in shown), places[shown], normals[shown])


class Badge(QFrame):
    """A caption on a ground that keeps it readable on any picture."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("badge")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._strong, self._quiet = label("", "strong"), label("", "small")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(8)
        row.addWidget(self._strong)
        row.addWidget(self._quiet)

    def say(self, words: str) -> None:
        """Show words; what stands behind a middle dot is quieter."""
        strong, _, quiet = words.partition("· ")
        self._strong.setText(strong.strip())
        self._strong.setVisible(bool(strong))
        self._quiet.setText(quiet)
        self._quiet.setVisible(bool(quiet))
        self.adjustSize()


class ScaleBar(QWidget):
    """A ruler of 20 mm at the depth of the face, and how sure that length is."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.pixels = 0.0
        self._words = ""
        self.resize(200, 32)

    def show_camera(self, camera: ViewCamera, height: int, face: FaceModel) -> None:
        """Take the length that 20 mm have in a window `height` pixels tall."""
        pixels = _RULER_MM / camera.mm_per_pixel(max(height, 1))
        known = tr("{ruler_mm:.0f} mm ±{percent:.1f} %", ruler_mm=_RULER_MM, percent=percent(face))
        words = known if scale_known(face) else tr("{known}, size unknown", known=known)
        if abs(pixels - self.pixels) > 0.5 or words != self._words:
            self.pixels, self._words = pixels, words
            self.setAccessibleName(words)
            wide = QFontMetrics(theme.font(12)).horizontalAdvance(words)
            self.resize(round(pixels) + wide + 36, 32)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the bar and its length on a ground that keeps them readable on any picture."""
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.badge))
        painter.drawRoundedRect(self.rect(), 6, 6)
        painter.setPen(QPen(QColor(tokens.text), 2))
        left, right = 13, 13 + self.pixels
        for line in ((left, 16, right, 16), (left, 10, left, 22), (right, 10, right, 22)):
            painter.drawLine(QPointF(*line[:2]), QPointF(*line[2:]))
        painter.setFont(theme.font(12))
        room = QRectF(right + 10, 0, self.width() - right, self.height())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, self._words)


class LegendBox(QFrame):
    """What the colours of a heat map mean."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("badge")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._legend: Legend | None = None
        self.resize(360, 64)

    def show_legend(self, legend: Legend) -> None:
        """Show a scale."""
        self._legend = legend
        self.setAccessibleName(f"{legend.title}, {legend.unit}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the colours and five numbers."""
        super().paintEvent(event)
        if self._legend is None:
            return
        tokens = theme.current()
        painter = QPainter(self)
        bar = QRectF(36, 16, self.width() - 72, 12)
        gradient = QLinearGradient(bar.topLeft(), bar.topRight())
        last = len(self._legend.stops) - 1
        for number, stop in enumerate(self._legend.stops):
            gradient.setColorAt(number / last, QColor.fromRgbF(*stop))
        painter.fillRect(bar, gradient)
        painter.setPen(QColor(tokens.text))
        painter.setFont(theme.font(12))
        for place, words in self._legend.ticks:
            x = bar.left() + place * bar.width()
            painter.drawLine(QPointF(x, 28), QPointF(x, 33))
            painter.drawText(QRectF(x - 50, 34, 100, 20), Qt.AlignmentFlag.AlignCenter, words)


class Marks(QWidget):
    """Landmarks over the face; those on the far side are left out."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._landmarks: Landmarks | None = None
        self._camera: ViewCamera | None = None
        self._named = True

    def show_landmarks(self, landmarks: Landmarks | None, named: bool) -> None:
        """Mark landmarks, None for none; named: write their names beside them."""
        self._landmarks, self._named = landmarks, named
        self.update()

    def show_camera(self, camera: ViewCamera, size: QSize) -> None:
        """Follow the camera."""
        self._camera = camera
        if self._landmarks is not None:
            self.resize(size)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw a ring at each landmark, and its name where it is free."""
        if self._landmarks is None or self._camera is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font(12))
        metrics = QFontMetrics(painter.font())
        seen = self._in_sight(self._landmarks, self._camera)
        taken = [QRectF(x - 5, y - 5, 10, 10) for _, (x, y) in seen]
        for name, (x, y) in seen:
            self._ring(painter, QPointF(x, y))
            width = metrics.horizontalAdvance(name) + 10
            for left in (x + 9, x - 9 - width):
                box = QRectF(left, y - 10, width, 20)
                if self._named and not any(box.intersects(other) for other in taken):
                    taken.append(box)
                    self._name(painter, box, name)
                    break

    def _ring(self, painter: QPainter, place: QPointF) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in (("#101418", 3.5), ("#7FE3EE", 1.75)):
            painter.setPen(QPen(QColor(colour), width))
            painter.drawEllipse(place, 4, 4)

    def _name(self, painter: QPainter, box: QRectF, name: str) -> None:
        tokens = theme.current()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.badge))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(QColor(tokens.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, name)

    def _in_sight(self, landmarks: Landmarks, camera: ViewCamera) -> list[tuple[str, tuple[float, float]]]:
        facing = np.einsum("nk,nk->n", landmarks.normals, camera.position - landmarks.points) > 0
        places = camera.project(landmarks.points, self.width(), self.height())
        inside = ((places >= 0) & (places <= (self.width(), self.height()))).all(axis=1)
        chosen = np.flatnonzero(facing & inside)
        return [(landmarks.names[k], (float(places[k, 0]), float(places[k, 1]))) for k in chosen]
