"""Paired differences with known answers."""

import numpy as np
import pytest

from clinic.bench.reconstruction.paired import difference


def test_a_constant_gain_is_certain_however_much_faces_differ() -> None:
    other = np.array([1.6, 4.4, 2.0, 3.1, 2.7, 1.9])
    found = difference(other - 0.5, other)
    assert (found.median, found.low, found.high) == pytest.approx((-0.5, -0.5, -0.5))
    assert found.count == 6


def test_no_gain_gives_an_interval_around_nothing() -> None:
    random = np.random.default_rng(4)
    other = random.normal(size=40)
    found = difference(other + random.normal(scale=0.2, size=40), other)
    assert found.low < 0.0 < found.high
    assert found.high - found.low == pytest.approx(4 * 1.25 * 0.2 / np.sqrt(40), rel=0.5)  # of a median of normals


def test_pairs_that_lack_one_are_left_out() -> None:
    found = difference(np.array([1.0, np.nan, 3.0]), np.array([2.0, 2.0, np.nan]))
    assert (found.median, found.count) == (-1.0, 1)
    assert difference(np.array([np.nan]), np.array([1.0])).count == 0
