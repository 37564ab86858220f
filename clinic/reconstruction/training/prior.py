"""Makes the modes of identity: random sliders, spread like published faces, in principal components."""

from dataclasses import dataclass

import numpy as np

from clinic.case import Floats, Ints, Mask, Points
from clinic.reconstruction.training import anthropometry
from clinic.reconstruction.training.sliders import Slider

SYMMETRIC, ASYMMETRIC = 80, 12
_DRAWS = 50_000
_SEED = 20260
_SLIDER_SIGMA = 0.3  # of a slider's reach; beyond 1 it is cut off
_SIDES_DIFFER = 0.22  # sigma of left against right, as a share of the sigma they have in common
_ORIGIN_SIGMA = 0.4  # how far a person leans to one origin and sex
_LARGEST_STRETCH = 3.0  # a size of the draws is never widened or narrowed beyond this factor
_SKULL_WEIGHT = 0.2
FACE_RMS_MM = 2.7  # spread of adult faces, root mean square over vertices after rigid alignment


@dataclass(frozen=True, slots=True, eq=False)
class Basis:
    """What moves together. high, low: (k, n, 3) mm of each slider at +1 and −1, mirrored pairs beside each other."""

    high: Points
    low: Points
    partner: Ints  # the same slider of the other side, itself if it has none


@dataclass(frozen=True, slots=True, eq=False)
class Modes:
    """modes: (80 + 12, n, 3) mm for one standard deviation each. variances: share of the face's spread, descending."""

    modes: Points
    explained: tuple[float, float]  # share of the symmetric and of the asymmetric spread that is kept


def make_basis(sliders: tuple[Slider, ...], origins: Points, linear: Floats) -> Basis:
    """Gather the sliders and the six origins as ways to change a head. linear: (3, 3), from figure to head."""
    names = [(one.name, one.side) for one in sliders]
    other = {"l": "r", "r": "l", "": ""}
    partner = [names.index((name, other[side])) for name, side in names]
    partner += range(len(sliders), len(sliders) + len(origins))
    high = np.concatenate([[one.high for one in sliders], origins])
    low = np.concatenate([[one.low for one in sliders], -origins])
    return Basis(high @ linear, low @ linear, np.array(partner, np.int32))


def draw(basis: Basis, count_of_origins: int) -> Floats:
    """Return (50,000, k) random slider values; the two sides of a face differ little."""
    random = np.random.default_rng(_SEED)
    count = len(basis.partner)
    common = random.standard_normal((_DRAWS, count))
    first = np.minimum(np.arange(count), basis.partner)
    paired = basis.partner != np.arange(count)
    values = _SLIDER_SIGMA * (common[:, first] + paired * _SIDES_DIFFER * random.standard_normal((_DRAWS, count)))
    values = np.clip(values, -1, 1)
    values[:, -count_of_origins:] = _ORIGIN_SIGMA * common[:, -count_of_origins:]
    return values


def make_modes(
    basis: Basis, values: Floats, sizes: Floats, weight: Floats, mirror: Ints, frame_points: Points
) -> Modes:
    """Return the principal components of random heads.

    values: (d, k) slider values. sizes: (2k, m) change of each published measure by each half slider (highs, then
    lows). weight: (n,) of each point. mirror: (n,). frame_points: (n, 3) the mean, about which rigid motion is removed.
    """
    halves = np.concatenate([basis.high, basis.low])
    halves = halves - _rigid(halves, frame_points, weight)
    used = np.concatenate([np.maximum(values, 0), np.maximum(-values, 0)], axis=1)
    spread = to_published(np.cov(used.T), sizes)
    mirrored = halves[:, mirror] * (-1, 1, 1)
    even, share_even = _components(spread, (halves + mirrored) / 2, weight, SYMMETRIC)
    odd, share_odd = _components(spread, (halves - mirrored) / 2, weight, ASYMMETRIC)
    return Modes(np.concatenate([even, odd]), (share_even, share_odd))


def to_published(spread: Floats, sizes: Floats) -> Floats:
    """Return the covariance of slider halves whose published measures have the published standard deviations.

    What the measures do not see keeps its spread; correlations between measures stay those of the draws.
    """
    seen = spread @ sizes
    of_measures = sizes.T @ seen
    wanted = np.array([one.sd for one in anthropometry.MEASURES])
    factor = np.clip(wanted / np.sqrt(np.diag(of_measures)), 1 / _LARGEST_STRETCH, _LARGEST_STRETCH)
    explained = np.linalg.solve(of_measures, seen.T).T
    change = np.eye(len(spread)) + explained @ np.diag(factor - 1) @ sizes.T
    published: Floats = change @ spread @ change.T
    return published


def weights(face: Mask, interior: Mask, parts: int) -> Floats:
    """Return (c + parts,) how much each point counts in the components."""
    skin = np.where(face, 1.0, np.where(interior, _SKULL_WEIGHT / 4, _SKULL_WEIGHT))
    return np.concatenate([skin, np.zeros(parts)])


def _components(spread: Floats, halves: Points, weight: Floats, count: int) -> tuple[Points, float]:
    """Return (count, n, 3) components of one standard deviation each, the first sign-fixed, and the share they hold."""
    values, vectors = np.linalg.eigh(spread)
    root = (vectors * np.sqrt(np.maximum(values, 0))).T
    fields = np.tensordot(root, halves, 1)
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
