"""Finds the one face in each photo of a set, and says which photos to leave out."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from clinic.case import Photo
from clinic.errors import ClinicError
from clinic.reconstruction import landmarks, mirrored, profile, quality, strangers
from clinic.reconstruction.landmarks import Detection
from clinic.reconstruction.profile import ProfileDetection
from clinic.words import say

Sighting = Detection | ProfileDetection
_Found = TypeVar("_Found")


class LeavePhotosOut(ClinicError):
    """Some photos of a set cannot be used, the others can."""

    def __init__(self, refused: Sequence[tuple[Photo, ClinicError]], usable: Sequence[Photo]) -> None:
        out = _named([photo for photo, _ in refused])
        enough = say("is enough for a preview") if len(usable) == 1 else say("are enough")
        reasons = " ".join(dict.fromkeys(str(error) for _, error in refused))
        super().__init__(
            say(
                "Leave {out!t} out: {usable!t} {enough!t}. {reasons!t}",
                out=out,
                usable=_named(usable),
                enough=enough,
                reasons=reasons,
            )
        )


def sightings(photos: Sequence[Photo]) -> list[Sighting]:
    """Return the face of each photo, seen from anywhere.

    Raises LeavePhotosOut, if no photo can be used the refusal of the first, `strangers.DifferentPeople`,
    `resources.MissingModelFile` and `predictor.DamagedPredictor`.
    """
    found = _each(photos, lambda photo: sighting(photo, landmarks.detect(photo.pixels)))
    strangers.refuse(*_from_the_front(photos, found))
    return found


def remarks(photos: Sequence[Photo], found: Sequence[Sighting]) -> tuple[str, ...]:
    """Return what the photos of a set tell about each other: different people, mirrored photos."""
    fronts = _from_the_front(photos, found)
    return strangers.warnings(*fronts) + mirrored.warnings(*fronts)


def _from_the_front(
    photos: Sequence[Photo], found: Sequence[Sighting]
) -> tuple[tuple[Photo, ...], tuple[Detection, ...]]:
    """Return the photos that are not from the side, with their faces."""
    fronts = [(photo, face) for photo, face in zip(photos, found, strict=True) if isinstance(face, Detection)]
    return tuple(photo for photo, _ in fronts), tuple(face for _, face in fronts)


def sighting(photo: Photo, detections: tuple[Detection, ...]) -> Sighting:
    """Return the face to build, seen from the side if none of `landmarks.detect` is one, or one misread from there.

    A side view may be misread as a small face, or as one whose eyes lie close together. Raises the refusals of
    `quality.the_face` and `predictor.DamagedPredictor`.
    """
    try:
        face = quality.the_face(photo, detections)
    except (quality.NoFaceFound, quality.FaceTooSmall):
        side = profile.detect(photo.pixels)
        if side is None:
            raise
        return quality.the_profile(photo, side)
    aside = profile.instead(photo.pixels, face)
    return face if aside is None else quality.the_profile(photo, aside)


def _each(photos: Sequence[Photo], find: Callable[[Photo], _Found]) -> list[_Found]:
    found: list[_Found] = []
    usable: list[Photo] = []
    refused: list[tuple[Photo, ClinicError]] = []
    for photo in photos:
        try:
            found.append(find(photo))
            usable.append(photo)
        except quality.PhotoRefused as error:
            refused.append((photo, error))
    if refused and not usable:
        raise refused[0][1]
    if refused:
        raise LeavePhotosOut(refused, usable)
    return found


def _named(photos: Sequence[Photo]) -> str:
    """Return "photo 1, photo 2 and photo 4"."""
    *others, last = [photo.name for photo in photos]
    return f"{', '.join(others)} and {last}" if others else last
