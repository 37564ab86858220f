"""The simulated skin's triangles."""

import functools

import numpy as np
import pytest
from people import person

from clinic.case import Floats, Ints
from clinic.geometry import triangle_areas
from clinic.simulation.grading import Edges, subdivision
from clinic.simulation.patch import Patch, margins, simulated, skin_patch


@functools.cache
def patch(seed: int = 0) -> Patch:
    within = simulated(person(seed))
    return skin_patch(person(seed), within, margins(person(seed), within, 2))


def lengths(edges: Ints) -> Floats:
    length: Floats = np.linalg.norm(np.diff(patch().points[edges], axis=1)[:, 0], axis=1)
    return length


def test_display_vertices_are_numbered_as_subdivision_numbers_them() -> None:
    """An edge's point depends most on its ends, a quad's on its corners alone."""
    topology, matrix = person().topology, subdivision(person().topology).toarray()
    edges = Edges(topology)
    strongest = np.sort(np.argsort(-matrix[edges.middle], axis=1, kind="stable")[:, :2], axis=1)
    assert (strongest == edges.ends).all()
    assert ((matrix[edges.centre] > 0).sum(axis=1) == 4).all()
    assert (np.take_along_axis(matrix[edges.centre], topology.control_quads, axis=1) > 0).all()


def test_every_vertex_is_one_of_the_display_mesh() -> None:
    np.testing.assert_array_equal(patch().points, person().points[patch().display])
    np.testing.assert_allclose(patch().from_control @ person().control, patch().points, atol=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_neighbours_share_whole_edges(seed: int) -> None:
    """No vertex lies on the middle of another triangle's edge: one piece with five openings and one rim.

    Euler: vertices − edges + triangles = 2 − 6 loops of border.
    """
    skin = patch(seed)
    assert len(skin.points) - len(skin.edges) + len(skin.triangles) == 2 - 6


def test_skin_is_finer_where_the_face_is_finer() -> None:
    """Edges, diagonals too, of 2 to 3 mm at nose and lips, of 5 to 9 mm elsewhere."""
    skin, topology = patch(), person().topology
    for region, shortest, longest in (("nose", 1.4, 2.8), ("upper_lip", 1.2, 2.8), ("cheek_l", 3.0, 6.5),
                                      ("chin", 3.5, 6.0), ("forehead", 4.0, 9.0)):  # fmt: skip
        inside = skin.from_control @ topology.region(region).astype(float) > 0.99
        assert shortest < np.median(lengths(skin.edges[inside[skin.edges].all(axis=1)])) < longest, region


def test_no_triangle_is_a_needle() -> None:
    """Height over longest side."""
    t = patch().triangles
    longest = np.max([lengths(t[:, [a, b]]) for a, b in ((0, 1), (1, 2), (2, 0))], axis=0)
    assert (2 * triangle_areas(patch().points, t) / longest**2).min() > 0.05
