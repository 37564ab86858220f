"""The same skin found in photos of a head whose every pixel is known."""

import numpy as np
import pytest
from reconstruction.dense.scenes import Scene, bent, moved, scene, shown_in

from clinic.case import Floats
from clinic.reconstruction.dense.match import match
from clinic.reconstruction.dense.matches import Matches
from clinic.reconstruction.face_space import FaceSpace

TOPOLOGY = FaceSpace.load().topology


@pytest.fixture(scope="module")
def taken() -> Scene:
    return scene((0.0, 35.0))


@pytest.fixture(scope="module")
def found(taken: Scene) -> Matches:
    """Matches from a mesh off by 2 mm and cameras off by 1° and 3 mm."""
    start = bent(taken.points, 2.0)
    cameras = (taken.cameras[0], moved(taken.cameras[1], 1.0, 3.0))
    (matches,) = match(taken.photos, [(camera, start) for camera in cameras], TOPOLOGY)
    return matches


def error(taken: Scene, matches: Matches) -> Floats:
    return matches.image_second - shown_in(taken, matches.first, matches.second, matches.image_first)


def test_skin_is_found_to_a_fraction_of_a_pixel_all_over_the_face(taken: Scene, found: Matches) -> None:
    """From a start that is 6 px off, as a fit of landmarks may be."""
    off = np.linalg.norm(error(taken, found), axis=1)
    assert len(off) > 600
    assert np.median(off) < 0.35
    assert np.mean(off > 1.5) < 0.05


def test_there_is_no_bias(taken: Scene, found: Matches) -> None:
    """What all matches have in common would be taken for shape, however many there are."""
    assert np.abs(np.median(error(taken, found), axis=0)).max() < 0.05


def test_the_stated_precision_is_the_true_one(taken: Scene, found: Matches) -> None:
    """Whitened errors have unit variance in each of two directions: median squared length 2 ln 2."""
    whitened = np.einsum("sij,sj->si", found.whiten, error(taken, found))
    assert 0.4 < np.median((whitened**2).sum(axis=1)) / (2 * np.log(2)) < 1.6


def test_plain_skin_gives_no_matches() -> None:
    """A filter that smooths skin leaves nothing to match; shade alone must not be taken for it."""
    plain = scene((0.0, 35.0), contrast=0.0)
    assert match(plain.photos, [(camera, bent(plain.points, 2.0)) for camera in plain.cameras], TOPOLOGY) == ()


def test_photos_from_opposite_sides_are_not_compared(taken: Scene) -> None:
    apart = scene((-50.0, 50.0))
    assert match(apart.photos, [(camera, apart.points) for camera in apart.cameras], TOPOLOGY) == ()
