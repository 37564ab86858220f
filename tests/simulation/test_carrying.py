"""From the face to a scan of the same patient."""

import numpy as np
from people import person

from clinic.case import Floats, Points
from clinic.simulation.carrying import LIMIT_MM, carried


def scan(lift_mm: float = 0.0) -> tuple[Points, Points]:
    """Places all over the outer face, between its vertices, lifted along x, and how the face moves there.

    The face moves by a linear function of place, so that its interpolation is exact.
    """
    face = person()
    inner = face.topology.subdivide(face.topology.region("interior").astype(float)[:, None])[:, 0]
    triangles = face.topology.triangles[(inner[face.topology.triangles] < 0.01).all(axis=1)][::7]
    weights = np.random.default_rng(3).dirichlet((1.0, 1.0, 1.0), len(triangles))
    places = np.einsum("mk,mkd->md", weights, face.points[triangles])
    return places + np.array([lift_mm, 0.0, 0.0]), places @ shear()


def shear() -> Floats:
    return np.array([[0.02, 0.01, 0.0], [0.0, -0.03, 0.01], [0.02, 0.0, 0.04]])


def test_points_on_the_face_move_with_it() -> None:
    points, expected = scan()
    np.testing.assert_allclose(carried(person(), person().points @ shear(), points), expected, atol=0.01)


def test_points_a_millimetre_off_move_alike() -> None:
    points, expected = scan(lift_mm=1.0)
    assert abs(carried(person(), person().points @ shear(), points) - expected).max() < 0.2


def test_what_is_far_away_stays() -> None:
    """Points 9.9 mm off hardly move and points beyond the limit do not: there is no step between."""
    tip = person().landmarks()["pronasale"]
    off = np.array([[0.0, -d, 0.0] for d in (0.5 * LIMIT_MM, 0.99 * LIMIT_MM, 1.01 * LIMIT_MM, 200.0)])
    moved = carried(person(), np.tile((0.0, 0.0, 1.0), (len(person().points), 1)), tip + off)[:, 2]
    np.testing.assert_allclose(moved, [1.0, 0.02, 0.0, 0.0], atol=0.01)
