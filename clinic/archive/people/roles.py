"""Roles and their rights: each person holds the least that the work needs.

The program keeps these rules; the keys alone do not. Whoever may sign in holds the vault key in memory, so an archive
is shared only with people who may be trusted not to take it apart with tools of their own.
"""

from collections.abc import Iterable
from enum import StrEnum

from clinic.words import say

_BETWEEN = "+"


class Right(StrEnum):
    """Something a person may do. The values are the words of a refusal: “you may not …”."""

    LIST = say("see the list of patients")
    REGISTER = say("register a patient")
    CONSENT = say("record a patient's consent")
    VIEW = say("open a patient's pictures")
    CHANGE = say("change a patient's case")
    EXPORT = say("hand out pictures and files")
    ERASE = say("erase a patient")
    READ_AUDIT = say("read the audit trail")
    VERIFY = say("prove the audit trail")
    MANAGE_PEOPLE = say("manage who works here")
    BACK_UP = say("make a backup")
    BREAK_GLASS = say("use emergency access")


class Role(StrEnum):
    """What a person is in this practice. The values stand in the archive."""

    SURGEON = say("surgeon")
    ASSISTANT = say("assistant")
    FRONT_DESK = say("front desk")
    AUDITOR = say("auditor")
    ADMINISTRATOR = say("administrator")


_DESK = frozenset({Right.LIST, Right.REGISTER, Right.CONSENT, Right.BREAK_GLASS})
_RIGHTS = {
    Role.FRONT_DESK: _DESK,
    Role.ASSISTANT: _DESK | {Right.VIEW, Right.CHANGE},
    Role.SURGEON: _DESK | {Right.VIEW, Right.CHANGE, Right.EXPORT, Right.ERASE},
    Role.AUDITOR: frozenset({Right.READ_AUDIT, Right.VERIFY}),
    Role.ADMINISTRATOR: frozenset({Right.MANAGE_PEOPLE, Right.BACK_UP, Right.VERIFY, Right.ERASE}),
}
ALL_RIGHTS = frozenset(Right)
EXPLAINED = {
    Role.SURGEON: say("Plans, simulates, hands out files, erases a patient"),
    Role.ASSISTANT: say("Takes photos and plans; hands nothing out"),
    Role.FRONT_DESK: say("Names, new patients and consent; sees no pictures"),
    Role.AUDITOR: say("Reads and proves the audit trail; sees no patient"),
    Role.ADMINISTRATOR: say("People, backups, erasing; sees no patient"),
}


def rights(roles: Iterable[Role]) -> frozenset[Right]:
    """Return what somebody with these roles may do; nobody with none may do anything."""
    return frozenset().union(*(_RIGHTS[role] for role in roles))


def holders(right: Right) -> tuple[Role, ...]:
    """Return the roles that hold a right."""
    return tuple(role for role in Role if right in _RIGHTS[role])


def parse(text: str) -> frozenset[Role]:
    """Return the roles that stand in the archive as "surgeon+auditor". Raises ValueError."""
    return frozenset(Role(word) for word in text.split(_BETWEEN) if word)


def written(roles: Iterable[Role]) -> str:
    """Return roles as they stand in the archive, in the order of the list above."""
    held = set(roles)
    return _BETWEEN.join(role for role in Role if role in held)
