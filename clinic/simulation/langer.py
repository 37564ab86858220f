"""The grain of facial skin: lines along which it is most taut and stiffest, and how taut it is.

After the charts of Langer (1861) and, where those differ from how relaxed skin creases, Borges (1984): level across
forehead, root, dorsum and tip of the nose, chin and neck, upright between the brows, round the eyes and the mouth, from
the sides of the nose out and down over the cheeks to the jaw, upright in front of the ears. A line has no sign: it is
drawn from d⊗d, smoothly between places and rings that are known.
"""

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import splu

from clinic.case import FaceModel, Floats, Points
from clinic.geometry import vertex_normals
from clinic.simulation.mesher import Volume
from clinic.simulation.patch import Patch
from clinic.simulation.problem import Tissue
from clinic.simulation.tissue import FIBRE_STRETCH, SKIN, TENSION_ACROSS, TENSION_CHEEK, TENSION_LIPS, Variant

_LEVEL, _UPRIGHT = (1.0, 0.0, 0.0), (0.0, 0.0, 1.0)
_MIDDLE = {
    "glabella": _UPRIGHT,
    "nasion": _LEVEL,
    "rhinion": _LEVEL,
    "pronasale": _LEVEL,
    "sublabiale": _LEVEL,
    "pogonion": _LEVEL,
    "menton": _LEVEL,
}
# Where on the way from one landmark to another, on either side, lines run along that way.
_SIDES = (
    ("alare", "cheilion", 0.2),
    ("malar", "jaw", 0.3),
    ("alare", "jaw", 0.6),
    ("tragion", "gonion", 0.5),
)
_LEVEL_REGIONS = ("forehead", "neck")
_ANCHOR, _REGION = 20.0, 2.0  # how firmly a place or region holds its lines against the neighbours, in edges
_REACH_MM = 7.0  # how far around a place
_EYE, _MOUTH = 0.75, 0.55  # height of the rings over their width
_RING = 1.0, 0.35  # of the ring's size: where it holds its lines most firmly, and how far beside that
_FULL_MM = 35.0  # away from the mouth the skin is as taut as in the middle of the cheek


def grained(face: FaceModel, volume: Volume, tissue: Tissue, choice: Variant) -> Tissue:
    """Return the same tissue with the grain of the skin: fibres, and tension that is balanced at rest."""
    normal = vertex_normals(volume.patch.points, volume.patch.triangles)
    along = lines(face, volume.patch)
    across, pull = np.cross(normal, along), tension(face, volume.patch)[:, None, None]
    layers = choice.layers
    of_fibres = 0.5 * layers[SKIN].fibre_mpa * (FIBRE_STRETCH**2 - 1.0) * FIBRE_STRETCH**2
    spread = (pull - of_fibres) * _dyads(along) + TENSION_ACROSS * pull * _dyads(across)
    of_skin = volume.layer == SKIN
    corners = volume.cells[of_skin] % len(normal)
    taut = np.zeros((len(volume.cells), 3, 3))
    taut[of_skin] = spread[corners].mean(axis=1)
    fibres = np.zeros((len(volume.cells), 3))
    fibres[of_skin] = FIBRE_STRETCH * _principal(_dyads(along)[corners].mean(axis=1))
    return tissue.grained(layers, fibres, taut)


def lines(face: FaceModel, patch: Patch) -> Points:
    """Return (s, 3) unit directions of the lines in the skin, either way round."""
    normal = vertex_normals(patch.points, patch.triangles)
    held, wanted = np.full(len(normal), 1e-9), np.zeros((len(normal), 3, 3))
    for weight, direction in _known(face, patch, normal):
        within = direction - np.einsum("sa,sa->s", direction, normal)[:, None] * normal
        held += weight
        wanted += weight[:, None, None] * _dyads(within / np.maximum(np.linalg.norm(within, axis=1), 1e-9)[:, None])
    laplacian = patch.laplacian
    stiffness = laplacian * float(np.mean(1.0 / np.maximum(laplacian.diagonal(), 1e-9)) * 6)
    drawn = splu((stiffness + sp.diags_array(held)).tocsc()).solve(wanted.reshape(-1, 9)).reshape(-1, 3, 3)
    flat = np.eye(3) - _dyads(normal)
    return _principal(flat @ drawn @ flat)


def tension(face: FaceModel, patch: Patch) -> Floats:
    """Return (s,) MPa, how taut the skin is along its lines: least at the mouth, full from the cheeks on."""
    at = face.landmarks()
    mouth = np.stack([at[name] for name in ("cheilion_r", "labiale_superius", "cheilion_l", "labiale_inferius")])
    away = np.linalg.norm(patch.points[:, None] - mouth, axis=2).min(axis=1)
    share = np.clip(away / _FULL_MM, 0.0, 1.0)
    taut: Floats = TENSION_LIPS + (TENSION_CHEEK - TENSION_LIPS) * share**2 * (3.0 - 2.0 * share)
    return taut


def _known(face: FaceModel, patch: Patch, normal: Points) -> list[tuple[Floats, Points]]:
    """Return how firmly (s,) lines are known, and their directions (s, 3), place by place."""
    at, points = face.landmarks(), patch.points
    for side in ("_r", "_l"):
        at["jaw" + side] = 0.5 * (at["gonion" + side] + at["menton"])
    known = [_place(points, at[name], np.array(axis)) for name, axis in _MIDDLE.items()]
    for name in _LEVEL_REGIONS:
        inside = patch.from_control @ face.topology.region(name).astype(np.float64)
        known.append((_REGION * inside, np.tile(_LEVEL, (len(points), 1))))
    for side in ("_r", "_l"):
        for begin, end, share in _SIDES:
            way = at[end + side] - at[begin + side]
            known.append(_place(points, at[begin + side] + share * way, way))
        known.append(_ring(points, normal, at["endocanthion" + side], at["exocanthion" + side], _EYE))
    known.append(_ring(points, normal, at["cheilion_r"], at["cheilion_l"], _MOUTH))
    return known


def _place(points: Points, place: Points, direction: Points) -> tuple[Floats, Points]:
    away = np.linalg.norm(points - place, axis=1) / _REACH_MM
    held: Floats = _ANCHOR * np.exp(-(away**2) / 2)
    return held, np.tile(direction, (len(points), 1))


def _ring(points: Points, normal: Points, one: Points, other: Points, height: float) -> tuple[Floats, Points]:
    """Return lines round an opening: an ellipse, seen from the front, a little wider than its two corners."""
    half = 0.5 * float(np.linalg.norm(other - one)) * 1.25
    offset = (points - 0.5 * (one + other)) / half
    outwards = np.stack([offset[:, 0], np.zeros(len(offset)), offset[:, 2] / height**2], axis=1)
    size = np.sqrt(offset[:, 0] ** 2 + (offset[:, 2] / height) ** 2)
    before = np.abs(offset[:, 1]) < 1.0
    best, beside = _RING
    held = np.where(before, _ANCHOR * np.exp(-(((size - best) / beside) ** 2) / 2), 0.0)
    return held, np.cross(normal, outwards)


def _dyads(along: Points) -> Floats:
    dyads: Floats = along[:, :, None] * along[:, None, :]
    return dyads


def _principal(tensors: Floats) -> Points:
    """Return the unit vectors along which symmetric tensors (k, 3, 3) are largest."""
    vectors: Points = np.linalg.eigh(tensors)[1][:, :, -1]
    return vectors
