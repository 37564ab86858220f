from pathlib import Path

import numpy as np
import pytest

from clinic.reconstruction.training import ict

HEAD = Path(__file__).resolve().parents[4] / "shared" / "data" / "ict_head.npz"


@pytest.fixture(scope="module")
def model() -> ict.Ict:
    if not HEAD.exists():
        pytest.skip("the shared head model is absent")
    return ict.read(HEAD)


def test_it_is_in_the_patients_axes_and_millimetres(model: ict.Ict) -> None:
    right, left = model.mean[model.lm68[36]], model.mean[model.lm68[45]]  # outer corners of the eyes
    assert left[0] - right[0] == pytest.approx(89.2, abs=0.1)
    tip, chin, root = (model.mean[model.lm68[number]] for number in (30, 8, 27))
    assert tip[1] < root[1] - 10  # the nose points to −y
    assert chin[2] < tip[2] < root[2]


def test_skin_faces_outwards(model: ict.Ict) -> None:
    corners = model.mean[model.triangles]
    assert np.einsum("ij,ij->i", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])).sum() / 6 > 2e6


def test_a_head_is_mean_and_weighted_modes_and_expressions(model: ict.Ict) -> None:
    weights, expression = np.zeros(100), np.zeros(57)
    weights[3], expression[model.names.index("jawOpen")] = 2.0, 0.5
    head = model.draw(weights, expression)
    chin = model.lm68[8]
    jaw = model.expressions[model.names.index("jawOpen"), chin]
    assert np.allclose(head[chin], model.mean[chin] + 2 * model.modes[3, chin] + jaw / 2)
    assert jaw[2] < -10  # an open jaw brings the chin down


def test_tests_never_draw_the_people_of_the_prior() -> None:
    with pytest.raises(ValueError, match="learned"):
        ict.identities(ict.PRIOR_SEED, 3)
    assert np.abs(ict.identities(7, 60) - ict.prior_identities()).min() > 0
