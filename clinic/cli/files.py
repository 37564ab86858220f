"""Verbs on plain files, no archive and no login: photos to a face, a face and a plan to the skin after."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clinic.cli.console import Clock, Verbs, say, write_json
from clinic.errors import ClinicError

if TYPE_CHECKING:
    from clinic.case import Case, FaceModel


class NoSuchFolder(ClinicError):
    """The folder that should take the result does not exist."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"The folder {folder} does not exist, so nothing can be written there. Create it first.")


class UnknownMeshFormat(ClinicError):
    """The result's file name asks for a format that is not written."""

    def __init__(self, suffix: str, known: tuple[str, ...]) -> None:
        super().__init__(f"Faces are not written as {suffix or 'a file without suffix'}. Use {', '.join(known)}.")


def add_verbs(verbs: Verbs, shared: argparse.ArgumentParser) -> None:
    """Add `reconstruct`, `simulate` and `models`."""
    reconstruct = verbs.add_parser("reconstruct", parents=[shared], help="photos to a metric 3D face")
    reconstruct.add_argument("photos", nargs="+", type=Path, metavar="PHOTO")
    reconstruct.add_argument("--out", required=True, type=Path, metavar="FACE", help=".ply, .obj, .stl or .glb")
    reconstruct.add_argument("--ipd-mm", type=float, metavar="MM", help="pupil distance measured on the patient")
    reconstruct.add_argument("--json", type=Path, metavar="FILE", help="write the figures here")
    reconstruct.set_defaults(run=_reconstruct)

    simulate = verbs.add_parser("simulate", parents=[shared], help="a face and a plan to the skin after surgery")
    simulate.add_argument("face", type=Path, metavar="FACE.glb", help="written by clinic reconstruct")
    simulate.add_argument("--plan", required=True, type=Path, metavar="PLAN.toml")
    simulate.add_argument("--out", required=True, type=Path, metavar="AFTER", help=".ply, .obj, .stl or .glb")
    simulate.add_argument("--json", type=Path, metavar="FILE", help="write the figures here")
    simulate.set_defaults(run=_simulate)

    models = verbs.add_parser("models", parents=[shared], help="list model files with licence and hash")
    models.set_defaults(run=_models)


def _reconstruct(options: argparse.Namespace) -> int:
    from clinic import workflow

    _check_target(options.out)
    clock = Clock()
    case = workflow.new_case(workflow.new_patient("Unnamed"))
    case = workflow.measure_interpupillary(case, options.ipd_mm)
    with clock.stage("Reading photos") as progress:
        case = workflow.take_photos(case, options.photos, progress)
    with clock.stage("Reconstructing the face") as progress:
        case = workflow.reconstruct_face(case, progress)
    assert case.face is not None
    with clock.stage("Writing the face"):
        written = _write_face(options.out, case.face)
    figures = {"files": [path.name for path in written], "seconds": clock.seconds, **face_figures(case)}
    if options.json:
        write_json(options.json, figures)
    for warning in figures["warnings"]:
        say(f"Note: {warning}")
    say(f"Wrote {' and '.join(str(path) for path in written)} ({case.face.scale.words}).")
    return 0


def _simulate(options: argparse.Namespace) -> int:
    from dataclasses import replace

    from clinic import workflow
    from clinic.planning.plan_file import read

    _check_target(options.out)
    clock = Clock()
    plan = read(_text(options.plan))
    with clock.stage("Opening the face"):
        face = workflow.open_face(options.face)
    case = replace(workflow.new_case(workflow.new_patient("Unnamed")), face=face, plan=plan)
    with clock.stage("Simulating") as progress:
        case = workflow.simulate_plan(case, progress)
    assert case.simulation is not None
    with clock.stage("Writing the skin after"):
        written = _write_face(options.out, face, case)
    if options.json:
        write_json(options.json, {"seconds": clock.seconds, **simulation_figures(case)})
    for line in edit_lines(case):
        say(line)
    say(f"Wrote {' and '.join(str(path) for path in written)}. For discussion, not a prediction.")
    return 0


def _models(_: argparse.Namespace) -> int:
    from clinic.resources import model_files

    for model in model_files():
        state = "present" if model.present else "MISSING: run installers/setup.sh"
        say(f"{model.name}  {state}\n  {model.purpose}\n  {model.licence}\n  SHA-256 {model.sha256}")
    return 0


def _check_target(path: Path) -> None:
    """Refuse a name that cannot be written before minutes are spent on the result."""
    from clinic.export.mesh import FACE_SUFFIXES

    if path.suffix.lower() not in FACE_SUFFIXES:
        raise UnknownMeshFormat(path.suffix, tuple(FACE_SUFFIXES))
    if not path.resolve().parent.is_dir():
        raise NoSuchFolder(path.parent)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise NotAPlanFile(path) from error
    except OSError as error:
        raise NotAPlanFile(path) from error


class NotAPlanFile(ClinicError):
    """The plan cannot be read as text."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"The plan {path} cannot be read. Check that it exists, is a text file and may be opened.")


def _write_face(path: Path, face: "FaceModel", after: "Case | None" = None) -> tuple[Path, ...]:
    """Write the mesh, what belongs beside it and its landmarks."""
    from clinic.export.mesh import face_files, landmarks_json
    from clinic.export.write import write_bytes

    displacement = after.simulation.displacement if after is not None and after.simulation is not None else None
    marks = json.dumps(landmarks_json(path.suffix.lower(), face, displacement), indent=2).encode()
    files = {**face_files(path, face, displacement), path.with_suffix(".lm.json"): marks}
    for file, content in files.items():
        write_bytes(file, content)
    return tuple(files)


def face_figures(case: "Case") -> dict[str, Any]:
    """What is known of a face's quality, ready for JSON."""
    import numpy as np

    face = case.face
    assert face is not None
    return {
        "scale": {"source": face.scale.source, "relative_sigma": face.scale.relative_sigma},
        "sigma_mm_median": round(float(np.median(face.sigma_mm)), 3),
        "landmark_error_px_median": [round(float(np.median(fit.error_px)), 2) for fit in face.photos],
        "vertices": len(face.points),
        "warnings": list(face.warnings),
        "made_by": face.made_by,
    }


def simulation_figures(case: "Case") -> dict[str, Any]:
    """How the solution was found and what it reached, ready for JSON."""
    from dataclasses import asdict

    simulation, comparison = case.simulation, case.comparison
    assert simulation is not None
    assert comparison is not None
    return {
        "solver": asdict(simulation.figures),
        "edits": [asdict(edit) for edit in comparison.edits],
        "volumes_cc": {region: round(cc, 3) for region, cc in comparison.volumes},
        "max_mm": round(comparison.max_mm, 3),
        "max_strain": round(comparison.max_strain, 4),
        "made_by": simulation.made_by,
    }


def edit_lines(case: "Case") -> list[str]:
    """One line per edit: asked beside reached."""
    assert case.comparison is not None
    return [
        f"{edit.label}: asked {edit.asked:+.1f} {edit.unit}, the skin reaches {edit.reached:+.2f} {edit.unit}"
        for edit in case.comparison.edits
    ]
