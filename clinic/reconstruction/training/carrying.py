"""Carries fields from the scan-derived head to our control mesh, linearly, and on to eyeballs, teeth and tongue.

Each display vertex reads the field where it lies on the model; the control vertices follow by least squares through the
subdivision, so that the display mesh itself lies on the model's skin. Where the model has no skin (inside of mouth,
nostrils and sockets) the field goes on with as little bending as it can.
"""

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import splu

from clinic.case import Floats, Mask, Points
from clinic.geometry.nearest import Surface
from clinic.reconstruction.training.ict import Ict
from clinic.reconstruction.training.mean_head import EYE_R, Frame
from clinic.reconstruction.training.openings import outer_triangles
from clinic.reconstruction.training.registration import LEAST_COSINE, Registered
from clinic.reconstruction.training.template import normals

_ON_SKIN_MM = 1.0
_BENDING, _BENDING_INSIDE, _STRETCH_INSIDE = 0.02, 1.0, 0.02
_EYE_FOLLOWS = 0.05  # how far an eyeball follows its lids across their normals
_MOUTH_REACH_MM, _MOUTH_STIFFNESS = 38.0, 0.15


class Carrier:
    """The linear way from fields over the model's vertices to fields over (c + p) vertices of our head."""

    def __init__(self, frame: Frame, registered: Registered, model: Ict) -> None:
        skin = frame.subdivision.matrix @ registered.control
        facing = normals(skin, frame.subdivision.triangles)
        outer = outer_triangles(model)
        places = Surface(registered.mean, model.triangles, outer).nearest(skin, facing, LEAST_COSINE)
        held = frame.exterior & (np.linalg.norm(places.points - skin, axis=1) < _ON_SKIN_MM)
        held &= (places.normals * facing).sum(1) > LEAST_COSINE
        number = np.flatnonzero(held)
        self._rotation = registered.rotation
        self._read = sparse.csr_matrix(
            (
                places.weights[number].ravel(),
                (np.repeat(np.arange(len(number)), 3), model.triangles[places.triangle[number]].ravel()),
            ),
            (len(number), len(model.mean)),
        )
        self._at = frame.subdivision.matrix[number]
        self._solve = splu(sparse.csc_matrix(self._at.T @ self._at + _smoothness(frame, frame.marks.interior)))

    def __call__(self, fields: Points) -> Points:
        """Return (k, c, 3) in the frame of the registered mesh for (k, v, 3) in the model's."""
        read = np.stack([self._at.T @ (self._read @ field) for field in fields], axis=1)
        carried: Points = self._solve.solve(read.reshape(len(read), -1)).reshape(read.shape).swapaxes(0, 1)
        return carried @ self._rotation


def _smoothness(frame: Frame, inside: Mask) -> sparse.csr_matrix:
    graph = frame.graph
    bending = sparse.diags(np.where(inside, _BENDING_INSIDE, _BENDING)) @ graph.bending
    ends = graph.edge.tocoo()
    touching = inside[ends.row] | inside[ends.col]
    pull = sparse.csr_matrix((touching.astype(float), (ends.row, ends.col)), graph.edge.shape)
    stretch = sparse.diags(np.asarray(pull.sum(1)).ravel()) - pull
    return sparse.csr_matrix(graph.bending.T @ bending + _STRETCH_INSIDE * stretch)


class Followers:
    """Eyeballs ride behind their lids, teeth and tongue follow the skin around the mouth. Linear."""

    def __init__(self, frame: Frame, control: Points, parts: Points, eyes: Points) -> None:
        self._lids = frame.marks.lid_r, frame.marks.lid_l
        self._eyes = [_behind(control[lid], eye) for lid, eye in zip(self._lids, eyes, strict=True)]
        inner = parts[2 * len(EYE_R) :]
        away = np.linalg.norm(control - inner.mean(0), axis=1)
        self._around = np.flatnonzero(
            ~frame.marks.interior & (away < away[~frame.marks.interior].min() + _MOUTH_REACH_MM)
        )
        self._mouth = _affine(control[self._around], inner)

    def __call__(self, fields: Points) -> Points:
        """Return (k, p, 3) for (k, c, 3)."""
        eyes = [
            np.einsum("emd,kmd->ke", share, fields[:, lid])[:, None].repeat(len(EYE_R), 1)
            for share, lid in zip(self._eyes, self._lids, strict=True)
        ]
        return np.concatenate([*eyes, np.einsum("pa,kad->kpd", self._mouth, fields[:, self._around])], axis=1)


def _behind(margin: Points, eye: Floats) -> Floats:
    """Return (3, m, 3): the move of an eyeball that stays under m margin points, by least squares."""
    out = margin - eye
    out /= np.linalg.norm(out, axis=1, keepdims=True)
    along = out[:, :, None] * out[:, None, :] + _EYE_FOLLOWS * np.eye(3)
    share: Floats = np.linalg.solve(along.sum(0), along.swapaxes(0, 1).reshape(3, -1)).reshape(3, len(margin), 3)
    return share


def _affine(around: Points, places: Points) -> Floats:
    """Return (p, a): what places take from the points around them by the affine map that fits these best."""
    middle, size = around.mean(0), around.std(0)
    columns = np.column_stack([np.ones(len(around)), (around - middle) / size])
    at = np.column_stack([np.ones(len(places)), np.clip((places - middle) / size, -2, 2)])
    ridge = _MOUTH_STIFFNESS * len(around) * np.diag([0.0, 1, 1, 1])
    share: Floats = at @ np.linalg.solve(columns.T @ columns + ridge, columns.T)
    return share
