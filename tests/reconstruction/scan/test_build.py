import functools
import pathlib
from dataclasses import replace

import numpy as np
import pytest
from people import person
from scipy.spatial.transform import Rotation

from clinic.case import FaceModel, Scan
from clinic.geometry.nearest import Surface
from clinic.jobs import Progress
from clinic.reconstruction.scan import build
from clinic.reconstruction.scan.errors import NoFaceInScan

TURNED = Rotation.from_euler("xyz", (95, 12, 170), degrees=True).as_matrix()
SHIFTED = np.array([300.0, -40.0, 900.0])


def head(seed: int = 7) -> FaceModel:
    return person(seed)


def whole_scan() -> Scan:
    """A generated head as a camera might give it: lying anyhow, with a wart that no face space knows, striped."""
    face = head()
    points = face.points
    wart = np.exp(-((points - face.landmarks()["malar_l"]) ** 2).sum(axis=1) / (2 * 7.0**2))
    points = points + 3.0 * wart[:, None] * np.array([0.0, -1.0, 0.0])
    stripes = np.where(np.sin(points[:, 2] / 4) > 0, 200, 120)
    colours = np.stack([stripes, stripes // 2, stripes // 3], axis=1).astype(np.uint8)
    return Scan(points @ TURNED.T + SHIFTED, face.topology.triangles, "mm", colours=colours)


@functools.cache
def built() -> tuple[Scan, FaceModel]:
    scan = whole_scan()
    return scan, build(scan, Progress())


def test_the_face_lies_on_the_scan_wherever_the_scan_lay() -> None:
    scan, face = built()
    assert face.scan is not None
    assert face.scan.median_mm < 0.1
    assert face.scan.scan_id == scan.id
    assert face.made_from == (scan.id,)


def test_what_no_face_space_knows_stays() -> None:
    """Model-in-model: the wart is 3 mm high, and the face must have nine tenths of it."""
    scan, face = built()
    assert face.scan is not None
    wart = np.argsort(np.linalg.norm(head().points - head().landmarks()["malar_l"], axis=1))[:5]
    tip = face.scan.place(scan.points)[wart]
    found = Surface(face.points, face.topology.triangles).nearest(tip)
    assert np.linalg.norm(found.points - tip, axis=1).max() < 0.4  # a cheek without it would be 3 mm away


def test_landmarks_are_where_they_were_on_the_head() -> None:
    """Model-in-model: anthropometric points of the generated head, carried along with its scan."""
    _, face = built()
    assert face.scan is not None
    there = face.landmarks()
    names = ("pronasale", "nasion", "pogonion", "endocanthion_r", "exocanthion_l", "cheilion_r", "alare_l")
    off = [np.linalg.norm(face.scan.place(TURNED @ head().landmarks()[name] + SHIFTED) - there[name]) for name in names]
    assert max(off) < 3.0
    assert np.mean(off) < 1.5


def test_the_patient_frame_is_level_and_between_the_eyes() -> None:
    _, face = built()
    eyes = [part.points.mean(axis=0) for part in face.parts if part.name.startswith("eye")]
    assert np.allclose(np.mean(eyes, axis=0), 0, atol=1e-6)
    at = face.landmarks()
    level = at["tragion_r"] + at["tragion_l"] - at["orbitale_r"] - at["orbitale_l"]
    assert abs(level[2]) < 0.1  # mm over 100
    assert at["pronasale"][1] < -20


def test_the_scans_own_colours_are_on_the_skin() -> None:
    """The stripes are 25 mm long in height: what the texture shows at a cheek is what the scan shows there."""
    scan, face = built()
    assert scan.colours is not None
    size = face.texture.pixels.shape[0]
    cheek = np.flatnonzero(face.topology.subdivide(face.topology.region("cheek_r").astype(float)[:, None])[:, 0] > 0.9)
    column, row = (face.topology.uv[cheek] * (size, -size) + (0, size)).astype(int).T
    assert face.scan is not None
    placed = face.scan.place(scan.points)
    nearest = np.linalg.norm(face.points[cheek][:, None] - placed[None, cheek], axis=2).argmin(axis=1)
    off = np.abs(face.texture.pixels[row, column].astype(int) - scan.colours[cheek][nearest].astype(int))
    assert np.median(off) < 12
    assert (face.texture.seen[row, column] == 255).mean() > 0.95


def test_what_the_scan_does_not_show_is_marked_as_inferred() -> None:
    whole = whole_scan()
    chin = head().landmarks()["pogonion"]
    kept = np.linalg.norm(head().points - chin, axis=1)[whole.triangles].min(axis=1) > 22
    face = build(replace(whole, triangles=whole.triangles[kept]), Progress())
    near = np.linalg.norm(face.points - face.landmarks()["pogonion"], axis=1) < 12
    assert (face.seen[near] == 0).all()
    assert face.sigma_mm[near].min() > 1.1 * face.sigma_mm[face.seen > 0].max()
    assert any("the chin" in words for words in face.warnings)


def test_a_ball_is_no_face() -> None:
    grid = np.mgrid[-1:1:40j, -1:1:40j].reshape(2, -1)
    number = np.arange(1600).reshape(40, 40)
    a, b, c, d = number[:-1, :-1].ravel(), number[1:, :-1].ravel(), number[1:, 1:].ravel(), number[:-1, 1:].ravel()
    points = 90 * np.stack([grid[0], grid[1], np.sqrt(np.maximum(2.2 - (grid**2).sum(axis=0), 0))], axis=1)
    triangles = np.vstack([np.stack([a, b, c], axis=1), np.stack([a, c, d], axis=1)]).astype(np.int32)
    with pytest.raises(NoFaceInScan, match="No face was found"):
        build(Scan(points, triangles, "mm"), Progress())


SCANS = pathlib.Path(__file__).parents[4] / "shared" / "data" / "scans"


@pytest.mark.skipif(not SCANS.is_dir(), reason="no real scan in ../shared/data/scans")
def test_a_real_scan_is_met_within_a_fifth_of_a_millimetre() -> None:
    from clinic import workflow

    looked = workflow.look_at_scan(SCANS / "meshmonk_demo_face.obj", Progress())
    assert looked.unit == "mm"
    case = workflow.take_scan(workflow.new_case(workflow.new_patient("Doe")), looked, "mm", Progress())
    face = workflow.reconstruct_face(case, Progress()).face
    assert face is not None
    assert face.scan is not None
    assert face.scan.median_mm <= 0.2
