import numpy as np
import pytest

from clinic.rendering.pull_push import pull_push


def test_known_values_stay_and_gaps_lie_between() -> None:
    values = np.zeros((64, 64, 2), np.float32)
    weight = np.zeros((64, 64), np.float32)
    values[:, :10], weight[:, :10] = 1, 1
    values[:, 54:], weight[:, 54:] = 3, 1
    full = pull_push(values, weight, 8, 1e-4)
    assert np.array_equal(full[weight > 0], values[weight > 0])
    middle = full[32, 10:54, 0]
    assert (np.diff(middle) > -0.02).all()
    assert middle[22] == pytest.approx(2, abs=0.15)


def test_nothing_reaches_farther_than_its_levels() -> None:
    values = np.zeros((256, 256, 2), np.float32)
    weight = np.zeros((256, 256), np.float32)
    values[:8, :8], weight[:8, :8] = 1, 1
    assert abs(pull_push(values, weight, 3, 0.25)[100:, 100:]).max() == 0
