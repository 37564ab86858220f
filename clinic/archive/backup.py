"""Copies of an archive, sealed as it is: written while others work, proven byte by byte, put back whole or not at all.

A backup is a folder like an archive's with manifest.json beside: every file with its length and SHA-256, the last audit
row, and the signature of the device that made it. No passphrase is needed to make one, and none protects it but the
archive's own.
"""

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from clinic.archive import anchor, audit, erasure, migrations, placing, sealed_file, slots, vault
from clinic.archive.chain import Event, Head
from clinic.archive.clock import now
from clinic.archive.crypto import place
from clinic.archive.database import copy_database, plain_words
from clinic.archive.device import Device, fingerprint, signed_by
from clinic.archive.durable import disk_words, make_folder, write_file
from clinic.archive.errors import (
    ArchiveExists,
    BackupExists,
    DamagedArchive,
    DamagedBackup,
    InsideAnother,
    NotABackup,
    OtherArchive,
    StillInUse,
)
from clinic.archive.presence import alone, present
from clinic.archive.schema import AUDIT, BLOB
from clinic.archive.transaction import Transaction
from clinic.archive.version import CURRENT
from clinic.jobs import Progress
from clinic.words import say

_MANIFEST = "manifest.json"
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. files: (name, bytes, SHA-256 in hex). head: the audit row about the making of it."""

    archive: str
    made_utc: str
    head: Head
    files: tuple[tuple[str, int, str], ...]

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(size for _, size, _ in self.files)


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did. replaced: where the archive that was there before lies now, None if there was none."""

    manifest: Manifest
    replaced: Path | None


def write(opened: vault.Vault, head: Head, target: Path, progress: Progress) -> Manifest:
    """Copy an unlocked archive to a new folder; `head` is the audit row that says so.

    Others may go on working: the databases are copied as of one moment, and sealed objects never change. Raises
    BackupExists, InsideAnother, DiskFull, DamagedArchive for an object whose bytes are wrong, and Cancelled; then
    nothing is left.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BackupExists
    require_apart(target)
    with plain_words(target.parent), placing.built(target) as building:
        progress.report(0.0, say("Copying the databases"))
        blobs = _copy_databases(opened, building)
        for number, (blob, expected) in enumerate(blobs):
            progress.report(
                0.05 + 0.9 * number / len(blobs),
                say("Copying object {number} of {count}", number=number + 1, count=len(blobs)),
            )
            copied = _copy(sealed_file.location(opened.blobs, blob), sealed_file.location(building / vault.BLOBS, blob))
            if copied != expected:
                raise DamagedArchive(say("the object {blob} was altered", blob=blob))
        manifest = Manifest(opened.id, now().text, head, tuple(_described(building)))
        write_file(building / _MANIFEST, [_rendered(manifest, opened.device)])
        placing.put(building, target)
    return manifest


def check(backup: Path, progress: Progress) -> Manifest:
    """Read every byte of a backup and compare it with the manifest. Raises NotABackup and DamagedBackup."""
    done = 0
    with plain_words(backup):
        manifest, _ = _manifest(backup)
        for name, size, sha256 in manifest.files:
            progress.report(done / max(manifest.size, 1), say("Checking {name}", name=name))
            path = backup / name
            if not path.is_file() or path.stat().st_size != size or _sha256(path) != sha256:
                raise DamagedBackup(name)
            done += size
    return manifest


def restore(
    backup: Path,
    folder: Path,
    passphrase: str,
    reason: str,
    progress: Progress,
    *,
    give_up: bool = False,
    login: str = "",
    device: Device | None = None,
) -> Restored:
    """Put a backup in the place of an archive, or where none is, and accept what was recorded since as lost.

    Every byte is checked, the copy is opened and verified in full, and only then it takes the place; the archive that
    was there is kept beside it. login: who, where several people have the archive. reason: why, for the audit; names
    nobody. give_up: the archive that this computer knows is lost or shall not go on; without that, nothing is put
    beside it. Raises NotABackup, DamagedBackup, WrongPassphrase, OtherArchive, InsideAnother, StillInUse, ArchiveBusy
    while somebody has that archive open, DiskFull, Cancelled and the like; then everything is as before.
    """
    require_apart(folder)
    if folder.resolve() == backup.resolve():
        raise InsideAnother
    device = device or Device.load()
    with disk_words():
        placing.settle(folder)
        manifest = check(backup, progress.part(0.0, 0.3))
        replaced = _replaced(folder, manifest)
        if replaced is None and not give_up and anchor.Memory.load(device, manifest.archive).heads:
            raise StillInUse
    with plain_words(folder.parent), placing.built(folder) as building:
        for number, (name, _, sha256) in enumerate(manifest.files):
            progress.report(0.3 + 0.4 * number / len(manifest.files), say("Copying {name}", name=name))
            if _copy(backup / name, building / name) != sha256:
                raise DamagedBackup(name)
        progress.report(0.7, say("Verifying the records"))
        opened = vault.unlock(building, passphrase, device, login)
        try:
            head = _accepted(opened, backup, manifest, reason)
        finally:
            opened.close()
        progress.report(0.95, say("Putting the archive in its place"))
        if replaced is not None:
            _require_closed(folder)
        anchor.remember_restoring(device, manifest.archive, head)
        placing.put(building, folder, replaced)
        anchor.remember_restored(device, manifest.archive, head)
    return Restored(manifest, replaced)


def _accepted(opened: vault.Vault, backup: Path, manifest: Manifest, reason: str) -> Head:
    """Verify the copy against its manifest, record the restore in it, and return the last audit row.

    Whoever was erased since, as this computer remembers, is erased again.
    """
    _, public = _manifest(backup)
    faults = audit.check(opened, full=True, remembered=False).faults
    if faults:
        raise DamagedBackup(faults[0])
    with opened.records.execution_options(reading=True).connect() as connection:
        row = connection.execute(select(AUDIT).where(AUDIT.c.seq == manifest.head.seq)).mappings().first()
    if row is None or row["mac"] != manifest.head.mac or row["device_id"] != fingerprint(public):
        raise DamagedBackup(_MANIFEST)
    migrations.bring_up(opened)
    erased = anchor.Memory.load(opened.device, opened.id).erased
    with Transaction.begin(opened) as transaction:
        words = say(
            "from the backup of {made_utc}, audit row {seq}: {reason!t}",
            made_utc=manifest.made_utc,
            seq=manifest.head.seq,
            reason=reason,
        )
        transaction.record(Event("E", "restore", words))
        again = sorted(patient for patient in erased if erasure.known(transaction, patient))
        blobs = [
            blob for patient in again for blob in erasure.erase(transaction, patient, say("erased before the restore"))
        ]
    if again:
        erasure.shred(opened, again, blobs)
    assert transaction.head is not None
    return transaction.head


def _replaced(folder: Path, manifest: Manifest) -> Path | None:
    """Return where the archive in the place will be kept. Raises ArchiveExists or OtherArchive."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return None
    if not folder.is_dir() or not (folder / vault.LABEL).exists():
        raise ArchiveExists
    with suppress(ValueError, KeyError, TypeError):  # a damaged label is what a restore is for
        if json.loads((folder / vault.LABEL).read_bytes())["archive"] != manifest.archive:
            raise OtherArchive
    stamp = "".join(letter for letter in now().text if letter.isdigit())[:14]
    place = folder.resolve()
    return place.with_name(f"{place.name}.replaced-{stamp}-{secrets.token_hex(2)}")


