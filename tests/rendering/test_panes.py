import gc
import weakref
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import pyvista
from builders import face

from clinic.case import Pixels
from clinic.rendering import views
from clinic.rendering.layers import LIGHT
from clinic.rendering.panes import Pane, Panes, Wipe, layout, window_centre
from clinic.rendering.scene import Look, face_scene

WIDTH, HEIGHT = 400, 300


def camera() -> views.ViewCamera:
    return views.camera(views.view("oblique_l"), face())


@pytest.fixture
def panes(monkeypatch: pytest.MonkeyPatch) -> Iterator[Panes]:
    monkeypatch.setenv("VTK_DEFAULT_OPENGL_WINDOW", "vtkEGLRenderWindow")
    plotter = pyvista.Plotter(off_screen=True, window_size=(WIDTH, HEIGHT), lighting="none")
    plotter.render_window.SetMultiSamples(0)  # as in the window; Mesa's off-screen windows show black with them
    opened = Panes(plotter)
    yield opened
    opened.close()
    plotter.close()


def shot(panes: Panes) -> Pixels:
    plotter: Any = panes._plotter
    plotter.render_window.Render()
    picture: Pixels = plotter.screenshot(return_img=True)
    assert picture.std() > 10, "nothing was drawn"
    return picture


def test_cells_share_the_width_and_a_wipe_shares_its_frame() -> None:
    scene = face_scene(face())
    assert layout((scene, scene), 0.5) == (Pane(0.0, 0.5, 0.0, 0.5), Pane(0.5, 1.0, 0.5, 1.0))
    left, right, map_ = layout((Wipe(scene, scene), scene), 0.25)
    assert (left.left, left.right, right.right) == (0.0, 0.125, 0.5)
    assert (left.frame_left, left.frame_right) == (right.frame_left, right.frame_right) == (0.0, 0.5)
    assert map_ == Pane(0.5, 1.0, 0.5, 1.0)


def test_the_window_centre_of_a_whole_frame_is_its_middle() -> None:
    assert window_centre(Pane(0.0, 0.5, 0.0, 0.5)) == 0.0


def test_the_window_centre_of_a_part_shows_that_part_of_a_shifted_frame() -> None:
    """VTK shifts the picture by −c half widths; half a frame has half the half width, and its middle lies one aside."""
    assert window_centre(Pane(0.0, 0.5, 0.0, 0.5), 0.3) == pytest.approx(0.3)
    assert window_centre(Pane(0.0, 0.25, 0.0, 0.5), 0.3) == pytest.approx(2 * 0.3 - 1)


def test_a_wipe_of_equal_scenes_shows_no_seam(panes: Panes) -> None:
    scene = face_scene(face())
    panes.show(scene)
    panes.look(camera())
    whole = shot(panes).astype(int)
    panes.show(Wipe(scene, scene))
    panes.wipe_to(0.37)
    apart = np.abs(shot(panes).astype(int) - whole).max(axis=2)
    assert (apart > 8).mean() < 0.001


def test_a_wipe_shows_the_before_left_of_its_line_and_the_after_right_of_it(panes: Panes) -> None:
    texture, clay = face_scene(face()), face_scene(face(), look=Look.CLAY)
    panes.show(texture)
    panes.look(camera())
    left = shot(panes).astype(int)
    panes.show(clay)
    right = shot(panes).astype(int)
    panes.show(Wipe(texture, clay))
    panes.wipe_to(0.5)
    both = shot(panes).astype(int)
    half = WIDTH // 2
    assert np.abs(both[:, : half - 2] - left[:, : half - 2]).mean() < 0.5
    assert np.abs(both[:, half + 2 :] - right[:, half + 2 :]).mean() < 0.5


