"""The people of an archive: each with keys, a name and roles of their own; nobody is ever deleted from the list."""

import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from clinic.archive import slots
from clinic.archive.chain import Event
from clinic.archive.crypto import calibrated, new_passphrase, random_key
from clinic.archive.database import direct
from clinic.archive.people import audit_key, second_factor
from clinic.archive.people.errors import (
    LastOfRole,
    MustChangePassphrase,
    NameTaken,
    NoRole,
    NotAllowed,
    NotAName,
    UnknownPerson,
)
from clinic.archive.people.roles import ALL_RIGHTS, Right, Role, parse, rights, written
from clinic.archive.schema import AUDIT_READER, SECOND_FACTOR, USER
from clinic.archive.transaction import Transaction
from clinic.words import say

if TYPE_CHECKING:
    from clinic.archive.store import Archive

OWNER = frozenset({Role.SURGEON, Role.AUDITOR, Role.ADMINISTRATOR})  # what the first person keeps when others come
_NEEDED = (Role.ADMINISTRATOR, Role.AUDITOR)
_LONGEST_NAME = 64


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signs in. you: this is who asks. second_factor: signs in with a code too."""

    id: str
    login: str
    roles: frozenset[Role]
    second_factor: bool
    you: bool

    @property
    def works_here(self) -> bool:
        """False for somebody who left."""
        return bool(self.roles)


def held(transaction: Transaction) -> frozenset[Right]:
    """Return what the signed-in person may do now.

    The only person an archive has ever had holds every role; people are never deleted, so nobody comes to be the only
    one by sending the others away.
    """
    users: dict[str, str] = dict(direct(transaction.connection, f"SELECT id, role FROM {USER.name}"))
    return ALL_RIGHTS if len(users) == 1 else rights(parse(users[transaction.vault.user.id]))


def require(transaction: Transaction, right: Right) -> None:
    """Raise NotAllowed or MustChangePassphrase unless the signed-in person holds a right."""
    if transaction.vault.temporary:
        raise MustChangePassphrase
    if right not in held(transaction):
        raise NotAllowed(right)


def people(archive: "Archive") -> tuple[Person, ...]:
    """Return everybody, also who left, by name."""
    with archive.transaction(Right.MANAGE_PEOPLE, reading=True) as transaction:
        return _people(transaction)


def named(archive: "Archive", login: str) -> Person:
    """Return the person of this name, however it is capitalised. Raises UnknownPerson, NotAllowed."""
    found = next((person for person in people(archive) if _same(login, person.login)), None)
    if found is None:
        raise UnknownPerson
    return found


def add(archive: "Archive", passphrase: str, login: str, roles: Iterable[Role]) -> str:
    """Let a person in, and return the passphrase for the first time, which must then be changed.

    passphrase: of who does this, once more. Raises WrongPassphrase, NotAllowed, NameTaken, NotAName, NoRole.
    """
    login, roles, temporary, cost = _name(login), frozenset(roles), new_passphrase(), calibrated()
    if not roles:
        raise NoRole
    own = archive.proven(passphrase)
    with archive.transaction(Right.MANAGE_PEOPLE) as transaction:
        known = _people(transaction)
        if any(_same(login, person.login) for person in known):
            raise NameTaken
        if len(known) == 1:
            _put(transaction, own.user.id, {"role": written(OWNER)})
        user = slots.User(secrets.token_hex(16), random_key(), random_key())
        _put(transaction, user.id, {"login": login, "role": written(roles)} | _public(user))
        _tell_audit_key(transaction, user.id, roles, user.public_x25519)
        content = slots.present(archive.folder)
        if len(known) == 1:  # until now it did not matter whose slot it is
            content = slots.with_passphrase(content, own.user, known[0].login, passphrase, cost)
        transaction.put_key_file(slots.with_person(content, user, login, temporary, cost, own.vault_key))
        transaction.record(Event("C", "add-person", f"{login}: {written(roles)}"))
    return temporary


def give_roles(archive: "Archive", identity: str, roles: Iterable[Role]) -> None:
    """Give a person other roles. Raises NotAllowed, LastOfRole, NoRole, NoAuditKey, UnknownPerson."""
    roles = frozenset(roles)
    if not roles:
        raise NoRole
    with archive.transaction(Right.MANAGE_PEOPLE) as transaction:
        person, row = _found(transaction, identity)
        _require_left(transaction, identity, roles)
        _put(transaction, identity, {"role": written(roles)})
        _tell_audit_key(transaction, identity, roles, row["x25519"])
        transaction.record(Event("U", "change-roles", f"{person.login}: {written(roles)}"))


def remove(archive: "Archive", identity: str) -> None:
    """Let a person in no more; the name stays in the audit. Raises NotAllowed, LastOfRole, UnknownPerson."""
    with archive.transaction(Right.MANAGE_PEOPLE) as transaction:
        person, _ = _found(transaction, identity)
        _require_left(transaction, identity, frozenset())
        _put(transaction, identity, {"role": ""})
        for table in (AUDIT_READER, SECOND_FACTOR):
            transaction.rows.delete(table, table.c.id == identity)
        transaction.put_key_file(slots.without_person(slots.present(archive.folder), identity))
        transaction.record(Event("D", "remove-person", person.login))


def renew(archive: "Archive", passphrase: str, identity: str) -> str:
    """Return a new first-time passphrase for somebody who lost theirs; recovery key and second factor go with the old.

    passphrase: of who does this, once more. Raises as `add`.
    """
    temporary, cost, own = new_passphrase(), calibrated(), archive.proven(passphrase)
    with archive.transaction(Right.MANAGE_PEOPLE) as transaction:
        person, _ = _found(transaction, identity)
        user = slots.User(identity, random_key(), random_key())
        _put(transaction, identity, _public(user))
        _tell_audit_key(transaction, identity, person.roles, user.public_x25519)
        second_factor.take_away(transaction, identity)
        content = slots.without_person(slots.present(archive.folder), identity)
        transaction.put_key_file(slots.with_person(content, user, person.login, temporary, cost, own.vault_key))
        transaction.record(Event("U", "new-passphrase", person.login))
    return temporary


def drop_second_factor(archive: "Archive", identity: str) -> None:
    """Ask a person who lost the authenticator for no code any more. Raises NotAllowed, UnknownPerson."""
    with archive.transaction(Right.MANAGE_PEOPLE) as transaction:
        person, _ = _found(transaction, identity)
        second_factor.take_away(transaction, identity)
        transaction.record(Event("U", "second-factor", say("{login}: taken away", login=person.login)))


def _people(transaction: Transaction) -> tuple[Person, ...]:
    own = transaction.vault.user.id
    with_code = set(transaction.connection.execute(select(SECOND_FACTOR.c.id)).scalars())
    rows = transaction.connection.execute(select(USER)).mappings().all()
    found = [
        Person(
            row["id"],
            row["login"],
            OWNER if len(rows) == 1 else parse(row["role"]),
            row["id"] in with_code,
            row["id"] == own,
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda person: person.login.casefold()))


def _found(transaction: Transaction, identity: str) -> tuple[Person, dict[str, Any]]:
    person = next((one for one in _people(transaction) if one.id == identity and one.works_here), None)
    if person is None:
        raise UnknownPerson
    return person, transaction.found(USER, identity)


def _put(transaction: Transaction, identity: str, changed: dict[str, Any]) -> None:
    version = transaction.rows.next_version(USER, identity)
    values = changed if version == 1 else transaction.found(USER, identity) | changed
    transaction.rows.put(USER, transaction.vault.row_key, **values | {"id": identity, "version": version})


def _tell_audit_key(transaction: Transaction, identity: str, roles: frozenset[Role], public_x25519: bytes) -> None:
    """Give the audit's key to who may prove it, and take it from who may not."""
    if Right.VERIFY in rights(roles):
        audit_key.hand_on(transaction, identity, public_x25519)
    else:
        transaction.rows.delete(AUDIT_READER, AUDIT_READER.c.id == identity)


def _require_left(transaction: Transaction, identity: str, roles: frozenset[Role]) -> None:
    others = [person.roles for person in _people(transaction) if person.id != identity]
    missing = [role for role in _NEEDED if not any(role in held for held in (*others, roles))]
    if missing:
        raise LastOfRole(missing)


def _public(user: slots.User) -> dict[str, bytes]:
    return {"x25519": user.public_x25519, "ed25519": user.public_ed25519}


def _name(login: str) -> str:
    name = " ".join(unicodedata.normalize("NFKC", login).split())
    if not 1 <= len(name) <= _LONGEST_NAME or not name.isprintable():
        raise NotAName
    return name


def _same(one: str, other: str) -> bool:
    return slots.folded(one) == slots.folded(other)
