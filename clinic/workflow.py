"""The story of a planned operation, one short function per stage: case in, case out.

The window, the command line and the tests all tell it with these words. Heavy libraries load with the stage that
needs them.
"""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from math import dist
from pathlib import Path
from typing import TYPE_CHECKING

from clinic.case import Acquisition, Case, Edit, FaceModel, Patient, Photo, PhotoCheck, Plan, Ruler
from clinic.errors import ClinicError
from clinic.jobs import ProcessLane, Progress, in_process
from clinic.words import say

if TYPE_CHECKING:
    from clinic.intake.dicom import Found, Series
    from clinic.reconstruction.scan.prepare import Looked

DEMO_PLAN = Plan(
    edits=(
        Edit("dorsal_hump", (("amount_mm", -2.0),)),
        Edit("genioplasty", (("forward_mm", 4.0), ("vertical_mm", 0.0))),
        Edit("malar_filler", (("amount_cc", 1.0),), side="both"),
    )
)


_looking = ProcessLane()  # for photos that were just added, while the long work goes on

PUPILS_MM = (40.0, 80.0)  # from small children to the widest adults (Dodgson 2004: 45 to 80 in adults, 40 in children)


class PupilDistanceImpossible(ClinicError):
    """The pupil distance is one that nobody has."""

    def __init__(self, given_mm: float) -> None:
        low, high = PUPILS_MM
        super().__init__(
            say(
                "A pupil distance of {given_mm:g} mm cannot be right: people have {low:.0f} to {high:.0f} "
                "mm. Measure it again in millimetres, or leave it out to take the scale from the irises.",
                given_mm=given_mm,
                low=low,
                high=high,
            )
        )


RULER_MM = (5.0, 500.0)
LEAST_RULER_PX = 20.0
CARD_MM = (5.0, 200.0)


class RulerImpossible(ClinicError):
    """The marks on a ruler cannot give a scale."""

    def __init__(self, given_mm: float, marked_px: float) -> None:
        low, high = RULER_MM
        super().__init__(
            say(
                "Two marks {given_mm:g} mm and {marked_px:.0f} pixels apart give no scale. Mark two lines of "
                "the ruler that are {low:.0f} to {high:.0f} mm and at least {least_ruler_px:.0f} pixels "
                "apart, best 50 mm or more.",
                given_mm=given_mm,
                marked_px=marked_px,
                low=low,
                high=high,
                least_ruler_px=LEAST_RULER_PX,
            )
        )


class CardImpossible(ClinicError):
    """The marker card has a size that none has."""

    def __init__(self, given_mm: float) -> None:
        low, high = CARD_MM
        super().__init__(
            say(
                "A marker of {given_mm:g} mm cannot be right: its black square is {low:.0f} to {high:.0f} mm "
                "wide. Measure it with a ruler on the printed card.",
                given_mm=given_mm,
                low=low,
                high=high,
            )
        )


class NothingToReconstruct(ClinicError):
    """There is neither a photo nor a scan yet."""

    def __init__(self) -> None:
        super().__init__(
            say("There is no photo to build a face from. Add at least one photo of the face, or a scan, first.")
        )


class NothingToSimulate(ClinicError):
    """There is no face, or no edit that asks for anything."""

    def __init__(self, missing: str) -> None:
        super().__init__(
            say(
                "There is {missing!t} to simulate yet. Build the face and plan at least one change first.",
                missing=missing,
            )
        )


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
        photos.append(read(path, part, name=_next_name(photos)))
    return replace(case, acquisition=replace(case.acquisition, photos=tuple(photos)))


def look_at_scan(path: Path, progress: Progress) -> "Looked":
    """Read a surface scan, find the face on it, and say which unit its numbers must be in, for confirmation.

    Raises an `ImportRejected` for a file that cannot be read, NoFaceInScan and UnknownUnit.
    """
    from clinic.intake import scan
    from clinic.reconstruction.scan import prepare

    file = scan.read(path, progress.part(0.0, 0.4))
    mesh = file.mesh
    surface = prepare.Surface(
        mesh.points, mesh.triangles, mesh.uv, mesh.texture, mesh.colours, file.sha256, file.remarks
    )
    return prepare.look(surface, progress.part(0.4, 1.0))


def take_scan(case: Case, looked: "Looked", unit: str, progress: Progress) -> Case:
    """Add a scan, cleaned, in the unit that was confirmed ("mm", "cm" or "m"). Raises UnknownUnit."""
    from clinic.reconstruction.scan import prepare

    scan = prepare.prepare(looked, unit, progress)
    return replace(case, acquisition=replace(case.acquisition, scan=scan))


def remove_scan(case: Case) -> Case:
    """Take the scan out; the face stays, stale, until it is built again."""
    return replace(case, acquisition=replace(case.acquisition, scan=None))


def find_series(path: Path, progress: Progress) -> "Found":
    """List the CT and MR series in a folder, DICOMDIR, ZIP or file. Raises a ClinicError where there is none."""
    from clinic.intake import dicom

    return dicom.find(path, progress)


def take_volume(case: Case, series: "Series", progress: Progress) -> Case:
    """Add a CT or MR from its slices, on a regular grid."""
    from clinic.intake import dicom

    volume = dicom.read(series, progress)
    return replace(case, acquisition=replace(case.acquisition, volume=volume, levels=None))


def set_levels(case: Case, levels: tuple[float, float] | None) -> Case:
    """Set from which values skin and bone begin; None finds them."""
    return replace(case, acquisition=replace(case.acquisition, levels=levels))


