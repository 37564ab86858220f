from pathlib import Path

import numpy as np
import pytest

from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.training import correspondence, gate, ict
from clinic.reconstruction.training.registration import rigid

HEAD = Path(__file__).resolve().parents[4] / "shared" / "data" / "ict_head.npz"


@pytest.fixture(scope="module")
def model() -> ict.Ict:
    if not HEAD.exists():
        pytest.skip("the shared head model is absent")
    return ict.read(HEAD)


def test_a_person_whom_the_prior_has_not_seen_is_met(model: ict.Ict) -> None:
    """The gate on one head; all hundred are the module's own programme."""
    space = FaceSpace.load("holdout")
    people = gate.heads(model, ict.identities(77, 1))
    median, mean = gate.facespace_error(space, people)
    assert median < 0.30
    assert mean < 0.45


def test_the_models_points_lie_on_our_mean(model: ict.Ict) -> None:
    """True point to point on the mean head, narrow face, moved rigidly."""
    space, same = FaceSpace.load(), correspondence.read()
    ours = same.on(space.topology.subdivide(space.mean), space.topology.triangles)[model.narrow]
    skin = same.skin[model.narrow]
    theirs = model.mean[model.narrow]
    turn, shift = rigid(theirs[skin], ours[skin])
    away = np.linalg.norm(theirs @ turn + shift - ours, axis=1)[skin]
    assert skin.mean() > 0.75
    assert np.median(away) < 0.1
    assert np.percentile(away, 99) < 1.2  # lids and lips were brought together


def test_both_builds_share_all_but_identity() -> None:
    ship, holdout = FaceSpace.load(), FaceSpace.load("holdout")
    assert ship.sha256 != holdout.sha256
    assert (ship.mean == holdout.mean).all()
    assert ship.modes.shape == holdout.modes.shape
    assert np.abs(ship.modes - holdout.modes).max() > 1.0
