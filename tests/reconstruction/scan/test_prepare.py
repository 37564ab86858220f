import functools

import numpy as np
import pytest
from people import person
from scipy.spatial.transform import Rotation

from clinic.jobs import Progress
from clinic.reconstruction.scan.errors import NoFaceInScan, UnknownUnit
from clinic.reconstruction.scan.prepare import Looked, Surface, look, prepare

TURN = Rotation.from_euler("xyz", (90, 8, -15), degrees=True).as_matrix()


@functools.cache
def looked(factor: float) -> Looked:
    """A generated head lying on its back, its numbers in some unit."""
    head = person(7)
    return look(Surface(factor * (head.points @ TURN.T + 70), head.topology.triangles), Progress())


@pytest.mark.parametrize(("factor", "unit"), [(1.0, "mm"), (0.1, "cm"), (0.001, "m")])
def test_the_unit_is_told_by_the_size_of_the_face(factor: float, unit: str) -> None:
    at = person(7).landmarks()
    apart = np.linalg.norm(at["exocanthion_r"] - at["exocanthion_l"])
    assert looked(factor).unit == unit
    assert looked(factor).eyes_mm == pytest.approx(apart, rel=0.05)


def test_the_scan_is_in_millimetres_and_upright() -> None:
    """Within what the mean face leaves open: some degrees, and millimetres at the nose."""
    scan = prepare(looked(0.001), "m", Progress())
    assert scan.unit == "m"
    nose = scan.points[np.argmin(scan.points[:, 1])]
    assert np.allclose(nose, person(7).landmarks()["pronasale"], atol=12)
    assert np.ptp(scan.points[:, 2]) == pytest.approx(np.ptp(person(7).points[:, 2]), rel=0.05)
    assert any("upright" in words for words in scan.cleaned)


def test_a_unit_in_which_nobody_is_so_large_is_refused_with_the_one_that_fits() -> None:
    with pytest.raises(UnknownUnit, match="choose that unit") as refused:
        prepare(looked(0.1), "mm", Progress())
    assert "in cm" in str(refused.value)


def test_a_head_of_no_possible_size_is_refused() -> None:
    head = person(7)
    with pytest.raises(UnknownUnit, match="impossible size"):
        look(Surface(0.03 * head.points, head.topology.triangles), Progress())


def test_a_point_is_no_face() -> None:
    with pytest.raises(NoFaceInScan):
        look(Surface(np.zeros((3, 3)), np.array([[0, 1, 2]], np.int32)), Progress())
