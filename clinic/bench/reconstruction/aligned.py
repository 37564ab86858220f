"""Brings a face onto the true one and measures how far it is off."""

from dataclasses import dataclass

import numpy as np

from clinic.case import Floats, Points


@dataclass(frozen=True, slots=True, eq=False)
class Similarity:
    """q = size · rotation · p + translation."""

    size: float
    rotation: Floats
    translation: Floats

    def of(self, points: Points) -> Points:
        """Return (n, 3) points moved."""
        moved: Points = self.size * points @ self.rotation.T + self.translation
        return moved


def similarity(points: Points, goal: Points, *, free_size: bool = True) -> Similarity:
    """Return what brings points (n, 3) nearest to their goals (n, 3), least squares.

    Source: Umeyama 1991.
    """
    middle, there = points.mean(axis=0), goal.mean(axis=0)
    left, values, right = np.linalg.svd((goal - there).T @ (points - middle))
    proper = np.array([1.0, 1.0, np.sign(np.linalg.det(left @ right))])
    rotation = left @ np.diag(proper) @ right
    size = float(values @ proper / ((points - middle) ** 2).sum()) if free_size else 1.0
    return Similarity(size, rotation, there - size * rotation @ middle)
