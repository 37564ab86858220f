"""Verbs on plain files, no archive and no login: photos or a scan to a face, a face and a plan to the skin after."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clinic.cli.console import Clock, Verbs, check_target, say, write_json
from clinic.errors import ClinicError

if TYPE_CHECKING:
    from clinic.case import Acquisition, Case, FaceModel, Range

SCAN_SUFFIXES = (".obj", ".ply", ".stl", ".glb", ".vtp")
_PLAN_BYTES = 64 * 1024  # a plan of every procedure has some 3 KB


class UnknownMeshFormat(ClinicError):
    """The result's file name asks for a format that is not written."""

    def __init__(self, suffix: str, known: tuple[str, ...]) -> None:
        super().__init__(f"Faces are not written as {suffix or 'a file without suffix'}. Use {', '.join(known)}.")


class NamesCollide(ClinicError):
    """The figures would overwrite the result."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is already the name of the mesh or of its landmarks. Give --json another name.")


class UnitOfPhotos(ClinicError):
    """A unit was given for photos."""

    def __init__(self) -> None:
        super().__init__("--unit belongs to a scan; photos have none. Leave it out.")


class OneScanAlone(ClinicError):
    """A scan was given together with something else."""

    def __init__(self) -> None:
        super().__init__(
            "A scan has its own measure and makes a face alone: give one scan, without photos, --ipd-mm and --card-mm."
        )


class NotAPlanFile(ClinicError):
    """The plan cannot be read as text."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"The plan {path} cannot be read. Check that it exists, is a text file and may be opened.")


