"""How far surfaces lie apart, both ways."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from clinic.case import Floats, Points, Triangles
from clinic.geometry.nearest import Surface

_SAMPLES = 30_000


@dataclass(frozen=True, slots=True)
class Apart:
    """Distances of a found surface from the truth, mm. missed: from truth to found. made_up: from found to truth."""

    missed: Mapping[str, float]
    made_up: Mapping[str, float]

    @property
    def mean_mm(self) -> float:
        """The mean of the worse direction."""
        return max(self.missed["mean"], self.made_up["mean"])


def apart(true_at: Points, truth: tuple[Points, Triangles], found_at: Points, found: tuple[Points, Triangles]) -> Apart:
    """Return distances between surfaces, each asked at points of its own that count."""
    return Apart(_figures(true_at, found), _figures(found_at, truth))


def open_edges(points: Points, triangles: Triangles) -> int:
    """Return how many edges have not exactly two triangles; none in a closed surface."""
    edges = np.sort(triangles[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2).astype(np.int64), axis=1)
    _, many = np.unique(edges[:, 0] * len(points) + edges[:, 1], return_counts=True)
    return int((many != 2).sum())


def _figures(points: Points, surface: tuple[Points, Triangles]) -> Mapping[str, float]:
    chosen = np.random.default_rng(0).permutation(len(points))[:_SAMPLES]
    away: Floats = np.linalg.norm(Surface(*surface).nearest(points[chosen]).points - points[chosen], axis=1)
    return {
        "mean": round(float(away.mean()), 4),
        "median": round(float(np.median(away)), 4),
        "p95": round(float(np.percentile(away, 95)), 4),
        "max": round(float(away.max()), 3),
    }
