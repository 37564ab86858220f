import numpy as np

from clinic.case import Points
from clinic.geometry.nearest import Surface, barycentric

CORNERS = np.array([[0.0, 0, 0], [4, 0, 0], [0, 4, 0]])


def weights(point: tuple[float, float, float]) -> list[float]:
    found: list[float] = np.round(barycentric(np.array(point), CORNERS), 9).tolist()
    return found


def test_nearest_place_of_a_triangle_inside_beside_an_edge_and_beyond_a_corner() -> None:
    assert weights((1, 1, 3)) == [0.5, 0.25, 0.25]
    assert weights((1, -2, 1)) == [0.75, 0.25, 0.0]
    assert weights((4, 4, 0)) == [0.0, 0.5, 0.5]
    assert weights((-1, -1, 0)) == [1.0, 0.0, 0.0]


def sheets() -> tuple[Points, np.ndarray]:
    """Two squares, one at z = 0 facing up, one at z = 1 facing down."""
    square = np.array([[0.0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]])
    triangles = np.array([[0, 1, 2], [0, 2, 3], [4, 6, 5], [4, 7, 6]], np.int32)
    return np.vstack([square, square + np.array([0, 0, 1])]), triangles


def test_skin_that_faces_away_is_passed_over() -> None:
    surface = Surface(*sheets())
    point, up = np.array([[0.3, 0.4, 0.8]]), np.array([[0.0, 0, 1]])
    assert np.allclose(surface.nearest(point).points, [[0.3, 0.4, 1.0]])
    facing = surface.nearest(point, up, 0.5)
    assert np.allclose(facing.points, [[0.3, 0.4, 0.0]])
    assert np.allclose(facing.normals, up)


def test_only_allowed_triangles_are_found() -> None:
    points, triangles = sheets()
    surface = Surface(points, triangles, np.array([True, True, False, False]))
    assert surface.nearest(np.array([[0.3, 0.4, 0.8]])).triangle[0] < 2
