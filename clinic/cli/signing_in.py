"""Who asks the archive: passphrases, codes and reasons, from the environment or from the terminal."""

import argparse
import getpass
import os
import sys
from typing import TYPE_CHECKING

from clinic.errors import ClinicError

if TYPE_CHECKING:
    from clinic.archive.store import Archive

EXPORT_PASSPHRASE = "CLINIC_EXPORT_PASSPHRASE"


class PassphraseNeeded(ClinicError):
    """There is nobody to ask for the passphrase."""

    def __init__(self) -> None:
        super().__init__("The archive is locked. Give its passphrase in CLINIC_PASSPHRASE, or run this in a terminal.")


class NotTheSame(ClinicError):
    """A new passphrase was typed in two ways."""

    def __init__(self) -> None:
        super().__init__("The two passphrases differ, so nothing was changed. Type the new one twice alike.")


def signing_in(shared: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """Return the options of every act for which somebody signs in."""
    parent = argparse.ArgumentParser(add_help=False, parents=[shared])
    parent.add_argument("--user", default="", metavar="NAME", help="who you are, where several people have the archive")
    return parent


def reason(text: str) -> str:
    """Return why something is done; without a word it is not done."""
    if not text.strip():
        raise argparse.ArgumentTypeError("say why in a few words")
    return text


def opened(options: argparse.Namespace, passphrase: str = "") -> "Archive":
    """Sign in, with the code of the second factor where one is asked for. Raises CodeNeeded if nobody can be asked."""
    from clinic.archive.people.errors import CodeNeeded
    from clinic.archive.store import Archive

    passphrase = passphrase or options.passphrase or asked()
    try:
        return Archive.open(options.archive, passphrase, login=options.user)
    except CodeNeeded:
        if not sys.stdin.isatty():
            raise
    code = asked("Code of your authenticator: ")
    return Archive.open(options.archive, passphrase, login=options.user, code=code)


def exports_passphrase(*, new: bool) -> str:
    """Return the passphrase of a patient's export, from the environment or asked for. Raises as `asked`."""
    words = "Passphrase of the export: "
    return os.environ.pop(EXPORT_PASSPHRASE, "") or (twice(words) if new else asked(words))


def twice(words: str) -> str:
    """Ask for a new passphrase. Raises NotTheSame, PassphraseNeeded."""
    new = asked(words)
    if asked("The same again: ") != new:
        raise NotTheSame
    return new


def asked(words: str = "Passphrase of the archive: ") -> str:
    """Ask for a passphrase. Raises PassphraseNeeded where there is nobody to ask."""
    if not sys.stdin.isatty():
        raise PassphraseNeeded
    try:
        return getpass.getpass(words)
    except EOFError:
        raise PassphraseNeeded from None
