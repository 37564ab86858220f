"""Where soft tissue ends: a line from each skin vertex inwards to bone, cartilage, teeth or globe."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import splu

from clinic.case import FaceModel, Floats, Mask, Points
from clinic.case.arrays import freeze
from clinic.geometry import triangle_normals, vertex_normals
from clinic.simulation.patch import Patch
from clinic.simulation.tissue import DEPTH_MM, LID_MM, NECK_MM

_SMOOTH_MM = 9.0  # normals are averaged over about this distance, so that neighbouring lines do not cross
_ANCHOR = 4.0  # how firmly a landmark holds its depth against its neighbours, in edges
_ROUNDS, _TURNING_ROUNDS = 60, 12
_SHALLOWER, _THINNEST_MM = 0.85, 0.5
_FACING, _FACING_ROUNDS = 0.5, 60


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """The line under each skin vertex.

    patch: the skin. inwards: (s, 3) unit vectors. depth: (s,) mm.
    """

    patch: Patch
    inwards: Points
    depth: Floats

    def __post_init__(self) -> None:
        freeze(self, inwards=(np.float64, -1, 3), depth=(np.float64, -1))


def columns(face: FaceModel, patch: Patch) -> Columns:
    """Return the lines by the published depths, along smoothed normals."""
    stiffness = patch.laplacian
    normals = vertex_normals(patch.points, patch.triangles)
    mass = np.asarray(abs(stiffness).sum(axis=1)).ravel() / 2
    spread = sp.diags_array(np.ones(len(mass))) + sp.diags_array(_SMOOTH_MM**2 / 4 / np.maximum(mass, 1e-9)) @ stiffness
    smooth = splu(spread.tocsc()).solve(normals)
    return Columns(patch, -_unit(smooth), _depths(face, patch))


def repaired(lines: Columns, bad: Callable[[Columns], Mask]) -> Columns:
    """Turn, then shorten the lines around bad cells until `bad` finds none, or give back the last try.

    Short lines along `facing` always work where the skin itself is not folded.
    """
    average, safe = _averaging(lines.patch), -facing(lines.patch)
    for turn in range(_ROUNDS):
        marked = bad(lines)
        if not marked.any():
            break
        near = average @ marked.astype(np.float64) > 0
        if turn < _TURNING_ROUNDS:
            turned = _unit(average @ lines.inwards + 0.5 * safe)
            lines = replace(lines, inwards=np.where(near[:, None], turned, lines.inwards))
        else:
            turned = _unit(lines.inwards + 0.5 * safe)
            shorter = np.maximum(_SHALLOWER * lines.depth, _THINNEST_MM)
            lines = replace(
                lines,
                inwards=np.where(marked[:, None], turned, lines.inwards),
                depth=np.where(marked, shorter, lines.depth),
            )
    return lines


def facing(patch: Patch) -> Points:
    """Return (s, 3) unit vectors out of the skin that lie in front of every triangle around a vertex, where such exist.

    The normal, turned step by step towards the triangle that it faces least (a perceptron).
    """
    normals = triangle_normals(patch.points, patch.triangles)
    corner, triangle = patch.triangles.ravel(), np.repeat(np.arange(len(patch.triangles)), 3)
    outwards = vertex_normals(patch.points, patch.triangles)
    for _ in range(_FACING_ROUNDS):
        cosine = np.einsum("ij,ij->i", outwards[corner], normals[triangle])
        ordered = np.lexsort((cosine, corner))
        worst = ordered[np.r_[True, np.diff(corner[ordered]) > 0]]
        hidden = cosine[worst] < _FACING
        outwards[hidden] += 0.2 * normals[triangle[worst[hidden]]]
        outwards = _unit(outwards)
    return outwards


def _depths(face: FaceModel, patch: Patch) -> Floats:
    """Interpolate the table over the skin: springs along the edges, and softly held landmarks, lids and neck."""
    held = np.zeros(len(patch.points))
    wanted = np.zeros(len(patch.points))
    for name, place in face.landmarks().items():
        depth = DEPTH_MM.get(name.removesuffix("_r").removesuffix("_l"))
        if depth is not None:
            nearest = np.linalg.norm(patch.points - place, axis=1).argmin()
            held[nearest] += _ANCHOR
            wanted[nearest] += _ANCHOR * depth
    for region, depth in (("lids", LID_MM), ("neck", NECK_MM)):
        inside = face.topology.region(region)[patch.control]
        held[inside] += _ANCHOR
        wanted[inside] += _ANCHOR * depth
    stiffness = patch.laplacian * float(np.mean(1.0 / np.maximum(patch.laplacian.diagonal(), 1e-9)) * 6)
    depths: Floats = splu((stiffness + sp.diags_array(held + 1e-9)).tocsc()).solve(wanted)
    return np.clip(depths, _THINNEST_MM, None)


def _averaging(patch: Patch) -> sp.csr_array:
    """(s, s): the plain mean of a vertex and its neighbours."""
    near = (abs(patch.laplacian) > 0).astype(np.float64)
    return (sp.diags_array(1.0 / np.asarray(near.sum(axis=1)).ravel()) @ near).tocsr()


def _unit(vectors: Points) -> Points:
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, 1e-12), dtype=np.float64)
