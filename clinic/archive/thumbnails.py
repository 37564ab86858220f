"""A small picture of each case for the list of cases, sealed under the patient's key like what it was made from."""

import io
from collections.abc import Iterator

from PIL import Image
from sqlalchemy import select

from clinic.archive.crypto import place, seal
from clinic.archive.schema import THUMBNAIL
from clinic.archive.transaction import Transaction
from clinic.archive.vault import PatientKeys
from clinic.case import Case

_SIDE_PX = 192
_QUALITY = 80


def put(transaction: Transaction, case: Case, keys: PatientKeys) -> None:
    """Store a thumbnail of the case's first photograph, if there is one."""
    photos = case.acquisition.photos
    if not photos:
        return
    picture = Image.fromarray(photos[0].pixels)
    picture.thumbnail((_SIDE_PX, _SIDE_PX))
    jpeg = io.BytesIO()
    picture.save(jpeg, "JPEG", quality=_QUALITY)
    version = transaction.rows.next_version(THUMBNAIL, case.id)
    enc = seal(keys.column, jpeg.getvalue(), place(THUMBNAIL.name, "enc", case.id, version))
    transaction.rows.put(THUMBNAIL, keys.row, id=case.id, version=version, patient=case.patient.id, enc=enc)


def every(transaction: Transaction) -> Iterator[tuple[str, bytes]]:
    """Yield the id of each case that has a thumbnail, and the JPEG. Raises DamagedArchive."""
    for row in transaction.connection.execute(select(THUMBNAIL)).mappings():
        key = transaction.patient_keys(row["patient"]).column
        yield row["id"], transaction.opened(key, row["enc"], THUMBNAIL.name, "enc", row["id"], row["version"])
