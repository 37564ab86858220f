"""Smooth weights on the control vertices, and the plain loads, from which procedures are built."""

from dataclasses import replace

import numpy as np

from clinic.case import Edit, FaceModel, Floats, Gauge, Ints, Load, Mask, Points, Topology

FORWARD = np.array([0.0, -1.0, 0.0])  # patient frame: y grows to the back
LEFT = np.array([1.0, 0.0, 0.0])
DOWN = np.array([0.0, 0.0, -1.0])
_NEGLIGIBLE = 1e-3  # of the largest move


def bump(distance: Floats, reach: float) -> Floats:
    """Return (1 − d²/r²)² for d < r, else 0: smooth to its first derivative, 1 at distance 0."""
    inside = np.clip(1.0 - (distance / reach) ** 2, 0.0, None)
    return np.asarray(inside**2, dtype=np.float64)


def ease(x: Floats) -> Floats:
    """Return 0 for x ≤ 0, 1 for x ≥ 1 and a smooth step between."""
    t = np.clip(x, 0.0, 1.0)
    return np.asarray(t * t * (3.0 - 2.0 * t), dtype=np.float64)


def around(face: FaceModel, centre: Points, reach_mm: float) -> Floats:
    """Return (c,) weights of the exterior skin that fall from 1 at `centre` to 0 at `reach_mm`."""
    distance = np.linalg.norm(face.control - centre, axis=1)
    return np.where(face.topology.region("face"), bump(distance, reach_mm), 0.0)


def neighbours(topology: Topology, start: Mask, rings: int) -> Mask:
    """Return the (c,) mask of the vertices within so many edges of `start`, `start` included."""
    reached = start.copy()
    for _ in range(rings):
        touched = reached[topology.control_quads]
        edges = touched | np.roll(touched, 1, axis=1) | np.roll(touched, -1, axis=1)
        grown = reached.copy()
        grown[topology.control_quads[edges]] = True
        reached = grown
    return reached


def chosen(mask: Mask) -> Ints:
    """Return the numbers of the vertices in a mask."""
    return np.flatnonzero(mask).astype(np.int32)


def idle(edit: Edit, count: int, *gauges: Gauge) -> Load:
    """Return a load on so many control vertices that is read but does nothing: procedures fill in what they do."""
    nobody = np.zeros(0, np.int32)
    return Load(
        edit=edit,
        moved=nobody,
        moved_by=np.zeros((0, 3)),
        released=nobody,
        growth=np.zeros(count),
        growth_cc=0.0,
        gauges=gauges,
    )


def moving(edit: Edit, moves: Points, gauge: Gauge, *, to_reach: bool = False) -> Load:
    """Return the load that moves support by (c, 3) mm and does nothing else; what hardly moves is left as it is."""
    size = np.linalg.norm(moves, axis=1)
    moved = chosen(size > _NEGLIGIBLE * size.max())
    return replace(idle(edit, len(moves), gauge), moved=moved, moved_by=moves[moved], to_reach=to_reach)
