from dataclasses import replace

import numpy as np

from clinic.reconstruction.training import prior
from clinic.reconstruction.training.anthropometry import MEASURES
from clinic.reconstruction.training.sliders import Slider

POINTS = np.random.default_rng(1).normal(size=(40, 3)) * 50
POINTS = np.concatenate([POINTS, POINTS * (-1, 1, 1)])
MIRROR = np.concatenate([np.arange(40, 80), np.arange(40)])
WEIGHT = np.ones(80)


def field(seed: int, *, even: bool) -> np.ndarray:
    half = np.random.default_rng(seed).normal(size=(40, 3))
    return np.concatenate([half, half * (-1, 1, 1) * (1 if even else -1)])


def basis(count: int = 100) -> prior.Basis:
    sliders = [Slider(f"s{i}", "", field(i, even=True), -field(i, even=True)) for i in range(count - 14)]
    sliders += [Slider(f"a{i}", "", field(500 + i, even=False), -field(500 + i, even=False)) for i in range(14)]
    return prior.make_basis(tuple(sliders), np.zeros((0, 80, 3)), np.eye(3), POINTS)


def test_measures_spread_as_published() -> None:
    made = basis()
    random = np.random.default_rng(3)
    slope = random.normal(size=(len(made.partner), len(MEASURES))) * [one.sd for one in MEASURES]
    spread = prior.to_published(made, np.concatenate([slope, -slope]))
    sd = np.sqrt(((slope * spread.sigma[:, None]) ** 2).sum(0))
    assert np.abs(sd / [one.sd for one in MEASURES] - 1).max() < 0.2


def test_pairs_of_sides_move_mostly_together() -> None:
    made = basis()
    paired = replace(made, partner=np.r_[1, 0, made.partner[2:]].astype(np.int32))
    values = prior.draw(paired)
    assert 0.7 < np.corrcoef(values[:, 0], values[:, 1])[0, 1] < 0.98
    assert abs(np.corrcoef(values[:, 2], values[:, 3])[0, 1]) < 0.03
    assert np.abs(values).max() <= 1


def test_modes_are_one_standard_deviation_of_what_was_drawn() -> None:
    """All modes together hold the variance of the draws at every point, rigid motion removed."""
    made = basis(96)
    values = prior.draw(made)
    modes = prior.make_modes(prior.spread(made, values), WEIGHT, MIRROR, POINTS)
    assert modes.modes.shape == (92, 80, 3)
    drawn = np.tensordot(values[:4000], made.high, 1)
    rigid = np.stack([np.broadcast_to(axis, POINTS.shape) for axis in np.eye(3)])
    rigid = np.concatenate([rigid, [np.cross(axis, POINTS) for axis in np.eye(3)]]).reshape(6, -1).T
    free = drawn.reshape(len(drawn), -1).T
    free = free - rigid @ np.linalg.lstsq(rigid, free, rcond=None)[0]
    held = (modes.modes**2).sum() / (free**2).sum(0).mean()
    assert 0.93 < held < 1.03


def test_symmetric_modes_mirror() -> None:
    modes = prior.make_modes(prior.spread(basis(), prior.draw(basis())), WEIGHT, MIRROR, POINTS).modes
    flipped = modes[:, MIRROR] * (-1, 1, 1)
    assert np.allclose(flipped[: prior.SYMMETRIC], modes[: prior.SYMMETRIC], atol=1e-9)
    assert np.allclose(flipped[prior.SYMMETRIC :], -modes[prior.SYMMETRIC :], atol=1e-9)
