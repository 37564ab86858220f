"""Where the scan-derived head's vertices lie on our display mesh: true point-to-point errors need both to agree."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clinic import resources
from clinic.case import Floats, Ints, Mask, Points, Triangles
from clinic.geometry.nearest import Surface
from clinic.reconstruction.training.ict import Ict
from clinic.reconstruction.training.mean_head import Frame
from clinic.reconstruction.training.openings import outer_skin
from clinic.reconstruction.training.registration import LEAST_COSINE, Registered
from clinic.reconstruction.training.template import normals

FILE = "correspondence.npz"
_ON_SKIN_MM = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Correspondence:
    """For each vertex 0…9408 of the model its place on the display mesh. triangle: (9409,). weights: (9409, 3).

    skin: (9409,) False for what has no counterpart: behind lids and lips, in the nostrils, low on the neck.
    """

    triangle: Ints
    weights: Floats
    skin: Mask

    def on(self, points: Points, triangles: Triangles) -> Points:
        """Return the (9409, 3) positions on a display mesh (n, 3)."""
        placed: Points = np.einsum("nk,nkd->nd", self.weights, points[triangles[self.triangle]])
        return placed


def read() -> Correspondence:
    """Read what was baked beside the face space."""
    with np.load(resources.folder("face_space") / FILE, allow_pickle=False) as arrays:
        first = arrays["weights"].astype(np.float64)
        weights = np.column_stack([first, 1 - first.sum(1)])
        return Correspondence(arrays["triangle"].astype(np.int32), weights, arrays["skin"])


def correspond(frame: Frame, registered: Registered, model: Ict) -> dict[str, NDArray[Any]]:
    """Return the arrays of a correspondence, taken on the registered mean."""
    skin = frame.subdivision.matrix @ registered.control
    triangles = frame.subdivision.triangles
    outside: Mask = np.logical_and.reduce(frame.exterior[triangles], axis=1)
    face = registered.mean[model.face]
    facing = normals(registered.mean, model.triangles)[model.face]
    found = Surface(skin, triangles, outside).nearest(face, facing, LEAST_COSINE)
    near = np.linalg.norm(found.points - face, axis=1) < _ON_SKIN_MM
    agrees = (found.normals * facing).sum(1) > LEAST_COSINE
    return {
        "triangle": found.triangle.astype(np.uint16),
        "weights": found.weights[:, :2].astype(np.float16),
        "skin": near & agrees & outer_skin(model)[model.face],
    }
