"""Canaries: words that only the patient's record holds, looked for in every byte outside of the sealed store."""

import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from clinic.archive import consent
from clinic.archive.attachments import attach
from clinic.archive.device import Device
from clinic.archive.store import Archive
from clinic.archive.transfer import export_patient
from clinic.bench.records.ground import CHEAP, PASSPHRASE
from clinic.case import Acquisition, Case, Edit, Patient, Photo, Plan
from clinic.jobs import Progress

COUNT = 50
_HOMES = ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR", "TMPDIR", "HOME")
_REACHED_THE_END = 17  # how the process dies that plants them
_KINDS = 5  # of places in a record that a canary can sit in


def planted() -> tuple[bytes, ...]:
    """Return the canaries, the same each time."""
    return tuple(f"CANARY-{number:02}-{number * 7919 % 9973:04}".encode() for number in range(COUNT))


def found() -> list[str]:
    """Write the canaries into an archive in a process of its own, kill it in its tracks, and search what it left.

    All its folders (data, settings, cache, temporary, home) lie in one place, with what it printed. Every file is
    searched, the sealed store too: what is sealed shows nothing.
    """
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {name: str(_folder(Path(home) / name.lower())) for name in _HOMES}
        command = [sys.executable, "-m", "clinic.bench.records.leaks", home]
        spoken = subprocess.run(command, env=environment, capture_output=True, check=False)
        (Path(home) / "spoken").write_bytes(spoken.stdout + spoken.stderr)
        if spoken.returncode != _REACHED_THE_END:
            raise RuntimeError("the process that plants canaries did not get so far")
        return [canary.decode() for canary in planted() if any(_holds(path, canary) for path in Path(home).rglob("*"))]


def _folder(path: Path) -> Path:
    path.mkdir(mode=0o700)
    return path


def _holds(path: Path, canary: bytes) -> bool:
    """Search a file for a canary as UTF-8 and as UTF-16."""
    if not path.is_file():
        return False
    content = path.read_bytes()
    return canary in content or canary.decode().encode("utf-16-le") in content


def _plant(home: Path) -> None:
    """Put every canary into names, notes, plans, pictures or details of a case, use it, and die without closing."""
    device = Device.load(home / "device")
    archive = Archive.create(home / "archive", PASSPHRASE, "Dr Ada", cost=CHEAP, device=device)
    for number in range(0, COUNT, _KINDS):
        case = _case(number, [canary.decode() for canary in planted()[number : number + _KINDS]])
        archive.commit(case, "Begin")
        archive.open_case(case.id)
        consent.give(archive, case.patient.id, consent.Consent(consent.EVERYTHING))
        archive.record("export", "Export pictures", case.id, {"file": planted()[number + 4].decode()})
        archive.search(canary_of(number))
        attach(archive, case.id, "slices", [planted()[number + 3] * 1000], "Attach slices")
        archive.commit(replace(case, plan=Plan(())), "Empty the plan")
        archive.move(case.id, 1, "Undo", "undo")
    archive.cases()
    archive.thumbnails()
    archive.back_up(home / "backup", Progress())
    export_patient(archive, "p-0", home / "export", PASSPHRASE, "moves", Progress(), cost=CHEAP)
    archive.renew_vault_key(Progress())
    archive.search(canary_of(0))
    try:
        raise ValueError(canary_of(0))
    except ValueError:
        os._exit(_REACHED_THE_END)


def canary_of(number: int) -> str:
    """Return a canary as text."""
    return planted()[number].decode()


def _case(number: int, words: list[str]) -> Case:
    patient = Patient(f"p-{number}", words[0], words[1], note=words[2])
    pixels = np.frombuffer(words[3].encode() * 400, np.uint8)[: 40 * 40 * 3].reshape(40, 40, 3)
    plan = Plan((Edit("genioplasty", (("forward_mm", 1.0),)),), name=words[4])
    return Case(f"case-{number}", patient, acquisition=Acquisition((Photo(pixels, "photo 1"),)), plan=plan)


if __name__ == "__main__":
    _plant(Path(sys.argv[1]))
