"""Capture, centre: the photos of this sitting in the order of the standard series, and one of them large."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QGridLayout,
    QLabel,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from clinic import workflow
from clinic.case import Photo
from clinic.rendering.views import STANDARD_VIEWS
from clinic.ui.desk import Desk
from clinic.ui.photo_page import PhotoPage
from clinic.ui.photo_shelf import Shelved
from clinic.ui.photo_strip import in_order
from clinic.ui.photo_words import doubtful, mark, number, sayings, title, turn, view_title
from clinic.ui.widgets.photo_tile import MissingTile, PhotoTile
from clinic.ui.widgets.side import hint
from clinic.ui.widgets.text import label
from clinic.words import say, tr

_NOTHING = say("No photos yet. Drop at least one straight, neutral photo of the face at the left.")
_SCANNED = say("No photos. The face is built from the scan at the left, which is enough.")
_LEAST_TILE, _MOST_TILE, _GAP, _MARGIN = 176, 236, 16, 24
_TALL = 1.1  # height of a tile's picture over its width
_WORDS, _SCROLLBAR = 68, 12
_RANK = {standard.id: number for number, standard in enumerate(STANDARD_VIEWS)}


class CapturePhotos(QStackedWidget):
    """All photos, or one large. asked(): the user wants to add photos."""

    asked = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.page = PhotoPage(desk)
        self.page.left.connect(self.show_all)
        self._count = label("", "muted")
        self._empty = hint(_NOTHING)
        self._words: QLabel | None = self._empty.findChild(QLabel)
        self._grid = QGridLayout()
        self._grid.setSpacing(_GAP)
        self._grid.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.tiles: dict[int, PhotoTile] = {}  # by the identity of the photo
        self.places: dict[str, MissingTile] = {}
        self._order: list[QAbstractButton] = []
        self.addWidget(self._make_all())
        self.addWidget(self.page)
        for changed in (desk.photos.changed, desk.case_changed):
            changed.connect(self._show)
        self._show()

    def open(self, photo: Photo, task: str = "look") -> None:
        """Show one photo large; task as in `PhotoPage.show_photo`."""
        one = next((one for one in self._desk.photos.photos if one.photo is photo), None)
        if one is not None:
            self._desk.photos.choose(photo)
            self.page.show_photo(one, task)
            self.setCurrentWidget(self.page)
            self.page.canvas.setFocus()

    def show_all(self) -> None:
        """Go back to all photos."""
        self.setCurrentIndex(0)
        chosen = self._desk.photos.chosen
        if chosen is not None and id(chosen.photo) in self.tiles:
            self.tiles[id(chosen.photo)].setFocus()

    def finish(self) -> None:
        """End threads."""
        self.page.finish()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Lay the tiles out anew."""
        super().resizeEvent(event)
        self._arrange()

    def _make_all(self) -> QWidget:
        inner = QWidget()
        inner.setObjectName("page")
        column = QVBoxLayout(inner)
        column.setContentsMargins(_MARGIN, 16, _MARGIN, _MARGIN)
        column.setSpacing(8)
        column.addWidget(label(tr("Photos"), "title"))
        column.addWidget(self._count)
        column.addSpacing(8)
        column.addWidget(self._empty)
        column.addLayout(self._grid)
        column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(inner)
        return self._scroll

    def _show(self) -> None:
        """Keep a tile for each photo, and a place for each view that nobody took."""
        photos = in_order(self._desk.photos.photos)
        self._empty.setVisible(not photos)
        scanned = self._desk.case is not None and self._desk.case.acquisition.scan is not None
        if self._words is not None:
            self._words.setText(_SCANNED if scanned else _NOTHING)
        self._count.setText(_counted(photos, self._desk.photos.looking))
        for known in set(self.tiles) - {id(one.photo) for one in photos}:
            _drop(self.tiles.pop(known))
        for one in photos:
            if id(one.photo) not in self.tiles:
                self.tiles[id(one.photo)] = self._tile(one.photo)
            self._fill(self.tiles[id(one.photo)], one)
        missing = self._missing() if photos else ()
        for name in set(self.places) - set(missing):
            _drop(self.places.pop(name))
        for name in missing:
            if name not in self.places:
                self.places[name] = MissingTile(view_title(name))
                self.places[name].clicked.connect(lambda: self.asked.emit())
        self._order = _ordered(photos, self.tiles, self.places)
        self._arrange()

    def _missing(self) -> tuple[str, ...]:
        if self._desk.photos.looking:
            return tuple(self.places)
        from clinic.reconstruction.series import missing

        return missing(self._desk.photos.checks)

    def _tile(self, photo: Photo) -> PhotoTile:
        tile = PhotoTile()
        tile.clicked.connect(lambda: self._take(photo))
        tile.opened.connect(lambda: self.open(photo, self._task(photo)))
        tile.removed.connect(lambda: remove(self._desk, photo))
        return tile

    def _take(self, photo: Photo) -> None:
        """Take a photo up; one with several faces is asked about at once."""
        self._desk.photos.choose(photo)
        if self._task(photo) == "face":
            self.open(photo, "face")

    def _task(self, photo: Photo) -> str:
        return "face" if any(one.photo is photo and one.undecided for one in self._desk.photos.photos) else "look"

    def _fill(self, tile: PhotoTile, one: Shelved) -> None:
        shown = one.whole if one.undecided or one.face is None else one.face
        tip = "\n".join(
            (" · ".join(filter(None, (number(one.photo), turn(one.check)))), *sayings(one, self._desk.case))
        )
        tile.show_photo(title(one.photo, one.check), number(one.photo), shown, mark(one), tip)
        chosen = self._desk.photos.chosen
        tile.setChecked(chosen is not None and chosen.photo is one.photo)

    def _arrange(self) -> None:
        room = self.width() - 2 * _MARGIN - _SCROLLBAR
        columns = max(1, (room + _GAP) // (_LEAST_TILE + _GAP))
        wide = min(_MOST_TILE, (room - (columns - 1) * _GAP) // columns)
        while self._grid.count():
            self._grid.takeAt(0)
        for place, tile in enumerate(self._order):
            tile.setFixedSize(wide, round(wide * _TALL) + _WORDS - 8)
            self._grid.addWidget(tile, place // columns, place % columns)
            tile.show()


def remove(desk: Desk, photo: Photo) -> None:
    """Take a photo out of the case."""
    case = desk.case
    if case is not None and not desk.busy:
        desk.change(lambda: workflow.remove_photo(case, photo.id), say("Remove {name}", name=photo.name))


def _ordered(
    photos: tuple[Shelved, ...], tiles: dict[int, PhotoTile], places: dict[str, MissingTile]
) -> list[QAbstractButton]:
    """Return tiles and empty places in the order of the standard views."""
    shown = [(_RANK.get(one.check.view, 90) if one.check is not None else 90, tiles[id(one.photo)]) for one in photos]
    empty = [(_RANK.get(name, 90), tile) for name, tile in places.items()]
    return [tile for _, tile in sorted([*shown, *empty], key=lambda ranked: ranked[0])]


def _counted(photos: tuple[Shelved, ...], looking: bool) -> str:
    if not photos:
        return ""
    taken = tr("{count} taken", count=len(photos))
    if looking:
        return tr("{taken} · looking at them", taken=taken)
    count = doubtful(photos)
    return tr("{taken} · {count} to check", taken=taken, count=count) if count else taken


def _drop(tile: QAbstractButton) -> None:
    tile.hide()
    tile.deleteLater()
