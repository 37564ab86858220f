"""The pose of a head is read off its points: exactly on the mean face, nearly on others."""

import numpy as np
import pytest
import skimage.data
from people import person

from clinic.case import Camera, Floats, Photo
from clinic.reconstruction.camera import FULL_FRAME_DIAGONAL_MM
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.landmarks import Detection, detect
from clinic.reconstruction.pose import Pose, pose

SIDE, FOCAL = 1000, 2000.0
FOCAL_35MM = FOCAL * FULL_FRAME_DIAGONAL_MM / np.hypot(SIDE, SIDE)


def _camera(yaw_deg: float, pitch_deg: float, roll_deg: float, distance_mm: float) -> Camera:
    """Looks at the middle of the face; a camera that rolls counter-clockwise shows the head leaning clockwise."""
    yaw, pitch, roll = np.radians((yaw_deg, pitch_deg, roll_deg))
    forward = -np.array([np.sin(yaw) * np.cos(pitch), -np.cos(yaw) * np.cos(pitch), np.sin(pitch)])
    right = np.array([np.cos(yaw), np.sin(yaw), 0])
    level = np.stack([right, np.cross(forward, right), forward])
    lean = np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    rotation = lean @ level
    middle = rotation @ np.array([0, -5.0, -30])
    return Camera(FOCAL, SIDE / 2, SIDE / 2, SIDE, SIDE, rotation, np.array([0, 0, distance_mm]) - middle)


def _detection(points: Floats, camera: Camera) -> Detection:
    space = FaceSpace.load()
    image = camera.project(space.landmarks_478.on(points, space.topology.triangles))
    whole = np.column_stack([image, np.zeros(len(image))])
    return Detection(whole, 1.0, np.r_[image.min(axis=0), image.max(axis=0)], np.zeros(52))


def _read(seed: int, camera: Camera, focal_35mm: float | None = FOCAL_35MM) -> Pose:
    photo = Photo(np.zeros((SIDE, SIDE, 3), np.uint8), "photo 1", focal_35mm)
    return pose(photo, _detection(person(seed).points, camera))


@pytest.mark.parametrize(
    ("yaw", "pitch", "roll"), [(0, 0, 0), (45, 0, 0), (-45, 0, 10), (90, 0, 0), (0, -55, 0), (20, 30, -15)]
)
def test_the_mean_face_is_read_exactly(yaw: float, pitch: float, roll: float) -> None:
    """The points are projections of the very mean; the camera stands where the angles say, seen from the origin."""
    camera = _camera(yaw, pitch, roll, 100_000.0)
    read = _read(0, camera)
    assert (read.yaw_deg, read.pitch_deg) == pytest.approx((yaw, pitch), abs=0.1)
    assert read.roll_deg == pytest.approx(roll, abs=0.1)


def test_perspective_is_undone() -> None:
    """From 50 cm a face off the axis is seen from elsewhere than from afar; the direction to the camera is what counts.

    Seen from the middle of the firm points, which is not the origin: hence a degree.
    """
    near = _camera(20.0, -10.0, 0.0, 500.0)
    assert _read(0, near).yaw_deg == pytest.approx(20.0, abs=1.0)
    assert _read(0, near).pitch_deg == pytest.approx(-10.0, abs=2.0)


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_other_people_are_read_nearly(seed: int) -> None:
    read = _read(seed, _camera(45.0, 5.0, 0.0, 1000.0), None)
    assert read.yaw_deg == pytest.approx(45.0, abs=8.0)
    assert read.pitch_deg == pytest.approx(5.0, abs=8.0)


def test_a_mirrored_photo_is_seen_from_the_other_side() -> None:
    picture = skimage.data.astronaut()
    plain, mirrored = (
        pose(Photo(np.ascontiguousarray(one), "photo 1"), detect(one)[0]) for one in (picture, picture[:, ::-1].copy())
    )
    assert plain.yaw_deg == pytest.approx(-mirrored.yaw_deg, abs=2.0)
    assert plain.roll_deg == pytest.approx(-mirrored.roll_deg, abs=2.0)
    assert 2 < plain.roll_deg < 5  # her left eye stands lower in the picture: it leans clockwise
