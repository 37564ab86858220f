"""Refuses skin that no tissue can be put under, in words that name the place."""

import numpy as np
from numba import njit

from clinic.case import FaceModel, Ints, Mask, Points
from clinic.errors import ClinicError
from clinic.simulation.patch import Patch, holes
from clinic.words import say

_FOLDED = say("the skin is folded or meets itself")
_AGAIN = say("Check the face there, or take the photos again with closed mouth and relaxed face.")
_THROUGH_MM = 1.5  # an edge passes through skin if both ends lie as far from it: lips that touch cross by less


class CannotMesh(ClinicError):
    """The skin is folded, open or crosses itself, or no tissue lies under it."""

    def __init__(self, why: str, where: str, remedy: str) -> None:
        super().__init__(
            say(
                "The soft tissue could not be modelled: {what!t}. Nothing was simulated. {remedy!t}",
                what=say("{why!t} near the {landmark!t}", why=why, landmark=where) if where else why,
                remedy=remedy,
            )
        )


def folded(face: FaceModel, place: Points) -> CannotMesh:
    """Return the refusal of a face whose skin leaves no room for tissue at a place, (3,) mm."""
    return CannotMesh(_FOLDED, _nearest_landmark(face, place), _AGAIN)


def check_face(face: FaceModel, within: Mask) -> None:
    """Raise CannotMesh for skin without a place, skin with holes, and tissue of no thickness.

    within: (c,) the control vertices that are to be simulated.
    """
    lost = ~np.isfinite(face.control).all(axis=1)
    if lost.any():
        raise CannotMesh(say("part of the skin has no place in space"), "", say("Reconstruct or open the face again."))
    open_at = holes(face.topology, within)
    if open_at.any():
        where = _nearest_landmark(face, face.control[open_at][0])
        raise CannotMesh(
            say("the skin has a hole"), where, say("Close it in the scan, or reconstruct the face from photos.")
        )
    if face.thickness_mm is not None:
        bare = within & (face.thickness_mm <= 0.0)
        if bare.any():
            where = _nearest_landmark(face, face.control[bare][0])
            remedy = say("Check where skin and bone were found there, or simulate without the CT.")
            raise CannotMesh(say("the CT shows no soft tissue between skin and bone"), where, remedy)


def check_patch(face: FaceModel, patch: Patch) -> None:
    """Raise CannotMesh where skin passes through skin."""
    crossing = _crossings(np.array(patch.points), patch.edges, np.array(patch.triangles))
    if crossing.any():
        raise folded(face, patch.points[patch.edges[crossing][0, 0]])


def _nearest_landmark(face: FaceModel, place: Points) -> str:
    at = face.landmarks()
    name = min(at, key=lambda key: float(np.linalg.norm(at[key] - place)))
    return name.removesuffix("_r").removesuffix("_l").replace("_", " ")


def _crossings(points: Points, edges: Ints, triangles: Ints) -> Mask:
    """Return the (e,) mask of edges that pass well through a triangle which they do not touch."""
    low, high = points[triangles].min(axis=1), points[triangles].max(axis=1)
    order = np.argsort(low[:, 0])
    widest = float((high - low)[:, 0].max())
    first = np.searchsorted(low[order, 0], points[edges][:, :, 0].min(axis=1) - widest)
    crossing: Mask = _sweep(points, np.array(edges), triangles[order], low[order], high[order], first)
    return crossing


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def _sweep(points: Points, edges: Ints, triangles: Ints, low: Points, high: Points, first: Ints) -> Mask:
    crossing = np.zeros(len(edges), np.bool_)
    for e in range(len(edges)):
        p, q = points[edges[e, 0]], points[edges[e, 1]]
        for t in range(first[e], len(triangles)):
            if low[t, 0] > max(p[0], q[0]):
                break
            apart = False
            for k in range(3):
                if low[t, k] > max(p[k], q[k]) or high[t, k] < min(p[k], q[k]):
                    apart = True
            for corner in triangles[t]:
                if corner == edges[e, 0] or corner == edges[e, 1]:
                    apart = True
            if apart:
                continue
            a, b, c = points[triangles[t, 0]], points[triangles[t, 1]], points[triangles[t, 2]]
            above, below, twice = _side(p, a, b, c), _side(q, a, b, c), np.sqrt((np.cross(b - a, c - a) ** 2).sum())
            if above * below < 0.0 and min(abs(above), abs(below)) > _THROUGH_MM * twice:
                one, two, three = _side(p, q, a, b), _side(p, q, b, c), _side(p, q, c, a)
                if (one > 0.0 and two > 0.0 and three > 0.0) or (one < 0.0 and two < 0.0 and three < 0.0):
                    crossing[e] = True
                    break
    return crossing


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def _side(p: Points, a: Points, b: Points, c: Points) -> float:
    """Return six times the signed volume of a tetrahedron."""
    u0, u1, u2 = a[0] - p[0], a[1] - p[1], a[2] - p[2]
    v0, v1, v2 = b[0] - p[0], b[1] - p[1], b[2] - p[2]
    w0, w1, w2 = c[0] - p[0], c[1] - p[1], c[2] - p[2]
    side: float = u0 * (v1 * w2 - v2 * w1) + u1 * (v2 * w0 - v0 * w2) + u2 * (v0 * w1 - v1 * w0)
    return side
