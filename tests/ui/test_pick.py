import numpy as np
import pytest
from builders import face

from clinic.rendering import views
from clinic.ui import pick


@pytest.mark.parametrize("landmark", ["pronasale", "pogonion", "malar_l"])
@pytest.mark.parametrize("view_id", ["frontal", "oblique_l"])
def test_a_click_on_a_landmark_hits_it(landmark: str, view_id: str) -> None:
    """The ray through the image point of a landmark meets the skin there, since nothing of the head hides it."""
    camera, shown = views.camera(views.view(view_id), face()), face()
    there = shown.landmarks()[landmark]
    column, row = camera.project(there[None], 900, 1200)[0]
    spot = pick.hit(camera.position, camera.ray(column, row, 900, 1200), shown.points, shown.topology.triangles)
    assert spot is not None
    assert np.linalg.norm(spot.on(shown.points, shown.topology.triangles) - there) < 0.5
    assert pick.outside(spot, shown)


def test_a_click_beside_the_head_hits_nothing() -> None:
    camera, shown = views.camera(views.view("frontal"), face()), face()
    ray = camera.ray(3.0, 3.0, 900, 1200)
    assert pick.hit(camera.position, ray, shown.points, shown.topology.triangles) is None


def test_the_back_of_the_head_is_not_simulated() -> None:
    shown = face()
    back = pick.hit(np.array([0.0, 1000.0, 0.0]), np.array([0.0, -1.0, 0.0]), shown.points, shown.topology.triangles)
    assert back is not None
    assert not pick.outside(back, shown)


def test_a_place_leads_back_to_its_spot() -> None:
    shown = face()
    triangles = shown.topology.triangles
    spot = pick.hit(np.array([12.0, -900.0, -80.0]), np.array([0.0, 1.0, 0.0]), shown.points, triangles)
    assert spot is not None
    found = pick.find(pick.place(spot, shown.topology), shown.topology)
    gap = found.on(shown.points, triangles) - spot.on(shown.points, triangles)
    assert np.linalg.norm(gap) < 1e-6
