"""The outline that a mesh would have in a photo: where it turns away from the camera and nothing of it is behind."""

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np

from clinic.case import Camera, Floats, Ints, Mask, Points, Topology
from clinic.case.arrays import freeze
from clinic.geometry import vertex_normals
from clinic.geometry.rasterise import photograph

_SILHOUETTE_PX = 1500  # longer side of the picture in which the outline is traced
_ON_OUTLINE_PX = 1.6  # of that picture
_SPACING_MM = 1.0
_GAP_MM = 5.0  # neighbours further apart belong to two pieces
_SKIN, _NOT_SKIN = ("face",), ("ears", "scalp", "interior", "neck")


@dataclass(frozen=True, slots=True, eq=False)
class Contour:
    """Points of a mesh's outline, in order around it.

    triangle, weights: (s,) and (s, 3) on the display mesh. image: (s, 2) px. outward: (s, 2) unit, away from the face.
    px_per_mm: (s,). piece: (s,) number of the unbroken piece that a point belongs to.
    """

    triangle: Ints
    weights: Floats
    image: Floats
    outward: Floats
    px_per_mm: Floats
    piece: Ints

    def __post_init__(self) -> None:
        s = len(self.image)
        freeze(
            self,
            triangle=(np.int32, s),
            weights=(np.float64, s, 3),
            image=(np.float64, s, 2),
            outward=(np.float64, s, 2),
            px_per_mm=(np.float64, s),
            piece=(np.int32, s),
        )


def occluding(camera: Camera, points: Points, topology: Topology) -> Contour:
    """Return the outline of the bare skin of a face, points (n, 3) as `camera` sees them; ears and scalp left out."""
    edges = _edges(topology)
    towards = camera.position - points
    normals = vertex_normals(points, topology.triangles)
    corners = points[topology.triangles]
    facing = np.einsum("mi,mi->m", np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]),
                       towards[topology.triangles[:, 0]]) > 0  # fmt: skip
    turns = facing[edges.triangles[:, 0]] != facing[edges.triangles[:, 1]]
    edge, share = _along(points, edges, np.flatnonzero(turns & edges.skin).astype(np.int32))
    ends = edges.vertices[edge]
    both = np.stack([1 - share, share], axis=1)
    middle = np.einsum("se,sei->si", both, points[ends])
    across = np.einsum("se,sei->si", both, normals[ends]) @ camera.rotation.T
    image, depth = camera.project(middle), camera.to_camera(middle)[:, 2]
    outward = across[:, :2] - (image - (camera.cx, camera.cy)) / camera.focal_px * across[:, 2:]
    order, place, scale = _around(camera, points, topology, image)
    px_per_mm = camera.focal_px / depth[order]
    gap = np.abs(np.diff(place)) / scale > _GAP_MM * px_per_mm[1:]
    corner = topology.triangles[edges.triangles[edge[order], 0]]
    weights = np.einsum("se,sec->sc", both[order], (corner[:, None, :] == ends[order][:, :, None]).astype(float))
    return Contour(
        triangle=edges.triangles[edge[order], 0],
        weights=weights,
        image=image[order],
        outward=(outward / np.linalg.norm(outward, axis=1, keepdims=True))[order],
        px_per_mm=px_per_mm,
        piece=np.concatenate([[0], np.cumsum(gap)])[: len(order)],
    )


def _along(points: Points, edges: "_Edges", turning: Ints) -> tuple[Ints, Floats]:
    """Return evenly spread points of edges: the edge and the share of its second end."""
    ends = points[edges.vertices[turning]]
    many = np.maximum(1, np.round(np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1) / _SPACING_MM)).astype(int)
    number = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    return np.repeat(turning, many), (number + 0.5) / np.repeat(many, many)


def _around(camera: Camera, points: Points, topology: Topology, image: Floats) -> tuple[Ints, Ints, float]:
    """Return which image points lie on the outer outline, in order along it, their place along it and its scale."""
    from scipy.spatial import cKDTree

    scale = min(1.0, _SILHOUETTE_PX / max(camera.width, camera.height))
    small = Camera(
        camera.focal_px * scale, camera.cx * scale, camera.cy * scale, round(camera.width * scale),
        round(camera.height * scale), camera.rotation, camera.translation,
    )  # fmt: skip
    hit = photograph(points, topology.triangles, small).hit.astype(np.uint8)
    loops, _ = cv2.findContours(hit, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not loops or not len(image):
        return np.zeros(0, np.int32), np.zeros(0, np.int32), scale
    loop = max(loops, key=len)[:, 0, :] + 0.5
    inside = ((loop > 1.5) & (loop < np.array([small.width, small.height]) - 1.5)).all(axis=1)
    away, nearest = cKDTree(loop).query(image * scale)
    on = np.flatnonzero((away < _ON_OUTLINE_PX) & inside[nearest])
    order = on[np.argsort(nearest[on], kind="stable")]
    return order.astype(np.int32), nearest[order].astype(np.int32), scale


@dataclass(frozen=True, slots=True, eq=False)
class _Edges:
    """vertices: (e, 2). triangles: (e, 2) on both sides. skin: (e,) bare skin of the face."""

    vertices: Ints
    triangles: Ints
    skin: Mask


@cache
def _edges(topology: Topology) -> _Edges:
    """Return the edges between two triangles."""
    triangles = topology.triangles
    pairs = np.sort(np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]), axis=1)
    of = np.tile(np.arange(len(triangles)), 3)
    order = np.lexsort((of, pairs[:, 1], pairs[:, 0]))
    pairs, of = pairs[order], of[order]
    first = np.flatnonzero((pairs[:-1] == pairs[1:]).all(axis=1))
    vertices, both = pairs[first], np.stack([of[first], of[first + 1]], axis=1)
    return _Edges(vertices, both.astype(np.int32), _bare(topology)[vertices].all(axis=1))


def _bare(topology: Topology) -> Mask:
    """Return (n,) display vertices that are bare skin of face and neck."""

    def share(names: tuple[str, ...]) -> Mask:
        either = np.any([topology.region(name) for name in names], axis=0).astype(float)
        return np.asarray(topology.subdivide(either[:, None])[:, 0] > 0.5)

    return share(_SKIN) & ~share(_NOT_SKIN)
