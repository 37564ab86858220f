"""What a patient agreed to, and until when. Without it the records stay, and the action it is for does not happen."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import select

from clinic.archive.chain import Event
from clinic.archive.codec import decode, encode
from clinic.archive.crypto import place, seal
from clinic.archive.errors import ArchiveError, DamagedArchive, UnknownCase
from clinic.archive.people.roles import Right
from clinic.archive.schema import CONSENT, PATIENT
from clinic.archive.transaction import Transaction
from clinic.words import say

if TYPE_CHECKING:
    from clinic.archive.store import Archive


class Scope(StrEnum):
    """What consent is asked for. The values stand in the archive."""

    RECONSTRUCT = "reconstruct"
    SHOW = "show"
    EXPORT = "export"


WORDS = {
    Scope.RECONSTRUCT: say("Build a 3D model of the face from the photos"),
    Scope.SHOW: say("Show planned results in the consultation"),
    Scope.EXPORT: say("Hand out pictures and files"),
}


class NoConsent(ArchiveError):
    """The patient did not agree to this, or not any more."""

    def __init__(self, scope: Scope, ended: str = "") -> None:
        said = say("The patient's consent is not recorded")
        if ended:
            said = say("The patient's consent ended on {ended}", ended=ended)
        super().__init__(
            say(
                "{said!t}, so this was not done: {what!t}. "
                "Ask the patient, and record the consent under Patient. The records themselves are kept.",
                said=said,
                what=WORDS[scope][0].lower() + WORDS[scope][1:],
            )
        )
        self.scope = scope


@dataclass(frozen=True, slots=True)
class Consent:
    """What a patient agreed to. until: the last day it holds (ISO 8601), empty while it is not withdrawn.

    note: how it was given, for example "form of March 2026, signed".
    """

    scopes: frozenset[Scope] = frozenset()
    until: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        if self.until:
            date.fromisoformat(self.until)

    def ended(self, today: date) -> bool:
        """True from the day after the last one."""
        return bool(self.until) and date.fromisoformat(self.until) < today

    def require(self, scope: Scope, today: date) -> None:
        """Raise NoConsent unless the patient agreed to this."""
        if scope not in self.scopes:
            raise NoConsent(scope)
        if self.ended(today):
            raise NoConsent(scope, self.until)


NONE = Consent()
EVERYTHING = frozenset(Scope)


def of(archive: "Archive", patient: str) -> Consent:
    """Return what a patient agreed to. Raises UnknownCase, NotAllowed."""
    with archive.transaction(Right.CONSENT, reading=True) as transaction:
        _require_known(transaction, patient)
        return stored(transaction, patient)


def give(archive: "Archive", patient: str, consent: Consent) -> None:
    """Record what a patient agrees to from now on, in the place of what was before; with no scope, a withdrawal."""
    with archive.transaction(Right.CONSENT) as transaction:
        _require_known(transaction, patient)
        keys = transaction.patient_keys(patient)
        version = transaction.rows.next_version(CONSENT, patient)
        enc = seal(keys.column, encode(_plain(consent)), place("consent", "enc", patient, version))
        transaction.rows.put(CONSENT, keys.row, id=patient, version=version, patient=patient, enc=enc)
        transaction.record(Event("U", "consent", _words(consent), patient))


def require(transaction: Transaction, patient: str, scope: Scope) -> None:
    """Raise NoConsent unless the patient agreed to this and still does today."""
    stored(transaction, patient).require(scope, date.today())


def stored(transaction: Transaction, patient: str) -> Consent:
    """Return what stands in the archive, no consent if nothing does. Raises DamagedArchive."""
    row = transaction.connection.execute(select(CONSENT).where(CONSENT.c.id == patient)).mappings().first()
    if row is None:
        return NONE
    keys = transaction.patient_keys(patient)
    opened = decode(transaction.opened(keys.column, row["enc"], "consent", "enc", patient, row["version"]))
    try:
        scopes, until, note = opened
        return Consent(frozenset(Scope(scope) for scope in scopes), until, note)
    except (TypeError, ValueError) as error:
        raise DamagedArchive(say("what a patient agreed to cannot be read")) from error


def _plain(consent: Consent) -> tuple[tuple[str, ...], str, str]:
    return tuple(str(scope) for scope in Scope if scope in consent.scopes), consent.until, consent.note


def _words(consent: Consent) -> str:
    """For the audit: which actions, and until when; the note may name somebody, so it stays sealed."""
    if not consent.scopes:
        return "withdrawn"
    scopes = ", ".join(scope for scope in Scope if scope in consent.scopes)
    return f"{scopes} until {consent.until}" if consent.until else scopes


def _require_known(transaction: Transaction, patient: str) -> None:
    if transaction.connection.execute(select(PATIENT.c.id).where(PATIENT.c.id == patient)).first() is None:
        raise UnknownCase
