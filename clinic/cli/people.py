"""Verbs on the people of an archive: who they are, who comes, what they may do, who leaves."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from clinic.cli.console import Verbs, say
from clinic.cli.signing_in import asked, opened, signing_in

if TYPE_CHECKING:
    from clinic.archive.people.register import Person
    from clinic.archive.people.roles import Role
    from clinic.archive.store import Archive

_ROLES = ("surgeon", "assistant", "front desk", "auditor", "administrator")
_ONCE = "Tell it in person: it opens once, and must then be changed."


def add_verbs(verbs: Verbs, shared: argparse.ArgumentParser) -> None:
    """Add `people list|add|roles|remove|passphrase|reset-code`."""
    people = verbs.add_parser("people", help="who has an archive, and what they may do")
    acts = people.add_subparsers(required=True, metavar="ACT")
    for name, run, words in (
        ("list", _list, "list everybody, also who left"),
        ("add", _add, "let somebody in"),
        ("roles", _roles, "give somebody other roles"),
        ("remove", _remove, "let somebody in no more"),
        ("passphrase", _passphrase, "make a new first passphrase for somebody who lost theirs"),
        ("reset-code", _reset_code, "ask somebody who lost the authenticator for no code any more"),
    ):
        act = acts.add_parser(name, parents=[signing_in(shared)], help=words)
        act.add_argument("--archive", required=True, type=Path, metavar="DIR")
        act.set_defaults(run=run)
        if name != "list":
            act.add_argument("name", metavar="NAME", help="of the person")
        if name in ("add", "roles"):
            several = "may be given several times"
            act.add_argument("--role", dest="roles", action="append", required=True, choices=_ROLES, help=several)


def _list(options: argparse.Namespace) -> int:
    from clinic.archive.people import register

    with opened(options) as archive:
        for person in register.people(archive):
            told = (person.login, ", ".join(sorted(person.roles)) or "left", "code" if person.second_factor else "")
            say("  ".join(word for word in told if word))
    return 0


def _add(options: argparse.Namespace) -> int:
    from clinic.archive.people import register

    passphrase = options.passphrase or asked()
    with opened(options, passphrase) as archive:
        first = register.add(archive, passphrase, options.name, _chosen(options))
    say(f"{options.name} may come in. The passphrase for the first time:\n{first}\n{_ONCE}")
    return 0


def _roles(options: argparse.Namespace) -> int:
    from clinic.archive.people import register

    with opened(options) as archive:
        register.give_roles(archive, _person(archive, options.name).id, _chosen(options))
    say(f"{options.name} has the roles: {', '.join(options.roles)}.")
    return 0


def _remove(options: argparse.Namespace) -> int:
    from clinic.archive.people import register

    with opened(options) as archive:
        register.remove(archive, _person(archive, options.name).id)
    say(f"{options.name} gets in no more. To shut out copies of the old key too, run: clinic archive renew-key.")
    return 0


def _passphrase(options: argparse.Namespace) -> int:
    from clinic.archive.people import register

    passphrase = options.passphrase or asked()
    with opened(options, passphrase) as archive:
        first = register.renew(archive, passphrase, _person(archive, options.name).id)
    say(f"The passphrase of {options.name} for the first time:\n{first}\n{_ONCE}")
    return 0


def _reset_code(options: argparse.Namespace) -> int:
    from clinic.archive.people import register

    with opened(options) as archive:
        register.drop_second_factor(archive, _person(archive, options.name).id)
    say(f"{options.name} signs in without a code.")
    return 0


def _chosen(options: argparse.Namespace) -> "frozenset[Role]":
    from clinic.archive.people.roles import Role

    return frozenset(Role(role) for role in options.roles)


def _person(archive: "Archive", name: str) -> "Person":
    """Return the person of this name. Raises UnknownPerson."""
    from clinic.archive.people import register

    return register.named(archive, name)
