"""Verbs on one patient's records: find, hand out, take in; and the key over all of them."""

import argparse
from pathlib import Path

from clinic.cli.console import Verbs, bar, say
from clinic.cli.signing_in import exports_passphrase, opened, reason


def add_acts(acts: Verbs, signing_in: argparse.ArgumentParser) -> None:
    """Add `search|export-patient|import-patient|renew-key` to the acts of `archive`."""
    search = acts.add_parser("search", parents=[signing_in], help="find patients by name, record number or birth date")
    search.add_argument("words", nargs="+", metavar="WORD", help="any part, in any order")
    export = acts.add_parser("export-patient", parents=[signing_in], help="hand one patient's whole record out, sealed")
    export.add_argument("--patient", required=True, metavar="ID")
    export.add_argument("--to", required=True, type=Path, metavar="DIR")
    export.add_argument("--reason", required=True, type=reason, help="why, for the audit; name no patient")
    taken = acts.add_parser("import-patient", parents=[signing_in], help="take in what export-patient wrote")
    taken.add_argument("source", type=Path, metavar="EXPORT")
    renew = acts.add_parser(
        "renew-key", parents=[signing_in], help="seal everything under a new key, after someone left"
    )
    for act, run in ((search, _search), (export, _export), (taken, _import), (renew, _renew)):
        act.add_argument("--archive", required=True, type=Path, metavar="DIR")
        act.set_defaults(run=run)


def _search(options: argparse.Namespace) -> int:
    with opened(options) as archive:
        for case in archive.search(" ".join(options.words)):
            told = (case.id, case.patient, case.display_name, case.record_number, case.birth_date)
            say("  ".join(word for word in told if word))
    return 0


def _export(options: argparse.Namespace) -> int:
    from clinic.archive import transfer

    with opened(options) as archive:
        passphrase = exports_passphrase(new=True)
        with bar("Export") as progress:
            patient, why = options.patient, options.reason
            cases = transfer.export_patient(archive, patient, options.to, passphrase, why, progress)
    say(f"The patient's whole record, {len(cases)} cases, is in {options.to}. Hand the passphrase on by another way.")
    return 0


def _import(options: argparse.Namespace) -> int:
    from clinic.archive import transfer

    with opened(options) as archive:
        passphrase = exports_passphrase(new=False)
        with bar("Import") as progress:
            cases = transfer.import_patient(archive, options.source, passphrase, progress)
    say(f"The record is taken in: {', '.join(cases)}. The export stays where it is; delete it when it has served.")
    return 0


def _renew(options: argparse.Namespace) -> int:
    with opened(options) as archive, bar("New key") as progress:
        archive.renew_vault_key(progress)
    say("The archive is sealed under a new key. Backups made before still open with the old one.")
    return 0
