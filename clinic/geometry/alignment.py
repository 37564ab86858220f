"""The best rotation, shift and size between paired points."""

import numpy as np

from clinic.case import Floats, Points


def rigid_alignment(source: Points, target: Points, weights: Floats | None = None) -> tuple[Floats, Floats]:
    """Return rotation (3, 3) and translation (3,) with target ≈ source · rotationᵀ + translation, least squares.

    Source: Kabsch 1976; Umeyama 1991.
    """
    _, rotation, translation = _align(source, target, weights, sized=False)
    return rotation, translation


def similarity_alignment(source: Points, target: Points, weights: Floats | None = None) -> tuple[float, Floats, Floats]:
    """Return size, rotation, translation with target ≈ size · source · rotationᵀ + translation. Umeyama 1991."""
    return _align(source, target, weights, sized=True)


def _align(source: Points, target: Points, weights: Floats | None, sized: bool) -> tuple[float, Floats, Floats]:
    weight = np.ones(len(source)) if weights is None else weights
    weight = weight / weight.sum()
    source_centre, target_centre = weight @ source, weight @ target
    from_centre = source - source_centre
    covariance = (target - target_centre).T @ (weight[:, None] * from_centre)
    left, singular, right = np.linalg.svd(covariance)
    flip = np.array([1.0, 1.0, np.sign(np.linalg.det(left) * np.linalg.det(right))])
    rotation = left @ np.diag(flip) @ right
    spread = float(weight @ (from_centre**2).sum(axis=1))
    size = float(singular @ flip) / spread if sized else 1.0
    return size, rotation, target_centre - size * rotation @ source_centre
