import numpy as np
import pytest

from clinic.case import Floats
from clinic.rendering.irradiance import learn


def directions(count: int = 4000) -> Floats:
    """Unit normals of the half sphere that a camera in front sees."""
    drawn = np.random.default_rng(1).normal(size=(count, 3))
    drawn[:, 1] = -abs(drawn[:, 1])
    unit: Floats = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    return unit


def test_light_from_one_side_is_found() -> None:
    """L(n) = 0.3 (1 + 0.4 x) is linear in the normal, so the fit can be all but exact."""
    light = learn(directions(), 0.3 * (1 + 0.4 * directions()[:, 0]))
    left, right = light.at(np.array([[0.8, -0.6, 0], [-0.8, -0.6, 0]]))
    assert left / right == pytest.approx(1.32 / 0.68, rel=0.05)
    assert light.at(directions()).mean() == pytest.approx(1, abs=0.02)


def test_brows_and_gloss_do_not_count() -> None:
    luminance = 0.3 * (1 + 0.4 * directions()[:, 0])
    spoiled = luminance.copy()
    spoiled[::12] *= 0.2
    spoiled[1::15] *= 3
    clean, robust = learn(directions(), luminance), learn(directions(), spoiled)
    assert robust.at(directions()) == pytest.approx(clean.at(directions()), abs=0.08)


def test_no_skin_is_ever_black() -> None:
    light = learn(directions(), np.clip(directions()[:, 2], 0, None))
    assert light.at(np.array([[0.0, 0, -1], [0, 1, 0]])).min() >= 0.2
