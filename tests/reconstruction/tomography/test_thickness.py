"""How deep soft tissue is."""

import numpy as np
import pytest
from heads import phantom_head, segmented_head
from trimesh.creation import icosphere

from clinic.bench.intake.mean_face import mean_face
from clinic.case import Points, Triangles
from clinic.geometry import vertex_normals
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.tomography import Sheet, thickness


def sphere(radius: float) -> tuple[Points, Triangles]:
    made = icosphere(subdivisions=4, radius=radius)
    return np.asarray(made.vertices), np.asarray(made.faces, np.int32)


def test_between_balls_it_is_the_difference_of_their_radii() -> None:
    outer, triangles = sphere(60.0)
    inner, _ = sphere(48.0)
    deep = thickness(outer, outer / 60.0, Sheet(inner, triangles))
    np.testing.assert_allclose(deep, 12.0, atol=0.4)


def test_a_line_that_meets_no_bone_has_none() -> None:
    outer, triangles = sphere(10.0)
    away = Sheet(outer + np.array([0.0, 0.0, 90.0]), triangles)
    assert np.isnan(thickness(outer, outer / 10.0, away)).all()


@pytest.mark.parametrize(("mark", "mm"), [("pogonion", 10.5), ("glabella", 5.5), ("menton", 7.0)])
def test_on_the_phantom_it_is_what_the_phantom_was_built_with(mark: str, mm: float) -> None:
    skin, bone = phantom_head().skin.surface, segmented_head().bone
    assert bone is not None
    place = mean_face(FaceSpace.load()).landmarks()[mark]
    near = int(np.argmin(np.linalg.norm(skin.points - place, axis=1)))
    normal = vertex_normals(skin.points, skin.triangles)[near]
    assert thickness(skin.points[[near]], normal[None], bone)[0] == pytest.approx(mm, abs=2.5)
