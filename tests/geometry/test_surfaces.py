import numpy as np
import pytest
from builders import enclosed_volume_mm3, face

from clinic.case import Ints, Points
from clinic.geometry import (
    swept_volumes_mm3,
    triangle_areas,
    vertex_areas,
    vertex_normals,
)


def box(a: float, b: float, c: float) -> tuple[Points, Ints]:
    corners = np.array([[x, y, z] for x in (0, a) for y in (0, b) for z in (0, c)], float)
    quads = np.array([[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]])
    return corners, np.concatenate([quads[:, :3], quads[:, [0, 2, 3]]]).astype(np.int32)


def test_volume_and_area_of_a_box() -> None:
    """V = abc, A = 2(ab + bc + ca)."""
    points, triangles = box(2.0, 3.0, 5.0)
    assert enclosed_volume_mm3(points, triangles) == pytest.approx(30.0)
    assert triangle_areas(points, triangles).sum() == pytest.approx(62.0)
    assert vertex_areas(points, triangles).sum() == pytest.approx(62.0)


def test_swept_volume_is_the_difference_of_enclosed_volumes() -> None:
    """Exact for any straight-line motion, also a large and uneven one."""
    points, triangles = box(20.0, 30.0, 50.0)
    moved = np.random.default_rng(3).normal(0, 4, points.shape)
    swept = swept_volumes_mm3(points, moved, triangles).sum()
    exact = enclosed_volume_mm3(points + moved, triangles) - enclosed_volume_mm3(points, triangles)
    assert swept == pytest.approx(exact, rel=1e-12)


def test_normals_of_the_head_point_outwards() -> None:
    points = face().points
    normals = vertex_normals(points, face().topology.triangles)
    assert np.linalg.norm(normals, axis=1) == pytest.approx(np.ones(len(points)))
    assert (np.einsum("ij,ij->i", normals, points - (0.0, 75.0, -20.0)) > 0).all()


def test_a_vertex_without_triangles_has_no_normal() -> None:
    points, triangles = box(1.0, 1.0, 1.0)
    assert vertex_normals(np.vstack([points, [[9.0, 9, 9]]]), triangles)[-1] == pytest.approx(np.zeros(3))
