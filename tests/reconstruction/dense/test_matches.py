"""What a match asks of shape and cameras."""

from dataclasses import replace

import numpy as np
from builders import camera, face
from reconstruction.dense.exact import TRIANGLES, aside, truth

from clinic.case import Floats
from clinic.reconstruction.camera import turn
from clinic.reconstruction.dense.matches import Matches


def pulled(amount_mm: Floats) -> Floats:
    """Whitened residuals (s, 2) where the mesh is off by `amount_mm` (n, 3)."""
    points, cameras = face().points, (camera(), aside(30.0))
    return truth(points, cameras).residual(cameras, (points + amount_mm, points + amount_mm), TRIANGLES)


def test_the_true_face_satisfies_its_matches() -> None:
    assert np.abs(pulled(np.zeros((1, 3)))).max() < 1e-9


def test_a_mesh_that_slides_in_its_own_plane_is_left_alone() -> None:
    """A triangle moved by 3.6 mm within its plane: zero but for the perspective of so small a step."""
    points = np.array([[-2.0, 0, -2], [2, 0, -2], [0, 0, 2]])
    triangles = np.array([[0, 1, 2]], np.int32)
    cameras = (camera(), aside(30.0))
    spot = points[triangles[0]].mean(axis=0, keepdims=True)
    match = Matches(
        0,
        1,
        np.zeros(1, np.int32),
        np.full((1, 3), 1 / 3),
        cameras[0].project(spot),
        cameras[1].project(spot),
        np.eye(2)[None],
    )
    slid = points + np.array([3.0, 0.0, 2.0])
    assert np.abs(match.residual(cameras, (slid, slid), triangles)).max() < 0.02
    sunk = points + np.array([0.0, 3.0, 0.0])
    assert np.abs(match.residual(cameras, (sunk, sunk), triangles)).max() > 1.0


def test_depth_is_felt_by_the_angle_between_the_views() -> None:
    """1 mm back along the axis of the first camera moves a spot by f/Z · sin 30° ≈ 0.56 px in the second."""
    pixels = np.abs(pulled(np.array([[0.0, 1.0, 0.0]]))) / 2.0
    assert 0.4 < np.median(pixels[:, 0]) < 0.7
    assert np.median(pixels[:, 1]) < 0.1


def test_a_turned_camera_is_felt_across_the_epipolar_lines() -> None:
    """Nodding by 2 mrad moves the picture by 1000 px · 0.002 = 2 px."""
    points, cameras = face().points, (camera(), aside(30.0))
    matches = truth(points, cameras)
    nod = turn(np.array([0.002, 0.0, 0.0]))
    nodded = replace(cameras[1], rotation=nod @ cameras[1].rotation, translation=nod @ cameras[1].translation)
    off = matches.residual((cameras[0], nodded), (points, points), TRIANGLES) / 2.0
    assert 1.8 < abs(np.median(off[:, 1])) < 2.2


def test_derivatives_combine_as_errors_do() -> None:
    """∂r by a move of the mesh, from two projections, against a finite difference; H held costs less than 2 %."""
    points, cameras = face().points, (camera(), aside(30.0))
    matches, step = truth(points, cameras), np.array([0.3, 1.0, -0.2]) * 1e-3
    spots = np.einsum("sk,skd->sd", matches.weights, points[TRIANGLES[matches.triangle]])
    by_step = [one.project(spots + step) - one.project(spots) for one in cameras]
    corners = [one.project(points)[TRIANGLES[matches.triangle]] for one in cameras]
    predicted = matches.combined(matches.slide(*corners), by_step[0][:, :, None], by_step[1][:, :, None])[:, :, 0]
    measured = pulled(step[None])
    assert np.abs(predicted - measured).max() < 0.02 * np.abs(measured).max()
