from dataclasses import replace

import numpy as np
import pytest
from people import person
from scipy.spatial.transform import Rotation

from clinic.case import FaceModel, Points, ScanFit
from clinic.jobs import Progress
from clinic.reconstruction.scan.align import TARGET_MM, TooFarApart, align

TURN = Rotation.from_euler("xyz", (8, -5, 12), degrees=True).as_matrix()
SHIFT = np.array([12.0, -150.0, 840.0])


def scanned(seed: int) -> FaceModel:
    """A generated person whose face is the scan's: its size is its own."""
    return replace(person(seed), scan=ScanFit("", np.eye(3), np.zeros(3), 0.1, 0.3))


def skin(face: FaceModel, size: float = 1.0) -> Points:
    """The same head in a scanner, 0.3 mm rough, the patient on the back: chin and lips 4 mm off, as are the cheeks."""
    points = face.points
    low = np.clip((face.landmarks()["subnasale"][2] - points[:, 2]) / 20, 0, 1)
    sunk = points + 4.0 * low[:, None] * np.array([0.0, 1.0, 0.3])
    rough = np.random.default_rng(3).normal(0, 0.3, points.shape)
    placed: Points = size * (sunk + rough) @ TURN.T + SHIFT
    return placed


def test_a_face_is_laid_onto_its_own_ct_by_what_does_not_move() -> None:
    """What moved, chin and lips, must neither pull the face nor be hidden."""
    face = scanned(7)
    found = align(face, skin(face), face.topology.triangles, Progress())
    steady = face.points[face.topology.subdivide(face.topology.region("forehead").astype(float)[:, None])[:, 0] > 0.5]
    assert np.linalg.norm(found.place(steady) - (steady @ TURN.T + SHIFT), axis=1).max() < 0.5
    assert found.size == 1.0
    assert found.rms_mm < TARGET_MM
    assert found.good
    by_region = dict(found.by_region)
    assert by_region["forehead"] < 0.7
    assert by_region["chin"] > 2.0


def test_a_face_from_photos_takes_the_size_of_the_ct() -> None:
    face = person(7)
    found = align(face, skin(face, 1.05), face.topology.triangles, Progress())
    assert found.size == pytest.approx(1.05, abs=0.006)
    assert found.rms_mm < TARGET_MM


def test_another_persons_ct_is_refused_with_the_reason() -> None:
    face = scanned(7)
    other = person(11)
    with pytest.raises(TooFarApart, match="two patients") as refused:
        align(face, other.points @ TURN.T * 1.06 + SHIFT, other.topology.triangles, Progress())
    assert "mm apart" in str(refused.value)
