"""The foreign family and our mesh mean the same skin by the same place."""

from pathlib import Path

import numpy as np
import pytest

from clinic.bench.reconstruction.aligned import similarity
from clinic.bench.reconstruction.family import LENGTHS, REGIONS, Family, join, lengths
from clinic.bench.reconstruction.studio.head import Kind
from clinic.reconstruction.face_space import HOLDOUT, FaceSpace
from clinic.reconstruction.training import correspondence, ict

HEADS = Path(__file__).resolve().parents[4] / "shared" / "data" / "ict_head.npz"
SAME = {"pronasale": 30, "nasion": 27, "exocanthion_r": 36, "endocanthion_l": 42, "cheilion_r": 48, "cheilion_l": 54}


@pytest.fixture(scope="module")
def space() -> FaceSpace:
    return FaceSpace.load(HOLDOUT)


@pytest.fixture(scope="module")
def family(space: FaceSpace) -> Family:
    if not HEADS.exists():
        pytest.skip("the shared head model is absent")
    return join(Kind(ict.read(HEADS)), space, correspondence.read())


def test_most_of_the_narrow_face_is_compared_and_every_region_has_its_points(family: Family) -> None:
    assert len(family.compared) > 5000
    assert family.compared.max() < family.kind.ict.narrow.stop
    assert dict(zip(REGIONS, family.regions.sum(axis=1) > 100, strict=True)) == dict.fromkeys(REGIONS, True)


def test_the_familys_mean_lies_on_our_mean(family: Family, space: FaceSpace) -> None:
    """Our mean is the family's, smoothed and registered: their points agree to a millimetre."""
    ours, theirs = family.ours(space, space.mean), family.true(family.kind.ict.mean)
    off = np.linalg.norm(similarity(ours, theirs).of(ours) - theirs, axis=1)
    assert np.median(off) < 1.0


def test_our_landmarks_lie_where_the_family_names_them(family: Family, space: FaceSpace) -> None:
    head = family.kind.ict.draw(ict.identities(3, 1)[0])
    placed = family.landmarks(space, head)
    for name, number in SAME.items():
        assert np.linalg.norm(placed[name] - head[family.kind.ict.lm68[number]]) < 6.0, name


def test_a_larger_head_has_longer_lengths(family: Family, space: FaceSpace) -> None:
    head = family.kind.ict.mean
    told = lengths(family.landmarks(space, head))
    assert told.shape == (len(LENGTHS),)
    assert np.allclose(lengths(family.landmarks(space, 1.1 * head)), 1.1 * told)
    assert 25.0 < told[0] < 45.0  # between the inner corners of the eyes
