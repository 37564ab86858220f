"""How deep soft tissue reaches under each point of the skin: published tables, interpolated, or what a CT shows."""

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import splu
from scipy.spatial import cKDTree

from clinic.case import FaceModel, Floats, Points
from clinic.simulation.patch import Patch
from clinic.simulation.tissue import EAR_MM, LID_MM, NECK_MM, STACK_MM

_ANCHOR = 20.0  # how firmly skin at a place holds its depth against its neighbours, in edges
_REACH_MM, _REACH = 4.0, 0.4  # how far around a place skin has its depth, at least, and over that depth
_KNOWN, _UNKNOWN = 100.0, 0.03  # how firmly depths are held that a CT shows, and the tables' beside them
_CHANGE = 0.5  # most by which a depth of the tables may be made more or less, of itself
_WITHIN_PINNA = 0.7  # of the way from skin to the middle between it and the skin on the other side
_ACROSS_PINNA_MM = 14.0
# Places of the tables that are no landmarks of the skin: where they lie between landmarks of their side.
_BETWEEN: dict[str, dict[str, float]] = {
    "brow": {"exocanthion": 0.5, "endocanthion": 0.5, "glabella": 1.0, "nasion": -1.0},
    "cheek": {"cheilion": 0.4, "gonion": 0.3, "malar": 0.3},
    "ramus": {"gonion": 0.4, "zygion": 0.35, "malar": 0.25},
    "jaw": {"gonion": 0.5, "menton": 0.5},
}


def stack(face: FaceModel, patch: Patch) -> Floats:
    """Return (4, s) mm, how thick skin, fat, muscle and deep fat are under each point by the tables.

    Springs along the edges of the skin, and softly held places, lids, neck and ears.
    """
    held, wanted = np.zeros(len(patch.points)), np.zeros((len(patch.points), 4))
    for name, place in _places(face).items():
        layers = STACK_MM.get(name.removesuffix("_r").removesuffix("_l"))
        if layers is not None:
            away = np.linalg.norm(patch.points - place, axis=1) / max(_REACH_MM, _REACH * sum(layers))
            near = _ANCHOR * np.exp(-(away**2) / 2)
            held += near
            wanted += np.outer(near, layers)
    for region, layers in (("lids", LID_MM), ("neck", NECK_MM), ("ears", EAR_MM)):
        inside = _ANCHOR * (patch.from_control @ face.topology.region(region).astype(np.float64))
        held += inside
        wanted += np.outer(inside, layers)
    return _relaxed(patch, held + 1e-9, wanted).T


def depth(face: FaceModel, patch: Patch, table: Floats, shift_mm: float) -> Floats:
    """Return (s,) mm from skin to support.

    table: (s,) mm by the tables. shift_mm is added to what no CT shows, within half of the table's depth. Where a CT
    shows the depth it holds, and what it differs from the tables fades around there.
    """
    shifted: Floats = table + np.clip(shift_mm, -_CHANGE * table, _CHANGE * table)
    if face.thickness_mm is None:
        return shifted
    finite = np.isfinite(face.thickness_mm)
    share = patch.from_control @ finite.astype(np.float64)
    measured = (patch.from_control @ np.where(finite, face.thickness_mm, 0.0)) / np.maximum(share, 1e-9)
    known = share > 0.5
    held = np.where(known, _KNOWN, _UNKNOWN)
    change = _relaxed(patch, held, (held * np.where(known, measured - table, shifted - table))[:, None])[:, 0]
    blended: Floats = np.where(known, measured, np.maximum(table + change, _CHANGE * table))
    return blended


def within_pinna(face: FaceModel, patch: Patch, depths: Floats, normals: Points) -> Floats:
    """Return (s,) mm so that tissue under the two sides of an ear's skin does not meet: cartilage lies between.

    A ball that touches the skin from inside and no other skin is as large as the place allows (medial axis).
    """
    limited = np.array(depths)
    ears = np.flatnonzero(patch.from_control @ face.topology.region("ears").astype(np.float64) > 0.01)
    if len(ears):
        around = cKDTree(patch.points).query_ball_point(patch.points[ears], _ACROSS_PINNA_MM)
        for vertex, near in zip(ears, around, strict=True):
            away = patch.points[near] - patch.points[vertex]
            inside = -away @ normals[vertex]
            radii = (away**2).sum(axis=1)[inside > 1e-6] / (2 * inside[inside > 1e-6])
            limited[vertex] = min(limited[vertex], _WITHIN_PINNA * radii.min(initial=np.inf))
    return limited


def _relaxed(patch: Patch, held: Floats, pulled: Floats) -> Floats:
    """Return (s, k) values on the skin between springs along its edges and pulls (s, k) of stiffness held (s,)."""
    laplacian = patch.laplacian
    stiffness = laplacian * float(np.mean(1.0 / np.maximum(laplacian.diagonal(), 1e-9)) * 6)
    values: Floats = splu((stiffness + sp.diags_array(held)).tocsc()).solve(pulled)
    return values


def _places(face: FaceModel) -> dict[str, Points]:
    """Return the landmarks and the places between them."""
    at = face.landmarks()
    for name, parts in _BETWEEN.items():
        for side in ("_r", "_l"):
            of_side = [part + side if part + side in at else part for part in parts]
            at[name + side] = np.array(list(parts.values())) @ np.array([at[part] for part in of_side])
    return at
