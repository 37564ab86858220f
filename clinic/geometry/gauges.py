"""How much of what was asked has reached the skin."""

from clinic.case import Gauge, Points, Topology
from clinic.geometry.surfaces import swept_volumes_mm3, vertex_areas


def reached(gauge: Gauge, topology: Topology, points: Points, displacement: Points) -> float:
    """Return what a gauge reads, in its own unit.

    points, displacement: (n, 3) mm over display vertices. mm: mean move along the gauge's direction, weighted by its
    weights and by area; cc: volume that the weighted skin sweeps.
    """
    weights = topology.subdivide(gauge.weights[:, None])[:, 0]
    if gauge.unit == "cc":
        swept = swept_volumes_mm3(points, displacement, topology.triangles)
        return float(swept @ weights[topology.triangles].mean(axis=1)) / 1000.0
    weights = weights * vertex_areas(points, topology.triangles)
    total = float(weights.sum())
    return float(weights @ (displacement @ gauge.direction)) / total if total > 0 else 0.0
