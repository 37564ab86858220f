"""Verbs on the sealed records."""

import argparse
import getpass
import sys
from pathlib import Path

from clinic.cli.console import Verbs, say
from clinic.errors import ClinicError


class PassphraseNeeded(ClinicError):
    """There is nobody to ask for the passphrase."""

    def __init__(self) -> None:
        super().__init__("The archive is locked. Give its passphrase in CLINIC_PASSPHRASE, or run this in a terminal.")


def add_verbs(verbs: Verbs, shared: argparse.ArgumentParser) -> None:
    """Add `audit verify`."""
    audit = verbs.add_parser("audit", help="check the audit trail")
    acts = audit.add_subparsers(required=True, metavar="ACT")
    verify = acts.add_parser("verify", parents=[shared], help="prove that records and audit trail are whole")
    verify.add_argument("--archive", required=True, type=Path, metavar="DIR")
    verify.add_argument("--full", action="store_true", help="read every sealed object too")
    verify.set_defaults(run=_verify)


def _verify(options: argparse.Namespace) -> int:
    from clinic.archive.audit import verify

    report = verify(options.archive, options.passphrase or _asked(), full=options.full)
    for fault in report.faults:
        say(f"FAULT: {fault}")
    for note in report.notes:
        say(f"Note: {note}")
    if not options.full:
        say("Note: the content of large objects was not read; --full reads that too.")
    state = "whole" if report.exit_code == 0 else "NOT whole"
    say(f"The records are {state}: {report.rows} audit rows checked in {report.mode} mode.")
    return report.exit_code


def _asked() -> str:
    """Ask for the passphrase. Raises PassphraseNeeded where there is nobody to ask."""
    if not sys.stdin.isatty():
        raise PassphraseNeeded
    try:
        return getpass.getpass("Passphrase of the archive: ")
    except EOFError:
        raise PassphraseNeeded from None
