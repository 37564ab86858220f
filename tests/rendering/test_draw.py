import gc
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import pyvista
from builders import face
from vtkmodules.vtkCommonCore import vtkObjectBase

from clinic.case import Floats, Pixels
from clinic.rendering import views
from clinic.rendering.draw import Stage, image, images
from clinic.rendering.layers import DARK, LIGHT, Layer, Scene
from clinic.rendering.scene import face_scene

WIDTH, HEIGHT = 240, 360


def oblique() -> views.ViewCamera:
    return views.camera(views.view("oblique_r"), face())


@pytest.fixture
def plotter(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("VTK_DEFAULT_OPENGL_WINDOW", "vtkEGLRenderWindow")
    opened = pyvista.Plotter(off_screen=True, window_size=(WIDTH, HEIGHT), lighting="none")
    yield opened
    opened.close()


def shot(plotter: Any) -> Pixels:
    plotter.render()
    picture: Pixels = plotter.screenshot(return_img=True)
    return picture


def dot(place: Floats) -> Layer:
    """A white tetrahedron of 1 mm around a place."""
    corners = np.array([[1.0, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]) / 2
    triangles = np.array([[0, 1, 2], [0, 2, 3], [0, 3, 1], [1, 3, 2]], np.int32)
    return Layer("dot", place + corners, triangles, np.full((4, 4), 255, np.uint8))


def test_a_face_is_drawn_before_its_background() -> None:
    picture = image(face_scene(face(), background=LIGHT), oblique(), WIDTH, HEIGHT)
    assert picture.shape == (HEIGHT, WIDTH, 3)
    assert tuple(picture[2, 2]) == LIGHT
    red, _, blue = picture[HEIGHT // 2, WIDTH // 2].astype(int)
    assert red > blue + 30


def test_a_picture_is_the_same_from_run_to_run() -> None:
    first, second = (image(face_scene(face()), oblique(), WIDTH, HEIGHT) for _ in range(2))
    assert np.array_equal(first, second)


def test_nothing_changes_beside_the_planned_area(chin_forward: Floats) -> None:
    """Pixels that no moved triangle covers, before or after, are bit equal."""
    camera, before, after = oblique(), face_scene(face()), face_scene(face(), chin_forward)
    one, other = images([(before, camera), (after, camera)], WIDTH, HEIGHT)
    moved = np.linalg.norm(chin_forward, axis=1) > 0
    allowed = np.zeros((HEIGHT, WIDTH), bool)
    for scene in (before, after):
        skin = scene.layer("skin")
        touched = skin.triangles[moved[skin.triangles].any(axis=1)]
        corners = camera.project(skin.points, WIDTH, HEIGHT)[touched]
        for low, high in zip(
            np.floor(corners.min(axis=1)).astype(int), np.ceil(corners.max(axis=1)).astype(int), strict=True
        ):
            allowed[low[1] - 1 : high[1] + 2, low[0] - 1 : high[0] + 2] = True
    changed = np.abs(one.astype(int) - other).max(axis=2) > 0
    assert changed.sum() > 100
    assert not (changed & ~allowed).any()


@pytest.mark.parametrize("framed", [(0.0, 0.0, 0.0), (0.0, 45.0, -20.0)])
def test_a_point_is_drawn_where_its_camera_projects_it(framed: tuple[float, float, float]) -> None:
    camera = replace(oblique(), framed=np.array(framed))
    for place in (np.array([-60.0, 40, 80]), np.array([55.0, -20, -90])):
        bright = image(Scene((dot(place),), (0, 0, 0)), camera, WIDTH, HEIGHT, 4)[..., 0].astype(float)
        rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH] + 0.5
        drawn = np.array([(columns * bright).sum(), (rows * bright).sum()]) / bright.sum()
        assert np.linalg.norm(drawn - camera.project(place[None], WIDTH, HEIGHT)[0]) < 0.3


def test_a_stage_updates_moved_skin_in_place(plotter: Any, chin_forward: Floats) -> None:
    stage = Stage(plotter)
    stage.show(face_scene(face()))
    stage.look(oblique())
    before = shot(plotter)
    actors = list(plotter.renderer.GetActors())
    stage.show(face_scene(face(), chin_forward))
    after = shot(plotter)
    assert (before != after).any()
    assert list(plotter.renderer.GetActors()) == actors
    stage.show(face_scene(face()))
    assert np.array_equal(shot(plotter), before)
    stage.close()


def test_a_closed_stage_leaves_nothing(plotter: Any) -> None:
    stage = Stage(plotter)
    stage.show(face_scene(face()))
    shot(plotter)
    stage.close()
    assert plotter.renderer.GetActors().GetNumberOfItems() == 0
    assert (shot(plotter)[::40, ::40] == DARK).all()


def test_no_vtk_object_outlives_a_picture() -> None:
    image(face_scene(face()), oblique(), WIDTH, HEIGHT)
    gc.collect()
    before = _vtk_objects()
    image(face_scene(face()), oblique(), WIDTH, HEIGHT)
    gc.collect()
    assert _vtk_objects() <= before


def _vtk_objects() -> int:
    # By type: to ask some objects of other packages for their class warns.
    return sum(issubclass(type(item), vtkObjectBase) for item in gc.get_objects())
