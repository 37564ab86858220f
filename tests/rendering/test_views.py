import numpy as np
import pytest
from builders import face

from clinic.rendering import views
from clinic.rendering.views import STANDARD_VIEWS, ViewCamera, view


def seen(view_id: str, landmark: str) -> tuple[float, float]:
    """Column and row of a landmark in a portrait picture of 800 × 1200 pixels."""
    place = views.camera(view(view_id), face()).project(face().landmarks()[landmark][None], 800, 1200)[0]
    return float(place[0]), float(place[1])


def test_the_eight_views_have_their_keys() -> None:
    assert [standard.key for standard in STANDARD_VIEWS] == list("12345678")
    assert len({standard.id for standard in STANDARD_VIEWS}) == 8


def test_frontal_shows_the_nose_in_the_middle_and_the_chin_below() -> None:
    assert seen("frontal", "pronasale")[0] == pytest.approx(400, abs=0.5)
    assert seen("frontal", "pogonion")[1] > seen("frontal", "nasion")[1]


def test_frontal_shows_the_left_eye_on_the_right_side_of_the_picture() -> None:
    assert seen("frontal", "exocanthion_l")[0] > 400 > seen("frontal", "exocanthion_r")[0]


@pytest.mark.parametrize(("view_id", "side"), [("lateral_l", "l"), ("lateral_r", "r")])
def test_a_lateral_view_has_its_own_side_nearest(view_id: str, side: str) -> None:
    camera, landmarks = views.camera(view(view_id), face()), face().landmarks()
    other = {"l": "r", "r": "l"}[side]
    near, far = (np.linalg.norm(camera.position - landmarks[f"tragion_{name}"]) for name in (side, other))
    assert near < far - 100


def test_the_nose_points_left_in_lateral_l_and_right_in_lateral_r() -> None:
    assert seen("lateral_l", "pronasale")[0] < seen("lateral_l", "tragion_l")[0]
    assert seen("lateral_r", "pronasale")[0] > seen("lateral_r", "tragion_r")[0]


def test_a_picture_is_343_mm_high_at_the_target() -> None:
    camera = views.camera(view("frontal"), face())
    assert np.linalg.norm(camera.position - camera.target) == pytest.approx(1000)
    assert 1200 * camera.mm_per_pixel(1200) == pytest.approx(343, abs=0.5)


def test_the_target_lies_between_nasion_and_gnathion_at_the_depth_of_the_outer_eye_corners() -> None:
    landmarks, target = face().landmarks(), views.camera(view("oblique_l"), face()).target
    assert target[[0, 2]] == pytest.approx((landmarks["nasion"] + landmarks["gnathion"])[[0, 2]] / 2)
    assert target[1] == pytest.approx((landmarks["exocanthion_r"][1] + landmarks["exocanthion_l"][1]) / 2)


@pytest.mark.parametrize("view_id", [view.id for view in STANDARD_VIEWS])
@pytest.mark.parametrize("width", [600, 800, 1400])
def test_the_head_stands_in_the_middle_of_every_view_and_shape(view_id: str, width: int) -> None:
    camera = views.camera(view(view_id), face())
    column, row = camera.project((camera.target + views.HEAD_MM)[None], width, 1200)[0]
    assert abs(column - width / 2) < 0.03 * width
    assert abs(row - 600) < 20


def test_a_ray_leads_back_to_the_point_that_is_seen() -> None:
    camera, place = views.camera(view("oblique_l"), face()), face().landmarks()["pronasale"]
    column, row = camera.project(place[None], 800, 1200)[0]
    towards = place - camera.position
    assert camera.ray(column, row, 800, 1200) == pytest.approx(towards / np.linalg.norm(towards))


def test_basal_puts_the_tip_of_the_nose_on_the_brow_line() -> None:
    assert seen("basal", "pronasale")[1] == pytest.approx(seen("basal", "glabella")[1], abs=0.5)
    camera = views.camera(view("basal"), face())
    elevation = np.degrees(np.arcsin((camera.position - camera.target)[2] / 1000))
    assert -80 <= elevation <= -45


def test_birds_eye_looks_down_with_the_nose_up() -> None:
    assert views.camera(view("birds_eye"), face()).position[2] > 900
    assert seen("birds_eye", "pronasale")[1] < 600


def test_before_and_after_share_their_camera() -> None:
    """The camera depends on the face before alone: the face after is the same `FaceModel` with a displacement."""
    one, other = (views.camera(view("oblique_r"), face()) for _ in range(2))
    assert np.array_equal(one.position, other.position)
    assert np.array_equal(one.target, other.target)


def test_a_view_camera_cannot_be_changed() -> None:
    camera = ViewCamera(np.array([0.0, -1000, 0]), np.zeros(3), np.array([0.0, 0, 1]), 20.0)
    with pytest.raises(ValueError, match="read-only"):
        camera.position[0] = 1.0
