import numpy as np
import pytest
from builders import camera, face

from clinic.geometry.rasterise import photograph, rasterise, rasterise_flat

ONE = np.array([[0, 1, 2]], np.int32)


def test_a_pixel_is_covered_when_its_centre_is_inside() -> None:
    drawn = rasterise(np.array([[1.0, 1], [5, 1], [1, 5]]), np.ones(3), ONE, 6, 6)
    rows, columns = np.nonzero(drawn.hit)
    assert (rows >= 1).all()
    assert (columns >= 1).all()
    assert (rows + columns + 1 <= 6).all()
    assert drawn.hit.sum() == 10


def test_the_nearer_triangle_wins_whatever_the_order() -> None:
    square = np.array([[0.0, 0], [9, 0], [0, 9]] * 2)
    depth = np.array([5.0, 5, 5, 3, 3, 3])
    both = np.array([[0, 1, 2], [3, 4, 5]], np.int32)
    assert set(np.unique(rasterise(square, depth, both, 4, 4).triangle)) == {1}
    assert set(np.unique(rasterise(square, depth, both[::-1], 4, 4).triangle)) == {0}


def test_weights_undo_the_perspective() -> None:
    """The point that a pixel shows, projected, is that pixel."""
    points, triangles = face().points, face().topology.triangles
    raster = photograph(points, triangles, camera())
    places = raster.carry(points, triangles)[raster.hit].astype(float)
    rows, columns = np.nonzero(raster.hit)
    assert len(rows) > 10_000
    np.testing.assert_allclose(camera().project(places), np.stack([columns, rows], 1) + 0.5, atol=1e-3)
    assert raster.depth[raster.hit] == pytest.approx(camera().to_camera(places)[:, 2], abs=1e-2)


def test_what_stands_behind_the_camera_is_not_drawn() -> None:
    assert not rasterise(np.array([[0.0, 0], [9, 0], [0, 9]]), np.array([1.0, 1, -1]), ONE, 4, 4).hit.any()


def test_the_first_row_of_a_chart_is_at_v_one() -> None:
    chart = rasterise_flat(np.array([[0.0, 1], [1, 1], [0, 0.5]]), ONE, 8)
    assert chart.hit[0, 0]
    assert not chart.hit[5:].any()


def test_drawing_twice_gives_the_same() -> None:
    first, second = (photograph(face().points, face().topology.triangles, camera()) for _ in range(2))
    assert np.array_equal(first.triangle, second.triangle)
    assert np.array_equal(first.weights, second.weights)
