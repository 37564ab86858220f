"""`clinic intake`: slices of a CT or MR to skin and bone, no archive and no login."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clinic.cli.console import Clock, Verbs, check_target, say, write_json
from clinic.errors import ClinicError

if TYPE_CHECKING:
    from clinic.case import Volume
    from clinic.intake.dicom import Found, Series
    from clinic.reconstruction.tomography import Anatomy, Sheet

_FRAME = "scanner, DICOM LPS as acquired"


class NotAPly(ClinicError):
    """A surface is asked for in another format."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"Skin and bone are written as PLY. Name the file {path.with_suffix('.ply').name}.")


class SameName(ClinicError):
    """Two results would go to one file."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is named for two results. Give each its own name.")


class NoSuchSeries(ClinicError):
    """The number of the series is not in the list."""

    def __init__(self, number: int, count: int) -> None:
        super().__init__(f"There is no series {number}: the scan holds {count}. Leave --series out to see the list.")


def add_verbs(verbs: Verbs, shared: argparse.ArgumentParser) -> None:
    """Add `intake`."""
    intake = verbs.add_parser("intake", parents=[shared], help="slices of a CT or MR to surfaces of skin and bone")
    intake.add_argument("path", type=Path, metavar="PATH", help="folder, DICOMDIR, ZIP or multi-frame file")
    intake.add_argument("--skin", required=True, type=Path, metavar="SKIN.ply", help="mm, scanner frame")
    intake.add_argument("--bone", type=Path, metavar="BONE.ply", help="mm, scanner frame; a CT shows it")
    intake.add_argument("--series", type=int, default=1, metavar="N", help="which one, if there are several")
    intake.add_argument("--json", type=Path, metavar="FILE", help="write the figures here")
    intake.set_defaults(run=_intake)


def _intake(options: argparse.Namespace) -> int:
    from clinic.intake import dicom
    from clinic.reconstruction import tomography

    _check(options)
    clock = Clock()
    with clock.stage("Looking for series") as progress:
        series = _chosen(dicom.find(options.path, progress), options.series)
    with clock.stage("Reading slices") as progress:
        volume = dicom.read(series, progress)
    with clock.stage("Finding skin and bone") as progress:
        anatomy = tomography.segment(volume, progress)
    with clock.stage("Writing surfaces"):
        written = _write(options, anatomy)
    if options.json:
        write_json(options.json, {"seconds": clock.seconds, **figures(volume, anatomy)})
    for warning in volume.warnings:
        say(f"Note: {warning}")
    if options.bone and anatomy.bone is None:
        say("Note: no bone was written, because this scan shows none that can be told from soft tissue.")
    say(f"Wrote {' and '.join(str(path) for path in written)} (mm, scanner frame).")
    return 0


def _check(options: argparse.Namespace) -> None:
    surfaces = [path for path in (options.skin, options.bone) if path]
    for path in surfaces:
        if path.suffix.lower() != ".ply":
            raise NotAPly(path)
    seen: set[Path] = set()
    for path in (*surfaces, *([options.json] if options.json else [])):
        check_target(path)
        if path.resolve() in seen:
            raise SameName(path)
        seen.add(path.resolve())


def _chosen(found: "Found", number: int) -> "Series":
    for count, reason in ((count, reason) for reason, count in found.left_out):
        say(f"Left out: {count} {'file that ' if count == 1 else 'files that '}{reason}")
    if found.several_patients:
        say("Note: these slices belong to more than one patient. Check that the right one is used.")
    if len(found.series) > 1:
        for place, one in enumerate(found.series, 1):
            say(f"{'→' if place == number else ' '} {place}  {one.words}")
    if not 1 <= number <= len(found.series):
        raise NoSuchSeries(number, len(found.series))
    return found.series[number - 1]


def _write(options: argparse.Namespace, anatomy: "Anatomy") -> list[Path]:
    from clinic.export.write import write_bytes

    wanted = [(options.skin, "skin", anatomy.skin), (options.bone, "bone", anatomy.bone)]
    files = [(path, _ply(name, sheet)) for path, name, sheet in wanted if path and sheet]
    for path, content in files:
        write_bytes(path, content)
    return [path for path, _ in files]


def _ply(name: str, sheet: "Sheet") -> bytes:
    from clinic.mesh_files import MeshFile, ply

    return ply.to_bytes(MeshFile(sheet.points, sheet.triangles, "mm", _FRAME, name=name))


def figures(volume: "Volume", anatomy: "Anatomy") -> dict[str, Any]:
    """What is known of a volume and its surfaces, ready for JSON; nothing that names a person."""
    used = anatomy.levels
    return {
        "modality": volume.modality,
        "voxels": list(volume.shape),
        "spacing_mm": [round(float(step), 4) for step in volume.spacing],
        "levels": {"skin": round(used.skin), "bone": None if used.bone is None else round(used.bone)},
        "triangles": {
            "skin": len(anatomy.skin.triangles),
            "bone": None if anatomy.bone is None else len(anatomy.bone.triangles),
        },
        "frame": _FRAME,
        "warnings": list(volume.warnings),
    }
