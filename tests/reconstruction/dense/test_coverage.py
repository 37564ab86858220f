"""Where matches say something."""

import numpy as np
from builders import camera, face
from reconstruction.dense.exact import TRIANGLES, aside, truth

from clinic.reconstruction.dense.coverage import matched
from clinic.reconstruction.dense.tracks import tracks


def test_skin_near_matches_counts_each_of_them_once_and_the_back_of_the_head_none() -> None:
    points, cameras = face().points, (camera(), aside(30.0))
    spots = tracks([truth(points, cameras)], [(one, points) for one in cameras], TRIANGLES)
    count = matched(spots, points, TRIANGLES)
    back = points[:, 1] > 100.0
    assert count[back].max() == 0
    spot = spots[0]
    nearest = TRIANGLES[spot.triangle, np.argmax(spot.weights, axis=1)]
    assert count[nearest].min() >= 1
    alone = matched(spots[:1], points, TRIANGLES)
    np.testing.assert_array_equal(count, alone)


def test_without_matches_nothing_is_covered() -> None:
    assert not matched((), face().points, TRIANGLES).any()
