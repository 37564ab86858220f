import numpy as np
import pytest
from builders import face

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
