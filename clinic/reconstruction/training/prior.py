"""Makes the modes of identity: people of scans and random sliders, pooled, in principal components."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import lsq_linear

from clinic.case import Floats, Ints, Mask, Points
from clinic.reconstruction.training import anthropometry
from clinic.reconstruction.training.sliders import Slider

SYMMETRIC, ASYMMETRIC = 80, 12
SCAN_SHARE = 0.7  # of the pooled covariance; the rest is the sliders'
_DRAWS = 50_000
_SEED = 20260
_SLIDER_SIGMA = 0.22  # of a slider's reach; beyond 1 it is cut off
# Sliders made for caricature rather than for people, and their smaller sigma.
_RARE = {
    "forehead-nubian": 0.02,
    "forehead-scale-vert": 0.08,
    "forehead-temple": 0.1,
    "head-angle": 0.1,
    "head-square": 0.1,
    "head-diamond": 0.1,
    "ear-shape-pointed": 0.02,
    "ear-shape-triangle": 0.05,
    "ear-trans": 0.1,
    "ear-flap": 0.1,
    "neck-scale-vert": 0.08,
    "nose-compression": 0.12,
    "eye-epicanthus": 0.15,
}
_SIDES_DIFFER = 0.4  # sigma of left against right, as a share of the sigma they have in common
_ORIGIN_SIGMA = 0.3  # how far a person leans to one origin and sex
_RELUCTANCE = 0.12  # cost of doubling a slider's variance, against a measure whose variance is off by its own size
_VARIANCE_FACTORS = (0.05, 4.0)
_SKULL_WEIGHT = 0.2
_SIZE_REACH = 0.25  # one standard deviation of size lies at this part of its slider
_SIZE_SIGMA = 0.038  # relative spread of all sizes together


@dataclass(frozen=True, slots=True, eq=False)
class Basis:
    """What moves together. high, low: (k, n, 3) mm of each slider at +1 and −1, mirrored pairs beside each other."""

    high: Points
    low: Points
    partner: Ints  # the same slider of the other side, itself if it has none
    sigma: Floats  # (k,) standard deviation of each


@dataclass(frozen=True, slots=True, eq=False)
class Modes:
    """modes: (80 + 12, n, 3) mm for one standard deviation each. variances: share of the face's spread, descending."""

    modes: Points
    explained: tuple[float, float]  # share of the symmetric and of the asymmetric spread that is kept


def make_basis(sliders: tuple[Slider, ...], origins: Points, linear: Floats, head: Points) -> Basis:
    """Gather the sliders, the six origins and plain size as ways to change a head.

    linear: (3, 3), from offsets of the figure to offsets of the head. head: (n, 3) mm.
    """
    names = [(one.name, one.side) for one in sliders]
    other = {"l": "r", "r": "l", "": ""}
    partner = [names.index((name, other[side])) for name, side in names]
    partner += range(len(sliders), len(sliders) + len(origins) + 1)
    high = np.concatenate([[one.high for one in sliders], origins]) @ linear
    low = np.concatenate([[one.low for one in sliders], -origins]) @ linear
    size = _SIZE_SIGMA / _SIZE_REACH * head
    rest = [_ORIGIN_SIGMA] * len(origins) + [_SIZE_REACH]
    sigma = np.array([_RARE.get(one.name, _SLIDER_SIGMA) for one in sliders] + rest)
    return Basis(np.append(high, [size], 0), np.append(low, [-size], 0), np.array(partner, np.int32), sigma)


def draw(basis: Basis) -> Floats:
    """Return (50,000, k) random slider values; the two sides of a face differ little."""
    random = np.random.default_rng(_SEED)
    count = len(basis.partner)
    common = random.standard_normal((_DRAWS, count))
    first = np.minimum(np.arange(count), basis.partner)
    paired = basis.partner != np.arange(count)
    values: Floats = common[:, first] + paired * _SIDES_DIFFER * random.standard_normal((_DRAWS, count))
    return np.clip(values * basis.sigma, -1, 1)


