"""Where matches say something."""

import numpy as np
from builders import camera, face
from reconstruction.dense.exact import TRIANGLES, aside, truth

from clinic.reconstruction.dense.coverage import matched


def test_skin_near_matches_counts_them_and_the_back_of_the_head_has_none() -> None:
    points = face().points
    matches = truth(points, (camera(), aside(30.0)))
    count = matched([matches], points, TRIANGLES)
    assert count[points[:, 1] > 100.0].max() == 0
    nearest = TRIANGLES[matches.triangle, np.argmax(matches.weights, axis=1)]
    assert count[nearest].min() >= 1
    np.testing.assert_array_equal(matched([matches, matches], points, TRIANGLES), 2 * count)


def test_without_matches_nothing_is_covered() -> None:
    assert not matched((), face().points, TRIANGLES).any()
