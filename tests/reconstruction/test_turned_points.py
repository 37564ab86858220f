"""Points slide over the skin as the head turns: not at all seen from the front, alike on both sides."""

import numpy as np
import pytest

from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.training.turned_points import Seen, mirrored, tabulate
from clinic.reconstruction.turned_points import slide


def test_nothing_slides_seen_from_the_front() -> None:
    assert np.all(slide(0.0, 12.0).mm == 0)


def test_both_sides_slide_alike() -> None:
    mirror = mirrored(FaceSpace.load("holdout"))
    paired = mirror[mirror] == np.arange(len(mirror))  # a few have no point on the other side
    left, right = slide(40.0, 0.0), slide(-40.0, 0.0)
    assert right.mm[paired] == pytest.approx((left.mm * (-1, 1))[mirror][paired], abs=0.05)
    assert right.spread_mm[paired] == pytest.approx(left.spread_mm[mirror][paired], abs=0.05)


def test_points_of_the_cheek_slide_farther_than_those_of_the_nose() -> None:
    far = np.linalg.norm(slide(55.0, 0.0).mm, axis=1)
    cheek, nose = [117, 123, 147, 213, 346, 352, 376, 433], [4, 1, 5, 195]
    assert np.median(far[cheek]) > 2 * np.median(far[nose])


def test_a_head_that_leans_slides_along_its_own_axes() -> None:
    upright, leaning = slide(50.0, 0.0).mm, slide(50.0, 90.0).mm
    assert leaning[:, 0] == pytest.approx(-upright[:, 1])
    assert leaning[:, 1] == pytest.approx(upright[:, 0])


def test_beyond_the_last_angle_the_last_one_counts() -> None:
    assert np.array_equal(slide(80.0, 0.0).mm, slide(60.0, 0.0).mm)


def test_a_known_slide_is_found_again() -> None:
    """Each point moves by 0.1 mm per degree to the right, whatever the side."""
    random = np.random.default_rng(1)
    yaw = random.uniform(-65, 65, 3000)
    apart = np.zeros((3000, 4, 2))
    apart[..., 0] = 0.1 * yaw[:, None]
    shifts, spreads = tabulate(Seen(yaw, apart + random.normal(0, 0.3, apart.shape)), np.arange(4, dtype=np.int32))
    assert shifts[:, :, 0] == pytest.approx(np.repeat(0.1 * np.arange(-60, 61, 15)[:, None], 4, axis=1), abs=0.45)
    assert np.all(spreads < 0.8)
