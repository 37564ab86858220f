import numpy as np
import pytest
from builders import face
from scipy.spatial.transform import Rotation

from clinic.case import Gauge
from clinic.geometry import reached, swept_volumes_mm3


def test_a_gauge_in_mm_reads_the_move_along_its_direction() -> None:
    """A shift of (1, −3, 2) mm is 3 mm forwards and 2 mm up wherever one looks."""
    moved = np.tile((1.0, -3.0, 2.0), (len(face().points), 1))
    chin = face().topology.region("chin").astype(float)
    for direction, expected in (((0, -1, 0), 3.0), ((0, 0, 1), 2.0)):
        gauge = Gauge("Chin", 4.0, "mm", chin, np.array(direction, float))
        assert reached(gauge, face().topology, face().points, moved) == pytest.approx(expected)


def test_a_gauge_in_cc_reads_the_volume_under_its_weights() -> None:
    """Weights of 1 everywhere see all that the skin sweeps; half the weights half of it."""
    moved = 0.02 * face().points
    all_of_it = swept_volumes_mm3(face().points, moved, face().topology.triangles).sum() / 1000
    everywhere = np.ones(len(face().control))
    for share in (1.0, 0.5):
        gauge = Gauge("Filler", 1.0, "cc", share * everywhere, np.array([0.0, -1, 0]))
        assert reached(gauge, face().topology, face().points, moved) == pytest.approx(share * all_of_it)


def test_a_gauge_without_weights_reads_nothing() -> None:
    gauge = Gauge("Chin", 4.0, "mm", np.zeros(len(face().control)), np.array([0.0, -1, 0]))
    assert reached(gauge, face().topology, face().points, np.ones_like(face().points)) == 0.0


def test_volumes_under_weights_that_sum_to_one_sum_to_the_whole() -> None:
    """Half-covered triangles count half on either side of a border."""
    moved = 0.02 * face().points
    chin = face().topology.region("chin").astype(float)
    whole, inside, outside = (
        reached(Gauge("", 1.0, "cc", weights, np.array([0.0, -1, 0])), face().topology, face().points, moved)
        for weights in (np.ones_like(chin), chin, 1 - chin)
    )
    assert inside > 0
    assert inside + outside == pytest.approx(whole)


@pytest.mark.parametrize("angle", [-170.0, -10.0, 0.5, 20.0, 90.0])
def test_a_gauge_in_degrees_reads_a_rigid_turn_wherever_the_axis_lies(angle: float) -> None:
    """Skin turned about any line along (0, 0.6, 0.8), and shifted, has turned by that angle: right-handed."""
    axis, chin = np.array([0.0, 0.6, 0.8]), face().topology.region("chin").astype(float)
    pivot, shift = np.array([30.0, -20.0, 5.0]), np.array([1.0, 2.0, -7.0])
    moved = Rotation.from_rotvec(np.radians(angle) * axis).apply(face().points - pivot) + pivot + shift - face().points
    gauge = Gauge("Tip rotation", angle, "°", chin, axis)
    assert reached(gauge, face().topology, face().points, moved) == pytest.approx(angle)


def test_a_gauge_in_degrees_sees_only_turns_about_its_own_axis() -> None:
    """The chin, mirror-symmetric, does not nod when it tilts a little, grows or goes forward."""
    chin, points = face().topology.region("chin").astype(float), face().points
    gauge = Gauge("Tip rotation", 10.0, "°", chin, np.array([1.0, 0.0, 0.0]))
    tilt = Rotation.from_euler("y", 1.0, degrees=True).apply(points) - points
    for moved in (tilt, 0.1 * points, np.tile((0.0, -4.0, 0.0), (len(points), 1))):
        assert reached(gauge, face().topology, points, moved) == pytest.approx(0.0, abs=0.01)


def test_a_gauge_in_degrees_looks_away_from_skin_without_weight() -> None:
    """Chin turned by 8°, everything else torn about: still 8°."""
    chin, points = face().topology.region("chin").astype(float), face().points
    turned = Rotation.from_euler("x", 8.0, degrees=True).apply(points) - points
    seen = face().topology.subdivide(chin[:, None]) > 0
    torn = np.where(seen, turned, 25.0 * np.sin(points))
    gauge = Gauge("Tip rotation", 8.0, "°", chin, np.array([1.0, 0.0, 0.0]))
    assert reached(gauge, face().topology, points, torn) == pytest.approx(8.0)