class PlanTooLarge(ClinicError):
    """The plan has more bytes than anybody writes."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"The plan {path} is larger than {_PLAN_BYTES // 1024} KB, so it is no plan. Give another file."
        )


def add_verbs(verbs: Verbs, shared: argparse.ArgumentParser) -> None:
    """Add `reconstruct`, `simulate` and `models`."""
    reconstruct = verbs.add_parser("reconstruct", parents=[shared], help="photos or a scan to a metric 3D face")
    reconstruct.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="photos, or one .obj .ply .stl .glb .vtp"
    )
    reconstruct.add_argument("--out", required=True, type=Path, metavar="FACE", help=".ply, .obj, .stl or .glb")
    reconstruct.add_argument("--ipd-mm", type=float, metavar="MM", help="pupil distance measured on the patient")
    reconstruct.add_argument("--card-mm", type=float, metavar="MM", help="side of the marker card's black square")
    reconstruct.add_argument(
        "--unit", choices=("mm", "cm", "m"), help="of a scan; without it, taken from the face's size"
    )
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

    _check_targets(options)
    clock = Clock()
    case = _taken(workflow.new_case(workflow.new_patient("Unnamed")), options, clock)
    with clock.stage("Reconstructing the face") as progress:
        case = workflow.reconstruct_face(case, progress)
    assert case.face is not None
    with clock.stage("Writing the face"):
        written = _write_face(options.out, case.face, taken=case.acquisition)
    figures = {"files": [path.name for path in written], "seconds": clock.seconds, **face_figures(case)}
    if options.json:
        write_json(options.json, figures)
    for words in (*_cleaned(case), *figures["warnings"]):
        say(f"Note: {words}")
    say(f"Wrote {' and '.join(str(path) for path in written)} ({case.face.scale.words}).")
    return 0


def _taken(case: "Case", options: argparse.Namespace, clock: Clock) -> "Case":
    """Return the case with the photos or the scan that were named."""
    from clinic import workflow

    scans = [path for path in options.files if path.suffix.lower() in SCAN_SUFFIXES]
    if not scans:
        if options.unit:
            raise UnitOfPhotos
        case = workflow.measure_interpupillary(case, options.ipd_mm)
        case = workflow.measure_card(case, options.card_mm)
        with clock.stage("Reading photos") as progress:
            return workflow.take_photos(case, options.files, progress)
    if len(options.files) > 1 or options.ipd_mm is not None or options.card_mm is not None:
        raise OneScanAlone
    with clock.stage("Reading the scan") as progress:
        looked = workflow.look_at_scan(scans[0], progress)
    with clock.stage("Cleaning the scan") as progress:
        case = workflow.take_scan(case, looked, options.unit or looked.unit, progress)
    if not options.unit:
        say(f"Note: taken as {looked.unit}, which puts the outer eye corners {looked.eyes_mm:.0f} mm apart. "
            "Give --unit to confirm it.")  # fmt: skip
    return case


def _simulate(options: argparse.Namespace) -> int:
    from dataclasses import replace

    from clinic import workflow
    from clinic.planning.plan_file import read

    _check_targets(options)
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


def _check_targets(options: argparse.Namespace) -> None:
    """Refuse names that cannot be written before minutes are spent on the result."""
    from clinic.export.mesh import FACE_SUFFIXES

    if options.out.suffix.lower() not in FACE_SUFFIXES:
        raise UnknownMeshFormat(options.out.suffix, FACE_SUFFIXES)
    check_target(options.out)
    if options.json is None:
        return
    check_target(options.json)
    if options.json.resolve() in (options.out.resolve(), _marks(options.out).resolve()):
        raise NamesCollide(options.json)


def _marks(out: Path) -> Path:
    """Return where the landmarks of a mesh file go."""
    return out.with_suffix(".lm.json")


def _text(path: Path) -> str:
    try:
        with path.open("rb") as opened:
            content = opened.read(_PLAN_BYTES + 1)
        if len(content) > _PLAN_BYTES:
            raise PlanTooLarge(path)
        return content.decode("utf-8-sig")  # some editors begin a file with a byte order mark
    except (OSError, UnicodeDecodeError) as error:
        raise NotAPlanFile(path) from error


def _write_face(
    path: Path, face: "FaceModel", after: "Case | None" = None, taken: "Acquisition | None" = None
) -> tuple[Path, ...]:
    """Write the mesh, what belongs beside it and its landmarks; a GLB also holds the scan that was taken."""
    from clinic.export.mesh import face_files, landmarks_json
    from clinic.export.own_scan import own_scan
    from clinic.export.write import write_bytes

    displacement = after.simulation.displacement if after is not None and after.simulation is not None else None
    own = None if taken is None else own_scan(face, taken, displacement)
    marks = json.dumps(landmarks_json(path.suffix.lower(), face, displacement), indent=2).encode()
    files = {**face_files(path, face, displacement, own), _marks(path): marks}
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
        **_scan_figures(case),
    }


def _cleaned(case: "Case") -> tuple[str, ...]:
    return () if case.acquisition.scan is None else case.acquisition.scan.cleaned


def _scan_figures(case: "Case") -> dict[str, Any]:
    """How near the face lies to its scan, and what was done to the scan."""
    scan, face = case.acquisition.scan, case.face
    if scan is None or face is None or face.scan is None:
        return {}
    fit = {"median_mm": round(face.scan.median_mm, 4), "p95_mm": round(face.scan.p95_mm, 4)}
    shown = round(float((face.seen > 0).mean()), 3)
    return {"scan": {"unit": scan.unit, "fit": fit, "cleaned": list(scan.cleaned), "skin_shown": shown}}


def simulation_figures(case: "Case") -> dict[str, Any]:
    """How the solution was found and what it reached, ready for JSON."""
    from dataclasses import asdict

    simulation, comparison = case.simulation, case.comparison
    assert simulation is not None
    assert comparison is not None
    return {
        "solver": asdict(simulation.figures),
        "edits": [_known(asdict(edit)) for edit in comparison.edits],
        "range": None if simulation.range is None else _range_figures(simulation.range),
        "cautions": [asdict(caution) for caution in comparison.cautions],
        "volumes_cc": {region: round(cc, 3) for region, cc in comparison.volumes},
        "max_mm": round(comparison.max_mm, 3),
        "max_strain": round(comparison.max_strain, 4),
        "made_by": simulation.made_by,
    }


def _known(figures: dict[str, Any]) -> dict[str, Any]:
    """Write what is not known as null: JSON has no NaN."""
    return {name: None if value != value else value for name, value in figures.items()}


def _range_figures(within: "Range") -> dict[str, Any]:
    from clinic.case.numbers import RANGE_NOTE

    return {"runs": within.runs, "inputs": list(within.inputs), "note": RANGE_NOTE}


def edit_lines(case: "Case") -> list[str]:
    """One line per edit, asked → reached with its range; then what the range is, and what to look at again."""
    from clinic.case.numbers import RANGE_NOTE, asked_reached, spread

    assert case.comparison is not None
    edits, cautions = case.comparison.edits, case.comparison.cautions
    return [
        *(f"{edit.label}: {asked_reached(edit)} at the skin" for edit in edits),
        *([f"In brackets: {RANGE_NOTE[0].lower()}{RANGE_NOTE[1:]}"] if any(map(spread, edits)) else []),
        *(f"Look at this again: {caution.title}. {caution.words}" for caution in cautions),
    ]