def require_apart(target: Path) -> None:
    """Raise InsideAnother where a folder above is an archive or a backup: its next opening clears what is built there.

    Besides, whoever loses or deletes the one would lose the other.
    """
    if any((above / vault.LABEL).exists() for above in target.resolve().parents):
        raise InsideAnother


def _require_closed(folder: Path) -> None:
    """Raise ArchiveBusy while somebody has the archive open: what they do from then on would be lost."""
    with present(folder) as own, alone(folder, own):
        pass


def _copy_databases(opened: vault.Vault, building: Path) -> list[tuple[str, str]]:
    """Copy databases and key file as of one moment, and return the objects that they name: (id, SHA-256)."""
    with opened.records.begin() as connection:  # its lock covers both databases
        sources = (opened.records, opened.secrets.records), (opened.keys, opened.secrets.keys)
        for (engine, key), path in zip(sources, vault.database_files(building), strict=True):
            copy_database(engine, path, key)
        for name in (*slots.NAMES, vault.LABEL):
            write_file(building / name, [(opened.folder / name).read_bytes()])
        return [(row.id, row.sha256) for row in connection.execute(select(BLOB.c.id, BLOB.c.sha256))]


def _copy(source: Path, target: Path) -> str:
    """Copy a file, on disk on return, and return its SHA-256."""
    make_folder(target.parent)
    sha256 = hashlib.sha256()

    def pieces() -> Iterator[bytes]:
        with source.open("rb") as file:
            while piece := file.read(_PIECE):
                sha256.update(piece)
                yield piece

    write_file(target, pieces())
    return sha256.hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _described(folder: Path) -> Iterator[tuple[str, int, str]]:
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        yield path.relative_to(folder).as_posix(), path.stat().st_size, _sha256(path)


def _rendered(manifest: Manifest, device: Device) -> bytes:
    content = {
        "archive": manifest.archive,
        "form": CURRENT.form,
        "min_reader": CURRENT.min_reader,
        "made_utc": manifest.made_utc,
        "head": [manifest.head.seq, manifest.head.mac.hex()],
        "files": [list(file) for file in manifest.files],
        "device_public": device.public.hex(),
    }
    return _canonical(content | {"signature": device.sign(_message(content)).hex()})


def _manifest(backup: Path) -> tuple[Manifest, bytes]:
    """Return the manifest and the public key of the device that signed it. Raises NotABackup or DamagedBackup."""
    try:
        content = json.loads((backup / _MANIFEST).read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        raise NotABackup from None
    except (ValueError, RecursionError):
        raise DamagedBackup(_MANIFEST) from None
    try:
        public, signature = bytes.fromhex(content["device_public"]), bytes.fromhex(content.pop("signature"))
        if not signed_by(public, _message(content), signature):
            raise DamagedBackup(_MANIFEST)
        head = Head(content["head"][0], bytes.fromhex(content["head"][1]))
        files = tuple((str(name), int(size), str(sha256)) for name, size, sha256 in content["files"])
        if any(not _inside(name) for name, _, _ in files):
            raise DamagedBackup(_MANIFEST)
        return Manifest(content["archive"], content["made_utc"], head, files), public
    except (KeyError, TypeError, ValueError, AttributeError):
        raise DamagedBackup(_MANIFEST) from None


def _inside(name: str) -> bool:
    """True for a plain relative path: whoever can sign can still not write outside of the folder."""
    parts = name.split("/")
    return all(part and set(part) <= _LETTERS and part.strip(".") for part in parts)


_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.")


def _message(content: Mapping[str, Any]) -> bytes:
    return place("backup", _canonical(content).decode())


def _canonical(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, sort_keys=True, indent=1).encode()
