"""The photos of the open case with a small picture and what was seen in each; worked out beside the window's thread.

A look that is under way is given up when the photos change: the next one looks at all of them again.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from PySide6.QtCore import QObject, Signal

from clinic import workflow
from clinic.case import Case, Photo, PhotoCheck, Pixels
from clinic.jobs import Cancelled, Progress
from clinic.ui.worker import Latest
from clinic.words import say

_WHOLE_PX, _FACE_PX = 640, 320  # longer side of the whole photo, height of the part around the face
_FACE_SHARE = 0.62  # of the height of that part
_PORTRAIT = 0.8  # its width over its height


@dataclass(frozen=True, slots=True, eq=False)
class Shelved:
    """A photo on the shelf.

    whole: it, small; None until it was made. face: the part around the patient's face, None until that was found.
    check: what was seen in it, None until it was looked at. skipped: it could not be looked at.
    """

    photo: Photo
    whole: Pixels | None = None
    face: Pixels | None = None
    check: PhotoCheck | None = None
    skipped: bool = False

    @property
    def undecided(self) -> bool:
        """True if it shows several faces and nobody said which one is the patient's."""
        return self.check is not None and len(self.check.faces) > 1 and self.photo.face_at is None


class PhotoShelf(QObject):
    """Follows the photos of the case. changed(): there is more to show; failed(error): they could not be looked at."""

    changed = Signal()
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.photos: tuple[Shelved, ...] = ()
        self._chosen: Photo | None = None
        self._unseen: Case | None = None
        self._progress = Progress()
        self._lane = Latest(self)
        self._lane.answered.connect(self._take)
        self._lane.failed.connect(self._fail)

    @property
    def checks(self) -> tuple[PhotoCheck, ...]:
        """What was seen so far."""
        return tuple(one.check for one in self.photos if one.check is not None)

    @property
    def looking(self) -> bool:
        """True while some photo waits to be looked at."""
        return any(one.check is None and not one.skipped for one in self.photos)

    @property
    def chosen(self) -> Shelved | None:
        """The photo that the user took up, None if there is none."""
        return next((one for one in self.photos if one.photo is self._chosen), None)

    def choose(self, photo: Photo | None) -> None:
        """Take up a photo."""
        if photo is not self._chosen:
            self._chosen = photo
            self.changed.emit()

    def follow(self, case: Case | None, at_once: bool = True) -> None:
        """Show the photos of a case; only other photos than before are looked at anew, at once or by `look`."""
        photos = case.acquisition.photos if case is not None else ()
        if _same(photos, self.photos):
            return
        self._progress.cancel()
        self._lane.drop()
        known = {id(one.photo.pixels): one for one in self.photos}
        self.photos = tuple(_carried(photo, known.get(id(photo.pixels))) for photo in photos)
        if self.chosen is None:
            self._chosen = None
        self.changed.emit()
        self._unseen = case if photos else None
        if at_once:
            self.look()

    def look(self) -> None:
        """Look at the photos that nobody has looked at yet."""
        case, self._unseen = self._unseen, None
        if case is not None:
            self._progress = progress = Progress()
            shelved = self.photos
            self._lane.ask(lambda: _pictured(case, shelved, progress))

    def close(self) -> None:
        """End the thread."""
        self._progress.cancel()
        self._lane.close()
        self.photos, self._unseen = (), None

    def _take(self, answer: "_Answer") -> None:
        if not _same(answer.case.acquisition.photos, self.photos):
            return
        self.photos = answer.photos
        if self.looking:
            progress = self._progress
            self._lane.ask(lambda: _checked(answer, progress))
        self.changed.emit()

    def _fail(self, error: Exception) -> None:
        if isinstance(error, Cancelled):
            return
        self.photos = tuple(replace(one, skipped=one.check is None) for one in self.photos)
        self.changed.emit()
        self.failed.emit(error)


@dataclass(frozen=True, slots=True, eq=False)
class _Answer:
    case: Case
    photos: tuple[Shelved, ...]


def _same(photos: tuple[Photo, ...], shelved: tuple[Shelved, ...]) -> bool:
    return len(photos) == len(shelved) and all(photo is one.photo for photo, one in zip(photos, shelved, strict=True))


def _carried(photo: Photo, known: Shelved | None) -> Shelved:
    """Keep what is known of a photo; if another face of it was chosen, only the picture."""
    if known is None:
        return Shelved(photo)
    return known if known.photo is photo else Shelved(photo, known.whole)


def _pictured(case: Case, shelved: tuple[Shelved, ...], progress: Progress) -> _Answer:
    made = []
    for one in shelved:
        progress.report(0.0, say("Making small pictures"))
        made.append(one if one.whole is not None else replace(one, whole=_small(one.photo.pixels)))
    return _Answer(case, tuple(made))


def _checked(answer: _Answer, progress: Progress) -> _Answer:
    checks = workflow.check_photos(answer.case, progress)
    looked_at = zip(answer.photos, checks, strict=True)
    return _Answer(
        answer.case,
        tuple(replace(one, check=check, face=_around_the_face(one.photo, check)) for one, check in looked_at),
    )


def _small(pixels: Pixels) -> Pixels:
    rows, columns = pixels.shape[:2]
    share = min(1.0, _WHOLE_PX / max(rows, columns))
    size = max(1, round(columns * share)), max(1, round(rows * share))
    small: Pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    return small


def _around_the_face(photo: Photo, check: PhotoCheck) -> Pixels | None:
    """Return a portrait of the face that will be used, as far as the photo goes; None without a face."""
    if not check.faces:
        return None
    left, top, right, bottom = check.faces[0]
    height = min((bottom - top) / _FACE_SHARE, photo.height, photo.width / _PORTRAIT)
    size = np.array([_PORTRAIT * height, height])
    corner = np.clip(np.array([left + right, top + bottom]) / 2 - size / 2, 0, (photo.width, photo.height) - size)
    (x, y), (width, height) = corner.astype(int), np.maximum(size.astype(int), 1)
    part = photo.pixels[y : y + height, x : x + width]
    small: Pixels = cv2.resize(part, (round(_PORTRAIT * _FACE_PX), _FACE_PX), interpolation=cv2.INTER_AREA)
    return small
