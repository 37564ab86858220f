"""How thick the layers of soft tissue are under each point of the skin: published tables, interpolated."""

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import splu

from clinic.case import FaceModel, Floats, Points
from clinic.simulation.patch import Patch
from clinic.simulation.tissue import LID_MM, NECK_MM, STACK_MM

_ANCHOR = 4.0  # how firmly a place holds its depth against its neighbours, in edges
# Places of the tables that are no landmarks of the skin: where they lie between landmarks of their side.
_BETWEEN: dict[str, dict[str, float]] = {
    "brow": {"exocanthion": 0.5, "endocanthion": 0.5, "glabella": 1.0, "nasion": -1.0},
    "cheek": {"cheilion": 0.4, "gonion": 0.3, "malar": 0.3},
    "ramus": {"gonion": 0.4, "zygion": 0.35, "malar": 0.25},
    "jaw": {"gonion": 0.5, "menton": 0.5},
}


def stack(face: FaceModel, patch: Patch) -> Floats:
    """Return (4, s) mm, how thick skin, fat, muscle and deep fat are under each point by the tables.

    Springs along the edges of the skin, and softly held places, lids and neck.
    """
    held, wanted = np.zeros(len(patch.points)), np.zeros((len(patch.points), 4))
    for name, place in _places(face).items():
        layers = STACK_MM.get(name.removesuffix("_r").removesuffix("_l"))
        if layers is not None:
            nearest = np.linalg.norm(patch.points - place, axis=1).argmin()
            held[nearest] += _ANCHOR
            wanted[nearest] += _ANCHOR * np.array(layers)
    for region, layers in (("lids", LID_MM), ("neck", NECK_MM)):
        inside = patch.from_control @ face.topology.region(region).astype(np.float64)
        held += _ANCHOR * inside
        wanted += _ANCHOR * np.outer(inside, layers)
    laplacian = patch.laplacian
    stiffness = laplacian * float(np.mean(1.0 / np.maximum(laplacian.diagonal(), 1e-9)) * 6)
    thickness: Floats = splu((stiffness + sp.diags_array(held + 1e-9)).tocsc()).solve(wanted).T
    return thickness


def _places(face: FaceModel) -> dict[str, Points]:
    """Return the landmarks and the places between them."""
    at = face.landmarks()
    for name, parts in _BETWEEN.items():
        for side in ("_r", "_l"):
            of_side = [part + side if part + side in at else part for part in parts]
            at[name + side] = np.array(list(parts.values())) @ np.array([at[part] for part in of_side])
    return at
