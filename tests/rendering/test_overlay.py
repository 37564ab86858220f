from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
import pytest
import pyvista
from builders import face, photo

from clinic.case import Camera, Floats, PhotoFit, Pixels, Points
from clinic.rendering import views
from clinic.rendering.layers import Layer, Scene
from clinic.rendering.overlay import LARGEST_PX, for_screen, over_photo, photo_alone
from clinic.rendering.panes import Panes
from clinic.rendering.scene import face_scene

GROUND = (20, 20, 20)
SHAPES = [(900, 500), (500, 700), (640, 640)]


def fit(width: int = 1200, height: int = 900) -> PhotoFit:
    """A photo taken from half aside and above, the face away from its middle and tilted, the lens off the centre."""
    aside, above, tilt = np.radians([-28.0, 12.0, 7.0])
    turn = np.array([[np.cos(aside), -np.sin(aside), 0], [np.sin(aside), np.cos(aside), 0], [0, 0, 1]])
    nod = np.array([[1, 0, 0], [0, np.cos(above), -np.sin(above)], [0, np.sin(above), np.cos(above)]])
    roll = np.array([[np.cos(tilt), -np.sin(tilt), 0], [np.sin(tilt), np.cos(tilt), 0], [0, 0, 1]])
    level = np.array([[1.0, 0, 0], [0, 0, -1.0], [0, 1.0, 0]])
    taken = Camera(1300.0, 640.0, 410.0, width, height, roll @ level @ nod @ turn, np.array([60.0, -35.0, 800.0]))
    smiling = face().points + np.array([0.0, -1.5, 0.0]) * (face().points[:, 2:] < -60)
    return replace(face().photos[0], camera=taken, points=smiling)


@pytest.fixture(autouse=True)
def _off_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VTK_DEFAULT_OPENGL_WINDOW", "vtkEGLRenderWindow")


def drawn(scenes: Sequence[Scene], size: tuple[int, int], camera: views.ViewCamera) -> list[Pixels]:
    """Draw scenes one after the other as the window does."""
    plotter = pyvista.Plotter(off_screen=True, window_size=size, lighting="none")
    plotter.render_window.SetMultiSamples(0)
    plotter.render_window.SetDesiredUpdateRate(30.0)  # smooth edges would move what is measured here
    panes, pictures = Panes(plotter), []
    for scene in scenes:
        panes.show(scene)
        panes.look(camera)
        plotter.render_window.Render()
        pictures.append(plotter.screenshot(return_img=True))
    panes.close()
    plotter.close()
    return pictures


def letterbox(size: tuple[int, int], taken: Camera) -> tuple[float, Floats]:
    """Window pixels per photo pixel, and where the photo's top left corner lies: as large as fits, in the middle."""
    share = min(size[0] / taken.width, size[1] / taken.height)
    return share, (np.array(size) - share * np.array([taken.width, taken.height])) / 2


def dots(places: Points) -> Layer:
    """White octahedra, large enough to have a centre to a fraction of a pixel."""
    around = 4.0 * np.array([[1.0, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]])
    faces = [(0, 2, 4), (2, 1, 4), (1, 3, 4), (3, 0, 4), (2, 0, 5), (1, 2, 5), (3, 1, 5), (0, 3, 5)]
    points = (places[:, None] + around).reshape(-1, 3)
    triangles = np.concatenate([np.array(faces) + 6 * k for k in range(len(places))])
    return Layer("dots", points, triangles.astype(np.int32), np.full((len(points), 4), 255, np.uint8))


