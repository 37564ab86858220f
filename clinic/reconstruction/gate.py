"""Finds the one face in each photo of a set, and says which photos to leave out."""

from collections.abc import Sequence

from clinic.case import Photo
from clinic.errors import ClinicError
from clinic.reconstruction import landmarks, quality
from clinic.reconstruction.landmarks import Detection


class LeavePhotosOut(ClinicError):
    """Some photos of a set cannot be used, the others can."""

    def __init__(self, refused: Sequence[tuple[Photo, ClinicError]], usable: Sequence[Photo]) -> None:
        out = _named([photo for photo, _ in refused])
        enough = "is enough for a preview" if len(usable) == 1 else "are enough"
        reasons = " ".join(dict.fromkeys(str(error) for _, error in refused))
        super().__init__(f"Leave {out} out: {_named(usable)} {enough}. {reasons}")


def the_faces(photos: Sequence[Photo]) -> list[Detection]:
    """Return the face of each photo.

    Raises LeavePhotosOut, if no photo can be used the refusal of the first, and `resources.MissingModelFile`.
    """
    faces: list[Detection] = []
    usable: list[Photo] = []
    refused: list[tuple[Photo, ClinicError]] = []
    for photo in photos:
        try:
            faces.append(quality.the_face(photo, landmarks.detect(photo.pixels)))
            usable.append(photo)
        except quality.PhotoRefused as error:
            refused.append((photo, error))
    if refused and not usable:
        raise refused[0][1]
    if refused:
        raise LeavePhotosOut(refused, usable)
    return faces


def _named(photos: Sequence[Photo]) -> str:
    """Return "photo 1, photo 2 and photo 4"."""
    *others, last = [photo.name for photo in photos]
    return f"{', '.join(others)} and {last}" if others else last
