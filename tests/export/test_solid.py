"""The skin closed to a body."""

import numpy as np
import trimesh
from builders import enclosed_volume_mm3, face

from clinic.export.solid import closed


def test_a_cube_without_lid_and_bottom_is_closed_to_its_volume() -> None:
    """An open box of 10 × 20 × 30 mm holds 6000 mm³ again, its triangles pointing outwards."""
    box = trimesh.creation.box((10, 20, 30))
    sides = np.abs(box.face_normals[:, 2]) < 0.5
    points, triangles = closed(np.asarray(box.vertices), np.asarray(box.faces[sides], np.int32))
    assert trimesh.Trimesh(points, triangles, process=False).is_watertight
    assert np.isclose(enclosed_volume_mm3(points, triangles), 6000)


def test_a_closed_body_stays_as_it_is() -> None:
    ball = trimesh.creation.icosphere(1)
    points, triangles = closed(np.asarray(ball.vertices), np.asarray(ball.faces, np.int32))
    assert np.array_equal(points, ball.vertices)
    assert np.array_equal(triangles, ball.faces)


def test_a_head_is_watertight() -> None:
    points, triangles = closed(face().points, face().topology.triangles)
    body = trimesh.Trimesh(points, triangles, process=False)
    assert body.is_watertight
    assert body.is_winding_consistent
    assert body.volume > 0
