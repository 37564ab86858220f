"""What each photo shows of a head, and how a covariance becomes millimetres."""

import numpy as np
import pytest
from builders import camera, face, topology

from clinic.case import Camera, Points
from clinic.geometry import vertex_normals
from clinic.reconstruction import certainty


def _head() -> Points:
    return face().points


def _from_behind() -> Camera:
    rotation = np.array([[-1.0, 0, 0], [0, 0, -1.0], [0, -1.0, 0]])
    return Camera(1000.0, 160, 200, 320, 400, rotation, np.array([0.0, 0.0, 900.0]))


def test_the_front_is_seen_from_the_front_and_the_back_from_behind() -> None:
    head = _head()
    forward = -vertex_normals(head, topology().triangles)[:, 1]
    front = certainty.seen([(camera(), head)], topology())
    assert front[forward < -0.2].max() == 0
    bare = certainty.seen([(camera(), head), (camera(), head)], topology())
    assert np.array_equal(bare, 2 * front)
    behind = certainty.seen([(_from_behind(), head)], topology())
    assert behind[forward > 0.2].max() == 0
    assert front.sum() > 500


def test_the_scalp_counts_as_hidden_by_hair() -> None:
    head = _head()
    scalp = topology().subdivide(topology().region("scalp").astype(float)[:, None])[:, 0] > 0.9
    assert scalp.any()
    assert certainty.seen([(camera(), head)], topology())[scalp].max() == 0


def test_what_lies_outside_the_picture_is_not_seen() -> None:
    head = _head()
    aside = Camera(1000.0, 160 + 160, 200, 320, 400, camera().rotation, camera().translation)
    seen = certainty.seen([(aside, head)], topology())
    assert seen[aside.project(head)[:, 0] > 320].max() == 0
    assert 0 < seen.sum() < certainty.seen([(camera(), head)], topology()).sum()


def test_one_unsure_mode_spreads_over_what_it_moves() -> None:
    """A mode that moves every vertex by 3 mm along x, known to half a weight: 1.5 mm on one of three axes."""
    shape = topology()
    shapes = np.zeros((len(shape.control_mirror), 3, 2))
    shapes[:, 0, 0] = 3.0
    rotation = np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    sure = certainty.certainty(shapes, np.diag([0.25, 0.0]), shape, 2.0, rotation)
    expected = 2.0 * np.sqrt(1.5**2 / 3 + certainty.UNMODELLED_MM**2)
    assert sure.sigma_mm == pytest.approx(expected)
    along = np.abs(sure.error_modes).sum(axis=0)
    assert along[:, 1] == pytest.approx(np.sqrt(3) * expected)
    assert along[:, [0, 2]].max() < 1e-6


def test_what_no_photo_shows_is_less_sure() -> None:
    sigma = certainty.inferred(np.array([1.0, 2.0]), np.array([3, 0], np.uint8))
    assert sigma == pytest.approx([1.0, 2.5])
