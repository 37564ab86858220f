"""Places on the skin: what a click in the picture hits, and where a place of the plan lies on a face."""

from dataclasses import dataclass

import numpy as np

from clinic.case import FaceModel, Floats, Points, Topology, Triangles, frozen

_EDGE = 1e-9  # below which a ray runs along a triangle


@dataclass(frozen=True, slots=True, eq=False)
class Spot:
    """A point of the skin: the number of its triangle and its (3,) barycentric weights there."""

    triangle: int
    weights: Floats

    def __post_init__(self) -> None:
        object.__setattr__(self, "weights", frozen(self.weights, np.float64, 3))

    def on(self, values: Floats, triangles: Triangles) -> Floats:
        """Return what (n, k) values of the vertices are here, (k,)."""
        here: Floats = self.weights @ values[triangles[self.triangle]]
        return here

    def faces(self, towards: Floats, points: Points, triangles: Triangles) -> bool:
        """True if the skin here looks in a direction."""
        a, b, c = points[triangles[self.triangle]]
        return bool(np.cross(b - a, c - a) @ towards > 0)


def hit(origin: Floats, towards: Floats, points: Points, triangles: Triangles) -> Spot | None:
    """Return the nearest place where a ray meets a surface from outside (Möller and Trumbore 1997), None beside it."""
    a, ab, ac = points[triangles[:, 0]], *(points[triangles[:, k]] - points[triangles[:, 0]] for k in (1, 2))
    across = np.cross(towards, ac)
    size = (ab * across).sum(axis=1)  # > 0: seen from outside
    safe = np.where(size > _EDGE, size, 1.0)
    away = origin - a
    u = (away * across).sum(axis=1) / safe
    turned = np.cross(away, ab)
    v = turned @ towards / safe
    far = (turned * ac).sum(axis=1) / safe
    met = np.flatnonzero((size > _EDGE) & (u >= 0) & (v >= 0) & (u + v <= 1) & (far > 0))
    if not len(met):
        return None
    nearest = int(met[np.argmin(far[met])])
    return Spot(nearest, np.array([1.0 - u[nearest] - v[nearest], u[nearest], v[nearest]]))


def place(spot: Spot, topology: Topology) -> tuple[float, float]:
    """Return (u, v) of a spot, as `Edit.place` has it."""
    u, v = spot.on(topology.uv, topology.triangles)
    return float(u), float(v)


def find(at: tuple[float, float], topology: Topology) -> Spot:
    """Return the spot of a place: in its triangle of the chart, or at the nearest corner where the chart has none."""
    uv, triangles = topology.uv, topology.triangles
    a, ab, ac = uv[triangles[:, 0]], *(uv[triangles[:, k]] - uv[triangles[:, 0]] for k in (1, 2))
    away = np.asarray(at) - a
    area = _cross(ab, ac)
    safe = np.where(np.abs(area) > 1e-15, area, np.inf)
    u, v = _cross(away, ac) / safe, _cross(ab, away) / safe
    inside = np.minimum(np.minimum(u, v), 1.0 - u - v)
    best = int(np.argmax(np.where(np.isinf(safe), -np.inf, inside)))
    weights = np.clip([1.0 - u[best] - v[best], u[best], v[best]], 0.0, 1.0)
    return Spot(best, weights / weights.sum())


def outside(spot: Spot, face: FaceModel) -> bool:
    """True if a spot lies on the skin that is simulated, and not on cap, neck or the inside of mouth and lids."""
    simulated = face.topology.subdivide(face.topology.region("face")[:, None].astype(np.float64))
    return bool(spot.on(simulated, face.topology.triangles)[0] > 0.5)


def _cross(one: Floats, other: Floats) -> Floats:
    crossed: Floats = one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]
    return crossed
