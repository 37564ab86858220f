"""`clinic demo`: the whole story on the sample patient, without a screen."""

import argparse
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from clinic.cli.console import Clock, Verbs, say, write_json
from clinic.cli.files import edit_lines, face_figures, simulation_figures

if TYPE_CHECKING:
    from clinic.session import Session


def add_verbs(verbs: Verbs, shared: argparse.ArgumentParser) -> None:
    """Add `demo`."""
    demo = verbs.add_parser("demo", parents=[shared], help="the whole story on the sample patient, off-screen")
    demo.add_argument("--out", type=Path, default=Path("demo"), metavar="DIR", help="folder for the files (demo)")
    demo.set_defaults(run=_demo)


def _demo(options: argparse.Namespace) -> int:
    from clinic import workflow
    from clinic.archive.crypto import new_passphrase
    from clinic.session import Session

    folder: Path = options.out
    folder.mkdir(parents=True, exist_ok=True)
    _keep_earlier_archive(folder / "archive")
    given = os.environ.get("CLINIC_PASSPHRASE")
    passphrase = given or new_passphrase()
    clock = Clock()
    with clock.stage("Creating the archive"):
        session = Session.create(folder / "archive", passphrase, "demo")
    with session:
        _tell(session, folder, clock)
        case = session.case
        assert case is not None
        figures = {
            "case": case.id,
            "patient": case.patient.id,
            "seconds": clock.seconds,
            "face": face_figures(case),
            "simulation": simulation_figures(case),
        }
    write_json(folder / "record.json", figures)
    for line in edit_lines(case):
        say(line)
    say(f"Wrote the pictures, report.pdf, meshes, record.json and the sealed archive to {folder}.")
    if not given:
        say(f"Passphrase of {folder / 'archive'}, shown this once: {passphrase}")
    say(workflow.DISCLAIMER)
    return 0


def _tell(session: "Session", folder: Path, clock: Clock) -> None:
    """Photo to export, every step committed with its audit row."""
    from clinic import workflow

    with clock.stage("Reading the photo") as progress:
        case = workflow.sample_case(progress)
        session.commit(case, "Take the sample patient's photo")
    with clock.stage("Reconstructing the face") as progress:
        case = workflow.reconstruct_face(case, progress)
        session.commit(case, "Reconstruct the face")
    case = replace(case, plan=workflow.DEMO_PLAN)
    session.commit(case, "Plan hump, chin and cheeks")
    with clock.stage("Simulating the plan") as progress:
        case = workflow.simulate_plan(case, progress)
        session.commit(case, "Simulate the plan")
    with clock.stage("Writing pictures, report and meshes") as progress:
        written = workflow.export_case(case, folder, progress)
        session.record("export", f"Export {len(written)} files: {', '.join(path.name for path in written)}")


def _keep_earlier_archive(archive: Path) -> None:
    """Move the archive of an earlier run aside: what it holds is not ours to lose."""
    if not archive.exists():
        return
    number = 1
    while (aside := archive.with_name(f"{archive.name}.{number}")).exists():
        number += 1
    archive.rename(aside)
    say(f"The archive of an earlier run is kept as {aside}.")
