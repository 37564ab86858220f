"""Whose doing it is: what the skin does is told apart by the loads that do it together."""

from collections.abc import Sequence

import numpy as np

from clinic.case import FaceModel, Floats, Gauge, Load, Points, Triangles
from clinic.geometry import reached, swept_volumes_mm3
from clinic.simulation.loading import Demand

_NOTHING_MM3 = 1e-12


def by_others(
    face: FaceModel,
    points: Points,
    loads: Sequence[Load],
    wanted: Sequence[Demand],
    parts: Sequence[Points],
    display: Points,
) -> tuple[float, ...]:
    """Return what each gauge of the loads reads, in their order, of what the other loads do.

    parts: how each demand alone would move the display vertices (n, 3) by the linear model. display: how all move them
    together. Moves superpose, so a gauge reads of the others what it reads of their parts. Volume does not, and is told
    apart triangle by triangle: each demand is credited with what it would sweep alone, and of what is swept otherwise
    with a part in proportion to that. So the credits add up to the volume that the skin has truly gained.
    """
    triangles = face.topology.triangles
    credited = _credited(points, triangles, parts, display)

    def of_others(load: Load, gauge: Gauge) -> float:
        others = [k for k, demand in enumerate(wanted) if demand.load is not load]
        if gauge.unit != "cc":
            return sum(reached(gauge, face.topology, points, parts[k]) for k in others)
        weights = face.topology.subdivide(gauge.weights[:, None])[:, 0][triangles].mean(axis=1)
        return float(credited[others].sum(axis=0) @ weights) / 1000.0

    return tuple(of_others(load, gauge) for load in loads for gauge in load.gauges)


def _credited(points: Points, triangles: Triangles, parts: Sequence[Points], display: Points) -> Floats:
    """Return (d, m) mm³, what each of d parts has swept with each triangle."""
    alone = np.reshape([swept_volumes_mm3(points, part, triangles) for part in parts], (len(parts), len(triangles)))
    otherwise = swept_volumes_mm3(points, display, triangles) - alone.sum(axis=0)
    size = abs(alone) + _NOTHING_MM3
    credited: Floats = alone + size / size.sum(axis=0) * otherwise
    return credited
