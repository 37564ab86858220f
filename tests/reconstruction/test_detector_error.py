"""How the detector misplaces its points: alike on both sides, along the head's own axes, found again where planted."""

import numpy as np
import pytest

from clinic.reconstruction.detector_error import detector_error, shapes
from clinic.reconstruction.face_space import HOLDOUT, FaceSpace
from clinic.reconstruction.markers import markers
from clinic.reconstruction.training.detector_error import YAWS_DEG, Seen, errors, mirrored

MOUTH = [61, 291]


def test_both_sides_err_alike() -> None:
    mirror = mirrored(FaceSpace.load(HOLDOUT))
    paired = mirror[mirror] == np.arange(len(mirror))  # a few have no point on the other side
    left, right = detector_error(40.0, 0.0), detector_error(-40.0, 0.0)
    assert right.mean[paired] == pytest.approx((left.mean * (-1, 1))[mirror][paired], abs=0.1)
    assert right.noise[paired] == pytest.approx(left.noise[mirror][paired], abs=0.1)


def test_points_of_the_cheek_slide_farther_than_those_of_the_nose_as_the_head_turns() -> None:
    far = np.linalg.norm(detector_error(55.0, 0.0).mean - detector_error(0.0, 0.0).mean, axis=1)
    cheek, nose = [117, 123, 147, 213, 346, 352, 376, 433], [4, 1, 5, 195]
    assert np.median(far[cheek]) > 2 * np.median(far[nose])


def test_a_wide_mouth_is_shown_less_wide_than_it_is() -> None:
    """Over random people the detector keeps to an average mouth: it shows between half and nine tenths of a width."""
    space = FaceSpace.load()
    known = markers(space)
    corner = [int(np.flatnonzero(known.used == number)[0]) for number in MOUTH]
    wider = np.subtract(*known.model.points.shapes[corner[::-1], 0])
    shown = wider + np.subtract(*(detector_error(0.0, 0.0).response[MOUTH[::-1], 0] @ known.shapes))
    assert 0.5 < float(shown @ wider / (wider @ wider)) < 0.9


def test_a_head_that_leans_errs_along_its_own_axes() -> None:
    upright, leaning = detector_error(50.0, 0.0), detector_error(50.0, 90.0)
    for one, other in ((upright.mean, leaning.mean), (upright.response, leaning.response)):
        assert other[:, 0] == pytest.approx(-one[:, 1])
        assert other[:, 1] == pytest.approx(one[:, 0])


def test_beyond_the_last_angle_the_last_one_counts() -> None:
    assert np.array_equal(detector_error(80.0, 0.0).mean, detector_error(60.0, 0.0).mean)


def test_a_planted_error_is_found_again() -> None:
    """Each point slides by 0.05 mm per degree, and shows a third of the first shape too little."""
    space, random = FaceSpace.load(HOLDOUT), np.random.default_rng(1)
    first = shapes()[:, :, 0]
    identity = random.normal(size=(300, len(space.modes)))
    known = identity @ markers(space).shapes[0]
    apart = np.zeros((300, len(YAWS_DEG), 478, 2))
    apart[..., 0] = 0.05 * YAWS_DEG[:, None] - known[:, None, None] * first[:, 0] / 3
    found = errors(space, Seen(identity, apart + random.normal(0, 0.3, apart.shape)))
    planted = np.stack([-first[:, 0] / 3, 0 * first[:, 0]], axis=1)
    cheek = 50  # far from what is held to anatomy
    assert found.mean[:, cheek, 0] == pytest.approx(0.05 * YAWS_DEG, abs=0.15)
    assert np.abs(found.response[4, :, :, 0] - planted).mean() < 0.25 * np.abs(planted[:, 0]).mean()
