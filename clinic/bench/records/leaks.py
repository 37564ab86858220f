"""The canaries on their way through the archive: sealed, searched, moved, backed up, handed out, and a crash."""

import os
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from clinic.archive import consent
from clinic.archive.attachments import attach
from clinic.archive.device import Device
from clinic.archive.store import Archive
from clinic.archive.transfer import export_patient
from clinic.bench.records.ground import CHEAP, PASSPHRASE
from clinic.bench.records.planting import COUNT, canary, left_by, planted, reach_the_end
from clinic.case import Acquisition, Case, Edit, Patient, Photo, Plan
from clinic.jobs import Progress

_KINDS = 5  # of places in a record that a canary can sit in


def found() -> list[str]:
    """Return the canaries that an archive left in the clear, with everything around it."""
    return left_by("clinic.bench.records.leaks")


def _plant(home: Path) -> None:
    """Put every canary into names, notes, plans, pictures or details of a case, use it, and die without closing."""
    device = Device.load(home / "device")
    archive = Archive.create(home / "archive", PASSPHRASE, "Dr Ada", cost=CHEAP, device=device)
    for number in range(0, COUNT, _KINDS):
        case = _case(number, [word.decode() for word in planted()[number : number + _KINDS]])
        archive.commit(case, "Begin")
        archive.open_case(case.id)
        consent.give(archive, case.patient.id, consent.Consent(consent.EVERYTHING, note=canary(number + 1)))
        archive.record("export", "Export pictures", case.id, {"file": canary(number + 4)})
        archive.search(canary(number))
        attach(archive, case.id, "slices", [planted()[number + 3] * 1000], "Attach slices")
        archive.commit(replace(case, plan=Plan(())), "Empty the plan")
        archive.move(case.id, 1, "Undo", "undo")
    archive.cases()
    archive.thumbnails()
    archive.back_up(home / "backup", Progress())
    export_patient(archive, "p-0", home / "export", PASSPHRASE, "moves", Progress(), cost=CHEAP)
    archive.renew_vault_key(Progress())
    archive.search(canary(0))
    reach_the_end(home)
    try:
        raise ValueError(canary(0))
    except ValueError:
        os.abort()


def _case(number: int, words: list[str]) -> Case:
    patient = Patient(f"p-{number}", words[0], words[1], note=words[2])
    pixels = np.frombuffer(words[3].encode() * 400, np.uint8)[: 40 * 40 * 3].reshape(40, 40, 3)
    plan = Plan((Edit("genioplasty", (("forward_mm", 1.0),)),), name=words[4])
    return Case(f"case-{number}", patient, acquisition=Acquisition((Photo(pixels, "photo 1"),)), plan=plan)


if __name__ == "__main__":
    _plant(Path(sys.argv[1]))