def test_side_by_side_shows_the_same_twice(panes: Panes) -> None:
    scene = face_scene(face())
    panes.show(scene, scene)
    panes.look(camera())
    picture = shot(panes).astype(int)
    assert np.abs(picture[:, : WIDTH // 2] - picture[:, WIDTH // 2 :]).mean() < 0.5


def test_turning_the_camera_turns_all_panes(panes: Panes) -> None:
    scene = face_scene(face())
    panes.show(scene, scene)
    panes.look(camera())
    plotter: Any = panes._plotter
    plotter.renderer.GetActiveCamera().Azimuth(30)
    picture = shot(panes).astype(int)
    assert np.abs(picture[:, : WIDTH // 2] - picture[:, WIDTH // 2 :]).mean() < 0.5
    assert abs(panes.camera.position[0]) > 300


def test_the_camera_is_read_back_as_it_was_given(panes: Panes) -> None:
    panes.show(face_scene(face()))
    panes.look(camera())
    assert panes.camera.position == pytest.approx(camera().position)
    assert panes.camera.angle_deg == pytest.approx(camera().angle_deg)


def test_edges_are_smoothed_at_rest_and_not_while_the_face_is_turned(panes: Panes) -> None:
    panes.show(face_scene(face()))
    panes.look(camera())
    plotter: Any = panes._plotter
    smoothed = []
    for rate in (0.0001, 15.0):
        plotter.render_window.SetDesiredUpdateRate(rate)
        plotter.renderer.GetActiveCamera().Azimuth(5)
        plotter.render_window.Render()
        smoothed.append(bool(plotter.renderer.GetUseFXAA()))
    assert smoothed == [True, False]


def drawn(panes: Panes) -> list[bool]:
    """Render, and tell which panes were drawn, from left to right."""
    counts = [0] * len(panes._stages)

    def count(index: int) -> None:
        counts[index] += 1

    renderers = [stage.renderer for stage in panes._stages]
    tags = [renderer.AddObserver("EndEvent", lambda *_, k=index: count(k)) for index, renderer in enumerate(renderers)]
    window: Any = panes._plotter.render_window
    window.Render()
    for renderer, tag in zip(renderers, tags, strict=True):
        renderer.RemoveObserver(tag)
    return [bool(number) for number in counts]


def test_only_the_pane_that_changed_is_drawn_and_the_other_keeps_its_pixels(panes: Panes) -> None:
    texture, clay = face_scene(face()), face_scene(face(), look=Look.CLAY)
    panes.show(texture, texture)
    panes.look(camera())
    assert drawn(panes) == [True, True]
    before = shot(panes)
    assert drawn(panes) == [False, False]
    panes.show(texture, clay)
    assert drawn(panes) == [False, True]
    after, half = shot(panes), WIDTH // 2
    assert np.array_equal(after[:, :half], before[:, :half])
    assert not np.array_equal(after[:, half:], before[:, half:])


def test_what_concerns_all_panes_has_all_drawn(panes: Panes) -> None:
    scene = face_scene(face())
    panes.show(scene, scene)
    panes.look(camera())
    plotter: Any = panes._plotter
    for change in (
        lambda: plotter.renderer.GetActiveCamera().Azimuth(5),
        lambda: plotter.render_window.SetSize(WIDTH + 20, HEIGHT),
        lambda: panes.show(face_scene(face(), background=LIGHT), face_scene(face(), background=LIGHT)),
        panes.renew,
    ):
        drawn(panes)
        assert drawn(panes) == [False, False]
        change()
        assert drawn(panes) == [True, True]


def test_a_pane_that_was_drawn_in_haste_is_smoothed_at_rest(panes: Panes) -> None:
    texture, clay = face_scene(face()), face_scene(face(), look=Look.CLAY)
    window: Any = panes._plotter.render_window
    panes.show(texture, texture)
    panes.look(camera())
    window.SetDesiredUpdateRate(0.0001)
    drawn(panes)
    window.SetDesiredUpdateRate(30.0)
    panes.show(texture, clay)
    assert drawn(panes) == [False, True]
    window.SetDesiredUpdateRate(0.0001)
    assert drawn(panes) == [False, True]
    assert drawn(panes) == [False, False]


def test_fewer_cells_take_their_renderers_out(panes: Panes) -> None:
    scene = face_scene(face())
    for cells in ((scene, scene, scene), (scene,)):
        panes.show(*cells)
        panes.look(camera())
        shot(panes)
        window: Any = panes._plotter.render_window
        drawn = [renderer for renderer in window.GetRenderers() if renderer.GetActors().GetNumberOfItems()]
        assert len(drawn) == len(cells)


def test_closed_panes_are_collected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VTK_DEFAULT_OPENGL_WINDOW", "vtkEGLRenderWindow")
    plotter = pyvista.Plotter(off_screen=True, window_size=(WIDTH, HEIGHT), lighting="none")
    plotter.render_window.SetMultiSamples(0)
    opened = Panes(plotter)
    opened.show(face_scene(face()), face_scene(face()))
    opened.look(camera())
    shot(opened)
    opened.close()
    plotter.close()
    gone = weakref.ref(opened)
    del opened, plotter
    gc.collect()
    assert gone() is None
