"""`clinic demo`: the whole story on the sample patient, without a screen."""

import argparse
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clinic.cli.console import Clock, FolderClosed, Verbs, say, write_json
from clinic.cli.files import edit_lines, face_figures, simulation_figures
from clinic.errors import ClinicError

if TYPE_CHECKING:
    from clinic.case import Case
    from clinic.session import Session


class NotAFolder(ClinicError):
    """There is a file where the folder of results should be."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"No folder {path} can be made, because there is a file of that name on the way. Give the name of a folder."
        )


def add_verbs(verbs: Verbs, shared: argparse.ArgumentParser) -> None:
    """Add `demo`."""
    demo = verbs.add_parser("demo", parents=[shared], help="the whole story on the sample patient, off-screen")
    demo.add_argument("--out", type=Path, default=Path("demo"), metavar="DIR", help="folder for the files (demo)")
    demo.set_defaults(run=_demo)


def _demo(options: argparse.Namespace) -> int:
    from clinic.archive.crypto import new_passphrase, require_strong
    from clinic.case import DISCLAIMER
    from clinic.session import Session

    passphrase = options.passphrase or new_passphrase()
    require_strong(passphrase)
    folder: Path = options.out
    _make(folder)
    clock = Clock()
    with _building(folder) as building:
        with clock.stage("Creating the archive"):
            session = Session.create(building, passphrase, "demo")
        with session:
            case = _tell(session, folder, clock)
        write_json(folder / "record.json", _record(case, clock))
    for line in edit_lines(case):
        say(line)
    say(f"Wrote the pictures, report.pdf, meshes, record.json and the sealed archive to {folder}.")
    if not options.passphrase:
        say(f"Passphrase of {folder / 'archive'}, shown this once: {passphrase}")
    say(f"{DISCLAIMER} Not a medical device.")
    return 0


def _make(folder: Path) -> None:
    """Make the folder of results. Raises NotAFolder or FolderClosed."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise NotAFolder(folder) from None
    except OSError as error:
        raise FolderClosed(folder.parent) from error


@contextmanager
def _building(folder: Path) -> Iterator[Path]:
    """Lend a place for the new archive, which becomes `archive` when all is well and is removed when it is not.

    Each telling has a place of its own, so that two at a time do not meet, and an archive whose passphrase was never
    shown does not stay.
    """
    building = folder / f".archive.{secrets.token_hex(4)}"
    try:
        yield building
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    _keep_earlier(folder / "archive")
    building.replace(folder / "archive")


def _keep_earlier(archive: Path) -> None:
    """Move the archive of an earlier run aside: what it holds is not ours to lose."""
    number = 1
    while archive.exists():
        aside = archive.with_name(f"{archive.name}.{number}")
        number += 1
        if aside.exists():
            continue
        with suppress(FileNotFoundError):  # another telling that ends just now was faster
            archive.rename(aside)
            say(f"The archive of an earlier run is kept as {aside}.")


def _tell(session: "Session", folder: Path, clock: Clock) -> "Case":
    """Photo to export, every step committed with its audit row; return the case as it is in the end."""
    from clinic import workflow
    from clinic.archive.consent import EVERYTHING, Consent

    with clock.stage("Reading the photo") as progress:
        case = workflow.sample_case(progress)
        session.commit(case, "Take the sample patient's photo")
    session.give_consent(Consent(EVERYTHING, note=case.patient.note))
    with clock.stage("Reconstructing the face") as progress:
        session.record("reconstruct", "Reconstruct the face")
        case = workflow.reconstruct_face(case, progress)
        session.commit(case, "Reconstruct the face")
    case = replace(case, plan=workflow.DEMO_PLAN)
    session.commit(case, "Plan hump, chin and cheeks")
    with clock.stage("Simulating the plan") as progress:
        session.record("simulate", "Simulate the plan")
        case = workflow.simulate_plan(case, progress)
        session.commit(case, "Simulate the plan")
    with clock.stage("Writing pictures, report and meshes") as progress:
        # First: what cannot be recorded is not handed out.
        session.record("export", "Export the consultation set")
        workflow.export_case(case, folder, progress)
    return case


def _record(case: "Case", clock: Clock) -> dict[str, Any]:
    """Ids, timings and figures, ready for JSON."""
    return {
        "case": case.id,
        "patient": case.patient.id,
        "seconds": clock.seconds,
        "face": face_figures(case),
        "simulation": simulation_figures(case),
    }
