"""A small picture of each case for the list of cases, sealed under the patient's key like what it was made from."""

import io
from collections.abc import Iterator

import numpy as np
from PIL import Image
from sqlalchemy import select

from clinic.archive.crypto import place, seal
from clinic.archive.schema import THUMBNAIL
from clinic.archive.transaction import Transaction
from clinic.archive.vault import PatientKeys
from clinic.case import Case, Photo, Pixels

_SIDE_PX = 192
_QUALITY = 80
_ROOM = 1.5  # side of the square around a face, in extents of the points found in it


def put(transaction: Transaction, case: Case, keys: PatientKeys) -> None:
    """Store a thumbnail of the case's first photograph, if there is one: the face, once it is known where that is."""
    photos = case.acquisition.photos
    if not photos:
        return
    picture = Image.fromarray(_around_the_face(case, photos[0]))
    picture.thumbnail((_SIDE_PX, _SIDE_PX))
    jpeg = io.BytesIO()
    picture.save(jpeg, "JPEG", quality=_QUALITY)
    version = transaction.rows.next_version(THUMBNAIL, case.id)
    enc = seal(keys.column, jpeg.getvalue(), place(THUMBNAIL.name, "enc", case.id, version))
    transaction.rows.put(THUMBNAIL, keys.row, id=case.id, version=version, patient=case.patient.id, enc=enc)


def _around_the_face(case: Case, photo: Photo) -> Pixels:
    """Return the square around the points that were found in the photo, as far as the photo goes, or the whole."""
    fits = case.face.photos if case.face is not None else ()
    points = next((fit.landmarks for fit in fits if fit.photo_id == photo.id and len(fit.landmarks)), None)
    if points is None:
        return photo.pixels
    low, high = points.min(axis=0), points.max(axis=0)
    side = min(_ROOM * float((high - low).max()), photo.width, photo.height)
    left, top = np.clip((low + high - side) / 2, 0, (photo.width - side, photo.height - side)).astype(int)
    return photo.pixels[top : top + max(int(side), 1), left : left + max(int(side), 1)]


def every(transaction: Transaction) -> Iterator[tuple[str, bytes]]:
    """Yield the id of each case that has a thumbnail, and the JPEG. Raises DamagedArchive."""
    for row in transaction.connection.execute(select(THUMBNAIL)).mappings():
        key = transaction.patient_keys(row["patient"]).column
        yield row["id"], transaction.opened(key, row["enc"], THUMBNAIL.name, "enc", row["id"], row["version"])
