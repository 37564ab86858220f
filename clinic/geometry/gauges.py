"""How much of what was asked has reached the skin."""

from math import atan2, degrees

import numpy as np

from clinic.case import Floats, Gauge, Points, Topology
from clinic.geometry.surfaces import swept_volumes_mm3, vertex_areas


def reached(gauge: Gauge, topology: Topology, points: Points, displacement: Points) -> float:
    """Return what a gauge reads, in its own unit.

    points, displacement: (n, 3) mm over display vertices. mm: mean move along the gauge's direction, weighted by its
    weights and by area; cc: volume that the weighted skin sweeps; °: how far the weighted skin has turned about the
    gauge's direction.
    """
    weights = topology.subdivide(gauge.weights[:, None])[:, 0]
    near = topology.triangles[(weights != 0.0)[topology.triangles].any(axis=1)]  # most of the head has no weight
    if gauge.unit == "cc":
        return float(swept_volumes_mm3(points, displacement, near) @ weights[near].mean(axis=1)) / 1000.0
    weights = weights * vertex_areas(points, near)
    total = float(weights.sum())
    if total <= 0.0:
        return 0.0
    if gauge.unit == "°":
        return _turned(gauge.direction, weights / total, points, points + displacement)
    return float(weights @ (displacement @ gauge.direction)) / total


def _turned(axis: Floats, weights: Floats, before: Points, after: Points) -> float:
    """Return the angle, degrees, −180 to 180, right-handed, of the least-squares rotation about an axis.

    The rotation, about the centroids, that leaves the least weighted squared distance between (n, 3) points before and
    after: with r and s from the centroids, tan φ = axis · Σ w r × s / Σ w r⊥ · s⊥ (Kabsch 1976, in a plane).
    """
    r, s = before - weights @ before, after - weights @ after
    across = float(weights @ np.cross(r, s) @ axis)
    along = float(weights @ (np.einsum("ij,ij->i", r, s) - (r @ axis) * (s @ axis)))
    return degrees(atan2(across, along))
