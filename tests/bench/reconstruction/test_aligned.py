"""Alignment against exact solutions."""

import numpy as np
import pytest

from clinic.bench.reconstruction.aligned import similarity


def turned() -> np.ndarray:
    c, s = np.cos(0.4), np.sin(0.4)
    return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])


def test_a_moved_turned_and_enlarged_face_is_brought_back_exactly() -> None:
    face = np.random.default_rng(1).normal(scale=40.0, size=(60, 3))
    moved = similarity(face, 1.07 * face @ turned().T + (5.0, -3.0, 9.0))
    assert moved.size == pytest.approx(1.07)
    assert np.allclose(moved.rotation, turned())
    assert np.allclose(moved.of(face), 1.07 * face @ turned().T + (5.0, -3.0, 9.0))


def test_a_mirrored_face_is_not_taken_for_a_turned_one() -> None:
    face = np.random.default_rng(2).normal(scale=40.0, size=(60, 3))
    found = similarity(face, face * (-1.0, 1.0, 1.0))
    assert np.linalg.det(found.rotation) == pytest.approx(1.0)
    assert np.linalg.norm(found.of(face) - face * (-1.0, 1.0, 1.0), axis=1).max() > 10.0


def test_the_size_that_is_found_is_the_least_squares_one() -> None:
    """Noise of known direction: moving the answer's size either way makes it worse."""
    random = np.random.default_rng(3)
    face = random.normal(scale=40.0, size=(60, 3))
    goal = 0.9 * face + random.normal(scale=2.0, size=face.shape)
    found = similarity(face, goal)
    best = ((found.of(face) - goal) ** 2).sum()
    for factor in (0.999, 1.001):
        middle = goal.mean(axis=0)
        other = middle + factor * (found.of(face) - found.of(face).mean(axis=0))
        assert ((other - goal) ** 2).sum() > best
