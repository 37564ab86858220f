"""The way in and out of an archive: opened by a passphrase, worked on in transactions, closed with a signature."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Self

from clinic.archive import anchor, erasure, mending, migrations, slots, vault
from clinic.archive.chain import Event, last_head
from clinic.archive.database import plain_words
from clinic.archive.device import Device
from clinic.archive.errors import ArchiveClosed, ArchiveError, OldCopy, WrongPassphrase
from clinic.archive.people import register, second_factor
from clinic.archive.people.errors import MustChangePassphrase
from clinic.archive.people.roles import Right
from clinic.archive.transaction import Transaction
from clinic.words import say, say_plural


class Access:
    """One user's access to an unlocked archive, on one device; what is done with it happens in its transactions."""

    def __init__(self, opened: vault.Vault, old_copy: bool) -> None:
        self._vault: vault.Vault | None = opened
        self._lock = threading.RLock()
        self.folder, self.id, self.user = opened.folder, opened.id, opened.login
        self.old_copy = old_copy  # True: this computer knows of later work; may be read, not changed

    @classmethod
    def open(
        cls, folder: Path, passphrase: str, *, login: str = "", code: str = "", device: Device | None = None
    ) -> Self:
        """Open an archive and record that.

        login: who, where several people have an archive. code: of the second factor, for who has one. Raises
        WrongPassphrase, CodeNeeded, WrongCode, TooManyGuesses, NotAnArchive, DamagedKeyFile, NewerArchive, …
        """
        _forbid_core_dumps()
        opened = vault.unlock(folder, passphrase, device or Device.load(), login)
        try:
            return cls._begin(opened, code)
        except BaseException:
            opened.close()
            raise

    @classmethod
    def _begin(cls, opened: vault.Vault, code: str) -> Self:
        with plain_words(opened.folder):
            memory = anchor.Memory.load_recent(opened.device, opened.id)
            with opened.records.begin() as connection:
                mac_of = anchor.mac_lookup(connection)
                lost = memory.lost(mac_of)
                if memory.restored(mac_of):
                    anchor.remember_restored(opened.device, opened.id, last_head(connection))
            archive = cls(opened, old_copy=lost is not None)
            if archive.old_copy:
                migrations.overlay(opened)
                with archive._reading() as transaction:
                    second_factor.ask(transaction, code, writing=False)
                anchor.remember(opened.device, opened.id, "opened-old-copy")
                return archive
            migrations.bring_up(opened)
            with archive.transaction() as transaction:
                wrong_codes = second_factor.ask(transaction, code, writing=True)
                mending.mend(transaction, memory.begun)
                said = [say("with the recovery key")] if opened.recovered else []
                if opened.misses:
                    said.append(say_plural("after {n} wrong passphrase", "after {n} wrong passphrases", opened.misses))
                if wrong_codes:
                    said.append(say_plural("after {n} wrong code", "after {n} wrong codes", wrong_codes))
                transaction.record(Event("E", "open", ", ".join(said)))
                unfinished = erasure.unfinished(transaction)
            archive._vault = replace(opened, damaged=())  # mended
            if unfinished:
                erasure.shred(opened, unfinished, [])
            with suppress(OSError):
                anchor.remember(opened.device, opened.id, "opened")
        return archive

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self, why: str = "") -> None:
        """Record the log-off and why, sign the audit and drop the keys; a full disk does not keep the archive open."""
        with self._lock:
            opened = self._vault
            if opened is None:
                return
            try:
                with suppress(ArchiveError), self.transaction() as transaction:
                    transaction.record(Event("E", "log-off", why))
                    transaction.checkpoint()
                if not self.old_copy:
                    with suppress(OSError):
                        anchor.remember(opened.device, opened.id, "closed")  # on disk, with all that was said before
            finally:
                self._vault = None
                opened.close()

    @property
    def closed(self) -> bool:
        """True once the keys have been dropped."""
        return self._vault is None

    @property
    def must_change_passphrase(self) -> bool:
        """True while somebody else knows this person's passphrase; nothing else is allowed then."""
        return self._open_vault().temporary

    def rights(self) -> frozenset[Right]:
        """Return what this person may do; an administrator may have changed that meanwhile."""
        with self._reading() as transaction:
            return frozenset() if transaction.vault.temporary else register.held(transaction)

    @contextmanager
    def transaction(self, right: Right | None = None, *, reading: bool = False) -> Iterator[Transaction]:
        """Everything inside happens together with its audit rows, or not at all.

        right: what this person must be allowed to do. reading: nothing is written, so an old copy will do.
        Raises NotAllowed, MustChangePassphrase, OldCopy.
        """
        if reading:
            with self._reading(right) as transaction:
                yield transaction
            return
        if self.old_copy:
            raise OldCopy
        with self._lock, plain_words(self.folder):
            opened = self._open_vault()
            with Transaction.begin(opened) as transaction:
                self._require(transaction, right)
                yield transaction
            if transaction.head is not None:
                # The change is recorded by now. If this memory cannot be written, the next one says the same and more.
                with suppress(OSError):
                    anchor.remember_head(opened.device, opened.id, transaction.head)

    def note(self, transaction: Transaction, event: Event) -> None:
        """Record what changes nothing; about an old copy, this computer's own memory takes it."""
        if self.old_copy:
            opened = self._open_vault()
            anchor.remember(opened.device, opened.id, f"old-copy-{event.event}")
        else:
            transaction.record(event)

    def proven(self, passphrase: str, *, first_time: bool = False) -> slots.Unlocked:
        """Return this person's keys to whoever knows the passphrase, and to nobody who found the window open.

        first_time: somebody else may have made the passphrase. Raises WrongPassphrase, TooManyGuesses,
        MustChangePassphrase.
        """
        if self.must_change_passphrase and not first_time:
            raise MustChangePassphrase
        with plain_words(self.folder):
            opened = self._open_vault()
            proven, _ = vault.identify(self.folder, self.id, passphrase, self.user, opened.device)
            if proven.user.id != opened.user.id:
                raise WrongPassphrase
            return proven

    @contextmanager
    def _reading(self, right: Right | None = None) -> Iterator[Transaction]:
        """A transaction that may also run on an old copy, which is read but not written."""
        if not self.old_copy:
            with self.transaction(right) as transaction:
                yield transaction
            return
        with self._lock, plain_words(self.folder), Transaction.begin(self._open_vault()) as transaction:
            self._require(transaction, right)
            yield transaction

    @staticmethod
    def _require(transaction: Transaction, right: Right | None) -> None:
        if right is not None:
            register.require(transaction, right)

    def _open_vault(self) -> vault.Vault:
        if self._vault is None:
            raise ArchiveClosed
        return self._vault


def _forbid_core_dumps() -> None:
    """A crash must not write keys and names to the disk. Windows writes no dump unless told to."""
    if sys.platform != "win32":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
