"""Proof that an archive is whole: audit chain, this computer's memory of it, rows, databases, sealed objects."""

from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from clinic.archive import anchor, search, vault
from clinic.archive.chain import Event
from clinic.archive.chain_check import ChainResult, check_chain
from clinic.archive.database import plain_words
from clinic.archive.device import Device
from clinic.archive.errors import ArchiveError, DamagedArchive, DamagedKeyFile
from clinic.archive.store_check import blob_findings, database_findings, row_findings
from clinic.archive.transaction import Transaction
from clinic.words import say


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found.

    mode: "quick" reads everything but the content of large objects, "full" that too. rows: audit rows that were
    checked. faults: in words, empty if the archive is whole. notes: what could not be checked, and why.
    """

    mode: Literal["quick", "full"]
    rows: int
    faults: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 whole, 1 a fault was found (2, not run, is told by an error)."""
        return 1 if self.faults else 0


def verify(
    folder: Path, passphrase: str, *, full: bool = False, login: str = "", device: Device | None = None
) -> Report:
    """Check an archive and record that it was checked. Other programs may go on writing to it.

    Raises WrongPassphrase, NotAnArchive, NewerArchive, NoAccess and the like if the check could not run. Damage is not
    an error but a fault of the report.
    """
    device = device or Device.load()
    opened = _unlocked(folder, passphrase, device, login)
    if isinstance(opened, str):
        return Report("full" if full else "quick", 0, (opened,))
    try:
        return checked(opened, full=full)
    finally:
        opened.close()


def _unlocked(folder: Path, passphrase: str, device: Device, login: str) -> vault.Vault | str:
    """Open an archive, or return what is damaged in it, also at a second look."""
    damage = ""
    for _ in range(2):
        try:
            return vault.unlock(folder, passphrase, device, login)
        except (DamagedKeyFile, DamagedArchive) as error:
            damage = str(error)
    return damage


def checked(opened: vault.Vault, *, full: bool) -> Report:
    """Check an unlocked archive, and record that it was checked.

    What is wrong is looked at twice: a disk that misreads once makes sound pages look altered.
    """
    report = check(opened, full=full)
    if report.faults:
        for engine in (opened.records, opened.keys):
            engine.dispose()  # a connection remembers a failed read
        report = _seen_again(report, check(opened, full=full))
    try:
        _record(opened, report)
    except ArchiveError as error:  # a full or read-only disk takes nothing away from what was found
        return replace(report, notes=(*report.notes, say("the check could not be recorded: {error}", error=error)))
    return report


def _seen_again(first: Report, second: Report) -> Report:
    if second.faults:
        return second
    misread = say("a first look found damage that a second did not: the disk may be failing. Make a backup soon")
    return replace(second, notes=(*second.notes, misread, *first.faults))


def check(opened: vault.Vault, *, full: bool, remembered: bool = True) -> Report:
    """Check an unlocked archive and record nothing.

    remembered: compare with what this computer remembers, which a backup about to be put back cannot fit.
    """
    faults = [say("the file {name} is damaged; the next opening restores it", name=name) for name in opened.damaged]
    notes: list[str] = []
    rows = 0
    try:
        with plain_words(opened.folder), opened.records.execution_options(reading=True).connect() as connection:
            faults += database_findings(connection, "vault.db")
            chain = check_chain(connection, opened)
            rows = chain.rows
            faults += chain.faults
            for found in (row_findings(connection, opened, chain.touched), blob_findings(connection, opened, full)):
                faults += found.faults
                notes += found.notes
            if search.file(opened).exists():
                faults += search.findings(connection, opened, full=full)
        with plain_words(opened.folder), opened.keys.execution_options(reading=True).connect() as connection:
            faults += database_findings(connection, "keys.db")
        if remembered:
            lost, unsure = _memory_findings(opened, chain)
            faults += lost
            notes += unsure
    except DamagedArchive as damage:
        faults.append(str(damage))
    return Report("full" if full else "quick", rows, tuple(faults), tuple(notes))


def _memory_findings(opened: vault.Vault, chain: ChainResult) -> tuple[list[str], list[str]]:
    """Compare with what this computer remembers: the only witness of a cut-off end or of an old copy."""
    with plain_words(opened.folder):
        memory = anchor.Memory.load(opened.device, opened.id)
    notes = []
    if not memory.heads:
        notes.append(say("this computer has never written to the archive, so a cut-off end could not be noticed"))
    if memory.unreadable:
        notes.append(
            say(
                "{unreadable} lines of this computer's memory of the archive are unreadable",
                unreadable=memory.unreadable,
            )
        )
    lost = memory.lost(chain.mac_of)
    if lost is None:
        return [], notes
    return [
        say(
            "audit row {lost}, which this computer wrote, is missing or altered: an old copy, or its end was cut",
            lost=lost,
        )
    ], notes


def _record(opened: vault.Vault, report: Report) -> None:
    """Record a clean check in the audit; a damaged archive is not written to, so this computer remembers it instead."""
    if report.faults:
        with suppress(OSError):
            anchor.remember(opened.device, opened.id, f"verify-{report.mode}-faults-{len(report.faults)}")
        return
    with plain_words(opened.folder), Transaction.begin(opened) as transaction:
        transaction.record(
            Event("E", "verify", say("{mode}, {rows} rows, no fault", mode=report.mode, rows=report.rows))
        )
    assert transaction.head is not None
    with suppress(OSError):
        anchor.remember_head(opened.device, opened.id, transaction.head)
