"""Quality of cells, and how lines are moved for its sake."""

import numpy as np
import pytest
from solids import block

from clinic.simulation.shaping import quality, shaped, volumes

TRIANGLES = np.array([[0, 1, 2], [0, 2, 3], [0, 3, 4], [0, 4, 5], [0, 5, 6], [0, 6, 1]])
REGULAR = np.array([[1.0, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]])


@pytest.mark.parametrize("size", [0.1, 30.0])
def test_a_regular_cell_has_quality_one(size: float) -> None:
    assert quality(size * REGULAR, np.array([[0, 2, 1, 3]])) == pytest.approx(
        -quality(size * REGULAR, np.array([[0, 1, 2, 3]]))
    )
    assert abs(quality(size * REGULAR, np.array([[0, 1, 2, 3]]))) == pytest.approx(1.0)


def test_quality_is_that_of_volume_and_edges() -> None:
    """6√2 V / (mean squared edge)^(3/2), on a shaken block."""
    points, cells = block(3, shake=0.2)
    pairs = ((0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3))
    squares = np.mean([((points[cells[:, a]] - points[cells[:, b]]) ** 2).sum(axis=1) for a, b in pairs], axis=0)
    np.testing.assert_allclose(quality(points, cells), 6 * np.sqrt(2) * volumes(points, cells) / squares**1.5)


def test_crossed_lines_are_untangled() -> None:
    """Under a hexagon the middle line leans so far that it crosses its neighbours: it comes upright again."""
    angles = np.arange(6) * np.pi / 3
    skin = np.concatenate([np.zeros((1, 3)), np.stack([np.cos(angles), np.sin(angles), 0 * angles], axis=1)])
    lines = np.tile((0.0, 0.0, -1.0), (7, 1))
    lines[0] = (2.5, 0.0, -0.8)
    a, b, c = np.sort(TRIANGLES, axis=1).T
    cells = np.concatenate(
        [np.stack(k, axis=1) for k in ((a, b, c, c + 7), (a, b, c + 7, b + 7), (a, a + 7, b + 7, c + 7))]
    )
    upright = np.concatenate([skin, skin + np.array([0.0, 0.0, -1.0])])
    flip = volumes(upright, cells) < 0
    cells[flip] = cells[flip][:, [0, 2, 1, 3]]
    shares = np.array([np.zeros(7), np.ones(7)])
    assert quality(np.concatenate([skin, skin + lines]), cells).min() < 0
    better = shaped(skin, lines, shares, cells, np.arange(7) == 0)
    assert quality(np.concatenate([skin, skin + better]), cells).min() > 0.05
    np.testing.assert_array_equal(better[1:], lines[1:])
