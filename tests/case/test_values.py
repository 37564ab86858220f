import pickle
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
from builders import case, face, topology

from clinic.case import Camera, Photo, frozen


def test_arrays_of_a_case_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        face().control[0, 0] = 1.0
    with pytest.raises(FrozenInstanceError):
        case().plan = None  # type: ignore[misc, assignment]


def test_the_callers_array_stays_theirs() -> None:
    mine = np.zeros((4, 4, 3), np.uint8)
    photo = Photo(mine, "photo 1")
    mine[:] = 9
    assert photo.pixels.max() == 0


def test_replace_shares_memory() -> None:
    before = face()
    after = replace(before, warnings=("smile",))
    assert after.control is before.control
    assert after.texture.pixels is before.texture.pixels


def test_wrong_shapes_are_refused_where_data_enter() -> None:
    with pytest.raises(ValueError, match="expected an array of shape"):
        Photo(np.zeros((4, 4), np.uint8), "photo 1")
    with pytest.raises(ValueError, match="shape"):
        frozen(np.zeros((2, 2)), np.float64, -1, 3)


def test_a_case_survives_the_way_to_another_process() -> None:
    there = pickle.loads(pickle.dumps(face()))
    assert np.array_equal(there.points, face().points)


def test_camera_projects_by_the_pinhole_formula() -> None:
    """u = cx + f X / Z: a point 10 mm right at 500 mm with f = 1000 px lies 20 px right of the centre."""
    camera = Camera(1000.0, 160.0, 200.0, 320, 400, np.eye(3), np.zeros(3))
    assert camera.project(np.array([[10.0, -5.0, 500.0]])) == pytest.approx(np.array([[180.0, 190.0]]))


def test_camera_stands_where_its_transform_says() -> None:
    rotation = np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])
    camera = Camera(1.0, 0, 0, 1, 1, rotation, np.array([0.0, 0.0, 900.0]))
    assert camera.position == pytest.approx(np.array([0.0, -900.0, 0.0]))


def test_subdivision_weights_every_display_vertex_fully() -> None:
    shared = topology()
    ones = shared.subdivide(np.ones((len(shared.control_mirror), 1)))
    assert ones == pytest.approx(np.ones((len(shared.uv), 1)))


def test_landmarks_move_with_the_skin() -> None:
    shift = np.tile([0.0, -4.0, 1.0], (len(face().points), 1))
    before, after = face().landmarks(), face().landmarks(shift)
    assert after["pogonion"] - before["pogonion"] == pytest.approx(np.array([0.0, -4.0, 1.0]))


def test_landmarks_lie_on_the_display_skin() -> None:
    """They are found without making that skin, and moved skin is made: both must say the same."""
    found, moved = face().landmarks(), face().landmarks(np.zeros_like(face().points))
    assert list(found) == list(moved)
    np.testing.assert_array_equal(list(found.values()), list(moved.values()))


def test_an_unknown_region_is_an_error() -> None:
    with pytest.raises(ValueError, match="not in tuple"):
        topology().region("elbow")
