"""Verbs on the sealed records."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from clinic.cli.console import Verbs, bar, check_target, say
from clinic.cli.patients import add_acts
from clinic.cli.signing_in import asked, opened, reason, signing_in, twice
from clinic.errors import ClinicError

if TYPE_CHECKING:
    from clinic.archive.trail import Entry


class UnknownAuditFormat(ClinicError):
    """The audit trail cannot be written as this kind of file."""

    def __init__(self) -> None:
        super().__init__("The audit trail is written as CSV or JSON. Let the file's name end in .csv or .json.")


def add_verbs(verbs: Verbs, shared: argparse.ArgumentParser) -> None:
    """Add `audit verify|show|export` and `archive backup|check|restore|passphrase|recovery-key|erase`."""
    audit = verbs.add_parser("audit", help="check the audit trail")
    acts = audit.add_subparsers(required=True, metavar="ACT")
    shared = signing_in(shared)
    verify = acts.add_parser("verify", parents=[shared], help="prove that records and audit trail are whole")
    verify.add_argument("--archive", required=True, type=Path, metavar="DIR")
    verify.add_argument("--full", action="store_true", help="read every sealed object too")
    verify.set_defaults(run=_verify)
    show = acts.add_parser("show", parents=[shared, _wanted()], help="list who did what, when and from where")
    show.set_defaults(run=_show)
    export = acts.add_parser("export", parents=[shared, _wanted()], help="write the audit trail to a file")
    export.add_argument("--out", required=True, type=Path, metavar="FILE", help="FILE.csv or FILE.json")
    export.set_defaults(run=_export)
    _add_archive(verbs, shared)


def _wanted() -> argparse.ArgumentParser:
    wanted = argparse.ArgumentParser(add_help=False)
    wanted.add_argument("--archive", required=True, type=Path, metavar="DIR")
    wanted.add_argument("--patient", default="", metavar="ID")
    wanted.add_argument("--event", default="", help="for example view, change or export")
    wanted.add_argument("--who", default="", metavar="NAME", help="whoever did it")
    wanted.add_argument("--device", default="", metavar="ID", help="or how it begins")
    wanted.add_argument("--since", default="", metavar="TIME", help="UTC, for example 2026-11 or 2026-11-22T08:00")
    wanted.add_argument("--until", default="", metavar="TIME")
    return wanted


def _add_archive(verbs: Verbs, shared: argparse.ArgumentParser) -> None:
    archive = verbs.add_parser("archive", help="back records up, and put a backup back")
    acts = archive.add_subparsers(required=True, metavar="ACT")
    check = acts.add_parser("check", parents=[shared], help="read every byte of a backup")
    check.add_argument("backup", type=Path, metavar="BACKUP")
    check.set_defaults(run=_check)
    backup = acts.add_parser("backup", parents=[shared], help="copy the archive, sealed as it is, to a new folder")
    backup.add_argument("--archive", required=True, type=Path, metavar="DIR")
    backup.add_argument("--to", required=True, type=Path, metavar="DIR")
    backup.set_defaults(run=_backup)
    restore = acts.add_parser("restore", parents=[shared], help="put a backup in the place of an archive")
    restore.add_argument("backup", type=Path, metavar="BACKUP")
    restore.add_argument("--to", required=True, type=Path, metavar="DIR")
    restore.add_argument("--reason", required=True, type=reason, help="why, for the audit; name no patient")
    restore.add_argument(
        "--give-up-later-work", action="store_true", help="the archive itself is lost: let this copy take over"
    )
    restore.set_defaults(run=_restore)
    passphrase = acts.add_parser("passphrase", parents=[shared], help="change the passphrase")
    recovery = acts.add_parser("recovery-key", parents=[shared], help="print a key for the day the passphrase is lost")
    erase = acts.add_parser("erase", parents=[shared], help="destroy everything about one patient, for ever")
    keyring = acts.add_parser("keyring", parents=[shared], help="ask for a secret of this computer's keyring too")
    keyring.add_argument("--off", action="store_true", help="let the passphrase alone open again")
    for act, run in ((passphrase, _passphrase), (recovery, _recovery_key), (keyring, _keyring), (erase, _erase)):
        act.add_argument("--archive", required=True, type=Path, metavar="DIR")
        act.set_defaults(run=run)
    erase.add_argument("--patient", required=True, metavar="ID")
    erase.add_argument("--reason", required=True, type=reason, help="why, for the audit; name no patient")
    add_acts(acts, shared)


def _verify(options: argparse.Namespace) -> int:
    from clinic.archive.audit import verify

    report = verify(options.archive, options.passphrase or asked(), full=options.full, login=options.user)
    for fault in report.faults:
        say(f"FAULT: {fault}")
    for note in report.notes:
        say(f"Note: {note}")
    if not options.full:
        say("Note: the content of large objects was not read; --full reads that too.")
    state = "whole" if report.exit_code == 0 else "NOT whole"
    say(f"The records are {state}: {report.rows} audit rows checked in {report.mode} mode.")
    return report.exit_code


def _show(options: argparse.Namespace) -> int:
    for entry in _entries(options, "view-audit"):
        place, words = entry.object or entry.patient, (entry.reason, entry.given, entry.usage, f"on {entry.device[:8]}")
        said = (entry.time_utc, entry.who, entry.role, entry.event, place, *words)
        say(f"{entry.seq:>6}  " + "  ".join(word for word in said if word))
    return 0


def _export(options: argparse.Namespace) -> int:
    from clinic.archive import trail
    from clinic.export.write import write_bytes

    form = options.out.suffix.removeprefix(".").lower()
    if form not in trail.FORMATS:
        raise UnknownAuditFormat
    check_target(options.out)  # before the archive records that the audit was handed out
    found = _entries(options, "export-audit")
    write_bytes(options.out, trail.as_text(found, form).encode())
    say(f"{len(found)} audit rows are in {options.out}.")
    return 0


def _entries(options: argparse.Namespace, why: str) -> "tuple[Entry, ...]":
    from clinic.archive.trail import Wanted

    names = ("patient", "event", "who", "device", "since", "until")
    wanted = Wanted(**{name: getattr(options, name) for name in names})
    with opened(options) as archive:
        return archive.audit(wanted, why)


def _backup(options: argparse.Namespace) -> int:
    with bar("Backup") as progress, opened(options) as archive:
        manifest = archive.back_up(options.to, progress)
    say(f"The backup is complete: {len(manifest.files)} files, {manifest.size / 1e6:.1f} MB, in {options.to}.")
    return 0


def _check(options: argparse.Namespace) -> int:
    from clinic.archive import backup

    with bar("Check") as progress:
        manifest = backup.check(options.backup, progress)
    say(f"The backup of {manifest.made_utc} is whole: every byte of {len(manifest.files)} files was read.")
    return 0


def _restore(options: argparse.Namespace) -> int:
    from clinic.archive import backup

    passphrase = options.passphrase or asked()
    with bar("Restore") as progress:
        give_up = options.give_up_later_work
        done = backup.restore(
            options.backup, options.to, passphrase, options.reason, progress, give_up=give_up, login=options.user
        )
    say(f"The backup of {done.manifest.made_utc} is in its place: {options.to}.")
    if done.replaced is not None:
        say(f"Note: the archive that was there is kept in {done.replaced}.")
    return 0


def _passphrase(options: argparse.Namespace) -> int:
    old = options.passphrase or asked()
    with opened(options, old) as archive:
        archive.change_passphrase(old, twice("New passphrase: "))
    say("The passphrase is changed. The old one opens nothing any more, but for backups made before.")
    return 0


def _recovery_key(options: argparse.Namespace) -> int:
    passphrase = options.passphrase or asked()
    with opened(options, passphrase) as archive:
        say(archive.new_recovery_key(passphrase))
    say("Print it and lock it away: it opens the archive like the passphrase and is shown only now.")
    return 0


def _keyring(options: argparse.Namespace) -> int:
    from clinic.archive import second_secret

    passphrase = options.passphrase or asked()
    with opened(options, passphrase) as archive:
        (second_secret.release if options.off else second_secret.bind)(archive, passphrase)
    if options.off:
        say("The passphrase alone opens the archive again.")
    else:
        say("From now on your passphrase opens the archive on this computer only; the recovery key opens it anywhere.")
    return 0


def _erase(options: argparse.Namespace) -> int:
    with opened(options) as archive:
        archive.erase_patient(options.patient, options.reason)
    say("The patient is erased. Backups made earlier hold the patient until they are deleted.")
    return 0