def spread(basis: Basis, values: Floats) -> Points:
    """Return (2k, n, 3) fields that together spread like the heads of random slider values (d, k)."""
    used = np.concatenate([np.maximum(values, 0), np.maximum(-values, 0)], axis=1)
    sizes, vectors = np.linalg.eigh(np.cov(used.T))
    root = (vectors * np.sqrt(np.maximum(sizes, 0))).T
    return np.tensordot(root, np.concatenate([basis.high, basis.low]), 1)


def pooled(scans: Points, sliders: Points) -> Points:
    """Return fields whose spread is the weighted mean of that of two sets of fields, (k, n, 3) each."""
    return np.concatenate([np.sqrt(SCAN_SHARE) * scans, np.sqrt(1 - SCAN_SHARE) * sliders])


def make_modes(fields: Points, weight: Floats, mirror: Ints, frame_points: Points) -> Modes:
    """Return the principal components of what fields (k, n, 3) spread together.

    weight: (n,) of each point. mirror: (n,). frame_points: (n, 3) the mean, about which rigid motion is removed.
    """
    fields = fields - _rigid(fields, frame_points, weight)
    mirrored = fields[:, mirror] * (-1, 1, 1)
    even, share_even = _components((fields + mirrored) / 2, weight, SYMMETRIC)
    odd, share_odd = _components((fields - mirrored) / 2, weight, ASYMMETRIC)
    return Modes(np.concatenate([even, odd]), (share_even, share_odd))


def to_published(basis: Basis, sizes: Floats) -> Basis:
    """Return the basis with the spread of its sliders changed until published measures spread as published.

    Each slider's variance is changed as little as that allows: bounded least squares. sizes: (2k, m).
    """
    count = len(basis.partner)
    slope = (sizes[:count] - sizes[count:]) / 2
    first = np.minimum(np.arange(count), basis.partner)
    common = np.zeros_like(slope)
    np.add.at(common, first, slope)
    own = first == np.arange(count)
    share = (common[own] * basis.sigma[own, None]) ** 2 / np.array([one.sd for one in anthropometry.MEASURES]) ** 2
    rows = np.vstack([share.T, _RELUCTANCE * np.eye(own.sum())])
    goal = np.concatenate([np.ones(share.shape[1]), np.full(own.sum(), _RELUCTANCE)])
    factor = np.ones(count)
    factor[own] = lsq_linear(rows, goal, bounds=_VARIANCE_FACTORS).x
    return replace(basis, sigma=basis.sigma * np.sqrt(factor[first]))


def weights(face: Mask, interior: Mask, parts: int) -> Floats:
    """Return (c + parts,) how much each point counts in the components."""
    skin = np.where(face, 1.0, np.where(interior, _SKULL_WEIGHT / 4, _SKULL_WEIGHT))
    return np.concatenate([skin, np.zeros(parts)])


def _components(fields: Points, weight: Floats, count: int) -> tuple[Points, float]:
    """Return (count, n, 3) components of one standard deviation each, the first sign-fixed, and the share they hold."""
    left, sizes, _ = np.linalg.svd((fields * np.sqrt(weight)[:, None]).reshape(len(fields), -1), full_matrices=False)
    components = np.tensordot(left[:, :count].T, fields, 1)
    largest = np.abs(components).reshape(count, -1).argmax(1)
    signs = np.sign(components.reshape(count, -1)[np.arange(count), largest])
    return components * signs[:, None, None], float((sizes[:count] ** 2).sum() / (sizes**2).sum())


def _rigid(fields: Points, points: Points, weight: Floats) -> Points:
    """Return the part of each field that merely moves and turns the head, by weighted least squares."""
    motions = [np.broadcast_to(axis, points.shape) for axis in np.eye(3)]
    motions += [np.cross(axis, points) for axis in np.eye(3)]
    columns = np.stack(motions).reshape(6, -1).T
    by_weight = columns * np.repeat(weight, 3)[:, None]
    solved = np.linalg.solve(by_weight.T @ columns, by_weight.T @ fields.reshape(len(fields), -1).T)
    moved: Points = (columns @ solved).T.reshape(fields.shape)
    return moved
