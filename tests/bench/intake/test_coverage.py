"""The phantom's voxels hold the volume of its meshes."""

import numpy as np
import pytest
from trimesh.creation import icosphere

from clinic.bench.intake.coverage import coverage


def ball(
    radius: float,
) -> tuple[np.ndarray[tuple[int, int], np.dtype[np.float64]], np.ndarray[tuple[int, int], np.dtype[np.int32]]]:
    made = icosphere(subdivisions=4, radius=radius)
    return np.asarray(made.vertices), np.asarray(made.faces, np.int32)


@pytest.mark.parametrize("middle", [(20.0, 20.0, 20.0), (20.31, 19.77, 20.5)])
def test_a_ball_has_its_volume_and_its_centre(middle: tuple[float, float, float]) -> None:
    points, triangles = ball(12.0)
    filled = coverage(points + np.array(middle), triangles, (40, 40, 40))
    corners = points[triangles]
    volume = float(np.linalg.det(corners).sum()) / 6
    assert filled.sum() == pytest.approx(volume, rel=2e-3)
    z, y, x = np.mgrid[:40, :40, :40]
    centre = [float((filled * axis).sum() / filled.sum()) for axis in (x, y, z)]
    np.testing.assert_allclose(centre, middle, atol=0.01)


def test_what_lies_outside_of_the_grid_is_cut_off() -> None:
    """A ball around a corner of the grid: an eighth of it is inside."""
    points, triangles = ball(12.0)
    filled = coverage(points - 0.5, triangles, (30, 30, 30))
    whole = coverage(points + 15.0, triangles, (30, 30, 30))
    assert filled.sum() == pytest.approx(whole.sum() / 8, rel=5e-3)
