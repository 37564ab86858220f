"""The studio: what it photographs is where its cameras say, and the same again for the same seed."""

from pathlib import Path

import numpy as np
import pytest

from clinic.bench.reconstruction.studio.head import Kind
from clinic.bench.reconstruction.studio.sitting import Sitting, sitting
from clinic.reconstruction.landmarks import detect
from clinic.reconstruction.training import ict

HEADS = Path(__file__).resolve().parents[4] / "shared" / "data" / "ict_head.npz"
# Corners of eyes and mouth, whose places do not depend on taste: numbers of the detector's points and of the 68.
CORNERS = ((33, 36), (133, 39), (362, 42), (263, 45), (61, 48), (291, 54))
EYES_PX = 220.0  # roughly, between the outer corners


@pytest.fixture(scope="module")
def kind() -> Kind:
    if not HEADS.exists():
        pytest.skip("the shared head model is absent")
    return Kind(ict.read(HEADS))


@pytest.fixture(scope="module")
def taken(kind: Kind) -> Sitting:
    return sitting(kind, ict.identities(3, 1)[0], 42, (0.0, 40.0), ruler_in=0)


def test_the_detector_finds_the_face_where_the_camera_shows_it(kind: Kind, taken: Sitting) -> None:
    for number, photo in enumerate(taken.photos):
        (face,) = detect(photo.pixels)
        assert face.presence > 0.99
        true = taken.cameras[number].project(taken.shapes[number][kind.ict.lm68])
        off = np.linalg.norm([face.points[a, :2] - true[b] for a, b in CORNERS], axis=1)
        assert np.median(off) < 0.03 * EYES_PX


def test_a_positive_yaw_shows_the_left_side(kind: Kind, taken: Sitting) -> None:
    camera, shape = taken.cameras[1], taken.shapes[1]
    tip, right, left = camera.project(shape[kind.ict.lm68[[30, 36, 45]]])[:, 0]
    assert tip - right < left - tip  # the far eye is the right one
    assert taken.yaw_deg[1] == pytest.approx(40.0, abs=5.0)


def test_the_lens_is_the_one_that_exif_names(taken: Sitting) -> None:
    for photo, camera in zip(taken.photos, taken.cameras, strict=True):
        assert photo.focal_35mm is not None
        named = photo.focal_35mm * np.hypot(photo.width, photo.height) / 43.27
        assert camera.focal_px == pytest.approx(named, rel=0.05)
        assert 780.0 < np.linalg.norm(camera.position) < 2100.0


def test_the_ruler_measures_millimetres_where_it_is_held(kind: Kind, taken: Sitting) -> None:
    (ruler,) = taken.rulers
    assert ruler.photo_id == taken.photos[0].id
    camera = taken.cameras[0]
    depth = camera.to_camera(taken.shapes[0][kind.ict.lm68[[36, 45]]])[:, 2].mean()
    marked = np.subtract(ruler.end, ruler.start)
    assert np.linalg.norm(marked) * depth / camera.focal_px == pytest.approx(ruler.length_mm, rel=0.02)


def test_the_truth_is_the_face_at_rest(kind: Kind, taken: Sitting) -> None:
    assert np.allclose(taken.truth, kind.ict.draw(taken.weights))
    moved = np.linalg.norm(taken.shapes - taken.truth, axis=2)[:, kind.ict.narrow]
    assert 0.01 < np.median(moved.max(axis=1)) < 4.0


def test_a_photo_is_the_same_again_whichever_others_are_taken(kind: Kind, taken: Sitting) -> None:
    again = sitting(kind, taken.weights, 42, (0.0,), ruler_in=0)
    assert again.photos[0].id == taken.photos[0].id
