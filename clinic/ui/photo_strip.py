"""The photos under the picture of the face: a click takes the camera of one of them as the view."""

from collections import Counter

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from clinic.case import Case, Photo, PhotoFit
from clinic.rendering.views import STANDARD_VIEWS
from clinic.ui.desk import Desk
from clinic.ui.photo_shelf import Shelved
from clinic.ui.photo_words import mark, number, sayings, title
from clinic.ui.widgets.photo_tile import ViewTile
from clinic.ui.widgets.side import clear
from clinic.ui.widgets.text import label
from clinic.words import tr

_ORDER = {standard.id: number for number, standard in enumerate(STANDARD_VIEWS)}
HEIGHT = 116


def fitted(case: Case | None) -> tuple[tuple[Photo, PhotoFit], ...]:
    """Return the photos whose cameras can be taken, each with how it sees the face."""
    return case.fitted_photos if case is not None else ()


def in_order(photos: tuple[Shelved, ...]) -> tuple[Shelved, ...]:
    """Return photos in the order of the standard views; those that show none come last."""
    return tuple(sorted(photos, key=lambda one: _ORDER.get(one.check.view, 99) if one.check is not None else 98))


class PhotoStrip(QWidget):
    """One small tile for each photo with a camera; hidden without any. chosen(photo): None to leave its camera."""

    chosen = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setObjectName("strip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self._desk = desk
        self._shown: Photo | None = None
        self._offered = True
        self.tiles: list[tuple[Photo, ViewTile]] = []
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(label(tr("Photos"), "section"), 0, Qt.AlignmentFlag.AlignTop)
        words.addWidget(
            label(tr("Look through the camera\nof a photo. Next: P"), "small"), 0, Qt.AlignmentFlag.AlignTop
        )
        words.addStretch(1)
        self._row = QHBoxLayout()
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        inner = QWidget()
        inner.setLayout(self._row)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inner)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 10, 16, 8)
        row.setSpacing(16)
        row.addLayout(words)
        row.addWidget(scroll, 1)
        desk.case_changed.connect(self._follow)
        desk.photos.changed.connect(self._fill)
        self._follow()

    def offer(self, offered: bool) -> None:
        """Stand under the picture where there are photos, or never."""
        self._offered = offered
        self._follow()

    def show_photo(self, photo: Photo | None) -> None:
        """Mark the photo whose camera is taken."""
        self._shown = photo
        for known, tile in self.tiles:
            tile.setChecked(known is photo)

    def next_photo(self) -> Photo | None:
        """Return the photo after the one that is shown; after the last, the first; None without any."""
        photos = [photo for photo, _ in self.tiles]
        if not photos:
            return None
        here = next((number for number, photo in enumerate(photos) if photo is self._shown), -1)
        return photos[(here + 1) % len(photos)]

    def _follow(self) -> None:
        self.setVisible(self._offered and bool(fitted(self._desk.case)))
        self._fill()

    def _fill(self) -> None:
        used = {id(photo) for photo, _ in fitted(self._desk.case)}
        shelved = [one for one in in_order(self._desk.photos.photos) if id(one.photo) in used]
        if [id(one.photo) for one in shelved] != [id(photo) for photo, _ in self.tiles]:
            clear(self._row)
            self.tiles = [(one.photo, self._tile(one.photo)) for one in shelved]
            for _, tile in self.tiles:
                self._row.addWidget(tile)
            self._row.addStretch(1)
        views = Counter(title(one.photo, one.check) for one in shelved)
        for one, (photo, tile) in zip(shelved, self.tiles, strict=True):
            view, name = title(photo, one.check), number(photo)
            tip = "\n".join((f"{view}, {name}", *sayings(one, self._desk.case)))
            shown = one.face if one.face is not None else one.whole
            tile.show_photo(view if views[view] == 1 else name, name, shown, mark(one), tip)

    def _tile(self, photo: Photo) -> ViewTile:
        tile = ViewTile()
        tile.setChecked(photo is self._shown)
        tile.clicked.connect(lambda _=False: self.chosen.emit(None if photo is self._shown else photo))
        return tile
