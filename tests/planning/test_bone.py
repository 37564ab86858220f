"""Bone goes where the support of the skin goes, in whole pieces."""

from dataclasses import replace

import numpy as np
import pytest
from people import person

from clinic.case import Edit, FaceModel, Part, Plan
from clinic.geometry import vertex_normals
from clinic.planning.apply import loads
from clinic.planning.bone import moved_bone

DEEP_MM = 10.0


def with_bone() -> FaceModel:
    """The mean face with a bone that lies 10 mm under all of its skin, and a vertebra far behind."""
    face = person()
    quads = face.topology.control_quads
    halves = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
    under = face.control - DEEP_MM * vertex_normals(face.control, halves)
    points = np.vstack([under, [0.0, 90.0, -60.0]])
    bone = Part("bone", points, halves, np.full((len(points), 3), 200, np.uint8))
    deep = np.where(face.topology.region("face"), DEEP_MM, np.nan)
    return replace(face, bone=bone, thickness_mm=deep)


def test_the_segment_goes_as_far_as_planned_and_the_rest_stays() -> None:
    face = with_bone()
    (load,) = loads(Plan((Edit("genioplasty", (("forward_mm", 5.0),)),)), face)
    moves = moved_bone(face, [load])
    np.testing.assert_allclose(moves[load.moved], np.tile([0.0, -5.0, 0.0], (len(load.moved), 1)), atol=1e-9)
    moved = np.linalg.norm(moves, axis=1) > 0
    np.testing.assert_allclose(np.linalg.norm(moves[moved], axis=1), 5.0)
    assert not moved[-1]
    assert face.bone is not None
    assert face.bone.points[moved, 2].max() < face.landmarks()["stomion"][2]


def test_a_face_without_a_ct_has_no_bone() -> None:
    with pytest.raises(ValueError, match="CT"):
        moved_bone(person(), [])
