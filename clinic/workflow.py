"""The story of a planned operation, one short function per stage: case in, case out.

The window, the command line and the tests all tell it with these words. Heavy libraries load with the stage that
needs them.
"""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from clinic.case import Acquisition, Case, Edit, FaceModel, Patient, Plan
from clinic.errors import ClinicError
from clinic.jobs import Progress, in_process

DEMO_PLAN = Plan(
    edits=(
        Edit("dorsal_hump", (("amount_mm", -2.0),)),
        Edit("genioplasty", (("forward_mm", 4.0), ("vertical_mm", 0.0))),
        Edit("malar_filler", (("amount_cc", 1.0),), side="both"),
    )
)


PUPILS_MM = (40.0, 80.0)  # from small children to the widest adults (Dodgson 2004: 45 to 80 in adults, 40 in children)


class PupilDistanceImpossible(ClinicError):
    """The pupil distance is one that nobody has."""

    def __init__(self, given_mm: float) -> None:
        low, high = PUPILS_MM
        super().__init__(
            f"A pupil distance of {given_mm:g} mm cannot be right: people have {low:.0f} to {high:.0f} mm. "
            "Measure it again in millimetres, or leave it out to take the scale from the irises."
        )


class NothingToReconstruct(ClinicError):
    """There is no photo yet."""

    def __init__(self) -> None:
        super().__init__("There is no photo to build a face from. Add at least one photo of the face first.")


class NothingToSimulate(ClinicError):
    """There is no face, or no edit that asks for anything."""

    def __init__(self, missing: str) -> None:
        super().__init__(f"There is {missing} to simulate yet. Build the face and plan at least one change first.")


def new_case(patient: Patient) -> Case:
    """Begin an empty case for a patient."""
    return Case(id=str(uuid.uuid4()), patient=patient)


def new_patient(family_name: str, given_name: str = "", birth_date: str = "", sex: str = "", note: str = "") -> Patient:
    """Return a patient with a random id that is never reused."""
    return Patient(str(uuid.uuid4()), family_name, given_name, birth_date, sex, note=note)


def sample_case(progress: Progress) -> Case:
    """Begin a case with the sample patient: NASA's public-domain portrait of Eileen Collins."""
    import skimage

    patient = new_patient("Sample", "Patient", sex="F", note="NASA portrait, public domain")
    return take_photos(new_case(patient), [Path(skimage.__file__).parent / "data" / "astronaut.png"], progress)


def take_photos(case: Case, paths: Sequence[Path], progress: Progress) -> Case:
    """Add photos from files; the first that cannot be used raises its ClinicError, and the case is unchanged."""
    from clinic.intake.read import read

    photos = list(case.acquisition.photos)
    for number, path in enumerate(paths):
        part = progress.part(number / len(paths), (number + 1) / len(paths))
        photos.append(read(path, part, name=f"photo {len(photos) + 1}"))
    return replace(case, acquisition=replace(case.acquisition, photos=tuple(photos)))


def measure_interpupillary(case: Case, interpupillary_mm: float | None) -> Case:
    """Set the pupil distance measured on the patient; it gives the face its scale. Raises PupilDistanceImpossible."""
    if interpupillary_mm is not None and not PUPILS_MM[0] <= interpupillary_mm <= PUPILS_MM[1]:
        raise PupilDistanceImpossible(interpupillary_mm)
    return replace(case, acquisition=Acquisition(case.acquisition.photos, interpupillary_mm))


def reconstruct_face(case: Case, progress: Progress) -> Case:
    """Build the face before surgery from standard photographs."""
    from clinic.reconstruction.reconstruct import reconstruct

    if not case.acquisition.photos:
        raise NothingToReconstruct
    face = reconstruct(case.acquisition.photos, case.acquisition.interpupillary_mm, progress)
    return replace(case, face=face)


def open_face(path: Path) -> FaceModel:
    """Rebuild a face from a GLB that Clinic wrote. Raises a ClinicError for any other file."""
    from clinic.export import mesh

    return mesh.open_face(path)


def simulate_plan(case: Case, progress: Progress) -> Case:
    """Solve where the skin goes under the plan, and compare it with the face before."""
    from clinic.comparison.compare import compare
    from clinic.planning.apply import loads
    from clinic.simulation.simulate import simulate_with_range

    if case.face is None:
        raise NothingToSimulate("no face")
    asked = loads(case.plan, case.face)
    if not asked:  # no edit is switched on, or each asks for 0
        raise NothingToSimulate("no change")
    answer = in_process(simulate_with_range, case.face, asked, progress=progress)
    simulation = replace(answer, made_from=case.simulation_inputs)
    return replace(case, simulation=simulation, comparison=compare(case.face, simulation))


def export_case(case: Case, folder: Path, progress: Progress) -> tuple[Path, ...]:
    """Write the consultation set (pictures, report, meshes) to a folder and return the files."""
    from clinic.export.story import export_story

    return export_story(case, folder, progress)