def remove_volume(case: Case) -> Case:
    """Take the CT or MR out; the face stays, stale, until it is built again."""
    return replace(case, acquisition=replace(case.acquisition, volume=None, levels=None))


def _next_name(photos: Sequence[Photo]) -> str:
    """Return a name that no photo has, also after some were taken out."""
    numbers = [int(photo.name.rpartition(" ")[2]) for photo in photos if photo.name.rpartition(" ")[2].isdigit()]
    return say("photo {number:d}", number=max([len(photos), *numbers]) + 1)


def measure_interpupillary(case: Case, interpupillary_mm: float | None) -> Case:
    """Set the pupil distance measured on the patient; it gives the face its scale. Raises PupilDistanceImpossible."""
    if interpupillary_mm is not None and not PUPILS_MM[0] <= interpupillary_mm <= PUPILS_MM[1]:
        raise PupilDistanceImpossible(interpupillary_mm)
    return replace(case, acquisition=replace(case.acquisition, interpupillary_mm=interpupillary_mm))


def measure_rulers(case: Case, rulers: tuple[Ruler, ...]) -> Case:
    """Set the rulers marked in the photos; they give the face its scale. Raises RulerImpossible."""
    for ruler in rulers:
        marked_px = dist(ruler.start, ruler.end)
        if not RULER_MM[0] <= ruler.length_mm <= RULER_MM[1] or marked_px < LEAST_RULER_PX:
            raise RulerImpossible(ruler.length_mm, marked_px)
    return replace(case, acquisition=replace(case.acquisition, rulers=rulers))


def measure_card(case: Case, card_mm: float | None) -> Case:
    """Set the side of the marker card's black square; it gives the face its scale. Raises CardImpossible."""
    if card_mm is not None and not CARD_MM[0] <= card_mm <= CARD_MM[1]:
        raise CardImpossible(card_mm)
    return replace(case, acquisition=replace(case.acquisition, card_mm=card_mm))


def choose_face(case: Case, photo_id: str, face_at: tuple[float, float]) -> Case:
    """Say which face of a photo is the patient's: a point inside it, as shares of width and height."""
    taken = case.acquisition
    chosen = {photo.id: replace(photo, face_at=face_at) for photo in taken.photos if photo.id == photo_id}
    photos = tuple(chosen.get(photo.id, photo) for photo in taken.photos)
    rulers = tuple(
        replace(ruler, photo_id=chosen[ruler.photo_id].id) if ruler.photo_id in chosen else ruler
        for ruler in taken.rulers
    )
    return replace(case, acquisition=replace(taken, photos=photos, rulers=rulers))


def remove_photo(case: Case, photo_id: str) -> Case:
    """Take a photo out, and the rulers that were marked in it; the face stays, stale, until it is built again."""
    photos = tuple(photo for photo in case.acquisition.photos if photo.id != photo_id)
    rulers = tuple(ruler for ruler in case.acquisition.rulers if ruler.photo_id != photo_id)
    return replace(case, acquisition=replace(case.acquisition, photos=photos, rulers=rulers))


def check_photos(case: Case, progress: Progress) -> tuple[PhotoCheck, ...]:
    """Say of each photo what it shows and what to do better, before a face is built.

    A cancel waits for the photo that is being looked at: whoever reads faces stays warm for the next look.
    """
    photos = case.acquisition.photos
    checks = []
    for number, photo in enumerate(photos):
        progress.report(number / len(photos), say("Looking at {name!t}", name=photo.name))
        checks.append(_looking.run(_check, photo, progress=Progress()))
    return tuple(checks)


def _check(photo: Photo, progress: Progress) -> PhotoCheck:
    from clinic.reconstruction.check import check

    return check(photo)


def reconstruct_face(case: Case, progress: Progress) -> Case:
    """Build the face before surgery: from a CT or MR, else from a scan, else from standard photographs.

    A CT, or a scan without colours, takes those of the photos that fit it.
    """
    taken = case.acquisition
    if taken.volume is None and taken.scan is None:
        from clinic.reconstruction.reconstruct import reconstruct

        if not taken.photos:
            raise NothingToReconstruct
        return replace(case, face=reconstruct(taken, progress))
    face = _measured_face(taken, progress.part(0.0, 0.6 if taken.photos else 1.0))
    if taken.photos and not face.texture.seen.any():
        from clinic.reconstruction.scan.dress import coloured

        face = coloured(face, taken, progress.part(0.6, 1.0))
    return replace(case, face=replace(face, made_from=taken.ids))


def _measured_face(taken: Acquisition, progress: Progress) -> FaceModel:
    """Build the face from what measured its surface."""
    if taken.volume is not None:
        from clinic.reconstruction import tomography

        return tomography.build(taken.volume, taken.levels, progress)
    from clinic.reconstruction.scan import build

    assert taken.scan is not None
    return build(taken.scan, progress)


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
        raise NothingToSimulate(say("no face"))
    asked = loads(case.plan, case.face)
    if not asked:  # no edit is switched on, or each asks for 0
        raise NothingToSimulate(say("no change"))
    answer = in_process(simulate_with_range, case.face, asked, progress=progress)
    simulation = replace(answer, made_from=case.simulation_inputs)
    return replace(case, simulation=simulation, comparison=compare(case.face, simulation))


def export_case(case: Case, folder: Path, progress: Progress) -> tuple[Path, ...]:
    """Write the consultation set (pictures, report, meshes) to a folder and return the files."""
    from clinic.export.story import export_story

    return export_story(case, folder, progress)
