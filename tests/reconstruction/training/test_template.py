import numpy as np
import pytest

from clinic.case import Ints
from clinic.reconstruction.training.marks import edge_loop
from clinic.reconstruction.training.template import Graph, Template, border, subdivide

ROWS, COLUMNS = 5, 6  # vertices of a flat sheet, columns mirrored about its middle


def sheet() -> Template:
    number = np.arange(ROWS * COLUMNS).reshape(ROWS, COLUMNS)
    corners = number[:-1, :-1], number[:-1, 1:], number[1:, 1:], number[1:, :-1]
    quads = np.stack([corner.ravel() for corner in corners], 1).astype(np.int32)
    return Template(quads, np.arange(100, 100 + number.size, dtype=np.int32), number[:, ::-1].ravel().astype(np.int32))


def places() -> np.ndarray:
    rows, columns = np.mgrid[0:ROWS, 0:COLUMNS]
    return np.stack([columns.ravel() - (COLUMNS - 1) / 2, rows.ravel(), 0 * rows.ravel()], 1).astype(float)


def test_subdivision_counts_and_sums() -> None:
    template, made = sheet(), subdivide(sheet())
    edges = ROWS * (COLUMNS - 1) + COLUMNS * (ROWS - 1)
    assert made.matrix.shape == (template.count + edges + len(template.quads), template.count)
    assert len(made.triangles) == 8 * len(template.quads)
    assert np.allclose(made.matrix.sum(1), 1)


def test_subdivision_of_an_even_sheet_keeps_inner_points_and_rounds_corners() -> None:
    skin = subdivide(sheet()).matrix @ places()
    inner = np.flatnonzero((np.abs(places()[:, 0]) < 2) & (places()[:, 1] > 0) & (places()[:, 1] < ROWS - 1))
    assert np.allclose(skin[inner], places()[inner])
    assert np.allclose(skin[0], places()[0] + (0.125, 0.125, 0))  # ⅛ ¾ ⅛ along the border


def test_a_bump_sinks_by_the_published_weight() -> None:
    """A single raised vertex of four edges keeps 9/16 of its height (Catmull and Clark 1978)."""
    points = places()
    points[2 * COLUMNS + 2, 2] = 1.0
    assert (subdivide(sheet()).matrix @ points)[2 * COLUMNS + 2, 2] == pytest.approx(9 / 16)


def test_mirrored_vertices_mirror() -> None:
    made = subdivide(sheet())
    skin = made.matrix @ places()
    assert np.allclose(skin[made.mirror] * (-1, 1, 1), skin)
    known = {tuple(sorted(triangle)) for triangle in made.triangles.tolist()}
    assert {tuple(sorted(triangle)) for triangle in made.mirror[made.triangles].tolist()} == known


def test_border_is_one_loop() -> None:
    loop = border(sheet().quads)
    assert len(loop) == len(set(loop.tolist())) == 2 * (ROWS + COLUMNS - 2)
    assert len(border(subdivide(sheet()).triangles)) == 2 * len(loop)


def test_number_knows_the_head_from_the_rest() -> None:
    assert sheet().number(103) == 3
    with pytest.raises(ValueError, match="not part"):
        sheet().number(7)


def test_graph_grows_counts_and_floods() -> None:
    template = sheet()
    graph = Graph(template.quads, template.count)
    corner = np.zeros(template.count, bool)
    corner[0] = True
    assert graph.grow(corner, across=False).sum() == 3
    assert graph.grow(corner).sum() == 4
    assert graph.steps(corner)[template.count - 1] == ROWS + COLUMNS - 2
    wall = np.arange(template.count) % COLUMNS == 2
    assert graph.flood(0, wall).sum() == 2 * ROWS


def test_edge_loop_goes_straight_round_a_tube() -> None:
    quads = tube()
    loop = edge_loop(Graph(quads, 24), 8, 9)
    assert loop.tolist() == list(range(8, 16))


def tube() -> Ints:
    """Three rings of eight vertices."""
    ring = np.arange(8)
    beside = (ring + 1) % 8
    return np.vstack(
        [np.stack([r * 8 + ring, r * 8 + beside, r * 8 + 8 + beside, r * 8 + 8 + ring], 1) for r in (0, 1)]
    )