@pytest.mark.parametrize("size", SHAPES)
def test_landmarks_are_drawn_where_the_photo_shows_them(size: tuple[int, int]) -> None:
    """To half a pixel in every shape of window: what `Camera.project` says, letterboxed, is what VTK draws."""
    seen = fit()
    marks = face().topology.landmarks.on(seen.points, face().topology.triangles)
    share, corner = letterbox(size, seen.camera)
    expected = corner + share * seen.camera.project(marks)
    black = photo_alone(seen, np.zeros((900, 1200, 3), np.uint8), (0, 0, 0))
    marked = [replace(black, layers=(*black.layers, dots(mark[None]))) for mark in marks]
    pictures = drawn(marked, size, views.photo_camera(seen, face()))
    off = []
    for place, shown in zip(expected, pictures, strict=True):
        picture = shown.astype(float).mean(axis=2)
        rows, columns = np.mgrid[0 : size[1], 0 : size[0]] + 0.5
        assert picture.sum() > 0
        found = np.array([(picture * columns).sum(), (picture * rows).sum()]) / picture.sum()
        off.append(np.linalg.norm(found - place))
    assert max(off) < 0.5


@pytest.mark.parametrize("size", SHAPES)
def test_the_photo_lies_in_the_window_as_large_as_it_fits(size: tuple[int, int]) -> None:
    seen, taken = fit(), photo(1200, 900)
    rows, columns = np.mgrid[0:900, 0:1200]
    checks = np.where((rows // 60 + columns // 60) % 2, 230, 60)
    pixels = np.stack([checks, checks, (taken.pixels[..., 0])], axis=2).astype(np.uint8)
    (picture,) = drawn([photo_alone(seen, pixels, GROUND)], size, views.photo_camera(seen, face()))
    share, corner = letterbox(size, seen.camera)
    matrix = np.array([[share, 0, corner[0] + share / 2 - 0.5], [0, share, corner[1] + share / 2 - 0.5]])
    area = cv2.INTER_AREA if share < 1 else cv2.INTER_LINEAR
    expected = cv2.warpAffine(pixels, matrix, size, flags=area, borderValue=GROUND)
    there, up, down, left, right = (
        np.abs(picture.astype(int) - np.roll(expected, by, axis)).mean()
        for by, axis in ((0, 0), (1, 0), (-1, 0), (1, 1), (-1, 1))
    )
    assert there < 0.6 * min(up, down, left, right)
    assert max(abs(up - down), abs(left - right)) < 0.4 * there  # it lies in the middle between a pixel more and less


def test_the_view_camera_of_a_photo_projects_as_the_photo_does() -> None:
    seen = fit()
    camera, points = views.photo_camera(seen, face()), seen.points[::50]
    assert camera.aspect == pytest.approx(4 / 3)
    assert np.abs(camera.project(points, 1200, 900) - seen.camera.project(points)).max() < 1e-6
    assert np.linalg.norm(camera.position - seen.camera.position) < 1e-9


def test_the_face_has_the_expression_of_the_photo_and_wears_no_cap_over_the_hair() -> None:
    seen = fit()
    over = over_photo(face_scene(face()), face(), seen, photo(1200, 900).pixels)
    assert np.abs(over.layer("skin").points - seen.points).max() < 1e-9
    assert {"cap", "inside"}.isdisjoint(layer.name for layer in over.layers)
    assert over.layers[0].name == "photo"
    edge, skin = over.layer("edge"), over.layer("skin")
    faint = edge.colours[np.unique(edge.triangles), 3]
    assert faint.min() == 0
    assert edge.blends
    assert skin.colours[np.unique(skin.triangles), 3].min() == 255
    assert len(edge.triangles) + len(skin.triangles) == len(face_scene(face()).layer("skin").triangles)


def test_a_large_photo_is_made_smaller_with_its_camera() -> None:
    seen, large = fit(3200, 2400), photo(3200, 2400)
    taken, smaller = for_screen(large, seen)
    assert (taken.width, taken.height) == (LARGEST_PX, LARGEST_PX * 3 // 4)
    assert np.abs(2 * smaller.camera.project(seen.points) - seen.camera.project(seen.points)).max() < 1e-6
    little = photo(320, 400)
    assert for_screen(little, seen)[0] is little
