"""Lenses from EXIF, small turns and the first pose."""

import numpy as np
import pytest

from clinic.case import Photo
from clinic.reconstruction.camera import believed_lens, first_pose, same_lens, turn

FRONTAL = np.array([[1.0, 0, 0], [0, 0, -1.0], [0, 1.0, 0]])


def _photo(width: int, height: int, focal_35mm: float | None) -> Photo:
    return Photo(np.zeros((height, width, 3), np.uint8), "photo 1", focal_35mm)


def test_exif_focal_length_becomes_pixels() -> None:
    """A 50 mm lens on 36 × 24 mm film, scanned at 100 px/mm, has 5000 px (43.27 mm diagonal)."""
    lens = believed_lens(_photo(3600, 2400, 50.0))
    assert lens.focal_px == pytest.approx(5000, rel=1e-3)
    assert lens.sigma == 0.02


def test_without_exif_nearly_any_lens_is_believed() -> None:
    """A telephone's wide lens and a portrait lens on a cropped picture are both within two standard deviations."""
    lens = believed_lens(_photo(600, 800, None))
    for focal_px in (0.75 * 800, 4 * 800):
        assert abs(np.log(focal_px / lens.focal_px)) < 2 * lens.sigma


def test_equal_photos_share_a_lens() -> None:
    photos = [_photo(60, 80, 26.0), _photo(60, 80, 52.0), _photo(60, 80, 26.0), _photo(80, 60, 26.0)]
    assert same_lens(photos) == (0, 1, 0, 2)


def test_turning_about_z_by_a_right_angle() -> None:
    turned = turn(np.array([0, 0, np.pi / 2])) @ np.array([1.0, 0, 0])
    assert np.allclose(turned, [0, 1, 0])


def test_first_pose_is_exact_far_away() -> None:
    """At 100 m perspective is orthography, so rotation and place come back."""
    points = np.random.default_rng(1).normal(size=(40, 3)) * (60, 40, 80)
    rotation = turn(np.array([0.1, -0.3, 0.2])) @ FRONTAL
    translation = np.array([20.0, -30.0, 100_000.0])
    seen = points @ rotation.T + translation
    image = 90_000 * seen[:, :2] / seen[:, 2:] + (320, 240)
    found, at = first_pose(points, image, 90_000, np.array([320.0, 240.0]))
    assert np.allclose(found, rotation, atol=2e-3)
    assert np.allclose(at, translation, rtol=2e-3, atol=1.0)
