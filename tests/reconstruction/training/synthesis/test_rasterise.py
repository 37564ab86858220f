"""The z-buffer of the training pictures, against its compiled twin and against VTK."""

import sys

import numpy as np
import pytest
import torch

from clinic.case import Camera
from clinic.reconstruction.training.synthesis.rasterise import Hits, in_tensors, rasterise

SIDE = 48


def _ball(count: int, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Some balls in pictures of 48 pixels: points (count, n, 3) with depth, and triangles."""
    around, down = np.meshgrid(np.linspace(0, 2 * np.pi, 25), np.linspace(0.05, np.pi - 0.05, 14))
    ball = np.stack([np.cos(around) * np.sin(down), np.sin(around) * np.sin(down), np.cos(down)], 2).reshape(-1, 3)
    corner = (np.arange(13)[:, None] * 25 + np.arange(24)).ravel()
    faces = np.vstack(
        [np.stack([corner, corner + 1, corner + 25], 1), np.stack([corner + 1, corner + 26, corner + 25], 1)]
    )
    random = np.random.default_rng(seed)
    turns = np.linalg.qr(random.normal(size=(count, 3, 3)))[0]
    points = ball @ turns * random.uniform(8, 16, (count, 1, 3)) + [SIDE / 2, SIDE / 2, 60]
    return torch.tensor(points, dtype=torch.float32), torch.tensor(faces)


def _picture(hits: Hits, values: torch.Tensor) -> np.ndarray:
    b, rows, columns = hits.shape
    return hits.spread(hits.carry(values), torch.zeros(b, values.shape[2], rows, columns)).numpy()


def test_tensors_draw_what_the_compiled_loop_draws() -> None:
    points, faces = _ball(5, 1)
    looped, drawn = rasterise(points, faces, SIDE), in_tensors(points, faces, SIDE)
    assert set(looped.pixel.tolist()) == set(drawn.pixel.tolist())
    np.testing.assert_allclose(_picture(looped, points), _picture(drawn, points), atol=2e-3)


def test_the_nearer_of_two_balls_hides_the_other() -> None:
    near, faces = _ball(1, 2)
    far = near + torch.tensor([6.0, 0.0, 40.0])
    both = torch.cat([near, far], 1)
    hits = in_tensors(both, torch.cat([faces, faces + near.shape[1]]), SIDE)
    depth = _picture(hits, both)[0, 2]
    assert depth[SIDE // 2, SIDE // 2] < 60
    assert depth[SIDE // 2, SIDE // 2 + 17] > 80 or depth[SIDE // 2, SIDE // 2 + 17] == 0


def test_perspective_is_undone() -> None:
    """A wall that goes away from the camera: the middle of its picture shows what lies at the harmonic mean depth."""
    corners = torch.tensor([[[4.0, 4.0, 1.0], [4.0, 44.0, 1.0], [44.0, 4.0, 3.0], [44.0, 44.0, 3.0]]])
    hits = in_tensors(corners, torch.tensor([[0, 1, 2], [1, 3, 2]]), SIDE)
    depth = _picture(hits, corners)[0, 2, 24, 24]
    across = (24.5 - 4) / 40
    assert depth == pytest.approx(1 / ((1 - across) / 1 + across / 3), rel=1e-4)


def test_what_lies_behind_the_camera_is_left_out() -> None:
    points, faces = _ball(1, 3)
    behind = points - torch.tensor([0.0, 0.0, 120.0])
    assert len(in_tensors(behind, faces, SIDE).pixel) == len(rasterise(behind, faces, SIDE).pixel) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="draws off screen with EGL or a virtual display")
def test_vtk_sees_the_same_depths() -> None:
    """The same mesh through the same camera, drawn by VTK: the outline is the same, the depths agree."""
    pyvista = pytest.importorskip("pyvista")
    points, faces = _ball(1, 4)
    focal, side = 90.0, 96
    camera = Camera(focal, side / 2, side / 2, side, side, np.eye(3), np.zeros(3))
    placed = points[0].numpy().astype(float) - [SIDE / 2, SIDE / 2, 0]
    seen = np.column_stack([camera.project(placed), placed[:, 2]])
    mesh = pyvista.PolyData(placed, np.column_stack([np.full(len(faces), 3), faces.numpy()]).ravel())
    plotter = pyvista.Plotter(off_screen=True, window_size=(side, side))
    try:
        plotter.add_mesh(mesh, lighting=False)
        plotter.camera.position, plotter.camera.focal_point, plotter.camera.up = (0, 0, 0), (0, 0, 1), (0, -1, 0)
        plotter.camera.view_angle = np.degrees(2 * np.arctan(side / 2 / focal))
        plotter.show(auto_close=False)
        plotter.camera.clipping_range = (20, 120)
        plotter.render()
        theirs = -np.asarray(plotter.get_image_depth(fill_value=np.nan))
    finally:
        plotter.close()
    hit = np.isfinite(theirs)
    pictured = torch.tensor(seen[None], dtype=torch.float32)
    depth = _picture(in_tensors(pictured, faces, side), pictured)[0, 2]
    assert ((depth > 0) != hit).mean() < 0.003
    apart = np.abs(depth - theirs)[(depth > 0) & hit]
    assert np.median(apart) < 0.15  # of 60: VTK reads its buffer about a quarter of a pixel aside
